//! The values that a field had, for undo and redo: the browser's own history does not work in a field whose text is rewritten during
//! typing.

/// The values of a field, oldest first, and the place of the current one.
pub struct History {
    values: Vec<String>,
    at: usize,
}

impl History {
    /// The number of values that are kept.
    const LIMIT: usize = 100;

    /// Starts a history with an empty field.
    pub const fn new() -> Self {
        Self { values: Vec::new(), at: 0 }
    }

    /// Forgets every value, and starts again with this one.
    pub fn reset(&mut self, value: &str) {
        self.values.clear();
        self.values.push(value.to_owned());
        self.at = 0;
    }

    /// Records the field's new value. Values that were undone are lost.
    pub fn record(&mut self, value: &str) {
        if self.values.is_empty() {
            self.values.push(String::new());
        }
        if self.current() == Some(value) {
            return;
        }
        self.values.truncate(self.at + 1);
        if self.values.len() >= Self::LIMIT {
            self.values.remove(0);
        }
        self.values.push(value.to_owned());
        self.at = self.values.len() - 1;
    }

    /// Returns the value before the current one, which becomes the current one; `None` if there is none.
    pub fn undo(&mut self) -> Option<String> {
        self.move_to(self.at.checked_sub(1)?)
    }

    /// Returns the value that was undone last, which becomes the current one; `None` if there is none.
    pub fn redo(&mut self) -> Option<String> {
        self.move_to(self.at + 1)
    }

    fn move_to(&mut self, at: usize) -> Option<String> {
        let value = self.values.get(at)?.clone();
        self.at = at;
        Some(value)
    }

    fn current(&self) -> Option<&str> {
        self.values.get(self.at).map(String::as_str)
    }
}

#[cfg(test)]
mod tests;
