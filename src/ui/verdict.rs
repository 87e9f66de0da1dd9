//! What was found: the sign and the answer first, the reason second, the source third.

use yew::prelude::*;

use super::{Glyph, Sign, Tone};

#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    pub tone: Tone,
    /// Follows the tone where not given.
    #[prop_or_default]
    pub glyph: Option<Glyph>,
    /// The answer, in bold.
    pub title: AttrValue,
    /// Goes on behind the answer, not in bold.
    #[prop_or_default]
    pub more: Html,
    /// The reason.
    #[prop_or_default]
    pub children: Html,
    /// Where it comes from.
    #[prop_or_default]
    pub source: Html,
    /// Badges or a small button at the far end.
    #[prop_or_default]
    pub aside: Html,
}

/// One finding; several stand below each other in a panel.
#[component]
pub fn Verdict(props: &VerdictProps) -> Html {
    let glyph = props.glyph.unwrap_or_else(|| default_glyph(props.tone));
    html! {
        <div class={classes!("verdict", format!("verdict-{}", props.tone.name()))}>
            <Sign tone={props.tone} {glyph} />
            <div class="verdict-text">
                <p><strong>{ &props.title }</strong>{ props.more.clone() }</p>
                { line("verdict-reason", &props.children) }
                { line("verdict-source", &props.source) }
            </div>
            <div class="verdict-aside">{ props.aside.clone() }</div>
        </div>
    }
}

fn line(class: &'static str, content: &Html) -> Html {
    if *content == Html::default() {
        return Html::default();
    }
    html! { <div {class}>{ content.clone() }</div> }
}

const fn default_glyph(tone: Tone) -> Glyph {
    match tone {
        Tone::Good => Glyph::Pass,
        Tone::Caution | Tone::Observed => Glyph::Caution,
        Tone::Bad => Glyph::Fail,
        _ => Glyph::Info,
    }
}
