//! A second and simpler reading of the providers' documents: `tests/golden/<provider>/meaning.json`.
//!
//! Each operation has a list of rules; the first whose conditions hold states the readings that an answer allows. This
//! module shares no code with the providers: it walks the members unparsed, so that a member without a rule may hold
//! any JSON.

use crate::provider::golden::folder;
use crate::provider::{Op, Reply};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The meaning of answers by a provider's document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meaning {
    /// The server errors (HTTP 5xx) that it uses for its declines.
    #[serde(default)]
    refusals_with: Vec<u16>,
    /// The rules, by operation.
    rules: BTreeMap<String, Vec<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The HTTP statuses that it covers: `400`, or `"2xx"`; without them, every one below 500 and those in
    /// `refusals_with`.
    http: Option<Vec<Http>>,
    /// The conditions, each by the JSON pointer that it applies to.
    #[serde(default)]
    when: BTreeMap<String, Condition>,
    /// The allowed readings; empty when such an answer is unreadable.
    means: Vec<String>,
    /// The places of the amount, in the order they are tried.
    amount: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Http {
    Exactly(u16),
    Class(String),
}

/// A required value, one of several, or a property.
#[derive(Deserialize)]
#[serde(untagged)]
enum Condition {
    OneOf(Vec<Value>),
    That(That),
    Is(Value),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum That {
    /// Missing, `null`, or one of these; `"$reference"` stands for our reference.
    MissingOr(Vec<Value>),
    /// Anything but this.
    Not(Value),
    /// Text other than these.
    TextBut(Vec<Value>),
    /// Text that contains all of these, in any case.
    Holds(Vec<String>),
    /// One of these sentences, in any case, with a full stop or without.
    Says(Vec<String>),
    /// Text or number of an amount in major units above zero.
    AboveZero(bool),
    /// Text of a negative whole number.
    NegativeNumberText(bool),
    /// Text, or a bare number, of this many digits.
    Digits(usize),
    /// Text whose digits are those of the voucher asked about.
    DigitsOfVoucher(bool),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Amount {
    /// Text or number in major units; of several places, the first that is there.
    Major(Vec<String>),
    /// Text in minor units.
    MinorText(Vec<String>),
    /// A bare number in minor units.
    Minor(Vec<String>),
}

/// The readings that an answer allows, and its amount in minor units.
#[derive(Debug)]
pub(crate) struct Says<'a> {
    means: &'a [String],
    cents: Option<i64>,
}

impl Meaning {
    /// Reads the meanings of all providers, by id.
    pub(crate) fn of_all() -> BTreeMap<String, Meaning> {
        let read = |id: &String| folder::read(&folder::root().join(id).join("meaning.json"));
        folder::names(&folder::root()).into_iter().map(|id| (id.clone(), read(&id))).collect()
    }

    /// Returns whether a server error with this status can be a decline.
    pub(crate) fn refuses_with(&self, status: u16) -> bool {
        self.refusals_with.contains(&status)
    }

    /// Returns the readings that an answer allows: those of the first rule that holds.
    pub(crate) fn says(&self, op: &Op<'_>, status: u16, body: &[u8]) -> Says<'_> {
        let nothing = Says { means: &[], cents: None };
        let Ok(body) = serde_json::from_slice::<&RawValue>(body) else {
            return nothing;
        };
        let rules = self.rules.get(op.name()).map_or(&[][..], Vec::as_slice);
        let holds = |rule: &&Rule| {
            self.covers(rule, status) && rule.when.iter().all(|(at, must)| must.holds(find(body, at), op))
        };
        let Some(rule) = rules.iter().find(holds) else {
            return nothing;
        };
        match rule.amount.as_ref().map_or(Some(None), |amount| amount.read(body)) {
            Some(cents) => Says { means: &rule.means, cents },
            None => nothing,
        }
    }

    fn covers(&self, rule: &Rule, status: u16) -> bool {
        let class =
            |class: &str| class.strip_suffix("xx").and_then(|class| class.parse().ok()) == Some(status / 100);
        match &rule.http {
            None => status < 500 || self.refuses_with(status),
            Some(list) => list.iter().any(|http| match http {
                Http::Exactly(exactly) => *exactly == status,
                Http::Class(text) => class(text),
            }),
        }
    }
}

impl Says<'_> {
    /// Returns whether an answer with this meaning may be read as this reply.
    pub(crate) fn allows(&self, reply: &Reply) -> bool {
        let (word, amount) = match reply {
            Reply::Pending => return true,
            Reply::Paid(paid) => ("paid", Some(paid.amount)),
            Reply::Issued(issued) => ("issued", Some(issued.amount)),
            Reply::Viewed(viewed) => ("viewed", Some(Some(viewed.amount))),
            Reply::Balance(amount) => ("balance", Some(Some(*amount))),
            Reply::Guarded { balance, .. } => ("guarded", Some(Some(*balance))),
            Reply::Challenged(_) => ("challenged", None),
            Reply::CodeRefused => ("code_refused", None),
            Reply::Renewing(amount) => ("renewing", Some(Some(*amount))),
            Reply::Reversed => ("reversed", None),
            Reply::Declined(_) => ("refused", None),
            Reply::Failed => ("failed", None),
            Reply::NotFound => ("not_found", None),
            Reply::Busy => ("busy", None),
            Reply::Conflict(_) => ("conflict", None),
        };
        self.means.iter().any(|meaning| meaning == word)
            && amount.is_none_or(|amount| amount.map(|amount| amount.0) == self.cents)
    }
}

impl Condition {
    fn holds(&self, found: Option<&RawValue>, op: &Op<'_>) -> bool {
        let is = |value: &Value| found.is_some_and(|raw| read(raw).as_ref() == Some(&ours(value, op)));
        let text = || found.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        match self {
            Condition::Is(value) => is(value),
            Condition::OneOf(values) => values.iter().any(is),
            Condition::That(That::MissingOr(values)) => {
                found.is_none_or(|raw| raw.get() == "null") || values.iter().any(is)
            }
            Condition::That(That::Not(value)) => !is(value),
            Condition::That(That::TextBut(values)) => text().is_some() && !values.iter().any(is),
            Condition::That(That::Holds(parts)) => {
                text().is_some_and(|text| parts.iter().all(|part| text.to_lowercase().contains(part)))
            }
            Condition::That(That::Says(sentences)) => text().is_some_and(|text| {
                let text = text.trim().to_ascii_lowercase();
                sentences
                    .iter()
                    .map(|one| one.to_ascii_lowercase())
                    .any(|one| text == one || text == one + ".")
            }),
            Condition::That(That::AboveZero(wanted)) => {
                *wanted == found.and_then(major).is_some_and(|cents| cents > 0)
            }
            Condition::That(That::NegativeNumberText(wanted)) => {
                *wanted
                    == text()
                        .is_some_and(|text| text.starts_with('-') && text.parse().is_ok_and(|n: i64| n < 0))
            }
            Condition::That(That::Digits(count)) => {
                let text = text().or_else(|| found.map(|raw| raw.get().to_owned())).unwrap_or_default();
                text.len() == *count && digits(&text) == text
            }
            Condition::That(That::DigitsOfVoucher(wanted)) => {
                let voucher = match op {
                    Op::Balance { pin, .. } | Op::View { pin, .. } => pin.reveal(),
                    _ => panic!("no voucher is asked about"),
                };
                *wanted == (digits(&text().unwrap_or_default()) == voucher)
            }
        }
    }
}

impl Amount {
    /// Reads the amount in minor units, if there is one; `None` when it is malformed.
    fn read(&self, body: &RawValue) -> Option<Option<i64>> {
        let (places, cents): (_, fn(&RawValue) -> Option<i64>) = match self {
            Amount::Major(places) => (places, major),
            Amount::MinorText(places) => (places, minor_text),
            Amount::Minor(places) => (places, |raw| raw.get().parse().ok()),
        };
        let told = places.iter().filter_map(|at| find(body, at)).find(|raw| raw.get() != "null");
        told.map_or(Some(None), |raw| cents(raw).map(Some))
    }
}

/// Converts `10`, `10.5` or `"10.50"` to cents.
fn major(raw: &RawValue) -> Option<i64> {
    let text = serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{:0<2}", part.trim_end_matches('0')).parse().ok()
}

fn minor_text(raw: &RawValue) -> Option<i64> {
    serde_json::from_str::<String>(raw.get()).ok()?.parse().ok()
}

/// Returns the value at a JSON pointer (without escapes). Of two members with one name the last one counts.
fn find<'a>(json: &'a RawValue, pointer: &str) -> Option<&'a RawValue> {
    pointer.split('/').skip(1).try_fold(json, |json, name| {
        let members: BTreeMap<String, &RawValue> = serde_json::from_str(json.get()).ok()?;
        members.get(name).copied()
    })
}

fn read(raw: &RawValue) -> Option<Value> {
    serde_json::from_str(raw.get()).ok()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Returns a value of a rule, with our reference for `$reference`.
fn ours(value: &Value, op: &Op<'_>) -> Value {
    if value != "$reference" {
        return value.clone();
    }
    match op {
        Op::Charge(charge) => charge.reference.into(),
        Op::Challenge { reference, .. } | Op::VerifyCode { reference, .. } => (*reference).into(),
        Op::Lookup { reference } | Op::Reverse { reference, .. } => (*reference).into(),
        Op::Issue(order) => order.reference.as_str().into(),
        Op::Balance { .. } | Op::View { .. } => panic!("there is no reference"),
    }
}
