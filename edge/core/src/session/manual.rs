//! Manual acts: the actions of the merchant's staff on a session. They settle what the Worker cannot decide, give money back, and erase
//! personal data. Each is an entry with its author (law 10), and none can make the books disagree: an act that contradicts the ledger is
//! refused, with the reason.

use super::{Entry, Redemption, Return, Session, Stage};
use crate::Limits;
use crate::actor::{Act, Actor};
use crate::config::Config;
use crate::fields::{BodyError, Fault, FieldError, Fields};
use crate::json;
use crate::manual::{ManualError, ManualKind, ManualRequest, NOTE, note};
use crate::provider::Brand;
use crate::time::rfc3339;
use checkout_wire::money::decimal;
use checkout_wire::{
    ActId, ChangeVoucher, DeclineCode, Millis, Minor, Pin, RedemptionId, SessionStatus, VoucherId,
};
use serde_json::{Map, Value};

/// A requested manual act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ManualAct {
    /// State the outcome of a payment or a reversal that waits for a person.
    Resolve {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The outcome.
        verdict: Verdict,
        /// The amount that was taken, if it differs from the requested one.
        amount: Option<Minor>,
        /// The change voucher, as typed in.
        change: Option<ChangeVoucher>,
        /// How the outcome was found out.
        note: String,
    },
    /// Ask the provider once more.
    Ask {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        note: Option<String>,
    },
    /// Give back a charge of a complete session, or a part of it.
    Refund {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The amount; without it, all that is left of the charge.
        amount: Option<Minor>,
        /// The voucher that was issued for it.
        voucher: Option<VoucherId>,
        /// Why.
        note: String,
    },
    /// Record that owed money was paid out.
    PayOut {
        /// The amount.
        amount: Minor,
        /// The voucher that was issued for it.
        voucher: Option<VoucherId>,
        /// How it was paid out.
        note: String,
    },
    /// Erase the shopper's personal data.
    Erase {
        /// Why.
        note: Option<String>,
    },
}

/// The outcome that a person has found out. For a reversal, it states whether the charge stays taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The money was taken.
    Taken,
    /// Nothing was taken, or it was given back.
    NotTaken,
}

impl ManualAct {
    /// Parses a request. The act is about the redemption in its address, or about the session.
    pub fn parse(request: &ManualRequest) -> Result<Self, ManualError> {
        use ManualKind::*;
        let body = request.body.reveal().as_bytes();
        Ok(match (request.kind, request.redemption.clone()) {
            (Resolve, Some(redemption)) => Self::resolve(redemption, body)?,
            (Ask, Some(redemption)) => Self::Ask { redemption, note: note(body)? },
            (Refund, Some(redemption)) => Self::refund(redemption, body)?,
            (PayOut, None) => Self::pay_out(body)?,
            (Erase, None) => Self::Erase { note: note(body)? },
            _ => return Err(ManualError::NoRedemption),
        })
    }

    fn resolve(redemption: RedemptionId, body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let verdict = match fields.required_text("outcome", 20)?.as_str() {
            "taken" => Verdict::Taken,
            "not_taken" => Verdict::NotTaken,
            _ => return Err(fields.invalid("outcome", "taken or not_taken").into()),
        };
        let amount = fields.amount("amount")?;
        let change = match fields.object("change")? {
            Some(change) => Some(change_voucher(change)?),
            None => None,
        };
        if verdict == Verdict::NotTaken && (amount.is_some() || change.is_some()) {
            let name = if amount.is_some() { "amount" } else { "change" };
            return Err(fields.invalid(name, "left out when nothing was taken").into());
        }
        let note = fields.required_text("note", NOTE)?;
        fields.finish()?;
        Ok(Self::Resolve { redemption, verdict, amount, change, note })
    }

    fn refund(redemption: RedemptionId, body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let amount = fields.amount("amount")?;
        let voucher = voucher(&mut fields)?;
        let note = fields.required_text("note", NOTE)?;
        fields.finish()?;
        Ok(Self::Refund { redemption, amount, voucher, note })
    }

    fn pay_out(body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let amount = fields.amount("amount")?.ok_or_else(|| fields.missing("amount"))?;
        let voucher = voucher(&mut fields)?;
        let note = fields.required_text("note", NOTE)?;
        fields.finish()?;
        Ok(Self::PayOut { amount, voucher, note })
    }
}

fn voucher(fields: &mut Fields) -> Result<Option<VoucherId>, FieldError> {
    let id = fields.text("voucher", 40)?;
    id.map(|id| VoucherId::parse(&id).ok_or_else(|| fields.invalid("voucher", "the id of an issued voucher")))
        .transpose()
}

fn change_voucher(mut fields: Fields) -> Result<ChangeVoucher, BodyError> {
    let change = ChangeVoucher {
        pin: Pin::as_typed(fields.required_raw("pin")?),
        amount: fields.amount("amount")?,
        expires_at: fields.text("expires_at", 40)?,
    };
    fields.finish()?;
    Ok(change)
}

impl Session {
    /// Returns the entries of a manual act, and the change voucher to seal with them. No entries mean that the act is recorded
    /// already.
    pub fn manual(
        &self,
        wanted: &ManualAct,
        id: &ActId,
        by: &Actor,
        config: &Config,
        now: Millis,
    ) -> Result<(Vec<Entry>, Option<ChangeVoucher>), ManualError> {
        if self.acts.contains(id) {
            return Ok((Vec::new(), None));
        }
        let act = |note: Option<&String>| Act { id: id.clone(), by: by.clone(), note: note.cloned() };
        let known = |id| self.redemption(id).ok_or(ManualError::NoRedemption);
        let entries = match wanted {
            ManualAct::Resolve { redemption, verdict, amount, change, note } => {
                let payment = known(redemption)?;
                let change = match change {
                    Some(change) => Some(payment.checked_change(change, config)?),
                    None => None,
                };
                let outcome = payment.resolved(*verdict, *amount, change.is_some(), &config.limits)?;
                let resolved = Entry::Resolved { redemption: redemption.clone(), act: act(Some(note)) };
                return Ok((vec![resolved, outcome], change));
            }
            ManualAct::Ask { redemption, note } => {
                let payment = known(redemption)?;
                payment.may_be_asked(&config.limits)?;
                vec![Entry::AskRequested { redemption: redemption.clone(), act: act(note.as_ref()) }]
            }
            ManualAct::Refund { redemption, amount, voucher, note } => {
                let payment = known(redemption)?;
                let amount = self.refundable(payment, *amount, now)?;
                let redemption = redemption.clone();
                let act = act(Some(note));
                if payment.can_be_reversed() && amount == payment.credited() && voucher.is_none() {
                    vec![Entry::RefundRequested { redemption, act }, payment.reversing()]
                } else {
                    vec![Entry::Refunded { redemption, amount, voucher: voucher.clone(), act }]
                }
            }
            ManualAct::PayOut { amount, voucher, note } => {
                vec![self.pay_out(*amount, voucher.clone(), act(Some(note)))?]
            }
            ManualAct::Erase { note } => vec![Entry::Erased { act: act(note.as_ref()) }],
        };
        Ok((entries, None))
    }

    /// Returns the amount to refund: the named one, or all that is left of the charge.
    fn refundable(
        &self,
        payment: &Redemption,
        amount: Option<Minor>,
        now: Millis,
    ) -> Result<Minor, ManualError> {
        let refused = |why: &str| Err(ManualError::NotRefundable(why.to_owned()));
        match self.status(now) {
            SessionStatus::Complete => {}
            SessionStatus::Expired | SessionStatus::Canceled => {
                return refused(
                    "The session ended unpaid: what was taken is given back by the provider or owed. Record a payout.",
                );
            }
            SessionStatus::Open | SessionStatus::Processing => {
                return refused("The session is not paid yet. Cancel it to have its payments given back.");
            }
        }
        if !payment.is_success() {
            return refused("Nothing was taken by this payment.");
        }
        if payment.reversal.as_ref().is_some_and(|back| !matches!(back.stage, Return::Refused(_))) {
            return refused("The provider has given this payment back, or is being asked to.");
        }
        let left = payment.credited() - payment.refunded();
        // Money paid beyond the price may have been paid out.
        let left = left.min(self.received() - self.refunded() - self.paid_out() - self.pending_return());
        match amount.unwrap_or(left) {
            amount if amount <= Minor::ZERO || left <= Minor::ZERO => {
                refused("All of this payment has been given back.")
            }
            amount if amount > left => Err(ManualError::NotRefundable(format!(
                "{} is more than is left of this payment: {}.",
                self.money(amount),
                self.money(left)
            ))),
            amount => Ok(amount),
        }
    }
}

impl Redemption {
    /// Returns the entry for an outcome that a person has found out.
    fn resolved(
        &self,
        verdict: Verdict,
        amount: Option<Minor>,
        change: bool,
        limits: &Limits,
    ) -> Result<Entry, ManualError> {
        let redemption = self.begun.id.clone();
        let refused = |why: String| Err(ManualError::NothingToResolve(why));
        if self.is_left_to_person() {
            let taken = amount.unwrap_or(self.begun.amount);
            return match verdict {
                Verdict::NotTaken => Ok(Entry::Declined {
                    redemption,
                    code: DeclineCode::NotCharged,
                    words: None,
                    balance: None,
                }),
                Verdict::Taken if taken > self.begun.amount => refused(format!(
                    "More cannot be credited than was asked for: {}. Give the rest back to the shopper.",
                    decimal(self.begun.amount)
                )),
                Verdict::Taken => Ok(Entry::Succeeded {
                    redemption,
                    amount: taken,
                    fee: None,
                    transaction: None,
                    balance: None,
                    inferred: false,
                    change_unknown: false,
                }),
            };
        }
        if self.reversal.as_ref().is_some_and(|reversal| reversal.needs_review(limits)) {
            if amount.is_some() || change {
                return refused("A charge is given back whole: leave out amount and change.".to_owned());
            }
            return Ok(match verdict {
                Verdict::Taken => Entry::NotReversed { redemption, words: None },
                Verdict::NotTaken => Entry::Reversed { redemption },
            });
        }
        if self.change_unknown() {
            return match verdict {
                Verdict::Taken if amount.is_none_or(|amount| amount == self.credited()) => {
                    Ok(Entry::ChangeStated { redemption })
                }
                _ => refused(format!(
                    "The provider has confirmed that it took {}. Only the change voucher is open.",
                    decimal(self.credited())
                )),
            };
        }
        refused(match &self.resolution {
            Some((at, act)) => format!("{} has settled this already, at {}.", act.by, rfc3339(*at)),
            None if self.is_open() => {
                "The outcome is still being looked up. It waits for a person when the look-ups are used up."
                    .to_owned()
            }
            None => format!("The payment waits for nobody: it is {}.", self.status().as_str()),
        })
    }

    /// Checks that the provider can be asked about the redemption.
    fn may_be_asked(&self, limits: &Limits) -> Result<(), ManualError> {
        let reversal = self.reversal.as_ref().is_some_and(|reversal| {
            reversal.needs_review(limits) || matches!(reversal.stage, Return::InDoubt | Return::Blocked(_))
        });
        let asks = reversal || matches!(self.stage(), Stage::Pending | Stage::Unknown | Stage::Review);
        match asks {
            true => Ok(()),
            false => Err(ManualError::NothingToResolve(format!(
                "There is nothing to ask the provider: the payment is {}.",
                self.status().as_str()
            ))),
        }
    }

    /// Returns a change voucher that was typed in, if its PIN can be one of the payment's brand.
    fn checked_change(&self, typed: &ChangeVoucher, config: &Config) -> Result<ChangeVoucher, ManualError> {
        let invalid = |path: &str, must_be: &'static str| {
            let fault = Fault::Invalid { must_be: must_be.into() };
            ManualError::Body(BodyError::Field(FieldError { path: path.to_owned(), fault }))
        };
        let features = config.provider(&self.begun.provider).map(|provider| provider.features());
        let brands: &[Brand] = features.map_or(&[], |features| features.brands());
        let brand = brands.iter().find(|brand| brand.code == self.begun.brand).or(brands.first());
        let brand = brand
            .ok_or_else(|| invalid("change", "left out: the provider of the payment is not configured"))?;
        let pin = Pin::parse(typed.pin.reveal(), &brand.pin)
            .map_err(|_| invalid("change.pin", "a PIN of the payment's voucher brand"))?;
        Ok(ChangeVoucher { pin, ..typed.clone() })
    }

    /// Returns whether the provider can give the whole charge back, and nothing of it has been given back yet.
    fn can_be_reversed(&self) -> bool {
        self.begun.reverses && self.reversal.is_none() && self.refunds.is_empty()
    }
}

/// The members of entries that are omitted from the view: hashes, and data that is sealed elsewhere.
const HIDDEN: [&str; 7] = ["id", "secret_hash", "key", "request", "sends", "reverses", "terms"];

/// Returns the merchant's view of an entry, the `sequence`th of the ledger.
pub fn ledger_view(sequence: usize, at: Millis, entry: &Entry) -> Value {
    let mut view = Map::new();
    view.insert("sequence".into(), sequence.into());
    view.insert("at".into(), rfc3339(at).into());
    // Built from the stored form, because the Worker already contains the code that writes it.
    let stored = serde_json::to_string(entry).unwrap_or_default();
    let (name, inner) = match json::read(&stored) {
        Ok(Value::String(name)) => (name, Map::new()),
        Ok(Value::Object(members)) => match members.into_iter().next() {
            Some((name, Value::Object(inner))) => (name, inner),
            _ => Default::default(),
        },
        _ => Default::default(),
    };
    let name =
        if matches!(entry, Entry::BalanceChecked { .. }) { "balance_checked".to_owned() } else { name };
    view.insert("type".into(), name.into());
    if let Entry::Begun(begun) = entry {
        view.insert("redemption".into(), begun.id.as_str().into());
    }
    for (member, value) in inner {
        let is_hidden = HIDDEN.contains(&member.as_str());
        match value {
            // The keyed hash of a voucher; in a refund or payout, the id of an issued voucher.
            _ if member == "voucher" && matches!(entry, Entry::Begun(_)) => {}
            // The keyed hash of the shopper's code; in a decline, the reason.
            _ if member == "code" && matches!(entry, Entry::Answering { .. }) => {}
            Value::Object(act) if member == "act" => {
                view.extend(act.into_iter().filter(|(name, _)| name != "id"))
            }
            Value::Number(time) if member == "expires_at" => {
                view.insert(member, rfc3339(Millis(time.as_i64().unwrap_or_default())).into());
            }
            value if !is_hidden => {
                view.insert(member, value);
            }
            _ => {}
        }
    }
    if let Entry::Created { parameters, .. } = entry {
        view.insert("amount".into(), parameters.amount.0.into());
        view.insert("currency".into(), parameters.currency.code().into());
        view.insert("reference".into(), parameters.reference.as_str().into());
    }
    Value::Object(view)
}
