//! A few words in a coloured ground.

use yew::prelude::*;

use super::classed;

/// What a colour stands for; never the only sign of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Good,
    Caution,
    Bad,
    /// Seen in practice, not in the documentation.
    Observed,
    Header,
    Payload,
    Signature,
}

impl Tone {
    /// The end of a class name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Bad => "bad",
            Self::Observed => "observed",
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

/// `header 64 B`, `observed`, `no key`.
pub fn badge(tone: Tone, text: impl Into<AttrValue>) -> Html {
    let class = format!("badge badge-{}", tone.name());
    classed(class, html! { <span>{ text.into() }</span> })
}
