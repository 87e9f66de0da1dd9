//! Effects that run again whenever a number differs.

use yew::prelude::*;

/// What an effect leaves behind, a listener say; dropping it ends it.
trait Kept {}

impl<T> Kept for T {}

/// Runs the effect when all is drawn, and again whenever one of the numbers differs. What it gives is dropped
/// before it runs again, and at the end.
#[hook]
pub fn use_kept<T: 'static>(numbers: &[usize], effect: impl FnOnce() -> T + 'static) {
    use_boxed(numbers.to_vec(), Box::new(move || Box::new(effect())));
}

#[hook]
fn use_boxed(numbers: Vec<usize>, effect: Box<dyn FnOnce() -> Box<dyn Kept>>) {
    use_effect_with(numbers, |_| {
        let kept = effect();
        move || drop(kept)
    });
}
