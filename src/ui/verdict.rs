//! What was found: the sign and the answer first, the reason second, the source third.

use yew::prelude::*;
use yew::virtual_dom::VNode;

use super::{Glyph, Tone, classed, element, sign};

#[derive(Default)]
pub struct Verdict {
    pub tone: Tone,
    /// Follows the tone where not given.
    pub glyph: Option<Glyph>,
    /// The answer, in bold.
    pub title: AttrValue,
    /// Goes on behind the answer, not in bold.
    pub more: Html,
    /// The reason.
    pub reason: Html,
    /// Where it comes from.
    pub source: Html,
    /// Badges or a small button at the far end.
    pub aside: Html,
}

/// One finding; several stand below each other in a panel.
pub fn verdict(verdict: Verdict) -> Html {
    let glyph = verdict.glyph.unwrap_or_else(|| default_glyph(verdict.tone));
    let class = format!("verdict verdict-{}", verdict.tone.name());
    let verdict = html! {
        <div>
            { sign(verdict.tone, glyph) }
            <div class="verdict-text">
                <p><strong>{ verdict.title }</strong>{ verdict.more }</p>
                { line("verdict-reason", verdict.reason) }
                { line("verdict-source", verdict.source) }
            </div>
            <div class="verdict-aside">{ verdict.aside }</div>
        </div>
    };
    classed(class, verdict)
}

/// Nothing where there is nothing to say.
fn line(class: &'static str, content: Html) -> Html {
    match &content {
        VNode::VList(list) if list.is_empty() => Html::default(),
        _ => element("div", class, content),
    }
}

const fn default_glyph(tone: Tone) -> Glyph {
    match tone {
        Tone::Good => Glyph::Pass,
        Tone::Caution | Tone::Observed => Glyph::Caution,
        Tone::Bad => Glyph::Fail,
        _ => Glyph::Info,
    }
}
