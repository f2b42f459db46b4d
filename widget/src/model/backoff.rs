//! The delay before the next request that the widget makes by itself.

/// Growing delays: short while an outcome is likely to arrive, long when it is late.
pub struct Backoff {
    step: usize,
}

impl Backoff {
    /// Starts with the shortest delay.
    pub const fn new() -> Self {
        Self { step: 0 }
    }

    /// Returns the next delay, in milliseconds.
    pub fn next(&mut self) -> i32 {
        const MS: [i32; 7] = [1_000, 1_500, 2_000, 3_000, 5_000, 8_000, 12_000];
        const LONGEST: i32 = 15_000;
        let delay = MS.get(self.step).copied().unwrap_or(LONGEST);
        self.step += 1;
        delay
    }

    /// Starts again with the shortest delay.
    pub fn reset(&mut self) {
        self.step = 0;
    }
}

#[cfg(test)]
mod tests;
