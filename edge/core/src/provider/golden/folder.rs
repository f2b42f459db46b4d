//! The folder of a provider in `tests/golden/`: `config.json`, and the operation or webhook in each case's `op.json`.

use crate::config::Config;
use crate::fields::Fields;
use crate::http::HttpResponse;
use crate::provider::{Charge, Op};
use checkout_wire::{Millis, Minor, Pin};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The time of a case that states none: that of the samples in the one document with a time.
pub(crate) const NOON: Millis = Millis(1_777_464_000_000);

/// Variables with their values.
pub(crate) type Values = BTreeMap<String, String>;

/// A provider's settings: its sandbox, and changes to it that are refused or accepted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    /// The provider's id.
    #[serde(skip)]
    pub id: String,
    /// The settings of its sandbox.
    pub vars: Values,
    /// Changes that are refused.
    pub refused: Vec<RefusedWith>,
    /// Changes that are accepted.
    pub taken: Vec<Values>,
}

/// Changes that the start is refused with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedWith {
    /// The changed variables; empty text is not set.
    pub with: Values,
    /// The variable that the error names.
    pub names: String,
}

impl Folder {
    /// Returns the values that no output may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let secret = |name: &str| ["KEY", "TOKEN", "SECRET"].iter().any(|word| name.contains(word));
        self.vars.iter().filter(move |(name, _)| secret(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the changes that unset all its variables.
    pub(crate) fn blank(&self) -> Values {
        self.vars.keys().map(|name| (name.clone(), String::new())).collect()
    }
}

/// Returns the path of `tests/golden/`. The crates that read it are at different depths.
pub(crate) fn root() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|folder| folder.join("tests/golden")).find(|path| path.is_dir()).expect("tests/golden")
}

/// Returns the folders of all providers, by name; they are read once.
pub(crate) fn folders() -> &'static [Folder] {
    static FOLDERS: OnceLock<Vec<Folder>> = OnceLock::new();
    FOLDERS.get_or_init(|| {
        let folder = |id: String| Folder { id: id.clone(), ..read(&root().join(id).join("config.json")) };
        names(&root()).into_iter().map(folder).collect()
    })
}

/// Returns the names of the folders in a folder, sorted.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Reads a JSON file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Parses the answer of a golden: a status, an empty line, the body.
pub(super) fn answer(text: &str) -> HttpResponse {
    let (status, body) = text.split_once("\n\n").unwrap();
    HttpResponse { status: status.parse().unwrap(), body: body.into() }
}

/// The subject of a case.
#[derive(Clone, Copy)]
pub(crate) enum Given {
    /// An operation.
    Asked(Op<'static>),
    /// A webhook.
    Told(&'static Told),
}

/// A webhook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Told {
    /// Its headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
    /// The JavaScript form of the JSON, for the provider that signs it.
    pub rewritten: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Charge(WrittenCharge),
    Lookup { reference: String },
    Balance { pin: String, reference: Option<String> },
    Challenge { pin: String, amount: Minor, reference: String },
    Answer { challenge: String, code: String, reference: String },
    View { pin: String, metadata: BTreeMap<String, String> },
    Reverse { charge: String, reference: String },
    Issue { fields: Value, reference: String },
    Webhook(Told),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCharge {
    pin: String,
    brand: Option<String>,
    amount: Minor,
    reference: String,
    phone: String,
    email: Option<String>,
    name: Option<String>,
    description: String,
    notification_url: String,
    metadata: BTreeMap<String, String>,
}

/// Reads the subject and the time of a case from its `op.json`. The provider itself builds a voucher order from the
/// body of `POST /v1/vouchers`.
pub(super) fn given(path: &Path, provider: &str, config: &Config) -> (Given, Millis) {
    let mut written: serde_json::Map<String, Value> = read(path);
    let now = written.remove("now").map_or(NOON, |now| Millis(now.as_i64().unwrap()));
    let written = serde_json::from_value(Value::Object(written))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let op = match written {
        Written::Charge(charge) => Op::Charge(leak(charge.leaked())),
        Written::Lookup { reference } => Op::Lookup { reference: text(reference) },
        Written::Balance { pin: number, reference } => {
            Op::Balance { pin: pin(number), reference: text(reference.unwrap_or_default()) }
        }
        Written::Challenge { pin: number, amount, reference } => {
            Op::Challenge { pin: pin(number), amount, reference: text(reference) }
        }
        Written::Answer { challenge, code, reference } => {
            Op::VerifyCode { challenge: text(challenge), code: pin(code), reference: text(reference) }
        }
        Written::View { pin: number, metadata } => Op::View { pin: pin(number), metadata: words(metadata) },
        Written::Reverse { charge, reference } => {
            Op::Reverse { charge: text(charge), reference: text(reference) }
        }
        Written::Issue { fields, reference } => {
            let mut fields = Fields::parse(fields.to_string().as_bytes()).unwrap();
            let order = config.provider(provider).unwrap().order(&mut fields, &reference).unwrap();
            fields.finish().unwrap();
            Op::Issue(leak(order))
        }
        Written::Webhook(told) => return (Given::Told(leak(told)), now),
    };
    (Given::Asked(op), now)
}

impl WrittenCharge {
    fn leaked(self) -> Charge<'static> {
        Charge {
            pin: pin(self.pin),
            brand: self.brand.map(text),
            amount: self.amount,
            reference: text(self.reference),
            phone: text(self.phone),
            email: self.email.map(text),
            name: self.name.map(text),
            description: text(self.description),
            notification_url: text(self.notification_url),
            metadata: words(self.metadata),
        }
    }
}

/// Keeps a value for as long as the tests run, so that operations can borrow it.
pub(crate) fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(text: String) -> &'static str {
    leak(text)
}

fn pin(number: String) -> &'static Pin {
    leak(Pin::from_provider(number))
}

fn words(words: BTreeMap<String, String>) -> &'static [(&'static str, &'static str)] {
    leak(words.into_iter().map(|(name, word)| (text(name), text(word))).collect::<Vec<_>>())
}
