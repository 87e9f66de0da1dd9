//! Room claims.
