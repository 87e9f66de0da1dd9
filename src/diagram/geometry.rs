//! Where everything of a sequence diagram stands: a trace goes in, positions come out.

use fedcred_core::flow::{Actor, Step, StepId, StepKind, Trace, UnreachedStep};

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

/// The names of participants, of others the title is known; and what the client has before and after the first answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    pub all: Vec<(Actor, Name)>,
    pub identity: &'static str,
    pub assertion: &'static str,
}

impl Names {
    /// The name of a participant.
    pub fn of(&self, actor: Actor) -> Name {
        let found = self.all.iter().find(|(known, _)| *known == actor);
        let title = || Name {
            title: actor.title().to_owned(),
            note: String::new(),
        };
        found.map_or_else(title, |(_, name)| name.clone())
    }
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
    let lanes = Lanes::of(trace);
    let heads = heads(&lanes, names);
    let top = heads.iter().map(bottom_of).max().unwrap_or(0);
    let width = lanes.width;
    let mut pen = Pen {
        y: top + GAP,
        items: Vec::new(),
        lanes,
    };
    pen.note(names.identity);
    for step in &trace.steps {
        pen.step(step);
        pen.note(note_after(step, names));
    }
    if !trace.unreached.is_empty() {
        pen.end();
    }
    for step in &trace.unreached {
        pen.unreached(step);
    }
    Layout {
        width,
        height: pen.y + GAP,
        heads,
        top,
        items: pen.items,
    }
}

/// A lifeline for each participant that takes part, from left to right.
struct Lanes {
    actors: Vec<Actor>,
    /// From one lifeline to the next.
    step: i32,
    width: i32,
}

impl Lanes {
    fn of(trace: &Trace) -> Self {
        let actors = trace.actors();
        let count = i32::try_from(actors.len()).unwrap_or(0);
        let width = WIDTH + WIDER * (count - 4).max(0);
        Self {
            actors,
            step: (width - 2 * FIRST) / (count - 1).max(1),
            width,
        }
    }

    /// The lifeline of a participant.
    fn x(&self, actor: Actor) -> i32 {
        let place = self.actors.iter().position(|known| *known == actor);
        FIRST + self.step * i32::try_from(place.unwrap_or(0)).unwrap_or(0)
    }

    fn head_width(&self) -> i32 {
        (self.step - 12).min(HEAD_WIDTH)
    }

    /// The side of a lifeline on which a check stands: the last one has no room on its right.
    fn side(&self, actor: Actor) -> Side {
        let last = self.actors.last() == Some(&actor) && self.actors.len() > 1;
        Side {
            x: self.x(actor),
            sign: if last { -1 } else { 1 },
        }
    }
}

fn heads(lanes: &Lanes, names: &Names) -> Vec<Head> {
    let head = |actor: &Actor| head(lanes.x(*actor), lanes.head_width(), &names.of(*actor));
    let mut heads: Vec<_> = lanes.actors.iter().map(head).collect();
    let tallest = heads.iter().map(|head| head.frame.height).max();
    for head in &mut heads {
        head.frame.height = tallest.unwrap_or_default();
    }
    heads
}

fn head(x: i32, width: i32, name: &Name) -> Head {
    let room = width - 16;
    let title = TextBlock::new(&name.title, (x, 11), room, Anchor::Middle);
    let below = 12 + title.height();
    let note = TextBlock::small(&name.note, (x, below), room, Anchor::Middle);
    let frame = Rect {
        x: x - width / 2,
        y: 2,
        width,
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
fn note_after(step: &Step, names: &Names) -> &'static str {
    match (step.id, step.failed) {
        (StepId::IdentityToken, false) => names.assertion,
        (StepId::AccessToken, false) => ACCESS,
        _ => "",
    }
}

/// Draws from top to bottom; `y` is where the next thing begins.
struct Pen {
    y: i32,
    items: Vec<Item>,
    lanes: Lanes,
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
            self.message(
                (self.lanes.x(from), self.lanes.x(to)),
                dashed,
                words,
                standing,
            )
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
        let side = self.lanes.side(actor);
        let room = (self.lanes.step - AROUND_CHECK).min(CHECK_ROOM);
        let label_x = side.x + side.sign * (LOOP + 10);
        let label = TextBlock::new(words, (label_x, self.y), room, side.anchor());
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
        let x = self.lanes.x(Actor::Client) + 12;
        let room = (self.lanes.step - AROUND_NOTE).min(NOTE_ROOM);
        let text = TextBlock::new(words, (x + 9, self.y + 5), room, Anchor::Start);
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
        let at = (self.lanes.width / 2, self.y + 4);
        let text = TextBlock::new(NOT_REACHED, at, width_of(NOT_REACHED), Anchor::Middle);
        let y = self.y + 4 + LINE / 2;
        self.y += LINE + 8 + GAP;
        self.items.push(Item::End { y, text });
    }
}

/// The side of a lifeline.
#[derive(Clone, Copy)]
struct Side {
    x: i32,
    /// 1 on the right, -1 on the left.
    sign: i32,
}

impl Side {
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

const ACCESS: &str = "Entra ID token";
const FAILS: &str = "No, it stops here.";
const NOT_REACHED: &str = "Not reached";

/// Radius of a step's number.
pub(super) const RADIUS: i32 = 9;
/// How far a loop goes out.
pub(super) const LOOP: i32 = 34;
const LOOP_HEIGHT: i32 = 22;
/// Of a drawing with four lifelines, and what each more takes.
const WIDTH: i32 = 752;
const WIDER: i32 = 54;
/// The first lifeline.
const FIRST: i32 = 86;
const HEAD_WIDTH: i32 = 164;
const GAP: i32 = 6;
const SIGN_WIDTH: i32 = 18;
/// What loop, number and margins take beside the words of a check, and the margins beside those of a note.
const AROUND_CHECK: i32 = 53;
const CHECK_ROOM: i32 = 200;
const AROUND_NOTE: i32 = 43;
const NOTE_ROOM: i32 = 200;

#[cfg(test)]
mod tests {
    use fedcred_core::flow::{Scenario, run};

    use super::*;

    const SCENARIOS: [&str; 4] = [
        include_str!("../../core/data/scenarios/managed-identity.json"),
        include_str!("../../core/data/scenarios/article-2022.json"),
        include_str!("../../core/data/scenarios/article-today.json"),
        include_str!("../../core/data/scenarios/wrong-subject.json"),
    ];

    fn traces() -> impl Iterator<Item = Trace> {
        SCENARIOS
            .iter()
            .map(|text| run(&Scenario::parse(text).scenario))
    }

    fn names() -> Names {
        let name = |title: &str, note: &str| Name {
            title: title.to_owned(),
            note: note.to_owned(),
        };
        let long = "home of the identity: A company with a rather long name";
        let host = "an-exceedingly-long-host-name.contoso.example";
        Names {
            all: vec![
                (Actor::Home, name("Entra ID", long)),
                (
                    Actor::Client,
                    name("Client application", "with managed identity"),
                ),
                (Actor::Api, name("Protected API", host)),
            ],
            identity: "Managed identity",
            assertion: "External token (from Entra ID)",
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
        let lanes = Lanes::of(&traces().next().unwrap());
        let heads = heads(&lanes, &names());
        assert_eq!(heads.len(), 4);
        assert_eq!(heads[2].title.lines, ["Entra ID"]);
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
    fn who_takes_no_part_has_no_lifeline() {
        let mut trace = traces().next().unwrap();
        trace.steps.truncate(2);
        let two = layout(&trace, &names());
        assert_eq!((two.heads.len(), two.width), (2, WIDTH));
        assert_eq!(two.heads[0].x, FIRST);
        assert_eq!(two.heads[1].x, WIDTH - FIRST);
        trace.steps.clear();
        let none = layout(&trace, &names());
        assert_eq!((none.heads.len(), none.items.len()), (0, 1));
    }
}
