//! Kora, South Africa: charges a voucher by PIN and phone number, and returns the remainder as a change voucher.
//!
//! Sources: Kora's "Integrating Voucher Payments via API" (request, answer, error table), its pages on errors, on
//! verifying a charge (`GET /api/v1/charges/{reference}`), on API keys and on webhooks.

use super::{
    Brand, BuildError, Charge, CheckoutFeatures, Features, Hint, Op, OutcomeCheck, Paid, Provider, Refusal,
    Reply, Unreadable, WebhookError, WebhookMessage, base_url, major::Major, object, text_of,
};
use crate::address::is_local;
use crate::http::{HttpRequest, HttpResponse, Method};
use crate::json;
use crate::seal;
use crate::secret::Replaceable;
use crate::vars::{ConfigError, Vars};
use checkout_wire::money::{self, Currency};
use checkout_wire::{Alphabet, ChangeVoucher, Country, DeclineCode, Millis, Minor, Pin, PinRule};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

struct Kora {
    base_url: String,
    secret_key: Replaceable,
    features: Features,
}

/// Configures Kora from `KORA_BASE_URL`, `KORA_SECRET_KEY` and `KORA_PROVIDERS`. While a secret key is replaced, calls are made
/// with the newer one, and webhooks may be signed with either. Refuses a live key with a sandbox, and
/// a test key with any URL that is not marked as one.
pub fn configure(vars: &Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError> {
    if vars.none_of(&["KORA_BASE_URL", "KORA_SECRET_KEY", "KORA_PROVIDERS"]) {
        return Ok(None);
    }
    let base_url = base_url(vars, "KORA_BASE_URL")?;
    let wrong = |problem| Err(ConfigError::new("KORA_SECRET_KEY", problem));
    let Some(secret_key) = Replaceable::parse(&vars.required("KORA_SECRET_KEY")?) else {
        return wrong("must be one key, or two separated by a space, the newer one first");
    };
    let sandbox = is_local(&base_url) || base_url.contains("sandbox") || base_url.contains("test");
    for key in secret_key.values() {
        let key = key.reveal();
        if !key.starts_with("sk_live_") && !key.starts_with("sk_test_") {
            return wrong("must begin with sk_live_ or sk_test_");
        }
        if key.starts_with("sk_live_") && sandbox {
            return wrong("is a live key, but KORA_BASE_URL is a sandbox");
        }
        if key.starts_with("sk_test_") && !sandbox {
            return wrong("is a test key, but KORA_BASE_URL is not a sandbox");
        }
    }
    let features = Features {
        id: "kora",
        currency: Currency::Zar,
        country: Country::SouthAfrica,
        checkout: Some(CheckoutFeatures {
            needs_email: true,
            brands: brands(&vars.required("KORA_PROVIDERS")?)?,
            checks_balance_first: false,
            sends_code: false,
            confirms_success: false,
            outcome_check: OutcomeCheck::Lookup,
        }),
        issues: None,
        views: None,
        reverses: false,
        rate: None,
    };
    Ok(Some(Box::new(Kora { base_url, secret_key, features })))
}

/// Parses the brands of `KORA_PROVIDERS`: JSON `[{code,label,pin_pattern}]`.
fn brands(json: &str) -> Result<Vec<Brand>, ConfigError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Entry {
        code: String,
        label: String,
        pin_pattern: String,
    }
    let wrong = |problem: &str| ConfigError::new("KORA_PROVIDERS", problem);
    let entries: Vec<Entry> = json::read(json).map_err(|_| {
        wrong("must be JSON like [{\"code\":\"0001\",\"label\":\"…\",\"pin_pattern\":\"\\\\d{16}\"}]")
    })?;
    let brand = |entry: Entry| {
        let pin = pin_rule(&entry.pin_pattern).ok_or_else(|| {
            wrong("has a pin_pattern that is not \\d or [A-Za-z0-9] with {n} or {n,m} behind it")
        })?;
        Ok(Brand { code: Some(entry.code), label: entry.label, pin })
    };
    let brands = entries.into_iter().map(brand).collect::<Result<Vec<_>, ConfigError>>()?;
    if brands.is_empty() { Err(wrong("names no voucher brand")) } else { Ok(brands) }
}

/// Parses a pattern like `^\d{16}$`, `[0-9]{10,16}` or `[A-Za-z0-9]{12}`; a regular-expression engine would cost the
/// Worker 85 KB for these.
fn pin_rule(pattern: &str) -> Option<PinRule> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    let (class, counts) = pattern.strip_suffix('}')?.split_once('{')?;
    let alphabet = match class {
        "\\d" | "[0-9]" => Alphabet::Digits,
        "[A-Za-z0-9]" | "[a-zA-Z0-9]" | "[0-9A-Za-z]" | "[0-9a-zA-Z]" => Alphabet::Alphanumeric,
        _ => return None,
    };
    let (min, max) = counts.split_once(',').unwrap_or((counts, counts));
    let (min, max) = (min.parse().ok()?, max.parse().ok()?);
    (1 <= min && min <= max && max <= 64).then_some(PinRule { alphabet, min, max })
}

#[derive(Serialize)]
struct ChargeBody<'a> {
    amount: Box<RawValue>,
    currency: &'static str,
    merchant_bears_cost: bool,
    notification_url: &'a str,
    description: &'a str,
    reference: &'a str,
    voucher: VoucherBody<'a>,
    customer: CustomerBody<'a>,
    metadata: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct VoucherBody<'a> {
    /// A string: 16 digits exceed 2^53, and a number would lose leading zeros.
    pin: &'a str,
    phone_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_code: Option<&'a str>,
}

#[derive(Serialize)]
struct CustomerBody<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Deserialize)]
struct Body<'a> {
    status: bool,
    message: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ChargeData {
    status: String,
    currency: Option<String>,
    amount: Option<Major>,
    amount_paid: Option<Major>,
    transaction_reference: Option<String>,
    /// Parsed separately, so that a malformed voucher does not hide the outcome of the charge.
    voucher: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct VoucherData {
    balance: Option<Box<RawValue>>,
    /// A string in Kora's sample, a number in its table.
    pin: Option<Box<RawValue>>,
    expiry_date: Option<Box<RawValue>>,
}

/// A webhook. `data` stays as it arrived, because its bytes are signed.
#[derive(Deserialize)]
struct Notification<'a> {
    event: String,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The references in a webhook. Ours is under either name: Kora's samples differ.
#[derive(Deserialize)]
struct NotificationData {
    reference: Option<Box<RawValue>>,
    payment_reference: Option<Box<RawValue>>,
    voucher: Option<Box<RawValue>>,
}

impl Provider for Kora {
    fn features(&self) -> &Features {
        &self.features
    }

    fn request(&self, op: &Op<'_>, _now: Millis) -> Result<HttpRequest, BuildError> {
        let authorization = ("Authorization", format!("Bearer {}", self.secret_key.newest()));
        let accept = ("Accept", "application/json".to_owned());
        match op {
            Op::Charge(charge) => Ok(HttpRequest {
                method: Method::Post,
                url: format!("{}/api/v1/charge/voucher", self.base_url),
                headers: vec![authorization, ("Content-Type", "application/json".to_owned()), accept],
                body: charge_body(charge).map_err(|_| BuildError("the charge has no JSON form"))?,
            }),
            Op::Lookup { reference } => Ok(HttpRequest {
                method: Method::Get,
                url: format!("{}/api/v1/charges/{reference}", self.base_url),
                headers: vec![authorization, accept],
                body: String::new(),
            }),
            _ => Err(BuildError("Kora has no such call")),
        }
    }

    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable> {
        if answer.status >= 500 {
            return Err(Unreadable("server error"));
        }
        let body: Body<'_> = object(&answer.body)?;
        if answer.ok() && body.status {
            let data = body.data.ok_or(Unreadable("no data"))?;
            let data: ChargeData = object(data.get().as_bytes())?;
            return charge_reply(op, data, body.message.as_deref().unwrap_or_default());
        }
        if answer.status < 400 || body.status {
            return Err(Unreadable("status and HTTP status contradict each other"));
        }
        let message = body.message.unwrap_or_default();
        match op {
            Op::Charge(_) => refusal(op, answer.status, &message),
            _ if message.to_ascii_lowercase().contains("charge not found") => Ok(Reply::NotFound),
            _ => Err(Unreadable("the look-up was refused")),
        }
    }

    /// Checks `x-korapay-signature`, the hex HMAC-SHA256 of `data` alone under the secret key, and returns the hint.
    /// Kora signs what JavaScript writes, so when the received bytes do not match, their JavaScript form is checked.
    fn webhook(&self, message: &WebhookMessage<'_>) -> Result<Hint, WebhookError> {
        let body: Notification<'_> = object(message.body).map_err(|_| WebhookError::Unreadable)?;
        let signature = (message.header)("x-korapay-signature").ok_or(WebhookError::Unsigned)?;
        let signed = |data: &str| {
            let signature = signature.trim().to_ascii_lowercase();
            self.secret_key.any(|key| seal::same(&seal::hmac_hex(key, data), &signature))
        };
        let data = body.data.get();
        if !signed(data) && !(message.rewritten)(data).is_some_and(|data| signed(&data)) {
            return Err(WebhookError::Unsigned);
        }
        let success = match body.event.as_str() {
            "charge.success" => true,
            "charge.failed" => false,
            // Transfers and refunds do not concern us.
            _ => return Ok(Hint { references: Vec::new(), success: false, change: None }),
        };
        let data: NotificationData = object(data.as_bytes()).map_err(|_| WebhookError::Unreadable)?;
        let references = [data.payment_reference, data.reference].into_iter().flatten();
        Ok(Hint {
            references: references.filter_map(|raw| text_of(&raw)).collect(),
            success,
            change: data.voucher.filter(|_| success).and_then(|voucher| change(&voucher, None)),
        })
    }
}

fn charge_body(charge: &Charge<'_>) -> Result<String, serde_json::Error> {
    let body = ChargeBody {
        amount: RawValue::from_string(money::number(charge.amount))?,
        currency: Currency::Zar.code(),
        // The voucher is charged exactly the order's amount.
        merchant_bears_cost: true,
        notification_url: charge.notification_url,
        description: charge.description,
        reference: charge.reference,
        voucher: VoucherBody {
            pin: charge.pin.reveal(),
            phone_number: charge.phone,
            provider_code: charge.brand,
        },
        customer: CustomerBody { email: charge.email.unwrap_or_default(), name: charge.name },
        metadata: charge.metadata.iter().copied().collect(),
    };
    serde_json::to_string(&body)
}

/// Converts a charge in the answer to a charge or a look-up. The outer `status` only says that the request was
/// accepted; `data.status` decides.
fn charge_reply(op: &Op<'_>, data: ChargeData, message: &str) -> Result<Reply, Unreadable> {
    match data.status.as_str() {
        "success" => {
            if data.currency.as_deref() != Some(Currency::Zar.code()) {
                return Err(Unreadable("success in another currency"));
            }
            let paid = data.amount_paid.map(|paid| paid.0);
            let amount = match op {
                // A payment of 0 is in doubt for the session too, which keeps the change voucher.
                Op::Charge(_) => paid
                    .or(data.amount.map(|charged| charged.0))
                    .ok_or(Unreadable("success without an amount"))?,
                // In a look-up, `amount` is the requested amount, and a payment of 0 means that the amount paid is not stated.
                _ => paid
                    .filter(|paid| *paid > Minor::ZERO)
                    .ok_or(Unreadable("a success that does not tell what was paid"))?,
            };
            let (sent, voucher) = match op {
                Op::Charge(charge) => (Some(charge.pin), data.voucher),
                _ => (None, data.voucher),
            };
            // The answer to a charge contains the change voucher, if there is one. No document says that a look-up does.
            let stated = sent.is_some() || voucher.as_deref().is_some_and(states_change);
            Ok(Reply::Paid(Paid {
                amount: Some(amount),
                transaction: Paid::transaction(data.transaction_reference, op),
                balance: None,
                change: voucher.and_then(|voucher| change(&voucher, sent)),
                change_unknown: !stated,
            }))
        }
        "processing" | "pending" => Ok(Reply::Pending),
        "failed" => match op {
            Op::Charge(_) => Ok(Reply::Declined(Refusal::new(DeclineCode::VoucherRefused, message, op))),
            _ => Ok(Reply::Failed),
        },
        "expired" | "cancelled" if matches!(op, Op::Lookup { .. }) => Ok(Reply::Failed),
        _ => Err(Unreadable("a charge status that is not known")),
    }
}

/// Returns the change voucher, if there is one: it has a PIN other than the one that paid, and a value other than 0. The PIN
/// is kept even when the value or the expiry date cannot be read.
fn change(voucher: &RawValue, sent: Option<&Pin>) -> Option<ChangeVoucher> {
    let voucher: VoucherData = object(voucher.get().as_bytes()).ok()?;
    let amount = voucher.balance.and_then(|raw| json::read::<Major>(raw.get()).ok()).map(|major| major.0);
    if amount == Some(Minor::ZERO) {
        return None;
    }
    let pin = text_of(&voucher.pin?).filter(|pin| sent.is_none_or(|sent| sent.reveal() != pin))?;
    let expires_at = voucher.expiry_date.and_then(|raw| json::read(raw.get()).ok());
    Some(ChangeVoucher { pin: Pin::from_provider(pin), amount, expires_at })
}

/// Returns whether a voucher in an answer settles the question of a change voucher: by its PIN, or by a value of 0.
fn states_change(voucher: &RawValue) -> bool {
    let read = object::<VoucherData>(voucher.get().as_bytes());
    let is_empty =
        |raw: &RawValue| json::read::<Major>(raw.get()).is_ok_and(|Major(value)| value == Minor::ZERO);
    read.is_ok_and(|data| {
        data.pin.and_then(|raw| text_of(&raw)).is_some() || data.balance.as_deref().is_some_and(is_empty)
    })
}

/// Kora's error table without its system error: the refusals of a charge, each with its HTTP status.
const REFUSALS: [(u16, &str, DeclineCode); 6] = [
    (400, "The voucher pin you have entered is invalid", DeclineCode::VoucherNotFound),
    (400, "The voucher has already been used", DeclineCode::VoucherUsed),
    (400, "The amount provided exceeds the required amount", DeclineCode::AmountRefused),
    (400, "The selected provider code is not supported", DeclineCode::ProviderUnavailable),
    (402, "Voucher funds are lower than the transaction amount", DeclineCode::InsufficientFunds),
    (403, "The voucher provider is not active for this merchant", DeclineCode::ProviderUnavailable),
];

/// Maps an error by Kora's error table. Any other error leaves the charge in doubt. The errors differ by text only, so
/// case and full stop are ignored.
fn refusal(op: &Op<'_>, status: u16, message: &str) -> Result<Reply, Unreadable> {
    let text = message.trim();
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.to_ascii_lowercase().starts_with("duplicate payment reference") {
        return Err(Unreadable("the reference was used before"));
    }
    let listed = REFUSALS.iter().find(|(http, words, _)| *http == status && text.eq_ignore_ascii_case(words));
    let (_, _, code) = listed.ok_or(Unreadable("an error that is not in the document"))?;
    Ok(Reply::Declined(Refusal::new(*code, message, op)))
}

#[cfg(test)]
mod tests;
