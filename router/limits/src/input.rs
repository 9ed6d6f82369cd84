//! How much the JSON of a request holds, counted on its text before any parser makes values of it: a value of two bytes
//! takes fifty and more in memory, several times over.
//!
//! Invariant: linear in the text, without memory of its own. Of a text that is no JSON, what comes before its first fault
//! is counted exactly; no parser reads on.

use crate::error::LimitError;
use crate::limits::Limits;

impl Limits {
    /// Refuses JSON that holds too much, or nests it too deep, within its `outer` first levels: those of the request
    /// itself, which has a fixed form.
    pub fn check_input(&self, json: impl AsRef<[u8]>, outer: usize) -> Result<(), LimitError> {
        let mut counted = Counted { limits: self, outer, depth: 0, values: 0 };
        let mut bytes = json.as_ref().iter();
        // Whether the byte before belongs to a number or a word.
        let mut in_word = false;
        while let Some(byte) = bytes.next() {
            match byte {
                b'{' | b'[' => counted.open()?,
                b'}' | b']' => counted.depth = counted.depth.saturating_sub(1),
                // A colon follows a name, which was counted as the text that it is.
                b':' => counted.forget(),
                b'"' => {
                    counted.value()?;
                    while let Some(byte) = bytes.next() {
                        match byte {
                            b'"' => break,
                            b'\\' => drop(bytes.next()),
                            _ => {}
                        }
                    }
                }
                b',' | b' ' | b'\n' | b'\r' | b'\t' => {}
                _ => {
                    if !in_word {
                        counted.value()?;
                    }
                    in_word = true;
                    continue;
                }
            }
            in_word = false;
        }
        counted.is_within()
    }

    /// The same of values that came without text.
    pub fn check_values(&self, values: usize, depth: usize) -> Result<(), LimitError> {
        if values > self.max_input_values {
            return Err(LimitError::InputValues { limit: self.max_input_values });
        }
        if depth > self.max_input_depth {
            return Err(LimitError::InputDepth { limit: self.max_input_depth });
        }
        Ok(())
    }
}

struct Counted<'l> {
    limits: &'l Limits,
    outer: usize,
    /// Brackets that are open.
    depth: usize,
    values: usize,
}

impl Counted<'_> {
    fn value(&mut self) -> Result<(), LimitError> {
        if self.depth < self.outer {
            return Ok(());
        }
        self.values += 1;
        // A name more than allowed may be taken back.
        self.limits.check_values(self.values.saturating_sub(1), 0)
    }

    fn open(&mut self) -> Result<(), LimitError> {
        self.value()?;
        self.depth += 1;
        self.limits.check_values(0, self.depth.saturating_sub(self.outer))
    }

    fn forget(&mut self) {
        if self.depth >= self.outer {
            self.values = self.values.saturating_sub(1);
        }
    }

    fn is_within(&self) -> Result<(), LimitError> {
        self.limits.check_values(self.values, 0)
    }
}
