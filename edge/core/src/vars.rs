//! The Worker's variables: how they are read, and what is said of one that is wrong.

use core::fmt;

/// The Worker's variables and secrets, by name.
pub struct Vars<'a>(&'a dyn Fn(&str) -> Option<String>);

impl<'a> Vars<'a> {
    /// Reads through `read`. A variable that is empty counts as not set.
    pub fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(read)
    }

    /// The value, trimmed, if it is set.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The value of a variable that must be set.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::new(name, "is not set"))
    }

    /// Whether not one of these is set.
    pub fn none_of(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.optional(name).is_none())
    }
}

/// A variable that is missing or wrong. Never holds the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong with it, to be read behind its name.
    pub problem: String,
}

impl ConfigError {
    /// `variable problem`, as in "SEALING_KEY is not set".
    pub fn new(variable: &'static str, problem: &str) -> Self {
        Self { variable, problem: problem.to_owned() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.problem)
    }
}
