//! The part of the program that arrives after the first draw, as the first part sees it: a table of functions.
//!
//! Decoding a token needs no other page, sample, key or signature, so a visitor sees their token sooner without them.

pub mod file;
pub mod sample;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fedcred_core::flow::SampleToken;
use fedcred_core::jose::{Keys, Signature, Token};
use gloo::timers::callback::Timeout;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::effect::use_kept;
use crate::platform::{page, program};
use crate::route::Place;
use crate::session::SessionContext;
use file::Content;

/// What the first part calls in the late one. It calls nothing there by name: that would become part of the first.
pub struct Late {
    /// Draws the page of a route other than Decode.
    pub page: fn(&Place, &SessionContext) -> Html,
    /// Recognises and reads the keys in a text.
    pub read_keys: fn(&str) -> Keys,
    /// Checks a token's signature.
    pub check_signature: fn(&Token, &Keys, OwnKey) -> CheckedSignature,
    /// Makes the sample with this number in the list of samples, as of a time in seconds.
    pub sample: fn(usize, i64) -> Option<SampleToken>,
    /// Tells whether a file holds keys or tokens.
    pub file_content: fn(&[u8]) -> Content,
}

/// Whether to try the key that a token carries in its own header, where no other key fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnKey {
    Ignore,
    Try,
}

/// A token's signature, and whether its header holds a key.
#[derive(Debug)]
pub struct CheckedSignature {
    pub signature: Signature,
    pub carries_key: bool,
}

/// There is one table only.
impl PartialEq for Late {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Where the late part is.
#[derive(Clone, Copy, PartialEq)]
pub enum Progress {
    Loading,
    Loaded(&'static Late),
    /// It could not be loaded; the page says so.
    Failed,
}

/// The late part, whether it is there or not.
#[derive(Clone)]
pub struct LatePart {
    /// Where it was when this was drawn.
    pub progress: Progress,
    now: Rc<Now>,
}

/// Where it is at any time: what began before it came may end after.
struct Now {
    progress: Cell<Progress>,
    waiting: RefCell<Option<Task>>,
}

type Task = Box<dyn FnOnce(&'static Late)>;

impl PartialEq for LatePart {
    fn eq(&self, other: &Self) -> bool {
        self.progress == other.progress
    }
}

impl LatePart {
    /// Its functions, if it is there.
    pub fn loaded(&self) -> Option<&'static Late> {
        match self.progress {
            Progress::Loaded(late) => Some(late),
            Progress::Loading | Progress::Failed => None,
        }
    }

    /// Whether it is still on its way.
    pub fn is_loading(&self) -> bool {
        self.now.progress.get() == Progress::Loading
    }

    /// Runs the task now, or as soon as the late part is there. Of several tasks that wait, the last one runs.
    pub fn when_loaded(&self, task: impl FnOnce(&'static Late) + 'static) {
        match self.now.progress.get() {
            Progress::Loaded(late) => task(late),
            Progress::Loading => {
                self.now.waiting.replace(Some(Box::new(task)));
            }
            Progress::Failed => {}
        }
    }
}

/// How long the late part may take until the page says that the program did not load, in milliseconds.
const TIME_LIMIT: u32 = 60_000;

/// Loads the late part after the first draw, and tells the start script how that went; used once, by the app.
#[hook]
pub fn use_late<F>(load: fn() -> F) -> LatePart
where
    F: Future<Output = Option<&'static Late>> + 'static,
{
    let progress = use_state_eq(|| Progress::Loading);
    let now = use_memo((), |()| Now {
        progress: Cell::new(Progress::Loading),
        waiting: RefCell::new(None),
    });
    let set = {
        let (setter, now) = (progress.setter(), now.clone());
        move |progress| {
            now.progress.set(progress);
            setter.set(progress);
        }
    };
    let at_arrival = now.clone();
    use_kept(&[], move || {
        let fail = {
            let set = set.clone();
            move || {
                program::is_incomplete();
                // Nothing is on its way any more.
                page::hide("loading");
                set(Progress::Failed);
            }
        };
        let limit = Timeout::new(TIME_LIMIT, fail.clone());
        spawn_local(async move {
            let late = load().await;
            drop(limit);
            let Some(late) = late else { return fail() };
            if program::is_whole() {
                set(Progress::Loaded(late));
                if let Some(task) = at_arrival.waiting.take() {
                    task(late);
                }
            }
        });
    });
    LatePart {
        progress: *progress,
        now,
    }
}
