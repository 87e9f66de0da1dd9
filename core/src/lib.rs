//! The logic of Fedcred.
