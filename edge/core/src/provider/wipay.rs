//! WiPay, Trinidad and Tobago: charges an amount and its own fee to a voucher; the rest stays on the same number.
//!
//! WiPay has no reference, no look-up and no webhook: a lost outcome is inferred from the voucher's value.
//! Sources: WiPay's "Voucher API – Pay" (parameters, answers, the ten error texts), "Voucher API – Check".

use super::{
    Brand, BuildError, CheckoutFeatures, Features, Op, OutcomeCheck, Paid, Provider, Rate, Refusal, Reply,
    Unreadable, Viewed, base_url, major::Major, object,
};
use crate::address::is_local;
use crate::http::{HttpRequest, HttpResponse, Method};
use crate::json;
use crate::vars::{ConfigError, Vars};
use checkout_wire::money::{self, Currency};
use checkout_wire::{Alphabet, Country, DeclineCode, Millis, Minor, PinRule};
use serde::Deserialize;
use serde_json::Map;

/// The account of WiPay's sandbox.
const SANDBOX_ACCOUNT: &str = "4630";
const SANDBOX_URL: &str = "https://sandbox.wipayfinancial.com";
/// The limit in "Voucher's current value must be greater than 5".
const LEAST_VALUE: Minor = Minor(500);
/// The longest `details` in characters: it must be shorter than 255.
const LONGEST_DETAILS: usize = 254;

struct WiPay {
    base_url: String,
    account: String,
    fee: Fee,
    features: Features,
}

/// The fee that WiPay takes on top: `WIPAY_FEE`, JSON `{flat_minor, percent}`; `percent` is decimal text such as
/// `"1.5"`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fee {
    #[serde(default)]
    flat_minor: u32,
    /// Hundredths of a percent, read from a decimal number.
    #[serde(default = "no_percent")]
    percent: Major,
}

/// The fee on WiPay's page: five dollars.
const PUBLISHED_FEE: Fee = Fee { flat_minor: 500, percent: no_percent() };

const fn no_percent() -> Major {
    Major(Minor::ZERO)
}

/// Configures WiPay from `WIPAY_BASE_URL`, `WIPAY_ACCOUNT_NUMBER` and `WIPAY_FEE`. The sandbox's account goes with the
/// sandbox's URL, and no other account does.
pub fn configure(vars: &Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError> {
    if vars.none_of(&["WIPAY_BASE_URL", "WIPAY_ACCOUNT_NUMBER"]) {
        return Ok(None);
    }
    let base_url = base_url(vars, "WIPAY_BASE_URL")?;
    let account = vars.required("WIPAY_ACCOUNT_NUMBER")?;
    let wrong = |problem: &str| Err(ConfigError::new("WIPAY_ACCOUNT_NUMBER", problem));
    if account.is_empty() || !account.bytes().all(|b| b.is_ascii_digit()) {
        return wrong("must be a number");
    }
    let sandbox = base_url.to_ascii_lowercase().starts_with(SANDBOX_URL);
    if account == SANDBOX_ACCOUNT && !sandbox && !is_local(&base_url) {
        return wrong("is the sandbox's account, but WIPAY_BASE_URL is not the sandbox");
    }
    if sandbox && account != SANDBOX_ACCOUNT {
        return wrong("is a live account, but WIPAY_BASE_URL is the sandbox");
    }
    let fee = match vars.optional("WIPAY_FEE") {
        None => PUBLISHED_FEE,
        Some(json) => json::read(&json).map_err(|_| {
            ConfigError::new(
                "WIPAY_FEE",
                "must be JSON like {\"flat_minor\":500} or {\"flat_minor\":0,\"percent\":\"1.5\"}",
            )
        })?,
    };
    let pin = PinRule { alphabet: Alphabet::Alphanumeric, min: 12, max: 12 };
    let features = Features {
        id: "wipay",
        currency: Currency::Ttd,
        country: Country::TrinidadAndTobago,
        checkout: Some(CheckoutFeatures {
            needs_email: false,
            brands: vec![Brand { code: None, label: "WiPay".into(), pin }],
            checks_balance_first: true,
            sends_code: false,
            confirms_success: false,
            outcome_check: OutcomeCheck::Balance,
        }),
        issues: None,
        views: Some(pin),
        reverses: false,
        // WiPay does not say to whom the limit applies, nor whether both calls share it: one limit for all is the safe reading.
        rate: Some(Rate { account: format!("wipay-{account}"), calls: 5, period: Millis::MINUTE }),
    };
    Ok(Some(Box::new(WiPay { base_url, account, fee, features })))
}

#[derive(Deserialize)]
struct Body {
    status: String,
    #[serde(default)]
    msg: String,
    trxn_id: Option<String>,
    value: Option<Major>,
}

impl Provider for WiPay {
    fn features(&self) -> &Features {
        &self.features
    }

    fn fee(&self, amount: Minor) -> Minor {
        // percent has two decimals of its own, so hundredths of a percent: amount * percent / 10 000, rounded up.
        let Major(Minor(percent)) = self.fee.percent;
        let share = (i128::from(amount.0) * i128::from(percent) + 9_999) / 10_000;
        Minor(i64::from(self.fee.flat_minor)).saturating_add(Minor(i64::try_from(share).unwrap_or(i64::MAX)))
    }

    fn request(&self, op: &Op<'_>, _now: Millis) -> Result<HttpRequest, BuildError> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let call = match op {
            Op::Charge(charge) => {
                let details: String = charge.description.chars().take(LONGEST_DETAILS).collect();
                form.append_pair("account_number", &self.account);
                if !details.is_empty() {
                    form.append_pair("details", &details);
                }
                form.append_pair("total", &money::decimal(charge.amount));
                form.append_pair("voucher", charge.pin.reveal());
                "voucher_pay"
            }
            Op::Balance { pin, .. } | Op::View { pin, .. } => {
                form.append_pair("voucher", pin.reveal());
                "voucher_check"
            }
            _ => return Err(BuildError("WiPay has no such call")),
        };
        Ok(HttpRequest {
            method: Method::Post,
            url: format!("{}/v1/{call}", self.base_url),
            headers: vec![
                ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
                ("Accept", "application/json".to_owned()),
            ],
            body: form.finish(),
        })
    }

    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable> {
        // WiPay does not document the HTTP status of its errors, so the body decides, except on a server error.
        if answer.status >= 500 {
            return Err(Unreadable("server error"));
        }
        let body: Body = object(&answer.body)?;
        match (body.status.as_str(), op) {
            ("success", Op::Charge(_)) if answer.ok() => Ok(Reply::Paid(Paid {
                amount: None,
                transaction: Paid::transaction(body.trxn_id, op),
                // The value is the remainder on the voucher, not the amount paid.
                balance: body.value.map(|value| value.0),
                ..Paid::default()
            })),
            ("success", Op::Balance { .. }) if answer.ok() => {
                body.value.map(|value| Reply::Balance(value.0)).ok_or(Unreadable("no value"))
            }
            ("success", Op::View { .. }) if answer.ok() => {
                let amount = body.value.ok_or(Unreadable("no value"))?.0;
                // A voucher is accepted only when it is worth more than the flat fee of five dollars.
                Ok(Reply::Viewed(Viewed { amount, spendable: amount > LEAST_VALUE, shown: Map::new() }))
            }
            ("error", _) if body.msg == "Too many attempts" => Ok(Reply::Busy),
            ("error", _) => Ok(Reply::Declined(Refusal::new(decline_code(op, &body.msg)?, &body.msg, op))),
            _ => Err(Unreadable("a status that is not known")),
        }
    }
}

/// Maps WiPay's error texts. A wrong account or total is our fault, not the shopper's. A text outside the table refuses a
/// check and leaves a charge in doubt.
fn decline_code(op: &Op<'_>, msg: &str) -> Result<DeclineCode, Unreadable> {
    Ok(match msg {
        "Parameter: voucher not found" | "Parameter: voucher is missing" => DeclineCode::VoucherNotFound,
        "Parameter: voucher value insufficient" => DeclineCode::InsufficientFunds,
        "Parameter: account_number is missing"
        | "Parameter: account_number is unauthorized"
        | "Parameter: account_number not found" => DeclineCode::ProviderUnavailable,
        "Parameter: total cannot be less than 0"
        | "Parameter: total has incorrect format"
        | "Parameter: total is missing" => DeclineCode::AmountRefused,
        _ if matches!(op, Op::Charge(_)) => {
            return Err(Unreadable("an error that is not in the document"));
        }
        "Invalid Voucher" => DeclineCode::VoucherNotFound,
        _ => DeclineCode::VoucherRefused,
    })
}

#[cfg(test)]
mod tests;
