//! The calls to the `Attention` object, one for the deployment.

use super::{Call, read, send, written};
use crate::problem::Problem;
use checkout_core::attention::{Backlog, OWNER};
use checkout_core::stored_struct;
use checkout_core::violation::Violation;
use checkout_wire::Millis;
use worker::Env;

stored_struct! {
    /// Checks for causes that need a person's attention, and reports the new ones.
    pub struct CheckCauses;
}
call!(CheckCauses, "ATTENTION", "check_causes", ());

stored_struct! {
    /// Records how far the index is behind an object.
    pub struct NoteFeed {
        /// The object's id.
        pub object: String,
        /// The time of the oldest change that the index has not received; `None` once it has received all.
        pub since: Option<Millis>,
    }
}
call!(NoteFeed, "ATTENTION", "note_feed", ());

stored_struct! {
    /// Counts violations that a browser has reported.
    pub struct NoteViolations {
        /// At least one.
        pub violations: Vec<Violation>,
    }
}
call!(NoteViolations, "ATTENTION", "note_violations", ());

stored_struct! {
    /// Reads the notes.
    pub struct AskNotes;
}
call!(AskNotes, "ATTENTION", "notes", Notes);

stored_struct! {
    /// The notes of objects and browsers.
    pub struct Notes {
        /// The objects that the index is behind.
        pub behind: Backlog,
        /// The violations of our pages' policy, the last reported first.
        pub violations: Vec<Violation>,
    }
}

/// Calls the `Attention` object, one for the deployment.
pub async fn attention<C: Call>(env: &Env, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, OWNER, C::NAME, written(call)?).await?)
}
