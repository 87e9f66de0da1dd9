//! Keys and certificates in DER: what is odd but clear is read; what is cut, disordered or no DER is refused.

mod certificates;
mod keys;
mod write;
