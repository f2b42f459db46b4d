//! What a folder in `tests/golden/` says about its provider: `config.json`, and what was asked or told in each case's
//! `op.json`.

use crate::config::Config;
use crate::fields::Fields;
use crate::http::HttpResponse;
use crate::provider::{Charge, Op};
use checkout_wire::Pin;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Variables with their values.
pub(crate) type Values = BTreeMap<String, String>;

/// A provider's settings: those of its sandbox, and others that are refused or taken in their place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Folder {
    /// The provider's id.
    #[serde(skip)]
    pub id: String,
    /// The settings of its sandbox.
    pub vars: Values,
    /// Changes with which it is not started.
    pub refused: Vec<RefusedWith>,
    /// Changes with which it is.
    pub taken: Vec<Values>,
}

/// Changes with which a provider is not started.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedWith {
    /// What is set instead; empty text is not set.
    pub with: Values,
    /// The variable that is named.
    pub names: String,
}

impl Folder {
    /// The values that no output may show.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let secret = |name: &str| ["KEY", "TOKEN", "SECRET"].iter().any(|word| name.contains(word));
        self.vars.iter().filter(move |(name, _)| secret(name)).map(|(_, value)| value.as_str())
    }

    /// Its changes that leave nothing set.
    pub(crate) fn blank(&self) -> Values {
        self.vars.keys().map(|name| (name.clone(), String::new())).collect()
    }
}

/// Where all the folders are.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden"))
}

/// The folders of all providers, by name; read once.
pub(crate) fn folders() -> &'static [Folder] {
    static FOLDERS: OnceLock<Vec<Folder>> = OnceLock::new();
    FOLDERS.get_or_init(|| {
        let folder = |id: String| Folder { id: id.clone(), ..read(&root().join(id).join("config.json")) };
        names(&root()).into_iter().map(folder).collect()
    })
}

/// The folders in a folder, by name.
pub(crate) fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A file of JSON.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An answer as goldens have it: a status, an empty line, the body.
pub(super) fn answer(text: &str) -> HttpResponse {
    let (status, body) = text.split_once("\n\n").unwrap();
    HttpResponse { status: status.parse().unwrap(), body: body.into() }
}

/// What a case is about.
#[derive(Clone, Copy)]
pub(crate) enum Given {
    /// Something that the provider is asked.
    Asked(Op<'static>),
    /// Something that it tells by itself.
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
    /// What JavaScript prints of JSON that is to be written again, for the provider that needs it.
    pub rewritten: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Charge(WrittenCharge),
    Lookup { reference: String },
    Balance { pin: String },
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
    amount: i64,
    reference: String,
    phone: String,
    email: Option<String>,
    name: Option<String>,
    description: String,
    notification_url: String,
    metadata: BTreeMap<String, String>,
}

/// What a case is about, and when it happens, out of its `op.json`. A voucher to issue is made by the provider itself, out
/// of the body of `POST /v1/vouchers`.
pub(super) fn given(path: &Path, provider: &str, config: &Config) -> (Given, i64) {
    let mut written: serde_json::Map<String, Value> = read(path);
    let now = written.remove("now").map_or(super::NOON, |now| now.as_i64().unwrap());
    let written = serde_json::from_value(Value::Object(written))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let op = match written {
        Written::Charge(charge) => Op::Charge(leak(charge.leaked())),
        Written::Lookup { reference } => Op::Lookup { reference: text(reference) },
        Written::Balance { pin: number } => Op::Balance { pin: pin(number) },
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
