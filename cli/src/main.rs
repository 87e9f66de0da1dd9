//! The command line of Fedcred.
fn main() {}
