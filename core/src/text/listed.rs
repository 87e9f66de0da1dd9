//! Lists of what iterators give.

/// Every iterator has it.
pub trait Listed: Iterator + Sized {
    /// What `collect` gives, with less code in the wasm: that asks each iterator for a size and reserves.
    fn listed(self) -> Vec<Self::Item> {
        let mut list = Vec::new();
        for item in self {
            list.push(item);
        }
        list
    }
}

impl<I: Iterator> Listed for I {}
