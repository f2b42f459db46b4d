//! Celbux, South Africa: charges vouchers at checkout, and issues, views and reverses for the merchant.
//!
//! Every call is a POST of JSON whose members are all strings; amounts are cents. Sources: Celbux's "Create Voucher", "View
//! Voucher", "Pay", "View Single Transaction", "Reverse", "Error Codes", "Authentication" and "Notification Engine".

use super::{
    Brand, BuildError, CheckoutFeatures, Features, Hint, IssueRecovery, Issued, Op, Order, OrderError,
    OutcomeCheck, Paid, Provider, Refusal, Reply, Unreadable, Viewed, WebhookError, WebhookMessage, base_url,
    object,
};
use crate::fields::{FieldError, Fields};
use crate::http::{HttpRequest, HttpResponse, Method};
use crate::reference;
use crate::secret::{Replaceable, Secret};
use crate::vars::{ConfigError, Vars};
use checkout_wire::money::Currency;
use checkout_wire::{Alphabet, Country, DeclineCode, Millis, Minor, Pin, PinRule};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The numbers of vouchers, such as `168-78439-48310`: three, five and five digits. Celbux does not say whether the
/// first three are always the same.
const NUMBER: PinRule = PinRule { alphabet: Alphabet::Digits, min: 13, max: 13 };

struct Celbux {
    api_url: String,
    token: Secret,
    community: String,
    store_id: String,
    webhook_token: Option<Replaceable>,
    features: Features,
}

/// Configures Celbux from `CELBUX_API_URL`, `CELBUX_TOKEN`, `CELBUX_COMMUNITY`, `CELBUX_STORE_ID`, `CELBUX_CURRENCY`
/// (ZAR when not set) and, for its webhooks, `CELBUX_WEBHOOK_TOKEN`.
pub fn configure(vars: &Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError> {
    if vars.none_of(&["CELBUX_API_URL", "CELBUX_TOKEN", "CELBUX_COMMUNITY", "CELBUX_STORE_ID"]) {
        return Ok(None);
    }
    let community = vars.required("CELBUX_COMMUNITY")?;
    if !community.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Err(ConfigError::new("CELBUX_COMMUNITY", "must be made of letters, digits, -, _ and ."));
    }
    let token = vars.required("CELBUX_TOKEN")?;
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ConfigError::new(
            "CELBUX_TOKEN",
            "has a character that no token has (leave \"bearer\" out)",
        ));
    }
    let currency = vars.optional("CELBUX_CURRENCY").unwrap_or_else(|| Currency::Zar.code().to_owned());
    let currency = Currency::from_code(&currency).ok_or_else(|| {
        ConfigError::new("CELBUX_CURRENCY", "must be a currency of this checkout, such as ZAR")
    })?;
    let webhook_token = match vars.optional("CELBUX_WEBHOOK_TOKEN") {
        None => None,
        Some(text) => {
            let long = |tokens: &Replaceable| tokens.values().iter().all(|token| token.reveal().len() >= 16);
            let tokens = Replaceable::parse(&text).filter(long).ok_or_else(|| {
                let problem =
                    "must be one token, or two separated by a space, of at least 16 characters each";
                ConfigError::new("CELBUX_WEBHOOK_TOKEN", problem)
            })?;
            Some(tokens)
        }
    };
    let features = Features {
        id: "celbux",
        currency,
        country: Country::SouthAfrica,
        checkout: Some(CheckoutFeatures {
            needs_email: false,
            brands: vec![Brand { code: None, label: "Celbux".into(), pin: NUMBER }],
            checks_balance_first: true,
            sends_code: false,
            confirms_success: true,
            outcome_check: OutcomeCheck::Lookup,
        }),
        issues: Some(IssueRecovery::Lookup),
        views: Some(NUMBER),
        reverses: true,
        rate: None,
    };
    Ok(Some(Box::new(Celbux {
        api_url: base_url(vars, "CELBUX_API_URL")?,
        token: Secret::new(token),
        community,
        store_id: vars.required("CELBUX_STORE_ID")?,
        webhook_token,
        features,
    })))
}

/// The members of all request bodies, in the order of Celbux's samples.
#[derive(Serialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voucher_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voucher_no: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<&'a str>,
    #[serde(rename = "StoreID", skip_serializing_if = "Option::is_none")]
    store_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<String>,
}

impl Body<'_> {
    fn json(&self) -> Result<String, BuildError> {
        serde_json::to_string(self).map_err(|_| BuildError("the request has no JSON form"))
    }
}

impl Provider for Celbux {
    fn features(&self) -> &Features {
        &self.features
    }

    fn request(&self, op: &Op<'_>, _now: Millis) -> Result<HttpRequest, BuildError> {
        let (call, body) = match op {
            Op::Charge(charge) => {
                let body = Body {
                    voucher_no: Some(hyphenated(charge.pin)),
                    amount: Some(charge.amount.0.to_string()),
                    currency: Some(self.features.currency.code()),
                    store_id: Some(&self.store_id),
                    reference: Some(charge.reference),
                    metadata: metadata(charge.metadata.iter().copied()),
                    ..Body::default()
                };
                ("pay", body.json()?)
            }
            Op::Lookup { reference } => {
                let store_id = Some(self.store_id.as_str());
                ("payment", Body { store_id, old_reference: Some(reference), ..Body::default() }.json()?)
            }
            Op::Reverse { charge, reference } => {
                let body = Body {
                    store_id: Some(&self.store_id),
                    old_reference: Some(charge),
                    reference: Some(reference),
                    ..Body::default()
                };
                ("reverse", body.json()?)
            }
            Op::Balance { pin, .. } => {
                ("viewVoucher", Body { voucher_no: Some(hyphenated(pin)), ..Body::default() }.json()?)
            }
            Op::View { pin, metadata: words } => {
                let metadata = metadata(words.iter().copied());
                let body = Body { voucher_no: Some(hyphenated(pin)), metadata, ..Body::default() };
                ("viewVoucher", body.json()?)
            }
            Op::Issue(order) => ("createVoucher", order.body.clone()),
            Op::Challenge { .. } | Op::VerifyCode { .. } => return Err(BuildError("Celbux sends no codes")),
        };
        Ok(HttpRequest {
            method: Method::Post,
            url: format!("{}/{call}?ns={}", self.api_url, self.community),
            headers: vec![
                ("Authorization", format!("bearer {}", self.token.reveal())),
                ("Content-Type", "application/json".to_owned()),
            ],
            body,
        })
    }

    /// Parses the answer. Celbux sends business errors with HTTP 400 and 500 alike, so a negative `Status` in its body
    /// decides; other server errors come from an intermediary.
    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable> {
        if answer.status > 500 {
            return Err(Unreadable("server error"));
        }
        let body: Map<String, Value> = object(&answer.body)?;
        match (text(&body, "Status"), text(&body, "State")) {
            ("1", "Success") if answer.ok() => self.success(op, &body),
            (status, state) if state != "Success" && is_error_code(status) => {
                refused(op, status, text(&body, "Error"))
            }
            _ => Err(Unreadable("neither a success nor an error of Celbux")),
        }
    }

    fn order(&self, fields: &mut Fields, reference: &str) -> Result<Order, OrderError> {
        let recipient = recipient(fields)?;
        let voucher_type = fields.required_text("voucher_type", 50)?;
        let amount = fields.amount("amount")?.ok_or_else(|| fields.missing("amount"))?;
        let issued = self.features.currency;
        let currency = issued.code();
        if fields.required_text("currency", 20)? != currency {
            return Err(OrderError::Currency { issued });
        }
        let words = fields.words("metadata")?;
        let body = Body {
            username: recipient.as_deref(),
            voucher_type: Some(&voucher_type),
            amount: Some(amount.0.to_string()),
            currency: Some(currency),
            store_id: Some(&self.store_id),
            reference: Some(reference),
            metadata: metadata(words.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
            ..Body::default()
        };
        let mut shown = Map::new();
        shown.insert("voucher_type".into(), voucher_type.as_str().into());
        let mut named = Map::new();
        match &recipient {
            Some(msisdn) => named.insert("recipient".into(), msisdn.as_str().into()),
            None => shown.insert("to_self".into(), true.into()),
        };
        let body = body.json().map_err(|_| OrderError::NoJson)?;
        Ok(Order { reference: reference.to_owned(), body, amount: Some(amount), shown, recipient: named })
    }

    /// Checks the agreed token in the header, bare or behind "bearer", and returns the hint: Celbux signs nothing. Its
    /// documents leave open which member holds the reference, so every text in the form of one of ours is a candidate.
    fn webhook(&self, message: &WebhookMessage<'_>) -> Result<Hint, WebhookError> {
        let token = self.webhook_token.as_ref().ok_or(WebhookError::NotOffered)?;
        let sent = (message.header)("authorization").ok_or(WebhookError::Unsigned)?;
        let sent = sent
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map_or(sent.as_str(), |(_, token)| token);
        if !token.any(|token| token.is(sent.trim())) {
            return Err(WebhookError::Unsigned);
        }
        let body: Map<String, Value> = object(message.body).map_err(|_| WebhookError::Unreadable)?;
        let texts = body.values().filter_map(Value::as_str);
        let references = texts.filter(|text| reference::owner(text).is_some()).map(str::to_owned).collect();
        // Celbux notifies of successes only.
        Ok(Hint { references, success: true, change: None })
    }
}

impl Celbux {
    fn success(&self, op: &Op<'_>, body: &Map<String, Value>) -> Result<Reply, Unreadable> {
        let transaction = Some(text(body, "TID").to_owned()).filter(|tid| !tid.is_empty());
        let transaction = Paid::transaction(transaction, op);
        match op {
            Op::Charge(charge) => {
                check_reference(body, charge.reference)?;
                Ok(Reply::Paid(Paid { amount: told_amount(body)?, transaction, ..Paid::default() }))
            }
            Op::Issue(order) => {
                check_reference(body, &order.reference)?;
                let number = text(body, "VoucherNo");
                let pin = Pin::from_provider(number.to_owned());
                let secret = Some(("voucher_number", pin)).filter(|_| !number.is_empty());
                let amount = told_amount(body)?;
                Ok(Reply::Issued(Issued { secret, amount, transaction, ..Issued::default() }))
            }
            Op::Reverse { reference, .. } => check_reference(body, reference).map(|()| Reply::Reversed),
            Op::Lookup { reference } => {
                check_reference(body, reference)?;
                match body.get("ReverseID") {
                    None | Some(Value::Null) => {}
                    Some(Value::String(id)) if matches!(id.as_str(), "" | "0") => {}
                    Some(Value::String(_)) => return Ok(Reply::Reversed),
                    Some(_) => return Err(Unreadable("no word on whether it was given back")),
                }
                match text(body, "ConfirmID") {
                    "1" => {
                        Ok(Reply::Paid(Paid { amount: told_amount(body)?, transaction, ..Paid::default() }))
                    }
                    "0" => Ok(Reply::Pending),
                    _ => Err(Unreadable("no word on whether it is confirmed")),
                }
            }
            Op::Balance { pin, .. } => {
                let amount = voucher_amount(body, pin)?;
                match (text(body, "Locked"), text(body, "VSettle")) {
                    ("0", "0") => Ok(Reply::Balance(amount)),
                    // A number that may be replaced is never reported as staying valid.
                    ("0", _) => Ok(Reply::Renewing(amount)),
                    // A locked voucher is reported like an unknown one, so that guessing numbers reveals nothing.
                    _ => Ok(Reply::Declined(Refusal::new(DeclineCode::VoucherRefused, "Locked", op))),
                }
            }
            Op::View { pin, .. } => {
                let amount = voucher_amount(body, pin)?;
                let spendable = amount > Minor::ZERO && text(body, "Locked") == "0";
                Ok(Reply::Viewed(Viewed { amount, spendable, shown: shown(body) }))
            }
            Op::Challenge { .. } | Op::VerifyCode { .. } => {
                Err(Unreadable("not an answer to one of our calls"))
            }
        }
    }
}

/// Returns the members of Celbux's answer that the merchant is shown, without those it already knows.
fn shown(body: &Map<String, Value>) -> Map<String, Value> {
    let texts = [
        ("voucher_number", "VoucherNo"),
        ("owner", "Owner"),
        ("voucher_type", "VoucherType"),
        ("title", "Title"),
        ("provider_transaction", "TID"),
    ];
    let flags = [("auto_lock", "AutoLock"), ("renews", "VSettle"), ("accumulates", "VAccumulate")];
    let texts = texts.map(|(ours, theirs)| (ours, text(body, theirs).into()));
    let flags = flags.map(|(ours, theirs)| (ours, (text(body, theirs) == "1").into()));
    let others = [
        // Anything but "0" counts as locked.
        ("locked", (text(body, "Locked") != "0").into()),
        ("withdraw_fee", json!(cents(text(body, "WithdrawFee")))),
    ];
    let members = texts.into_iter().chain(flags).chain(others);
    members.map(|(name, value): (&str, Value)| (name.to_owned(), value)).collect()
}

/// Formats the voucher's number with its hyphens.
fn hyphenated(pin: &Pin) -> String {
    let pin = pin.reveal();
    match (pin.get(..3), pin.get(3..8), pin.get(8..)) {
        (Some(a), Some(b), Some(c)) => format!("{a}-{b}-{c}"),
        _ => pin.to_owned(),
    }
}

/// Writes metadata as JSON text as in Celbux's samples (`{"name": "text"}`): its reference says that every member is a
/// string, though some of its sample programs send an object.
fn metadata<'a>(words: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let members: Vec<String> =
        words.map(|(name, text)| format!("{}: {}", Value::from(name), Value::from(text))).collect();
    (!members.is_empty()).then(|| format!("{{{}}}", members.join(", ")))
}

/// Takes the recipient's number. Celbux opens an account for an unknown number and sends it a password, and without a
/// recipient the voucher stays with the merchant: so the number must be a complete mobile number, and leaving it out
/// must be explicit.
fn recipient(fields: &mut Fields) -> Result<Option<String>, FieldError> {
    let to_self = fields.flag("to_self")?.unwrap_or(false);
    let Some(typed) = fields.text("recipient", 20)? else {
        return if to_self { Ok(None) } else { Err(fields.missing("recipient")) };
    };
    if to_self {
        return Err(fields.invalid("recipient", "left out when to_self is true"));
    }
    let digits = typed.strip_prefix('+').unwrap_or(&typed);
    let mobile = digits.strip_prefix("27").filter(|number| number.starts_with(['6', '7', '8']));
    match mobile {
        Some(number) if number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(Some(digits.to_owned()))
        }
        _ => Err(fields.invalid("recipient", "a South African mobile number in full, such as 27648302057")),
    }
}

/// Returns a member that is text; empty when it is missing or of another type.
fn text<'a>(body: &'a Map<String, Value>, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns whether the status is one of the negative numbers that stand for errors.
fn is_error_code(status: &str) -> bool {
    let digits = status.strip_prefix('-').unwrap_or_default();
    (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

/// Checks that the answer names our reference or none.
fn check_reference(body: &Map<String, Value>, reference: &str) -> Result<(), Unreadable> {
    match body.get("Reference") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(told)) if told == reference => Ok(()),
        Some(_) => Err(Unreadable("the answer is about another reference")),
    }
}

/// Returns the amount in the answer, if there is one.
fn told_amount(body: &Map<String, Value>) -> Result<Option<Minor>, Unreadable> {
    match body.get("Amount") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(told)) => cents(told).map(Some).ok_or(Unreadable("not an amount in cents")),
        Some(_) => Err(Unreadable("not an amount in cents")),
    }
}

/// Returns the value of the voucher that was queried.
fn voucher_amount(body: &Map<String, Value>, pin: &Pin) -> Result<Minor, Unreadable> {
    let number: String = text(body, "VoucherNo").chars().filter(char::is_ascii_digit).collect();
    if number != pin.reveal() {
        return Err(Unreadable("the answer is about another voucher"));
    }
    told_amount(body)?.ok_or(Unreadable("no amount"))
}

/// Parses whole cents.
fn cents(text: &str) -> Option<Minor> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().map(Minor).filter(|amount| digits && *amount <= Minor::MAX)
}

/// Maps an error by Celbux's error table. A repeated reference (-2) and the unexplained failure (-7) say nothing about
/// whether money moved, and a code outside the table leaves every call that moves money in doubt.
fn refused(op: &Op<'_>, status: &str, error: &str) -> Result<Reply, Unreadable> {
    let code = match (status, op) {
        ("-2", _) => return Err(Unreadable("the reference was used before")),
        ("-7", _) => return Err(Unreadable("a failure that is not explained")),
        ("-6", Op::Lookup { .. }) => return Ok(Reply::NotFound),
        (_, Op::Lookup { .. }) => return Err(Unreadable("the look-up was refused")),
        ("-1" | "-3" | "-4" | "-5" | "-8", _) => DeclineCode::ProviderUnavailable,
        ("-12", _) => DeclineCode::InsufficientFunds,
        ("-6" | "-13" | "-14", _) => DeclineCode::VoucherRefused,
        (_, Op::Balance { .. } | Op::View { .. }) => DeclineCode::VoucherRefused,
        _ => return Err(Unreadable("a code that is not in the document")),
    };
    Ok(Reply::Declined(Refusal::new(code, error, op)))
}

#[cfg(test)]
mod tests;
