//! Goldens: what is sent to each provider, and how its answers are read, in `tests/golden/<provider>/<case>/`.
//!
//! `answer.http` is given: a status, an empty line, the body. `request.http` and `reply.txt` are what the code makes of
//! the case; `UPDATE_GOLDEN=1` rewrites them, and their diff is what gets reviewed. The sample of a provider's own
//! document stands beside them word for word as `sample.json`.

use super::{Charge, Op, REGISTRY};
use crate::config::Config;
use crate::config::tests::config_with;
use crate::http::HttpResponse;
use checkout_wire::Pin;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// One golden folder.
pub(super) struct Case {
    pub provider: &'static str,
    pub name: &'static str,
    pub op: Op<'static>,
}

impl Case {
    fn file(&self, file: &str) -> PathBuf {
        root().join(self.provider).join(self.name).join(file)
    }

    /// The answer of this case, if it has one.
    pub fn answer(&self) -> Option<HttpResponse> {
        let text = fs::read_to_string(self.file("answer.http")).ok()?;
        let (status, body) = text.split_once("\n\n").unwrap();
        Some(HttpResponse { status: status.parse().unwrap(), body: body.into() })
    }

    /// Holds the file against what it should be, or makes it so.
    fn settle(&self, file: &str, is: &str) {
        let path = self.file(file);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, is).unwrap();
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(golden, is, "{} (UPDATE_GOLDEN=1 rewrites it)", path.display());
    }
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden"))
}

/// The configuration that the goldens are made with: the sandboxes.
pub(super) fn sandboxes() -> Config {
    config_with(&[
        ("KORA_BASE_URL", "https://api.korapay.com/sandbox/merchant"),
        ("WIPAY_BASE_URL", "https://sandbox.wipayfinancial.com"),
    ])
    .unwrap()
}

fn pin(text: &str) -> &'static Pin {
    Box::leak(Box::new(Pin::from_provider(text.to_owned())))
}

/// The request in Kora's document, for this amount.
fn kora_charge(amount: i64) -> Op<'static> {
    Op::Charge(Box::leak(Box::new(Charge {
        pin: pin("1168648096792943"),
        brand: Some("0001"),
        amount,
        reference: "example-unique-reference",
        phone: "+270576847568",
        email: Some("[email protected]"),
        name: Some("John Doe"),
        description: "This is a voucher payment",
        notification_url: "https://secure.example.com/api/v1/callback/deposit",
        metadata: &[("key", "Value 1")],
    })))
}

/// The test parameters in WiPay's document, for this amount and these details.
fn wipay_charge(amount: i64, details: &'static str) -> Op<'static> {
    Op::Charge(Box::leak(Box::new(Charge {
        pin: pin("uyr8vmap230t"),
        brand: None,
        amount,
        reference: "example-unique-reference",
        phone: "+18686221234",
        email: None,
        name: None,
        description: details,
        notification_url: "https://pay.example/v1/webhooks/wipay",
        metadata: &[],
    })))
}

/// Every golden there is.
pub(super) fn cases() -> Vec<Case> {
    let (sample, ten) = (kora_charge(10_000), kora_charge(1_000));
    let lookup = Op::Lookup { reference: "example-unique-reference" };
    let kora = [
        ("charge-sample", sample),
        ("charge-paid", ten),
        ("charge-part", sample),
        ("charge-change", ten),
        ("charge-processing", ten),
        ("charge-failed", ten),
        ("charge-pin-invalid", sample),
        ("charge-already-used", sample),
        ("charge-funds-lower", sample),
        ("charge-amount-exceeds", sample),
        ("charge-provider-not-active", sample),
        ("charge-code-not-supported", sample),
        ("charge-system-error", sample),
        ("charge-duplicate-reference", sample),
        ("lookup-paid", lookup),
        ("lookup-part", lookup),
        ("lookup-other-currency", lookup),
        ("lookup-processing", lookup),
        ("lookup-failed", lookup),
        ("lookup-not-found", lookup),
    ];
    let details = "This is a test Voucher Payment";
    let sample = wipay_charge(1, details);
    let balance = Op::Balance { pin: pin("uyr8vmap230t") };
    let long = Box::leak("Order 1001: four chairs and a table & more. ".repeat(7).into_boxed_str());
    let wipay = [
        ("charge-sample", sample),
        ("charge-two-decimals", wipay_charge(123_450, details)),
        ("charge-long-details", wipay_charge(12_000, long)),
        ("charge-account-missing", sample),
        ("charge-account-unauthorized", sample),
        ("charge-account-not-found", sample),
        ("charge-total-negative", sample),
        ("charge-total-format", sample),
        ("charge-total-missing", sample),
        ("charge-voucher-missing", sample),
        ("charge-voucher-not-found", sample),
        ("charge-value-insufficient", sample),
        ("charge-too-many-attempts", sample),
        ("balance-sample", balance),
        ("balance-not-found", balance),
    ];
    let case = |provider| move |(name, op)| Case { provider, name, op };
    let kora = kora.into_iter().map(case("kora"));
    kora.chain(wipay.into_iter().map(case("wipay"))).collect()
}

#[test]
fn what_is_sent_and_how_answers_are_read() {
    let config = sandboxes();
    for case in cases() {
        let provider = config.provider(case.provider).unwrap();
        case.settle("request.http", &provider.request(&case.op).unwrap().to_string());
        if let Some(answer) = case.answer() {
            let reply = provider.reply(&case.op, &answer);
            case.settle("reply.txt", &format!("{reply:#?}\n"));
        }
    }
}

#[test]
fn every_folder_is_a_case_and_every_provider_has_some() {
    let folders = |path: PathBuf| -> BTreeSet<String> {
        let entries = fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let config = sandboxes();
    assert_eq!(config.providers.len(), REGISTRY.len());
    let ids: BTreeSet<String> = config.providers.iter().map(|one| one.features().id.to_owned()).collect();
    assert_eq!(folders(root()), ids);
    for id in ids {
        let cases: BTreeSet<String> =
            cases().iter().filter(|case| case.provider == id).map(|case| case.name.to_owned()).collect();
        assert_eq!(folders(root().join(&id)), cases, "{id}");
    }
}

#[test]
fn kora_is_sent_the_sample_of_its_document_to_the_byte() {
    let case = cases().swap_remove(0);
    let sample = fs::read_to_string(case.file("sample.json")).unwrap();
    let sent = sandboxes().provider("kora").unwrap().request(&case.op).unwrap();
    assert_eq!(sent.body, without_space(&sample));
    let golden = fs::read_to_string(case.file("request.http")).unwrap();
    assert!(golden.ends_with(&format!("\n\n{}", sent.body)));
}

#[test]
fn wipay_is_sent_the_test_parameters_of_its_document() {
    let case = cases().into_iter().find(|case| case.provider == "wipay").unwrap();
    let sent = sandboxes().provider("wipay").unwrap().request(&case.op).unwrap();
    let fields: Vec<(String, String)> = form_urlencoded::parse(sent.body.as_bytes()).into_owned().collect();
    let expected = [
        ("account_number", "4630"),
        ("details", "This is a test Voucher Payment"),
        ("total", "0.01"),
        ("voucher", "uyr8vmap230t"),
    ];
    assert_eq!(fields, expected.map(|(name, value)| (name.into(), value.into())));
}

/// JSON without the white space outside its strings.
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
