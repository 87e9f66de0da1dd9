//! The layout of a diagram as SVG; the list of steps says the same in words.

use std::rc::Rc;

use fedcred_core::diagram::{
    Arrow, Head, Item, LINE_HEIGHT, Layout, Mark, NUMBER_RADIUS, Participants, Rect, Row,
    StepStatus, TextBlock,
};
use fedcred_core::flow::Trace;
use yew::prelude::*;

use crate::shared::Shared;
use crate::ui::{classed, each};

pub struct Diagram {
    pub trace: Shared<Trace>,
    pub participants: Rc<Participants>,
    /// Number of the current step.
    pub current: usize,
    pub on_select: Callback<usize>,
    /// What the picture shows, for those who do not see it.
    pub summary: AttrValue,
}

/// The picture; a click on a step selects it.
pub fn diagram(props: &Diagram) -> Html {
    let layout = Layout::new(&props.trace, &props.participants);
    html! {
        <svg
            class="sequence" role="img" aria-label={&props.summary}
            viewBox={format!("0 0 {} {}", layout.width, layout.height)}
        >
            { lifelines(&layout) }
            { each(layout.heads.iter().map(head)) }
            { each(layout.items.iter().map(|item| view(item, &layout, props))) }
        </svg>
    }
}

/// The id of a drawn step, to bring it into view.
pub fn row_id(number: usize) -> String {
    format!("drawn-{number}")
}

fn lifelines(layout: &Layout) -> Html {
    let line = |head: &Head| {
        let x = head.x.to_string();
        html! {
            <line
                class="lifeline" x1={x.clone()} x2={x}
                y1={layout.top.to_string()} y2={layout.height.to_string()}
            />
        }
    };
    each(layout.heads.iter().map(line))
}

fn head(head: &Head) -> Html {
    html! {
        <g class="actor">
            { rect(&head.frame, "actor-frame", "7") }
            { text(&head.title, "actor-title") }
            { text(&head.note, "actor-note") }
        </g>
    }
}

fn view(item: &Item, layout: &Layout, props: &Diagram) -> Html {
    match item {
        Item::Row(step) => row(step, layout, props),
        Item::Note { frame, text: words } => html! {
            <g class="remark">{ rect(frame, "remark-frame", "4") }{ text(words, "") }</g>
        },
        Item::End { y, text: words } => end(*y, words, layout),
    }
}

fn end(y: i32, words: &TextBlock, layout: &Layout) -> Html {
    let y = y.to_string();
    html! {
        <g class="end">
            <line x1="4" x2={(layout.width - 4).to_string()} y1={y.clone()} y2={y} />
            { rect(&words.ground, "label-ground", "0") }
            { text(words, "") }
        </g>
    }
}

fn row(row: &Row, layout: &Layout, props: &Diagram) -> Html {
    let current = row.number == Some(props.current);
    let onclick = row.number.map(|number| {
        let on_select = props.on_select.clone();
        Callback::from(move |_: MouseEvent| on_select.emit(number))
    });
    let class = format!(
        "row-drawn {}{}",
        status_class(row.status),
        if current { " current" } else { "" }
    );
    let across = Rect {
        x: 0,
        width: layout.width,
        ..row.ground
    };
    let drawn = html! {
        <g {onclick} id={row.number.map(row_id)}>
            { rect(&across, "hit", "0") }
            { rect(&row.ground, "ground", "7") }
            { rect(&row.label.ground, "label-ground", "0") }
            { text(&row.label, "") }
            { arrow(&row.arrow) }
            { each(row.number.map(|number| badge(row, number))) }
            { each(row.mark.as_ref().map(mark)) }
        </g>
    };
    classed(class, drawn)
}

const fn status_class(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Done => "",
        StepStatus::Failed => "failed",
        StepStatus::NotReached => "off",
    }
}

fn arrow(arrow: &Arrow) -> Html {
    let way_class = if arrow.dashed { "way reply" } else { "way" };
    html! {
        <>
            { classed(way_class, html! { <path d={arrow.line()} /> }) }
            <path class="head" d={arrow.tip()} />
        </>
    }
}

/// The number stands where the arrow begins.
fn badge(row: &Row, number: usize) -> Html {
    let centre = row.arrow.number_center();
    let x = centre.x;
    html! {
        <g class="number">
            <circle cx={x.to_string()} cy={centre.y.to_string()} r={NUMBER_RADIUS.to_string()} />
            <text x={x.to_string()} y={(centre.y + 4).to_string()} text-anchor="middle">{ number }</text>
        </g>
    }
}

fn mark(mark: &Mark) -> Html {
    let class = if mark.passes {
        "mark mark-good"
    } else {
        "mark mark-bad"
    };
    classed(class, html! { <path d={mark.path()} /> })
}

fn rect(rect: &Rect, class: &'static str, round: &'static str) -> Html {
    let drawn = html! {
        <rect
            rx={round} x={rect.x.to_string()} y={rect.y.to_string()}
            width={rect.width.to_string()} height={rect.height.to_string()}
        />
    };
    classed(class, drawn)
}

fn text(block: &TextBlock, class: &'static str) -> Html {
    let anchor = block.anchor.name();
    let x = block.first.x.to_string();
    let line = |(index, words): (usize, &String)| {
        let down = if index == 0 { 0 } else { LINE_HEIGHT };
        html! { <tspan x={x.clone()} dy={down.to_string()}>{ words }</tspan> }
    };
    let drawn = html! {
        <text text-anchor={anchor} x={x.clone()} y={block.first.y.to_string()}>
            { each(block.lines.iter().enumerate().map(line)) }
        </text>
    };
    classed(class, drawn)
}
