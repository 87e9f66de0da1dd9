//! Lays out a trace: a column for each participant, and the steps from top to bottom.

use super::elements::{
    Arrow, ArrowShape, Head, Item, LOOP_WIDTH, Layout, Mark, NUMBER_RADIUS, Row, StepStatus,
};
use super::participants::{Participant, Participants};
use super::shape::{Point, Rect};
use super::text::{Anchor, LINE_HEIGHT, TextBlock, width_of};
use crate::flow::{Actor, Step, StepId, StepKind, Trace, UnreachedStep};

impl Layout {
    /// Lays out a trace from top to bottom. The same trace gives the same positions.
    #[must_use]
    pub fn new(trace: &Trace, participants: &Participants) -> Self {
        let lanes = Lanes::new(trace);
        let heads = heads(&lanes, participants);
        let top = heads.iter().map(|head| head.frame.bottom()).max();
        let top = top.unwrap_or(0);
        let width = lanes.width;
        let mut column = Column {
            y: top + GAP,
            items: Vec::new(),
            lanes,
        };
        column.note(participants.identity);
        for step in &trace.steps {
            column.step(step);
            column.note(note_after(step, participants));
        }
        if !trace.unreached.is_empty() {
            column.end();
        }
        for step in &trace.unreached {
            column.unreached(step);
        }
        Self {
            width,
            height: column.y + GAP,
            heads,
            top,
            items: column.items,
        }
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
    fn new(trace: &Trace) -> Self {
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

    /// The side of a lifeline on which a check is drawn: the last one has no room on its right.
    fn side(&self, actor: Actor) -> Side {
        let last = self.actors.last() == Some(&actor) && self.actors.len() > 1;
        Side {
            x: self.x(actor),
            sign: if last { -1 } else { 1 },
        }
    }
}

fn heads(lanes: &Lanes, participants: &Participants) -> Vec<Head> {
    let head = |actor: &Actor| {
        head(
            lanes.x(*actor),
            lanes.head_width(),
            &participants.get(*actor),
        )
    };
    let mut heads: Vec<_> = lanes.actors.iter().map(head).collect();
    let tallest = heads.iter().map(|head| head.frame.height).max();
    for head in &mut heads {
        head.frame.height = tallest.unwrap_or_default();
    }
    heads
}

fn head(x: i32, width: i32, participant: &Participant) -> Head {
    let room = width - 16;
    let title = TextBlock::new(&participant.title, (x, 11), room, Anchor::Middle);
    let below = 12 + title.height();
    let note = TextBlock::small(&participant.note, (x, below), room, Anchor::Middle);
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

/// What the client holds after a step, in the article's text.
fn note_after(step: &Step, participants: &Participants) -> &'static str {
    match (step.id, step.failed) {
        (StepId::IdentityToken, false) => participants.assertion,
        (StepId::AccessToken, false) => ACCESS,
        _ => "",
    }
}

/// The items so far, from top to bottom; `y` is where the next one begins.
struct Column {
    y: i32,
    items: Vec<Item>,
    lanes: Lanes,
}

impl Column {
    fn step(&mut self, step: &Step) {
        let status = if step.failed {
            StepStatus::Failed
        } else {
            StepStatus::Done
        };
        let text = match (step.kind, step.failed) {
            (StepKind::Check, true) => format!("{}\n{FAILS}", step.title),
            _ => step.title.clone(),
        };
        let number = Some(step.number);
        self.row(step.from, step.to, step.kind, &text, (number, status));
    }

    fn unreached(&mut self, step: &UnreachedStep) {
        let status = (None, StepStatus::NotReached);
        self.row(step.from, step.to, step.kind, step.title, status);
    }

    fn row(
        &mut self,
        from: Actor,
        to: Actor,
        kind: StepKind,
        text: &str,
        status: (Option<usize>, StepStatus),
    ) {
        let dashed = kind == StepKind::Response;
        let row = if from == to {
            self.check(from, text, status)
        } else {
            self.message((self.lanes.x(from), self.lanes.x(to)), dashed, text, status)
        };
        self.y += row.ground.height + GAP;
        self.items.push(Item::Row(row));
    }

    fn message(
        &self,
        (from, to): (i32, i32),
        dashed: bool,
        text: &str,
        (number, status): (Option<usize>, StepStatus),
    ) -> Row {
        let failed = status == StepStatus::Failed;
        let label = self.label_between(from, to, text, failed);
        let y = self.y + 4 + label.height() + NUMBER_RADIUS;
        Row {
            number,
            status,
            arrow: straight(from, to, y, number, dashed),
            mark: failed.then(|| mark_before(&label)),
            ground: Rect {
                x: from.min(to) - NUMBER_RADIUS - 6,
                y: self.y,
                width: (to - from).abs() + 2 * (NUMBER_RADIUS + 6),
                height: y + NUMBER_RADIUS + 4 - self.y,
            },
            label,
        }
    }

    /// The label above an arrow, with room for a mark if the step fails.
    fn label_between(&self, from: i32, to: i32, text: &str, failed: bool) -> TextBlock {
        let mark = if failed { MARK_WIDTH } else { 0 };
        let room = (to - from).abs() - 2 * NUMBER_RADIUS - 16 - mark;
        let centre = i32::midpoint(from, to) + mark / 2;
        TextBlock::new(text, (centre, self.y + 4), room, Anchor::Middle)
    }

    fn check(
        &self,
        actor: Actor,
        text: &str,
        (number, status): (Option<usize>, StepStatus),
    ) -> Row {
        let side = self.lanes.side(actor);
        let room = (self.lanes.step - AROUND_CHECK).min(CHECK_ROOM);
        let label_x = side.x + side.sign * (LOOP_WIDTH + 10);
        let label = TextBlock::new(text, (label_x, self.y), room, side.anchor());
        let height = (label.height() + 8).max(LOOP_HEIGHT + 2 * NUMBER_RADIUS + 2);
        let middle = self.y + height / 2;
        let mark = Mark {
            at: Point {
                x: side.x + side.sign * (LOOP_WIDTH / 2 + 4),
                y: middle + 1,
            },
            passes: status == StepStatus::Done,
        };
        let above = height / 2 - label.height() / 2;
        Row {
            number,
            status,
            arrow: side.around(middle, number),
            mark: (status != StepStatus::NotReached).then_some(mark),
            ground: side.ground(self.y, height, label.ground.width),
            label: label.moved(above),
        }
    }

    /// Beside the client's lifeline; nothing if the text is empty.
    fn note(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let x = self.lanes.x(Actor::Client) + 12;
        let room = (self.lanes.step - AROUND_NOTE).min(NOTE_ROOM);
        let text = TextBlock::new(text, (x + 9, self.y + 5), room, Anchor::Start);
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
        let y = self.y + 4 + LINE_HEIGHT / 2;
        self.y += LINE_HEIGHT + 8 + GAP;
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
            shape: ArrowShape::Loop {
                right: self.right(),
            },
            dashed: false,
        }
    }

    /// What loop and label cover.
    fn ground(self, y: i32, height: i32, label: i32) -> Rect {
        let width = NUMBER_RADIUS + 6 + LOOP_WIDTH + 10 + label;
        let outer = NUMBER_RADIUS + 6;
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
        shape: ArrowShape::Straight,
        dashed,
    }
}

fn mark_before(label: &TextBlock) -> Mark {
    let at = Point {
        x: label.ground.x - MARK_WIDTH / 2 + 2,
        y: label.ground.y + label.height() / 2,
    };
    Mark { at, passes: false }
}

/// An arrow begins at the edge of its number, or at the lifeline.
fn start_of(number: Option<usize>) -> i32 {
    number.map_or(0, |_| NUMBER_RADIUS)
}

const ACCESS: &str = "Entra ID token";
const FAILS: &str = "No, it stops here.";
const NOT_REACHED: &str = "Not reached";

const LOOP_HEIGHT: i32 = 22;
/// Of a drawing with four lifelines, and what each more takes.
const WIDTH: i32 = 752;
const WIDER: i32 = 54;
/// The first lifeline.
const FIRST: i32 = 86;
const HEAD_WIDTH: i32 = 164;
const GAP: i32 = 6;
const MARK_WIDTH: i32 = 18;
/// What loop, number and margins take beside the text of a check, and the margins beside those of a note.
const AROUND_CHECK: i32 = 53;
const CHECK_ROOM: i32 = 200;
const AROUND_NOTE: i32 = 43;
const NOTE_ROOM: i32 = 200;

#[cfg(test)]
mod tests {
    use crate::flow::{Scenario, run, shipped_scenarios};

    use super::*;

    fn traces() -> impl Iterator<Item = Trace> {
        shipped_scenarios()
            .iter()
            .map(|one| run(&Scenario::parse(one.json).scenario))
    }

    fn trace(name: &str) -> Trace {
        let mut all = shipped_scenarios().iter();
        let one = all.find(|one| one.name == name).unwrap();
        run(&Scenario::parse(one.json).scenario)
    }

    /// With texts that are longer than usual.
    fn participants() -> Participants {
        let participant = |title: &str, note: &str| Participant {
            title: title.to_owned(),
            note: note.to_owned(),
        };
        let long = "home of the identity: A company with a rather long name";
        let host = "an-exceedingly-long-host-name.contoso.example";
        Participants {
            all: vec![
                (Actor::Home, participant("Entra ID", long)),
                (
                    Actor::Client,
                    participant("Client application", "with managed identity"),
                ),
                (Actor::Api, participant("Protected API", host)),
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
            let layout = Layout::new(&trace, &participants());
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
            for item in Layout::new(&trace, &participants()).items {
                let Item::Row(row) = item else { continue };
                assert!(inside(&row.label.ground, &row.ground), "{:?}", row.label);
                if row.arrow.shape == ArrowShape::Straight {
                    let bottom = row.label.ground.y + row.label.ground.height;
                    assert!(bottom + 2 <= row.arrow.from.y, "{:?}", row.label);
                }
            }
        }
    }

    #[test]
    fn heads_stand_beside_each_other_and_hold_their_words() {
        let lanes = Lanes::new(&traces().next().unwrap());
        let heads = heads(&lanes, &participants());
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
            let layout = Layout::new(&trace, &participants());
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
            let items = Layout::new(trace, &participants()).items.into_iter();
            items
                .filter(|item| matches!(item, Item::Note { .. }))
                .count()
        };
        let scenarios = [
            "managed-identity",
            "article-2022",
            "article-today",
            "wrong-subject",
        ];
        let counts = scenarios.map(|name| notes(&trace(name)));
        assert_eq!(counts, [3, 3, 2, 2]);
    }

    #[test]
    fn who_takes_no_part_has_no_lifeline() {
        let mut trace = traces().next().unwrap();
        trace.steps.truncate(2);
        let two = Layout::new(&trace, &participants());
        assert_eq!((two.heads.len(), two.width), (2, WIDTH));
        assert_eq!(two.heads[0].x, FIRST);
        assert_eq!(two.heads[1].x, WIDTH - FIRST);
        trace.steps.clear();
        let none = Layout::new(&trace, &participants());
        assert_eq!((none.heads.len(), none.items.len()), (0, 1));
    }
}
