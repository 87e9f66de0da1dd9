//! The part of the program that arrives after the first draw, as the first part sees it: a table of functions.
//!
//! Decoding a token needs no other page, sample, key or signature, so a visitor sees their token sooner without them.

pub mod file;
pub mod sample;

use std::cell::RefCell;
use std::rc::Rc;

use fedcred_core::flow::Sample;
use fedcred_core::jose::{Keys, Signature, Token};
use gloo::timers::callback::Timeout;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::effect::use_kept;
use crate::platform::program;
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
    pub sample: fn(usize, i64) -> Option<Sample>,
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

/// The late part, whether it is there or on its way.
#[derive(Clone)]
pub struct LatePart {
    /// Its functions, if it was there when this was drawn.
    pub loaded: Option<&'static Late>,
    progress: Rc<RefCell<Progress>>,
}

enum Progress {
    /// It is on its way, and these tasks wait for it.
    Loading(Vec<Task>),
    Loaded(&'static Late),
}

/// A use of the late part.
type Task = Box<dyn FnOnce(&'static Late)>;

impl PartialEq for LatePart {
    fn eq(&self, other: &Self) -> bool {
        self.loaded == other.loaded
    }
}

impl LatePart {
    /// Runs the task now, or as soon as the late part is there.
    pub fn when_loaded(&self, task: impl FnOnce(&'static Late) + 'static) {
        let late = match &mut *self.progress.borrow_mut() {
            Progress::Loading(tasks) => return tasks.push(Box::new(task)),
            Progress::Loaded(late) => *late,
        };
        task(late);
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
    let loaded = use_state_eq(|| None);
    let progress = use_mut_ref(|| Progress::Loading(Vec::new()));
    let (setter, loading) = (loaded.setter(), progress.clone());
    use_kept(&[], move || {
        let limit = Timeout::new(TIME_LIMIT, program::is_incomplete);
        spawn_local(async move {
            let late = load().await;
            drop(limit);
            let Some(late) = late else {
                return program::is_incomplete();
            };
            program::is_whole();
            setter.set(Some(late));
            if let Progress::Loading(tasks) = loading.replace(Progress::Loaded(late)) {
                tasks.into_iter().for_each(|task| task(late));
            }
        });
    });
    LatePart {
        loaded: *loaded,
        progress,
    }
}
