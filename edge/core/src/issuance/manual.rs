//! What a person can do with an order whose outcome the Worker could not find out.

use super::{Issuance, Step};
use crate::Limits;
use crate::actor::{Act, Actor};
use crate::fields::{BodyError, Fields};
use crate::manual::{ManualError, ManualKind, ManualRequest, NOTE, note};
use crate::provider::Issued;
use crate::time::rfc3339;
use checkout_wire::{ActId, Millis};

/// The time for which a person may have an order sent again. Providers do not state how long they recognise a repeated
/// order; a later one could become a second order.
pub(super) const RESENT_BY_PERSON_FOR: Millis = Millis::DAY;

/// A manual act on an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderAct {
    /// State the outcome of an order that waits for a person.
    Resolve {
        /// Whether the voucher is issued.
        issued: bool,
        /// How the outcome was found out.
        note: String,
    },
    /// Ask the provider once more.
    Ask {
        /// Why.
        note: Option<String>,
    },
}

impl OrderAct {
    /// Parses a request for an act on an order.
    pub fn parse(request: &ManualRequest) -> Result<Self, ManualError> {
        let body = request.body.reveal().as_bytes();
        match request.kind {
            ManualKind::Resolve => Ok(Self::resolve(body)?),
            ManualKind::Ask => Ok(Self::Ask { note: note(body)? }),
            _ => Err(ManualError::NothingToResolve("This cannot be done with an order.".to_owned())),
        }
    }

    fn resolve(body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let issued = match fields.required_text("outcome", 20)?.as_str() {
            "issued" => true,
            "not_issued" => false,
            _ => return Err(fields.invalid("outcome", "issued or not_issued").into()),
        };
        let note = fields.required_text("note", NOTE)?;
        fields.finish()?;
        Ok(Self::Resolve { issued, note })
    }
}

impl Issuance {
    /// Returns whether a person may have the provider asked at `now`.
    pub fn may_person_ask(&self, now: Millis, limits: &Limits) -> bool {
        let in_time = !self.resends || now - self.created_at <= RESENT_BY_PERSON_FOR;
        self.is_left_to_person(limits) && in_time
    }

    /// Returns the steps of a manual act at `now`. No steps mean that the act is recorded already.
    pub fn manual(
        &self,
        wanted: &OrderAct,
        id: &ActId,
        by: &Actor,
        now: Millis,
        limits: &Limits,
    ) -> Result<Vec<Step>, ManualError> {
        if self.acts.contains(id) {
            return Ok(Vec::new());
        }
        let refused = |why: String| Err(ManualError::NothingToResolve(why));
        if !self.is_left_to_person(limits) {
            return refused(match &self.resolution {
                Some((at, act)) => format!("{} has settled this already, at {}.", act.by, rfc3339(*at)),
                None if self.is_open() => "The outcome is still being looked up.".to_owned(),
                None => format!("The order waits for nobody: it is {}.", self.status()),
            });
        }
        let act = |note: Option<&String>| Act { id: id.clone(), by: by.clone(), note: note.cloned() };
        match wanted {
            OrderAct::Ask { .. } if !self.may_person_ask(now, limits) => refused(
                "The order was sent too long ago to be sent again: a later one could become a second order."
                    .to_owned(),
            ),
            OrderAct::Ask { note } => Ok(vec![Step::AskRequested { act: act(note.as_ref()) }]),
            OrderAct::Resolve { issued, note } => {
                let outcome = match issued {
                    true => self.issued(Issued::default()).0,
                    false => Step::Refused { words: note.clone(), not_found: false },
                };
                Ok(vec![Step::Resolved { act: act(Some(note)) }, outcome])
            }
        }
    }
}
