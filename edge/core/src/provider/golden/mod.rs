//! Goldens: the request to each provider and the reading of its answers, in `tests/golden/<provider>/`: a folder for
//! each case, and a [`table`] for cases with one request whose answers differ by a code.
//!
//! `op.json` and `answer.http` (a status, an empty line, the body) are given. `request.http`, `reply.txt` and, for a
//! webhook, `hint.txt` are the code's output; `UPDATE_GOLDEN=1` rewrites these, and their diff is reviewed. A
//! request sample of the provider's own document is beside them word for word: as `sample.json` (sent without its
//! white space), `sample.body` (sent to the byte) or `sample.form` (a line for each member of the form).

pub(crate) mod folder;
mod table;

use super::{Op, REGISTRY, WebhookMessage};
use crate::config::Config;
use crate::config::tests::config_with;
use crate::http::HttpResponse;
use checkout_wire::Millis;
pub(super) use folder::NOON;
use folder::{Given, given, names, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use table::{Row, Table, tables};

/// One golden: a folder, or a row of a table.
pub(super) struct Case {
    pub provider: String,
    /// The folder's name, or the table's and the row's: `charge-errors/funds`.
    pub name: String,
    pub given: Given,
    pub now: Millis,
    answer: Option<HttpResponse>,
}

impl Case {
    /// Returns the operation of this case; `None` for a webhook.
    pub fn op(&self) -> Option<Op<'static>> {
        match self.given {
            Given::Asked(op) => Some(op),
            Given::Told(_) => None,
        }
    }

    /// Returns the answer of this case, if it has one.
    pub fn answer(&self) -> Option<HttpResponse> {
        self.answer.clone()
    }

    /// Returns the path of a file in its folder.
    fn file(&self, file: &str) -> PathBuf {
        root().join(&self.provider).join(&self.name).join(file)
    }

    fn text(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.file(file)).ok()
    }
}

/// Compares a file with its expected text, or rewrites it under `UPDATE_GOLDEN`.
fn check_file(path: &Path, is: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, is).unwrap();
    }
    let golden = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(golden, is, "{} (UPDATE_GOLDEN=1 rewrites it)", path.display());
}

/// Returns the configuration of the goldens: the sandboxes.
pub(super) fn sandboxes() -> Config {
    config_with(&[]).unwrap()
}

/// Returns all goldens.
pub(super) fn cases(config: &Config) -> Vec<Case> {
    let mut cases = Vec::new();
    for provider in names(&root()) {
        let folders = folder_cases(&provider, config);
        for table in tables(&root().join(&provider)) {
            cases.extend(table.rows.iter().map(|row| row_case(asked_by(&table, &folders), &table, row)));
        }
        cases.extend(folders);
    }
    cases
}

/// Returns the folder cases of a provider.
fn folder_cases(provider: &str, config: &Config) -> Vec<Case> {
    let home = root().join(provider);
    let case = |name: String| {
        let (given, now) = given(&home.join(&name).join("op.json"), provider, config);
        let answer = fs::read_to_string(home.join(&name).join("answer.http")).ok();
        Case {
            provider: provider.to_owned(),
            name,
            given,
            now,
            answer: answer.as_deref().map(folder::answer),
        }
    };
    names(&home).into_iter().map(case).collect()
}

/// Returns the folder whose call a table answers.
fn asked_by<'a>(table: &Table, folders: &'a [Case]) -> &'a Case {
    let call = folders.iter().find(|case| case.name == table.call && case.op().is_some());
    call.unwrap_or_else(|| panic!("{}: no call {}", table.path.display(), table.call))
}

fn row_case(call: &Case, table: &Table, row: &Row) -> Case {
    Case {
        provider: call.provider.clone(),
        name: format!("{}/{}", table.name, row.name),
        given: call.given,
        now: call.now,
        answer: Some(row.answer.clone()),
    }
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the conformance part holds its tables against the goldens that were held"
)]
fn requests_and_replies_match_the_goldens() {
    let config = sandboxes();
    for provider in &config.providers {
        let id = provider.features().id;
        let folders = folder_cases(id, &config);
        for case in &folders {
            match case.given {
                Given::Asked(op) => {
                    check_file(
                        &case.file("request.http"),
                        &provider.request(&op, case.now).unwrap().to_string(),
                    );
                    if let Some(answer) = &case.answer {
                        check_file(&case.file("reply.txt"), &format!("{:#?}\n", provider.reply(&op, answer)));
                    }
                }
                Given::Told(told) => {
                    let header = |name: &str| told.headers.get(name).cloned();
                    let message = WebhookMessage {
                        header: &header,
                        body: told.body.as_bytes(),
                        rewritten: &|_| told.rewritten.clone(),
                    };
                    check_file(&case.file("hint.txt"), &format!("{:#?}\n", provider.webhook(&message)));
                }
            }
            println!("golden {id}/{}", case.name);
        }
        for table in tables(&root().join(id)) {
            let op = asked_by(&table, &folders).op().unwrap();
            let replies = table.rows.iter().map(|row| format!("{:?}", provider.reply(&op, &row.answer)));
            check_file(&table.path, &table.with(replies));
            table.rows.iter().for_each(|row| println!("golden {id}/{}/{}", table.name, row.name));
        }
    }
}

#[test]
fn every_provider_has_its_folder_and_a_case_of_all_it_can_do() {
    let config = sandboxes();
    assert_eq!(config.providers.len(), REGISTRY.len(), "a provider is not in config.json of its folder");
    let ids: BTreeSet<&str> = config.providers.iter().map(|one| one.features().id).collect();
    assert_eq!(names(&root()).iter().map(String::as_str).collect::<BTreeSet<_>>(), ids);
    let cases = cases(&config);
    for provider in &config.providers {
        let features = provider.features();
        let mine = cases.iter().filter(|case| case.provider == features.id);
        let shown: BTreeSet<&str> = mine
            .filter(|one| one.answer().is_some())
            .filter_map(|one| one.op())
            .map(|op| op.name())
            .collect();
        for (kind, can) in [
            ("charge", features.checkout.as_ref().is_some_and(|checkout| !checkout.sends_code)),
            ("challenge", features.checkout.as_ref().is_some_and(|checkout| checkout.sends_code)),
            ("answer", features.checkout.as_ref().is_some_and(|checkout| checkout.sends_code)),
            ("issue", features.issues.is_some()),
            ("view", features.views.is_some()),
            ("reverse", features.reverses),
        ] {
            assert!(!can || shown.contains(kind), "{}: {kind}", features.id);
        }
    }
}

#[test]
fn the_documents_own_samples_are_sent() {
    let config = sandboxes();
    let mut held = BTreeSet::new();
    for case in cases(&config) {
        let Some(op) = case.op() else { continue };
        let sent = config.provider(&case.provider).unwrap().request(&op, case.now).unwrap();
        if let Some(sample) = case.text("sample.json") {
            assert_eq!(sent.body, without_space(&sample), "{}/{}", case.provider, case.name);
            held.insert(case.provider.clone());
        }
        if let Some(sample) = case.text("sample.body") {
            assert_eq!(sent.body, sample, "{}/{}", case.provider, case.name);
            held.insert(case.provider.clone());
        }
        if let Some(sample) = case.text("sample.form") {
            let form = form_urlencoded::parse(sent.body.as_bytes());
            let lines: String = form.map(|(name, value)| format!("{name}: {value}\n")).collect();
            assert_eq!(lines, sample, "{}/{}", case.provider, case.name);
            held.insert(case.provider.clone());
        }
    }
    assert!(held.iter().eq(&names(&root())), "{held:?}: a provider's document has no sample here");
}

/// Strips the white space outside the strings of JSON.
fn without_space(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    json.chars()
        .filter(|&c| {
            let keep = quoted || !c.is_whitespace();
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            keep
        })
        .collect()
}
