//! The Worker's variables: how they are read, and the errors about wrong ones.

use core::fmt;

/// The Worker's variables and secrets, by name.
pub struct Vars<'a>(&'a dyn Fn(&str) -> Option<String>);

impl<'a> Vars<'a> {
    /// Creates a reader on top of `read`. An empty variable counts as not set.
    pub fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self(read)
    }

    /// Returns the trimmed value, if it is set.
    pub fn optional(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Returns the value of a variable that must be set.
    pub fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError::new(name, "is not set"))
    }

    /// Returns whether none of these is set.
    pub fn none_of(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.optional(name).is_none())
    }
}

/// A missing or wrong variable. Never holds the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    /// The variable.
    pub variable: &'static str,
    /// The problem, to be read after the variable's name.
    pub problem: String,
}

impl ConfigError {
    /// Creates the error "`variable` `problem`", as in "SEALING_KEY is not set".
    pub fn new(variable: &'static str, problem: &str) -> Self {
        Self { variable, problem: problem.to_owned() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.problem)
    }
}
