//! The cases of the goldens, and the second reading of the providers' documents, by the code that reads them in the tests of
//! `edge/core`.

#[path = "../../../../edge/core/src/provider/golden/mod.rs"]
#[allow(dead_code, unused_imports, missing_docs, reason = "edge/core's own tests use the rest")]
mod golden;
#[path = "../../../../edge/core/src/provider/mutations/meaning.rs"]
#[allow(dead_code, missing_docs, reason = "edge/core's own tests use the rest")]
mod meaning;

use checkout_core::config::Config;
use checkout_core::http::HttpResponse;
pub(crate) use checkout_core::provider::{Charge, Op, REGISTRY, Reply, WebhookMessage};
use golden::cases;
use golden::folder::{Folder, Given};
use meaning::Meaning;
use serde_json::Value;
use std::collections::BTreeMap;

/// Returns the settings of every provider.
pub(crate) fn folders() -> &'static [Folder] {
    golden::folder::folders()
}

/// Returns the credentials of the providers, one by one while one replaces another.
pub fn secrets() -> Vec<&'static str> {
    folders().iter().flat_map(Folder::secrets).flat_map(str::split_whitespace).collect()
}

/// An operation of the goldens, with the answers to it.
pub struct Question {
    /// The provider's id.
    pub provider: String,
    /// The operation.
    pub op: Op<'static>,
    /// The answers.
    pub answers: Vec<HttpResponse>,
}

/// Returns the different operations of the goldens.
pub fn questions(config: &Config) -> Vec<Question> {
    let mut questions: BTreeMap<String, Question> = BTreeMap::new();
    for case in cases(config) {
        let (Some(op), Some(provider)) = (case.op(), config.provider(&case.provider)) else { continue };
        let Ok(request) = provider.request(&op, case.now) else { continue };
        let question = Question { provider: case.provider.clone(), op, answers: Vec::new() };
        questions.entry(request.to_string()).or_insert(question).answers.extend(case.answer());
    }
    questions.into_values().collect()
}

/// A webhook of the goldens.
pub struct Notice {
    /// The provider's id.
    pub provider: String,
    /// The headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// Returns the webhooks of the goldens.
pub fn notices(config: &Config) -> Vec<Notice> {
    let told = cases(config).into_iter().filter_map(|case| match case.given {
        Given::Told(told) => Some((case.provider.clone(), told)),
        Given::Asked(_) => None,
    });
    let notice = |(provider, told): (_, &golden::folder::Told)| Notice {
        provider,
        headers: told.headers.clone(),
        body: told.body.clone(),
    };
    told.map(notice).collect()
}

/// Returns the operations of the goldens as they are written, each with its provider's id.
pub fn written() -> Vec<(&'static str, Value)> {
    let home = |id: &str| golden::folder::root().join(id);
    let files = folders().iter().flat_map(|folder| {
        let cases = golden::folder::names(&home(&folder.id)).into_iter();
        cases.map(|case| (folder.id.as_str(), home(&folder.id).join(case).join("op.json")))
    });
    files.map(|(id, file)| (id, golden::folder::read(&file))).collect()
}

/// The second reading of the documents.
pub struct Meanings(BTreeMap<String, Meaning>);

impl Meanings {
    /// Reads it.
    pub fn read() -> Self {
        Self(Meaning::of_all())
    }

    /// Checks that the answer may be read as this reply.
    pub fn check(&self, provider: &str, op: &Op<'_>, answer: &HttpResponse, reply: &Reply) {
        let says = self.0[provider].says(op, answer.status, &answer.body);
        assert!(says.allows(reply), "{provider} {op:?} {}: {reply:?} is not {says:?}", answer.status);
    }
}
