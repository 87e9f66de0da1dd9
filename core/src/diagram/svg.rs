//! A diagram as one SVG file: light and dark, with a text alternative, without references to anything outside.

use super::elements::{Arrow, Head, Item, Layout, Mark, NUMBER_RADIUS, Row, StepStatus};
use super::participants::Participants;
use super::shape::Rect;
use super::text::{LINE_HEIGHT, TextBlock};
use crate::flow::{Scenario, Trace};

/// In which colours a file is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader prefers (`prefers-color-scheme`).
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All themes.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The name on the command line, for example `auto`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Colours of a theme.
struct Palette {
    ground: &'static str,
    ink: &'static str,
    secondary: &'static str,
    tertiary: &'static str,
    line: &'static str,
    head: &'static str,
    note: &'static str,
    note_ground: &'static str,
    good: &'static str,
    bad: &'static str,
}

const LIGHT: Palette = Palette {
    ground: "#ffffff",
    ink: "#1c1d21",
    secondary: "#55585f",
    tertiary: "#6b6f76",
    line: "#c9c9c2",
    head: "#f3f3ef",
    note: "#6431c4",
    note_ground: "#f2ecfd",
    good: "#1c6b37",
    bad: "#b0222b",
};

const DARK: Palette = Palette {
    ground: "#1b1d22",
    ink: "#ecedf0",
    secondary: "#b4b7bf",
    tertiary: "#989ca5",
    line: "#41454e",
    head: "#26292f",
    note: "#c4a6ff",
    note_ground: "#2a2340",
    good: "#7fd39a",
    bad: "#ff9a98",
};

/// Draws the exchange of a scenario as a whole SVG file; `trace` is what [`run`](crate::flow::run) returns for it.
///
/// The file has a title and a description for screen readers, refers to nothing outside of itself, and is the same
/// bytes for the same input. Its styles concern only itself, so it can stand inside an HTML page.
///
/// ```
/// use fedcred_core::diagram::{Theme, svg};
/// use fedcred_core::flow::{Scenario, run};
///
/// let scenario = Scenario::default();
/// let file = svg(&scenario, &run(&scenario), Theme::Dark);
/// assert!(!file.contains("prefers-color-scheme"));
/// ```
#[must_use]
pub fn svg(scenario: &Scenario, trace: &Trace, theme: Theme) -> String {
    let layout = Layout::new(trace, &Participants::for_scenario(scenario));
    let (width, height) = (layout.width, layout.height);
    let (class, id) = (format!("fedcred-{}", theme.name()), id(&trace.title));
    let title = escaped(&trace.title);
    let description = escaped(&description(trace));
    let style = style(&class, theme);
    let lifelines: String = layout
        .heads
        .iter()
        .map(|head| lifeline(head, &layout))
        .collect();
    let heads: String = layout.heads.iter().map(head).collect();
    let items: String = layout.items.iter().map(|one| item(one, width)).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title id=\"{id}-title\">{title}</title>\n\
         <desc id=\"{id}-desc\">{description}</desc>\n\
         <style>\n{style}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n\
         {lifelines}{heads}{items}</svg>\n"
    )
}

/// The same for the same title, so that several diagrams on an HTML page have ids of their own.
fn id(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.fold("fedcred".to_owned(), |id, word| {
        format!("{id}-{}", word.to_ascii_lowercase())
    })
}

/// The diagram in words: how the exchange ends, and all of its steps.
fn description(trace: &Trace) -> String {
    let steps = trace.steps.iter().map(|step| {
        let failed = if step.failed { " (failed)" } else { "" };
        format!(
            "\n{}. {}: {}{failed}",
            step.number,
            step.route(),
            step.title
        )
    });
    let unreached = trace
        .unreached
        .iter()
        .map(|step| format!("\nNot reached: {}", step.title));
    let lines: String = steps.chain(unreached).collect();
    let (count, ending) = (trace.steps.len(), trace.ending());
    format!("Sequence diagram of {count} steps: {ending}.{lines}")
}

fn style(class: &str, theme: Theme) -> String {
    let shapes = rules(
        class,
        &[
            ("line, .way, .mark", "fill:none"),
            ("line, .way", "stroke-width:1.3"),
            (".lifeline", "stroke-dasharray:2 4"),
            (".reply", "stroke-dasharray:5 3"),
            (".end line", "stroke-dasharray:6 4"),
            (
                ".mark",
                "stroke-width:2;stroke-linecap:round;stroke-linejoin:round",
            ),
            ("text", "font:12.5px system-ui,sans-serif"),
            (".small", "font-size:11px"),
            (".number text", "font-size:10.5px"),
            (".title, .number text, .end text", "font-weight:600"),
        ],
    );
    let light = colours(class, &LIGHT);
    let dark = colours(class, &DARK);
    match theme {
        Theme::Light => shapes + &light,
        Theme::Dark => shapes + &dark,
        Theme::Auto => {
            format!("{shapes}{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n")
        }
    }
}

fn colours(class: &str, palette: &Palette) -> String {
    let fill = |colour: &str| format!("fill:{colour}");
    let stroke = |colour: &str| format!("stroke:{colour}");
    let frame = format!("{};{}", fill(palette.head), stroke(palette.line));
    rules(
        class,
        &[
            (".page, .label, circle", &fill(palette.ground)),
            ("text", &fill(palette.ink)),
            (".small, .end text", &fill(palette.secondary)),
            (".way, circle", &stroke(palette.secondary)),
            (".tip", &fill(palette.secondary)),
            ("line", &stroke(palette.line)),
            (".frame", &frame),
            (".note rect", &fill(palette.note_ground)),
            (".note text", &fill(palette.note)),
            (".off text", &fill(palette.tertiary)),
            (".off .way", &stroke(palette.line)),
            (".off .tip", &fill(palette.line)),
            (".failed text, .failed .tip", &fill(palette.bad)),
            (".failed .way, .failed circle", &stroke(palette.bad)),
            (".good", &stroke(palette.good)),
            (".bad", &stroke(palette.bad)),
        ],
    )
}

/// Rules of CSS; each selector concerns only what is inside the element with this class.
fn rules(class: &str, rules: &[(&str, &str)]) -> String {
    let rule = |(selectors, declarations): &(&str, &str)| {
        let selectors = selectors.replace(", ", &format!(",.{class} "));
        format!(".{class} {selectors}{{{declarations}}}\n")
    };
    rules.iter().map(rule).collect()
}

fn lifeline(head: &Head, layout: &Layout) -> String {
    let (x, top, bottom) = (head.x, layout.top, layout.height);
    format!("<line class=\"lifeline\" x1=\"{x}\" x2=\"{x}\" y1=\"{top}\" y2=\"{bottom}\"/>\n")
}

fn head(head: &Head) -> String {
    let frame = rect("frame", &head.frame, 7);
    let (title, note) = (text("title", &head.title), text("small", &head.note));
    format!("<g>{frame}{title}{note}</g>\n")
}

fn item(item: &Item, width: i32) -> String {
    match item {
        Item::Row(step) => row(step),
        Item::Note { frame, text: label } => {
            let (frame, label) = (rect("", frame, 4), text("small", label));
            format!("<g class=\"note\">{frame}{label}</g>\n")
        }
        Item::End { y, text: label } => {
            let (ground, label) = (rect("label", &label.ground, 0), text("", label));
            let right = width - 4;
            let line = format!("<line x1=\"4\" x2=\"{right}\" y1=\"{y}\" y2=\"{y}\"/>");
            format!("<g class=\"end\">{line}{ground}{label}</g>\n")
        }
    }
}

fn row(row: &Row) -> String {
    let class = match row.status {
        StepStatus::Done => "step",
        StepStatus::Failed => "step failed",
        StepStatus::NotReached => "step off",
    };
    let (ground, label) = (rect("label", &row.label.ground, 0), text("", &row.label));
    let arrow_and_number =
        arrow(&row.arrow) + &row.number.map_or_else(String::new, |one| number(row, one));
    let mark = row.mark.as_ref().map_or_else(String::new, mark);
    format!("<g class=\"{class}\">{ground}{label}{arrow_and_number}{mark}</g>\n")
}

fn arrow(arrow: &Arrow) -> String {
    let class = if arrow.dashed { "way reply" } else { "way" };
    let (line, tip) = (arrow.line(), arrow.tip());
    format!("<path class=\"{class}\" d=\"{line}\"/><path class=\"tip\" d=\"{tip}\"/>")
}

fn number(row: &Row, number: usize) -> String {
    let centre = row.arrow.number_center();
    let (x, y, baseline) = (centre.x, centre.y, centre.y + 4);
    format!(
        "<g class=\"number\"><circle cx=\"{x}\" cy=\"{y}\" r=\"{NUMBER_RADIUS}\"/>\
         <text text-anchor=\"middle\" x=\"{x}\" y=\"{baseline}\">{number}</text></g>"
    )
}

fn mark(mark: &Mark) -> String {
    let class = if mark.passes { "good" } else { "bad" };
    format!("<path class=\"mark {class}\" d=\"{}\"/>", mark.path())
}

fn rect(class: &str, rect: &Rect, radius: i32) -> String {
    let Rect {
        x,
        y,
        width,
        height,
    } = rect;
    format!(
        "<rect{} rx=\"{radius}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
        class_attribute(class)
    )
}

fn text(class: &str, block: &TextBlock) -> String {
    if block.lines.is_empty() {
        return String::new();
    }
    let (anchor, x, y) = (block.anchor.name(), block.first.x, block.first.y);
    let lines = block.lines.iter().enumerate().map(|(index, line)| {
        let down = if index == 0 { 0 } else { LINE_HEIGHT };
        format!("<tspan x=\"{x}\" dy=\"{down}\">{}</tspan>", escaped(line))
    });
    let lines: String = lines.collect();
    format!(
        "<text{} text-anchor=\"{anchor}\" x=\"{x}\" y=\"{y}\">{lines}</text>",
        class_attribute(class)
    )
}

fn class_attribute(class: &str) -> String {
    match class {
        "" => String::new(),
        class => format!(" class=\"{class}\""),
    }
}

/// The text as content of an XML element; characters that XML 1.0 does not have (§2.2) become U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(c),
            '\0'..' ' | '\u{7f}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
