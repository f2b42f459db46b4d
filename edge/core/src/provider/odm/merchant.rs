//! ODM's API for merchants that take vouchers: validate a voucher, make a claim on it, verify the claim with the code that ODM sends
//! to the voucher's owner. Only verifying takes the money. Sources: ODM's "Voucher Redemption", "OTP Verification".

use super::keys::Keys;
use crate::http::HttpRequest;
use crate::provider::reply::repeats;
use crate::provider::{
    Brand, BuildError, CheckoutFeatures, Op, OutcomeCheck, Paid, Refusal, Reply, Unreadable, object,
};
use crate::vars::{ConfigError, Vars};
use checkout_wire::{Alphabet, DeclineCode, Millis, Minor, Pin, PinRule, money};
use serde_json::{Map, Value};

/// A voucher code; a printed one has hyphens, which ODM removes as well.
const CODE: PinRule = PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 };

/// The keys of a merchant, and its number at ODM.
pub(super) struct Merchant {
    keys: Keys,
    id: i64,
}

/// Returns the terms of ODM's vouchers at checkout.
pub(super) fn features() -> CheckoutFeatures {
    CheckoutFeatures {
        needs_email: false,
        brands: vec![Brand { code: None, label: "ODM".to_owned(), pin: CODE }],
        checks_balance_first: true,
        sends_code: true,
        confirms_success: false,
        outcome_check: OutcomeCheck::Balance,
    }
}

impl Merchant {
    pub(super) fn configure(vars: &Vars<'_>) -> Result<Self, ConfigError> {
        let keys = Keys::configure(vars, "ODM_MERCHANT_API_KEY", "ODM_MERCHANT_SIGNING_KEY")?;
        let id = vars.required("ODM_MERCHANT_ID")?.parse().ok().filter(|id| *id > 0);
        let id = id.ok_or_else(|| ConfigError::new("ODM_MERCHANT_ID", "must be a whole number above 0"))?;
        Ok(Self { keys, id })
    }

    pub(super) fn request(&self, base: &str, op: &Op<'_>, now: Millis) -> Result<HttpRequest, BuildError> {
        let (path, key, body) = match op {
            // ODM answers a repeated key with its stored answer, but the current balance is needed.
            Op::Balance { pin, reference } => {
                let body = format!(r#"{{"voucherCode":{}}}"#, quoted(pin));
                ("vouchers/validate".to_owned(), format!("{reference}-v{}", now.0), body)
            }
            Op::Challenge { pin, amount, reference } => {
                // ASSUMED: ODM's public page breaks off before the body of a claim. The name is that of the validation; the amount is a
                // number, as in issuing.
                let amount = money::number(*amount);
                let body = format!(r#"{{"voucherCode":{},"amount":{amount}}}"#, quoted(pin));
                ("claims".to_owned(), (*reference).to_owned(), body)
            }
            Op::VerifyCode { challenge, code, reference } => {
                // The id is a number of ODM's own, but it becomes a part of an address.
                if !is_claim(challenge) {
                    return Err(BuildError("not the id of a claim"));
                }
                let body = format!(r#"{{"otp":{}}}"#, quoted(code));
                (format!("claims/{challenge}/verify"), (*reference).to_owned(), body)
            }
            _ => return Err(BuildError("ODM has no such call")),
        };
        Ok(self.keys.post(format!("{base}/merchant-api/{path}"), &key, body, now))
    }

    pub(super) fn success(&self, op: &Op<'_>, body: &[u8]) -> Result<Reply, Unreadable> {
        let body: Map<String, Value> = object(body)?;
        match op {
            Op::Balance { .. } => self.validated(&body, op),
            Op::Challenge { pin, .. } => claimed(&body, pin).map(Reply::Challenged),
            Op::VerifyCode { .. } => verified(&body),
            _ => Err(Unreadable("not an answer to one of our calls")),
        }
    }

    fn validated(&self, voucher: &Map<String, Value>, op: &Op<'_>) -> Result<Reply, Unreadable> {
        let refused = |words| Ok(Reply::Declined(Refusal::new(DeclineCode::VoucherRefused, words, op)));
        let balance = amount(voucher, "remainingBalance").ok_or(Unreadable("no balance"))?;
        // ASSUMED: all but PARTIALLY_REDEEMED, the status in the document's sample.
        match text(voucher, "status") {
            Some("ACTIVE" | "PARTIALLY_REDEEMED") => {}
            Some("REDEEMED") if balance == Minor::ZERO => {}
            Some("EXPIRED") => return refused("The voucher has expired"),
            _ => return Err(Unreadable("a status of a voucher that is not in the document")),
        }
        let is_restricted = match voucher.get("isRestricted") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => return Err(Unreadable("no word on whether the voucher is restricted")),
        };
        let origin = voucher.get("originatingMerchantId").and_then(Value::as_i64);
        if is_restricted && origin != Some(self.id) {
            return refused("The voucher can only be used at another merchant");
        }
        Ok(Reply::Guarded { balance, owner: text(voucher, "ownerNumber").and_then(last_two) })
    }
}

/// Returns the last two digits of a phone number: the only part that a browser receives.
fn last_two(number: &str) -> Option<String> {
    let end = number.get(number.len().checked_sub(2)?..)?;
    end.bytes().all(|b| b.is_ascii_digit()).then(|| end.to_owned())
}

/// Reads the id of a claim. ASSUMED: any object with a positive whole number as `id` or `claimId`, by itself or in `data` or `claim`.
/// Any other answer means that no claim was made. So does an id that repeats the voucher's number, because the id is recorded.
fn claimed(body: &Map<String, Value>, pin: &Pin) -> Result<String, Unreadable> {
    let id_in = |object: &Map<String, Value>| {
        let id = object.get("id").or_else(|| object.get("claimId"))?.as_i64()?;
        (id > 0).then(|| id.to_string())
    };
    let inner = |name| body.get(name).and_then(Value::as_object).and_then(id_in);
    let id = id_in(body).or_else(|| inner("data")).or_else(|| inner("claim"));
    id.filter(|id| !repeats(id, pin))
        .ok_or(Unreadable("the answer to a claim is not as assumed: no id of a claim"))
}

fn is_claim(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

fn verified(answer: &Map<String, Value>) -> Result<Reply, Unreadable> {
    let part = |name| answer.get(name).and_then(Value::as_object);
    let stage = part("failure").and_then(|failure| text(failure, "stage"));
    match (text(answer, "status"), part("redemption"), stage) {
        (Some("COMPLETED"), Some(redemption), _) => {
            let redeemed = amount(redemption, "redeemedAmount");
            Ok(Reply::Paid(Paid {
                amount: Some(redeemed.ok_or(Unreadable("a success without an amount"))?),
                transaction: text(redemption, "telebirrRef").map(str::to_owned),
                balance: amount(redemption, "voucherRemainingBalance"),
                ..Paid::default()
            }))
        }
        (Some("FAILED"), None, Some("OTP_VERIFICATION")) => Ok(Reply::CodeRefused),
        // ASSUMED: no document has this stage. Nothing was taken.
        (Some("FAILED"), None, Some("SETTLEMENT")) => Ok(Reply::Failed),
        _ => Err(Unreadable("a status of a claim that is not in the document")),
    }
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// Returns an amount in major units: text, or a whole number. Any other number would have to be parsed as a float.
fn amount(object: &Map<String, Value>, name: &str) -> Option<Minor> {
    match object.get(name)? {
        Value::String(text) => money::parse(text),
        number => money::parse(&number.as_i64()?.to_string()),
    }
}

fn quoted(text: &Pin) -> String {
    Value::from(text.reveal()).to_string()
}
