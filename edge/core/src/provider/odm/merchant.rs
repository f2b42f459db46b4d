//! ODM's API for merchants that take vouchers: validate a voucher, make a claim on it, verify the claim with the code that ODM sends
//! to the voucher's owner. Only verifying takes the money. Sources: ODM's "Voucher Redemption", "OTP Verification".

use super::Keys;
use crate::http::HttpRequest;
use crate::provider::major::Major;
use crate::provider::{
    Brand, BuildError, CheckoutFeatures, Op, OutcomeCheck, Paid, Refusal, Reply, Unreadable, object,
};
use crate::vars::{ConfigError, Vars};
use checkout_wire::{Alphabet, DeclineCode, Millis, Minor, PinRule, money};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A voucher code; a printed one has hyphens, which ODM takes off as well.
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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Validation<'a> {
    voucher_code: &'a str,
}

/// ASSUMED: ODM's public page breaks off before the body of a claim. The name is that of the validation; the amount is a number, as
/// in issuing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claim<'a> {
    voucher_code: &'a str,
    amount: Box<RawValue>,
}

#[derive(Serialize)]
struct Verification<'a> {
    otp: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Voucher {
    remaining_balance: Major,
    status: String,
    is_restricted: Option<bool>,
    originating_merchant_id: Option<i64>,
    owner_number: Option<String>,
}

#[derive(Deserialize)]
struct Verified {
    status: String,
    redemption: Option<Redemption>,
    failure: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Redemption {
    redeemed_amount: Major,
    telebirr_ref: Option<String>,
    voucher_remaining_balance: Option<Major>,
}

#[derive(Deserialize)]
struct Failure {
    stage: Option<String>,
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
            // ODM answers a repeated key with its stored answer, and a balance is wanted as it is now.
            Op::Balance { pin, reference } => {
                let body = json(&Validation { voucher_code: pin.reveal() })?;
                ("vouchers/validate".to_owned(), format!("{reference}-v{}", now.0), body)
            }
            Op::Challenge { pin, amount, reference } => {
                let amount = RawValue::from_string(money::number(*amount));
                let amount = amount.map_err(|_| BuildError("no JSON form"))?;
                let body = json(&Claim { voucher_code: pin.reveal(), amount })?;
                ("claims".to_owned(), (*reference).to_owned(), body)
            }
            Op::Answer { challenge, code, reference } => {
                // The id is a number of ODM's own, but it becomes a part of an address.
                if !is_claim(challenge) {
                    return Err(BuildError("not the id of a claim"));
                }
                let body = json(&Verification { otp: code.reveal() })?;
                (format!("claims/{challenge}/verify"), (*reference).to_owned(), body)
            }
            _ => return Err(BuildError("ODM has no such call")),
        };
        Ok(self.keys.post(format!("{base}/merchant-api/{path}"), &key, body, now))
    }

    pub(super) fn success(&self, op: &Op<'_>, body: &[u8]) -> Result<Reply, Unreadable> {
        match op {
            Op::Balance { .. } => self.validated(object(body)?, op),
            Op::Challenge { .. } => claimed(&object(body)?).map(Reply::Challenged),
            Op::Answer { .. } => verified(object(body)?),
            _ => Err(Unreadable("not an answer to one of our calls")),
        }
    }

    fn validated(&self, voucher: Voucher, op: &Op<'_>) -> Result<Reply, Unreadable> {
        let refused = |words| Ok(Reply::Declined(Refusal::new(DeclineCode::VoucherRefused, words, op)));
        match voucher.status.as_str() {
            "ACTIVE" | "PARTIALLY_REDEEMED" => {}
            "REDEEMED" if voucher.remaining_balance.0 == Minor::ZERO => {}
            "EXPIRED" => return refused("The voucher has expired"),
            _ => return Err(Unreadable("a status of a voucher that is not in the document")),
        }
        if voucher.is_restricted == Some(true) && voucher.originating_merchant_id != Some(self.id) {
            return refused("The voucher can only be used at another merchant");
        }
        let owner = voucher.owner_number.as_deref().and_then(last_two);
        Ok(Reply::Guarded { balance: voucher.remaining_balance.0, owner })
    }
}

/// Returns the last two digits of a phone number: all that a browser is told of it.
fn last_two(number: &str) -> Option<String> {
    let end = number.get(number.len().checked_sub(2)?..)?;
    end.bytes().all(|b| b.is_ascii_digit()).then(|| end.to_owned())
}

/// Reads the id of a claim. ASSUMED: any object with a positive whole number as `id` or `claimId`, by itself or in `data` or `claim`.
/// Any other answer means that no claim was made.
fn claimed(body: &Map<String, Value>) -> Result<String, Unreadable> {
    let id_in = |object: &Map<String, Value>| {
        let id = object.get("id").or_else(|| object.get("claimId"))?.as_i64()?;
        (id > 0).then(|| id.to_string())
    };
    let inner = |name| body.get(name).and_then(Value::as_object).and_then(id_in);
    let id = id_in(body).or_else(|| inner("data")).or_else(|| inner("claim"));
    id.ok_or(Unreadable("the answer to a claim is not as assumed: no id of a claim"))
}

fn is_claim(id: &str) -> bool {
    (1..=19).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

fn verified(answer: Verified) -> Result<Reply, Unreadable> {
    let stage = answer.failure.and_then(|failure| failure.stage);
    match (answer.status.as_str(), answer.redemption, stage.as_deref()) {
        ("COMPLETED", Some(redemption), _) => Ok(Reply::Paid(Paid {
            amount: Some(redemption.redeemed_amount.0),
            transaction: redemption.telebirr_ref,
            balance: redemption.voucher_remaining_balance.map(|balance| balance.0),
            ..Paid::default()
        })),
        ("FAILED", None, Some("OTP_VERIFICATION")) => Ok(Reply::CodeRefused),
        ("FAILED", None, Some("SETTLEMENT")) => Ok(Reply::Failed),
        _ => Err(Unreadable("a status of a claim that is not in the document")),
    }
}

fn json(body: &impl Serialize) -> Result<String, BuildError> {
    serde_json::to_string(body).map_err(|_| BuildError("no JSON form"))
}
