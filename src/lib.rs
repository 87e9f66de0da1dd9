//! The Fedcred app: a thin face of `fedcred-core` in the browser.

pub mod app;
