//! Room entra.
