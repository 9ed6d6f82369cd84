//! What is done once a transaction is committed.

/// In the order in which they were added.
#[derive(Default)]
pub(crate) struct Hooks(Vec<Box<dyn FnOnce() + Send>>);

impl Hooks {
    pub(crate) fn add(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.0.push(Box::new(hook));
    }

    pub(crate) fn run(self) {
        for hook in self.0 {
            hook();
        }
    }
}
