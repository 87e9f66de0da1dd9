//! Two values below each other with the characters marked that differ.

use fedcred_core::text::{Difference, Segment};
use yew::prelude::*;

use super::each;
use super::visible::{render, visible_part, visible_strict};

/// What was presented over what it is compared with, each under its label.
pub fn diff(labels: [&'static str; 2], difference: &Difference) -> Html {
    let [presented, configured] = labels;
    html! {
        <dl class="diff">
            { row(presented, &difference.presented) }
            { row(configured, &difference.configured) }
        </dl>
    }
}

fn row(label: &'static str, segments: &[Segment]) -> Html {
    html! {
        <>
            <dt>{ label }</dt>
            <dd class="value">{ each(segments.iter().map(segment)) }</dd>
        </>
    }
}

fn segment(segment: &Segment) -> Html {
    if segment.differs {
        html! { <mark>{ render(visible_strict(&segment.text)) }</mark> }
    } else {
        render(visible_part(&segment.text))
    }
}
