//! Where everything of a sequence diagram stands: a trace goes in, positions come out.

use fedcred_core::flow::{Actor, Step, StepKind, Trace, UnreachedStep};

use super::text::{Anchor, LINE, TextBlock, width_of};

/// A place, in the units of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

/// An area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

/// What a participant is called, and what more there is to say of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Name {
    pub title: String,
    pub note: String,
}

/// The names of the four participants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub client: Name,
    pub home: Name,
    pub entra: Name,
    pub api: Name,
}

/// A participant: its box, its words and the x of its lifeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub frame: Rect,
    pub title: TextBlock,
    pub note: TextBlock,
    pub x: i32,
}

/// What is between two participants, or at one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Straight,
    /// A loop, to the right or to the left of its lifeline.
    Loop {
        right: bool,
    },
}

/// An arrow from the number to its head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    pub from: Point,
    pub to: Point,
    pub shape: Shape,
    pub dashed: bool,
}

/// How a step stands in the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Done,
    Failed,
    NotReached,
}

/// ✓ or ×, around a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sign {
    pub at: Point,
    pub passes: bool,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number; a step that was not reached has none.
    pub number: Option<usize>,
    pub standing: Standing,
    pub arrow: Arrow,
    pub label: TextBlock,
    pub sign: Option<Sign>,
    /// All of it: the ground of the current step.
    pub ground: Rect,
}

/// One thing in the column of time.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Row(Row),
    /// What the client holds now.
    Note {
        frame: Rect,
        text: TextBlock,
    },
    /// From here on nothing was reached.
    End {
        y: i32,
        text: TextBlock,
    },
}

/// The whole drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub width: i32,
    pub height: i32,
    pub heads: Vec<Head>,
    /// Where the lifelines begin.
    pub top: i32,
    pub items: Vec<Item>,
}

/// Lays out a trace from top to bottom.
pub fn layout(trace: &Trace, names: &Names) -> Layout {
    let heads = heads(names);
    let top = heads.iter().map(bottom_of).max().unwrap_or(0);
    let mut pen = Pen {
        y: top + GAP,
        items: Vec::new(),
    };
    pen.note(NOTES.identity);
    for step in &trace.steps {
        pen.step(step);
        pen.note(note_after(step));
    }
    if !trace.unreached.is_empty() {
        pen.end();
    }
    for step in &trace.unreached {
        pen.unreached(step);
    }
    Layout {
        width: WIDTH,
        height: pen.y + GAP,
        heads,
        top,
        items: pen.items,
    }
}

fn heads(names: &Names) -> Vec<Head> {
    let all = [
        (Actor::Client, &names.client),
        (Actor::Home, &names.home),
        (Actor::Entra, &names.entra),
        (Actor::Api, &names.api),
    ];
    let mut heads = all.map(|(actor, name)| head(x_of(actor), name));
    let tallest = heads.iter().map(|head| head.frame.height).max();
    for head in &mut heads {
        head.frame.height = tallest.unwrap_or_default();
    }
    heads.into()
}

fn head(x: i32, name: &Name) -> Head {
    let room = HEAD_WIDTH - 16;
    let title = TextBlock::new(&name.title, (x, 11), room, Anchor::Middle);
    let below = 12 + title.height();
    let note = TextBlock::small(&name.note, (x, below), room, Anchor::Middle);
    let frame = Rect {
        x: x - HEAD_WIDTH / 2,
        y: 2,
        width: HEAD_WIDTH,
        height: title.height() + note.height() + 20,
    };
    Head {
        frame,
        title,
        note,
        x,
    }
}

fn bottom_of(head: &Head) -> i32 {
    head.frame.y + head.frame.height
}

/// What the client holds after a step, in the article's words.
fn note_after(step: &Step) -> &'static str {
    match (step.kind, step.from, step.to, step.failed) {
        (StepKind::Response, Actor::Home, Actor::Client, false) => NOTES.external,
        (StepKind::Response, Actor::Entra, Actor::Client, false) => NOTES.access,
        _ => "",
    }
}

/// Draws from top to bottom; `y` is where the next thing begins.
struct Pen {
    y: i32,
    items: Vec<Item>,
}

impl Pen {
    fn step(&mut self, step: &Step) {
        let standing = if step.failed {
            Standing::Failed
        } else {
            Standing::Done
        };
        let words = match (step.kind, step.failed) {
            (StepKind::Check, true) => format!("{}\n{FAILS}", step.title),
            _ => step.title.clone(),
        };
        let number = Some(step.number);
        self.row(step.from, step.to, step.kind, &words, (number, standing));
    }

    fn unreached(&mut self, step: &UnreachedStep) {
        let standing = (None, Standing::NotReached);
        self.row(step.from, step.to, step.kind, step.title, standing);
    }

    fn row(
        &mut self,
        from: Actor,
        to: Actor,
        kind: StepKind,
        words: &str,
        standing: (Option<usize>, Standing),
    ) {
        let dashed = kind == StepKind::Response;
        let row = if from == to {
            self.check(from, words, standing)
        } else {
            self.message((x_of(from), x_of(to)), dashed, words, standing)
        };
        self.y += row.ground.height + GAP;
        self.items.push(Item::Row(row));
    }

    fn message(
        &self,
        (from, to): (i32, i32),
        dashed: bool,
        words: &str,
        (number, standing): (Option<usize>, Standing),
    ) -> Row {
        let failed = standing == Standing::Failed;
        let label = self.label_between(from, to, words, failed);
        let y = self.y + 4 + label.height() + RADIUS;
        Row {
            number,
            standing,
            arrow: straight(from, to, y, number, dashed),
            sign: failed.then(|| sign_before(&label)),
            ground: Rect {
                x: from.min(to) - RADIUS - 6,
                y: self.y,
                width: (to - from).abs() + 2 * (RADIUS + 6),
                height: y + RADIUS + 4 - self.y,
            },
            label,
        }
    }

    /// The label above an arrow, with room for a sign where the step fails.
    fn label_between(&self, from: i32, to: i32, words: &str, failed: bool) -> TextBlock {
        let sign = if failed { SIGN_WIDTH } else { 0 };
        let room = (to - from).abs() - 2 * RADIUS - 16 - sign;
        let centre = i32::midpoint(from, to) + sign / 2;
        TextBlock::new(words, (centre, self.y + 4), room, Anchor::Middle)
    }

    fn check(
        &self,
        actor: Actor,
        words: &str,
        (number, standing): (Option<usize>, Standing),
    ) -> Row {
        let side = Side::of(actor);
        let label_x = side.x + side.sign * (LOOP + 10);
        let label = TextBlock::new(words, (label_x, self.y), CHECK_ROOM, side.anchor());
        let height = (label.height() + 8).max(LOOP_HEIGHT + 2 * RADIUS + 2);
        let middle = self.y + height / 2;
        let sign = Sign {
            at: Point {
                x: side.x + side.sign * (LOOP / 2 + 4),
                y: middle + 1,
            },
            passes: standing == Standing::Done,
        };
        let above = height / 2 - label.height() / 2;
        Row {
            number,
            standing,
            arrow: side.around(middle, number),
            sign: (standing != Standing::NotReached).then_some(sign),
            ground: side.ground(self.y, height, label.ground.width),
            label: label.moved(above),
        }
    }

    /// Beside the client's lifeline; nothing where there are no words.
    fn note(&mut self, words: &str) {
        if words.is_empty() {
            return;
        }
        let x = x_of(Actor::Client) + 12;
        let text = TextBlock::new(words, (x + 9, self.y + 5), NOTE_ROOM, Anchor::Start);
        let frame = Rect {
            x,
            y: self.y,
            width: text.ground.width + 10,
            height: text.height() + 10,
        };
        self.y += frame.height + GAP;
        self.items.push(Item::Note { frame, text });
    }

    fn end(&mut self) {
        let at = (WIDTH / 2, self.y + 4);
        let text = TextBlock::new(NOT_REACHED, at, width_of(NOT_REACHED), Anchor::Middle);
        let y = self.y + 4 + LINE / 2;
        self.y += LINE + 8 + GAP;
        self.items.push(Item::End { y, text });
    }
}

/// The side of a lifeline on which a check stands: the last one has no room on its right.
#[derive(Clone, Copy)]
struct Side {
    x: i32,
    /// 1 on the right, -1 on the left.
    sign: i32,
}

impl Side {
    fn of(actor: Actor) -> Self {
        let sign = if actor == Actor::Api { -1 } else { 1 };
        Self {
            x: x_of(actor),
            sign,
        }
    }

    fn right(self) -> bool {
        self.sign > 0
    }

    fn anchor(self) -> Anchor {
        if self.right() {
            Anchor::Start
        } else {
            Anchor::End
        }
    }

    /// A loop out of the lifeline and back, around this height.
    fn around(self, middle: i32, number: Option<usize>) -> Arrow {
        let at = |distance: i32, y: i32| Point {
            x: self.x + self.sign * distance,
            y,
        };
        Arrow {
            from: at(start_of(number), middle - LOOP_HEIGHT / 2),
            to: at(2, middle + LOOP_HEIGHT / 2),
            shape: Shape::Loop {
                right: self.right(),
            },
            dashed: false,
        }
    }

    /// What loop and label cover.
    fn ground(self, y: i32, height: i32, label: i32) -> Rect {
        let width = RADIUS + 6 + LOOP + 10 + label;
        let outer = RADIUS + 6;
        let x = if self.right() {
            self.x - outer
        } else {
            self.x + outer - width
        };
        Rect {
            x,
            y,
            width,
            height,
        }
    }
}

fn straight(from: i32, to: i32, y: i32, number: Option<usize>, dashed: bool) -> Arrow {
    let direction = (to - from).signum();
    let x = from + direction * start_of(number);
    let tip = to - direction * 2;
    Arrow {
        from: Point { x, y },
        to: Point { x: tip, y },
        shape: Shape::Straight,
        dashed,
    }
}

fn sign_before(label: &TextBlock) -> Sign {
    let at = Point {
        x: label.ground.x - SIGN_WIDTH / 2 + 2,
        y: label.ground.y + label.height() / 2,
    };
    Sign { at, passes: false }
}

/// An arrow begins at the edge of its number, or at the lifeline.
fn start_of(number: Option<usize>) -> i32 {
    number.map_or(0, |_| RADIUS)
}

/// The lifeline of a participant.
pub(super) fn x_of(actor: Actor) -> i32 {
    match actor {
        Actor::Client => 86,
        Actor::Home | Actor::Issuer => 274,
        Actor::Entra => 474,
        Actor::Api | Actor::Graph => 666,
    }
}

struct Notes {
    identity: &'static str,
    external: &'static str,
    access: &'static str,
}

const NOTES: Notes = Notes {
    identity: "Managed identity",
    external: "External token (from Entra ID)",
    access: "Entra ID token",
};
const FAILS: &str = "No, it stops here.";
const NOT_REACHED: &str = "Not reached";

/// Radius of a step's number.
pub(super) const RADIUS: i32 = 9;
/// How far a loop goes out.
pub(super) const LOOP: i32 = 34;
const LOOP_HEIGHT: i32 = 22;
const WIDTH: i32 = 752;
const HEAD_WIDTH: i32 = 164;
const GAP: i32 = 6;
const SIGN_WIDTH: i32 = 18;
const CHECK_ROOM: i32 = 140;
const NOTE_ROOM: i32 = 150;

#[cfg(test)]
mod tests {
    use fedcred_core::flow::{Scenario, run};

    use super::*;

    const SCENARIOS: [&str; 4] = [
        include_str!("../../static/scenarios/managed-identity.json"),
        include_str!("../../static/scenarios/article-2022.json"),
        include_str!("../../static/scenarios/article-today.json"),
        include_str!("../../static/scenarios/wrong-subject.json"),
    ];

    fn traces() -> impl Iterator<Item = Trace> {
        SCENARIOS
            .iter()
            .map(|text| run(&Scenario::read(text).scenario))
    }

    fn names() -> Names {
        let name = |title: &str, note: &str| Name {
            title: title.to_owned(),
            note: note.to_owned(),
        };
        Names {
            client: name("Client application", "with managed identity"),
            home: name(
                "Entra ID",
                "home of the identity: A company with a rather long name",
            ),
            entra: name("Entra ID", "tenant of the app: Contoso"),
            api: name(
                "Protected API",
                "an-exceedingly-long-host-name.contoso.example",
            ),
        }
    }

    fn apart(a: &Rect, b: &Rect) -> bool {
        a.x + a.width <= b.x
            || b.x + b.width <= a.x
            || a.y + a.height <= b.y
            || b.y + b.height <= a.y
    }

    fn area(item: &Item) -> Rect {
        match item {
            Item::Row(row) => row.ground,
            Item::Note { frame, .. } => *frame,
            Item::End { text, .. } => text.ground,
        }
    }

    fn inside(inner: &Rect, outer: &Rect) -> bool {
        inner.x >= outer.x
            && inner.y >= outer.y
            && inner.x + inner.width <= outer.x + outer.width
            && inner.y + inner.height <= outer.y + outer.height
    }

    #[test]
    fn nothing_overlaps_its_neighbour_or_leaves_the_drawing() {
        for trace in traces() {
            let layout = layout(&trace, &names());
            let whole = Rect {
                x: 0,
                y: layout.top,
                width: layout.width,
                height: layout.height - layout.top,
            };
            let areas: Vec<Rect> = layout.items.iter().map(area).collect();
            for (index, a) in areas.iter().enumerate() {
                assert!(inside(a, &whole), "{a:?}");
                for b in &areas[index + 1..] {
                    assert!(apart(a, b), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn a_label_stays_between_its_lifelines_and_off_its_arrow() {
        for trace in traces() {
            for item in layout(&trace, &names()).items {
                let Item::Row(row) = item else { continue };
                assert!(inside(&row.label.ground, &row.ground), "{:?}", row.label);
                if row.arrow.shape == Shape::Straight {
                    let bottom = row.label.ground.y + row.label.ground.height;
                    assert!(bottom + 2 <= row.arrow.from.y, "{:?}", row.label);
                }
            }
        }
    }

    #[test]
    fn heads_stand_beside_each_other_and_hold_their_words() {
        let heads = heads(&names());
        for pair in heads.windows(2) {
            assert!(apart(&pair[0].frame, &pair[1].frame));
        }
        for head in &heads {
            assert!(inside(&head.title.ground, &head.frame), "{head:?}");
            assert!(inside(&head.note.ground, &head.frame), "{head:?}");
            assert!(apart(&head.title.ground, &head.note.ground));
        }
    }

    #[test]
    fn each_step_is_drawn_once_in_order() {
        for trace in traces() {
            let layout = layout(&trace, &names());
            let rows = layout.items.iter().filter_map(|item| match item {
                Item::Row(row) => Some(row.number),
                _ => None,
            });
            let numbers = trace.steps.iter().map(|step| Some(step.number));
            let expected: Vec<_> = numbers
                .chain(trace.unreached.iter().map(|_| None))
                .collect();
            assert_eq!(rows.collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn the_article_s_notes_are_there_as_far_as_it_goes() {
        let notes = |trace: &Trace| {
            let items = layout(trace, &names()).items.into_iter();
            items
                .filter(|item| matches!(item, Item::Note { .. }))
                .count()
        };
        let counts: Vec<_> = traces().map(|trace| notes(&trace)).collect();
        assert_eq!(counts, [3, 3, 2, 2]);
    }

    #[test]
    fn an_empty_trace_is_only_its_heads() {
        let mut trace = traces().next().unwrap();
        trace.steps.clear();
        assert_eq!(layout(&trace, &names()).items.len(), 1);
    }
}
