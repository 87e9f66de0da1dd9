//! A framed part of the page with a title.

use yew::prelude::*;

use super::element;

#[derive(Default)]
pub struct Panel {
    /// Unique in the page; the title's id is made of it.
    pub id: &'static str,
    pub title: AttrValue,
    pub badges: Html,
    pub actions: Html,
    /// The body comes without padding: for lists, tabs and verdicts, which have their own.
    pub flush: bool,
    pub body: Html,
}

/// Header with title, badges and actions; then the body.
pub fn panel(panel: Panel) -> Html {
    let title_id = AttrValue::from(format!("{}-title", panel.id));
    let class = if panel.flush {
        "panel-body panel-body-flush"
    } else {
        "panel-body"
    };
    html! {
        <section class="panel" id={panel.id} aria-labelledby={&title_id}>
            <header class="panel-header">
                <h2 class="panel-title" id={&title_id}>{ panel.title }</h2>
                <div class="panel-badges">{ panel.badges }</div>
                <div class="panel-actions">{ panel.actions }</div>
            </header>
            { element("div", class, panel.body) }
        </section>
    }
}
