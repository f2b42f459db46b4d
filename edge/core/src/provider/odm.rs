//! ODM, Ethiopia: issues vouchers for the merchant, and takes them at checkout ([`merchant`]).
//!
//! Every request is signed with Ed25519 and carries a key that makes it safe to repeat. Issuing and taking vouchers have a key pair of
//! their own each, and either can be left out. Sources: ODM's "Voucher Issuance", "Authentication", "Idempotency".

mod keys;
mod merchant;

use super::{
    BuildError, Features, IssueRecovery, Issued, Op, Order, OrderError, Provider, Refusal, Reply, Unreadable,
    base_url, major::Major, object, text_of,
};
use crate::fields::{FieldError, Fields};
use crate::http::{HttpRequest, HttpResponse};
use crate::vars::{ConfigError, Vars};
use checkout_wire::money::Currency;
use checkout_wire::{Country, DeclineCode, Millis, Pin};
use keys::Keys;
use merchant::Merchant;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

struct Odm {
    base_url: String,
    issuing: Option<Keys>,
    merchant: Option<Merchant>,
    features: Features,
}

/// Configures ODM from `ODM_BASE_URL`, with `ODM_API_KEY` and `ODM_SIGNING_KEY` for issuing vouchers, and `ODM_MERCHANT_API_KEY`,
/// `ODM_MERCHANT_SIGNING_KEY` and `ODM_MERCHANT_ID` for taking them.
pub fn configure(vars: &Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError> {
    let issuing = ["ODM_API_KEY", "ODM_SIGNING_KEY"];
    let taking = ["ODM_MERCHANT_API_KEY", "ODM_MERCHANT_SIGNING_KEY", "ODM_MERCHANT_ID"];
    let (no_issuing, no_taking) = (vars.none_of(&issuing), vars.none_of(&taking));
    if no_issuing && no_taking && vars.none_of(&["ODM_BASE_URL"]) {
        return Ok(None);
    }
    let base_url = base_url(vars, "ODM_BASE_URL")?;
    let merchant = if no_taking { None } else { Some(Merchant::configure(vars)?) };
    // With neither pair, the error names the first missing variable.
    let issuing = if no_issuing && merchant.is_some() {
        None
    } else {
        Some(Keys::configure(vars, "ODM_API_KEY", "ODM_SIGNING_KEY")?)
    };
    let features = Features {
        id: "odm",
        currency: Currency::Etb,
        country: Country::Ethiopia,
        checkout: merchant.as_ref().map(|_| merchant::features()),
        issues: issuing.as_ref().map(|_| IssueRecovery::Resend),
        views: None,
        reverses: false,
        rate: None,
    };
    Ok(Some(Box::new(Odm { base_url, issuing, merchant, features })))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderBody<'a> {
    denomination_id: i64,
    merchant_id: i64,
    recipient_phone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_name: Option<&'a str>,
    is_restricted: bool,
    originating_country: &'a str,
    foreign_currency_amount: Box<RawValue>,
    exchange_rate: Box<RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    /// A string in ODM's document; 16 digits exceed 2^53, so a bare number is read by its digits.
    #[serde(borrow)]
    voucher_code: Option<&'a RawValue>,
    denomination_amount_etb: Option<Major>,
    expiration_date: Option<String>,
    serial_number: Option<String>,
    merchant_name: Option<String>,
    is_restricted: Option<bool>,
    transaction_status: Option<String>,
}

#[derive(Deserialize)]
struct Failure {
    message: Option<Value>,
}

impl Provider for Odm {
    fn features(&self) -> &Features {
        &self.features
    }

    fn request(&self, op: &Op<'_>, now: Millis) -> Result<HttpRequest, BuildError> {
        match (op, &self.issuing, &self.merchant) {
            (Op::Issue(order), Some(keys), _) => {
                let url = format!("{}/vouchers/issue", self.base_url);
                Ok(keys.post(url, &order.reference, order.body.clone(), now))
            }
            (op, _, Some(merchant)) => merchant.request(&self.base_url, op, now),
            _ => Err(BuildError("ODM has no such call")),
        }
    }

    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable> {
        // "Settlement is still in progress". It is a doubt as well where it comes from an intermediary.
        if answer.status == 503 && matches!(op, Op::VerifyCode { .. }) {
            return Ok(Reply::Pending);
        }
        if answer.status >= 500 {
            return Err(Unreadable("server error"));
        }
        if answer.ok() {
            return match (op, &self.merchant) {
                (Op::Issue(_), _) => issued(object(&answer.body)?).map(Reply::Issued),
                (op, Some(merchant)) => merchant.success(op, &answer.body),
                _ => Err(Unreadable("not an answer to one of our calls")),
            };
        }
        let failure: Failure = object(&answer.body)?;
        let words = words(failure.message.as_ref());
        let refusal = |code| Refusal::new(code, &words, op);
        match answer.status {
            409 if matches!(op, Op::VerifyCode { .. }) => Ok(Reply::Pending),
            // A wrong code or a wrong id: nothing was taken.
            400 if matches!(op, Op::VerifyCode { .. }) => Ok(Reply::CodeRefused),
            404 if matches!(op, Op::Balance { .. } | Op::Challenge { .. }) => {
                Ok(Reply::Declined(refusal(DeclineCode::VoucherNotFound)))
            }
            // A conflict of keys, an empty wallet, or a first request that is still under way: ODM does not distinguish them.
            409 => Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy))),
            401 | 403 => Ok(Reply::Declined(refusal(DeclineCode::ProviderUnavailable))),
            400 | 404 | 422 => Ok(Reply::Declined(refusal(DeclineCode::VoucherRefused))),
            429 => Ok(Reply::Busy),
            _ => Err(Unreadable("an HTTP status that is not in the document")),
        }
    }

    fn order(&self, fields: &mut Fields, reference: &str) -> Result<Order, OrderError> {
        const MOST: i64 = 9_007_199_254_740_991;
        let required = |fields: &mut Fields, name: &str| {
            fields.number(name, 1, MOST)?.ok_or_else(|| fields.missing(name))
        };
        let denomination_id = required(fields, "denomination_id")?;
        let merchant_id = required(fields, "merchant_id")?;
        let recipient_phone = recipient_phone(fields)?;
        let recipient_name = fields.text("recipient_name", 255)?;
        let restricted = fields.flag("restricted")?.ok_or_else(|| fields.missing("restricted"))?;
        let originating_country = fields.required_text("originating_country", 255)?;
        let foreign_currency_amount = fields.required_decimal("foreign_currency_amount")?;
        let exchange_rate = fields.required_decimal("exchange_rate")?;
        let number = |text: String| RawValue::from_string(text).map_err(|_| OrderError::NoJson);
        let body = OrderBody {
            denomination_id,
            merchant_id,
            recipient_phone: &recipient_phone,
            recipient_name: recipient_name.as_deref(),
            is_restricted: restricted,
            originating_country: &originating_country,
            foreign_currency_amount: number(foreign_currency_amount)?,
            exchange_rate: number(exchange_rate)?,
        };
        let body = serde_json::to_string(&body).map_err(|_| OrderError::NoJson)?;
        let recipient = Map::from_iter([("recipient_phone".to_owned(), recipient_phone.as_str().into())]);
        let shown: [(&str, Value); 3] = [
            ("denomination_id", denomination_id.into()),
            ("merchant_id", merchant_id.into()),
            ("restricted", restricted.into()),
        ];
        let shown = shown.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Order { reference: reference.to_owned(), body, amount: None, shown, recipient })
    }
}

/// Converts an issued voucher. "FINALIZATION_PENDING" is delivered; any other word but "COMPLETED" is unreadable.
fn issued(answer: Body<'_>) -> Result<Issued, Unreadable> {
    let finalization_pending = match answer.transaction_status.as_deref() {
        None | Some("COMPLETED") => false,
        Some("FINALIZATION_PENDING") => true,
        Some(_) => return Err(Unreadable("a transaction status that is not known")),
    };
    let code = answer.voucher_code.and_then(text_of);
    let code = code.filter(|code| code.len() == 16 && code.bytes().all(|b| b.is_ascii_digit()));
    // The order is sent again until the code is here, even when the voucher is delivered.
    let Some(code) = code else {
        return Err(Unreadable("a success without a voucher code"));
    };
    let shown = [
        ("serial_number", answer.serial_number.map(Value::from)),
        ("merchant_name", answer.merchant_name.map(Value::from)),
        ("expires_at", answer.expiration_date.map(Value::from)),
        ("restricted", answer.is_restricted.map(Value::from)),
    ];
    let shown = shown.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Ok(Issued {
        secret: Some(("voucher_code", Pin::from_provider(code))),
        amount: answer.denomination_amount_etb.map(|etb| etb.0),
        transaction: None,
        finalization_pending,
        shown: shown.collect::<Map<_, _>>(),
    })
}

/// Returns the words of an error: `message` is text, a list of texts, or missing.
fn words(message: Option<&Value>) -> String {
    match message {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
        _ => String::new(),
    }
}

/// Takes the recipient's number for the SMS: an Ethiopian mobile number written out in full, because a typing error
/// sends the voucher to a stranger.
fn recipient_phone(fields: &mut Fields) -> Result<String, FieldError> {
    let typed = fields.required_text("recipient_phone", 32)?;
    let mobile = typed.strip_prefix("+251").filter(|number| number.starts_with(['7', '9']));
    match mobile {
        Some(number) if number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()) => Ok(typed),
        _ => {
            Err(fields
                .invalid("recipient_phone", "an Ethiopian mobile number in full, such as +251911234567"))
        }
    }
}

#[cfg(test)]
mod tests;
