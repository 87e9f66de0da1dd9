//! The Fedcred app: a thin face of `fedcred-core` in the browser.

#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]
// Props hold what the visitor entered: nothing should be able to print them.
#![allow(missing_debug_implementations)]

pub mod app;
pub mod arrival;
pub mod credential;
pub mod decode;
pub mod diagram;
pub mod effect;
pub mod explain;
pub mod history;
pub mod late;
pub mod platform;
pub mod route;
pub mod session;
pub mod shared;
pub mod shell;
pub mod simulate;
pub mod theme;
pub mod ui;
