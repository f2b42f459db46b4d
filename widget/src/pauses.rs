//! How long to wait between two questions to the Worker.

/// Growing pauses: quick while an outcome is likely to come, slow when it is late.
pub struct Pauses {
    taken: usize,
}

impl Pauses {
    /// From the shortest on.
    pub const fn new() -> Self {
        Self { taken: 0 }
    }

    /// The next pause, in milliseconds.
    pub fn next(&mut self) -> i32 {
        const MS: [i32; 7] = [1_000, 1_500, 2_000, 3_000, 5_000, 8_000, 12_000];
        const LONGEST: i32 = 15_000;
        let pause = MS.get(self.taken).copied().unwrap_or(LONGEST);
        self.taken += 1;
        pause
    }

    /// Begins with the shortest again.
    pub fn restart(&mut self) {
        self.taken = 0;
    }
}

#[cfg(test)]
mod tests;
