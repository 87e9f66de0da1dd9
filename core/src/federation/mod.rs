//! Room federation.
