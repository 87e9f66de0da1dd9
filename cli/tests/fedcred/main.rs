//! Drives the built command line: what it prints, and its exit codes.

mod decode;
mod fixture;
mod matching;
mod process;
mod simulate;
mod usage;
