//! A framed part of the page with a title.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PanelProps {
    /// Unique in the page; the title's id is made of it.
    pub id: AttrValue,
    pub title: AttrValue,
    #[prop_or_default]
    pub badges: Html,
    #[prop_or_default]
    pub actions: Html,
    /// The body comes without padding: for lists, tabs and verdicts, which have their own.
    #[prop_or_default]
    pub flush: bool,
    #[prop_or_default]
    pub children: Html,
}

/// Header with title, badges and actions; then the body.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let title_id = AttrValue::from(format!("{}-title", props.id));
    let body = classes!("panel-body", props.flush.then_some("panel-body-flush"));
    html! {
        <section class="panel" id={&props.id} aria-labelledby={&title_id}>
            <header class="panel-header">
                <h2 class="panel-title" id={&title_id}>{ &props.title }</h2>
                <div class="panel-badges">{ props.badges.clone() }</div>
                <div class="panel-actions">{ props.actions.clone() }</div>
            </header>
            <div class={body}>{ props.children.clone() }</div>
        </section>
    }
}
