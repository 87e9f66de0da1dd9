//! Pictures and verdict signs as inline SVG, because many systems lack the font glyphs.

use yew::prelude::*;

use super::classed;

use super::Tone;

/// A picture on a grid of 16 × 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Pass,
    Caution,
    Fail,
    Info,
    /// Not checked, not reached.
    Open,
    External,
    First,
    Back,
    Forward,
    Last,
    Arrow,
    Play,
    Pause,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Pass => "M3.5 8.5l3 3 6-7",
            Self::Caution => "M8 3v6.5M8 12.2v.6",
            Self::Fail => "M4.5 4.5l7 7m0-7l-7 7",
            Self::Info => "M8 7v6M8 3.4V4",
            Self::Open => "M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
            Self::External => "M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3L7.5 8.5",
            Self::First => "M4 3.5v9M11.5 3.5L7 8l4.5 4.5",
            Self::Back => "M10 3.5L5.5 8l4.5 4.5",
            Self::Forward => "M6 3.5L10.5 8 6 12.5",
            Self::Last => "M12 3.5v9M4.5 3.5L9 8l-4.5 4.5",
            Self::Arrow => "M2.5 8h11M9.5 4l4 4-4 4",
            Self::Play => "M5 3.5v9L12.5 8z",
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
        }
    }
}

/// A picture beside words that say the same.
pub fn icon(glyph: Glyph) -> Html {
    html! {
        <svg
            width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor"
            stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"
        >
            <path d={glyph.path()} />
        </svg>
    }
}

/// A picture in a circle of the verdict's colour; words beside it say the same.
pub fn sign(tone: Tone, glyph: Glyph) -> Html {
    classed(
        format!("sign sign-{}", tone.name()),
        html! { <span>{ icon(glyph) }</span> },
    )
}
