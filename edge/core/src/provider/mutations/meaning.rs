//! A second and simpler reading of the providers' documents: `tests/golden/<provider>/meaning.json`.
//!
//! For each operation a list of rules; the first one whose conditions hold tells as what an answer may be read at most.
//! It shares no code with the providers: members are walked to unread, so that one that nobody asks for may hold anything
//! that is JSON.

use crate::provider::golden::{folder, kind};
use crate::provider::{Op, Reply};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What a provider's document says about its answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meaning {
    /// The server errors (HTTP 5xx) that it uses for its refusals.
    #[serde(default)]
    refusals_with: Vec<u16>,
    /// The rules, by operation.
    rules: BTreeMap<String, Vec<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The HTTP status it is for: `400`, or `"2xx"`; without it, every one below 500 and those in `refusals_with`.
    http: Option<Vec<Http>>,
    /// What has to stand where: a JSON pointer, and a condition.
    #[serde(default)]
    when: BTreeMap<String, Condition>,
    /// The readings that are allowed; none means that such an answer says nothing.
    means: Vec<String>,
    /// Where the amount stands, in the order in which it is looked for.
    amount: Option<Amount>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Http {
    Exactly(u16),
    Class(String),
}

/// A value that must be there, one of several, or something that can be said about it.
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
    /// It is missing, `null`, or one of these; `"$reference"` stands for our reference.
    MissingOr(Vec<Value>),
    /// It is anything but this.
    Not(Value),
    /// Text that is none of these.
    TextBut(Vec<Value>),
    /// Text that holds all of these, in whatever case.
    Holds(Vec<String>),
    /// Text of a negative whole number.
    NegativeNumberText(bool),
    /// Text, or a bare number, of so many digits.
    Digits(usize),
    /// Text whose digits are those of the voucher asked about.
    DigitsOfVoucher(bool),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Amount {
    /// Text or number in the currency's unit; of several places the first that is not zero.
    Major(Vec<String>),
    /// Text in hundredths of it.
    MinorText(Vec<String>),
    /// A bare number of hundredths of it.
    Minor(Vec<String>),
}

/// What an answer says at most.
#[derive(Debug)]
pub(crate) struct Says<'a> {
    means: &'a [String],
    cents: Option<i64>,
}

impl Meaning {
    /// That of each provider.
    pub(crate) fn of_all() -> BTreeMap<String, Meaning> {
        let read = |id: &String| folder::read(&folder::root().join(id).join("meaning.json"));
        folder::names(&folder::root()).into_iter().map(|id| (id.clone(), read(&id))).collect()
    }

    /// Whether a server error of this status can be a refusal.
    pub(crate) fn refuses_with(&self, status: u16) -> bool {
        self.refusals_with.contains(&status)
    }

    /// What an answer says at most.
    pub(crate) fn says(&self, op: &Op<'_>, status: u16, body: &[u8]) -> Says<'_> {
        let nothing = Says { means: &[], cents: None };
        let Ok(body) = serde_json::from_slice::<&RawValue>(body) else {
            return nothing;
        };
        let rules = self.rules.get(kind(op)).map_or(&[][..], Vec::as_slice);
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
    /// Whether an answer that says this may be read as this.
    pub(crate) fn allows(&self, reply: &Reply) -> bool {
        let (word, cents) = match reply {
            Reply::Pending => return true,
            Reply::Paid(paid) => ("paid", Some(paid.amount)),
            Reply::Issued(issued) => ("issued", Some(issued.amount)),
            Reply::Viewed(viewed) => ("viewed", Some(Some(viewed.amount))),
            Reply::Balance(cents) => ("balance", Some(Some(*cents))),
            Reply::Renewing(cents) => ("renewing", Some(Some(*cents))),
            Reply::Reversed => ("reversed", None),
            Reply::Declined(_) => ("refused", None),
            Reply::Failed => ("failed", None),
            Reply::NotFound => ("not_found", None),
            Reply::Busy => ("busy", None),
            Reply::Conflict(_) => ("conflict", None),
        };
        self.means.iter().any(|meaning| meaning == word) && cents.is_none_or(|cents| cents == self.cents)
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
                    Op::Balance { pin } | Op::View { pin, .. } => pin.reveal(),
                    _ => panic!("no voucher is asked about"),
                };
                *wanted == (digits(&text().unwrap_or_default()) == voucher)
            }
        }
    }
}

impl Amount {
    /// The amount, if there is one; `None` when what stands there is none.
    fn read(&self, body: &RawValue) -> Option<Option<i64>> {
        let (places, cents): (_, fn(&RawValue) -> Option<i64>) = match self {
            Amount::Major(places) => (places, major),
            Amount::MinorText(places) => (places, minor_text),
            Amount::Minor(places) => (places, |raw| raw.get().parse().ok()),
        };
        let mut amount = None;
        for raw in places.iter().filter_map(|at| find(body, at)).filter(|raw| raw.get() != "null") {
            amount = Some(cents(raw)?);
            if amount != Some(0) {
                break;
            }
        }
        Some(amount)
    }
}

/// The cents of `10`, `10.5`, `"10.50"`.
fn major(raw: &RawValue) -> Option<i64> {
    let text = serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{:0<2}", part.trim_end_matches('0')).parse().ok()
}

fn minor_text(raw: &RawValue) -> Option<i64> {
    serde_json::from_str::<String>(raw.get()).ok()?.parse().ok()
}

/// What stands at a JSON pointer (without escapes). Of two members with one name it is the last one.
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

/// A value out of a rule, with our reference in its place.
fn ours(value: &Value, op: &Op<'_>) -> Value {
    if value != "$reference" {
        return value.clone();
    }
    match op {
        Op::Charge(charge) => charge.reference.into(),
        Op::Lookup { reference } | Op::Reverse { reference, .. } => (*reference).into(),
        Op::Issue(order) => order.reference.as_str().into(),
        Op::Balance { .. } | Op::View { .. } => panic!("there is no reference"),
    }
}
