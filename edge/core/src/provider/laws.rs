//! The laws, tested with every registered provider and every operation.

mod answers;
mod refusals;

use super::golden::folder::{Folder, folders, leak};
use super::golden::{NOON, cases, sandboxes};
use super::*;
use crate::config::Config;
use crate::http::{HttpRequest, HttpResponse};
use checkout_wire::{Alphabet, ChangeVoucher, DeclineCode, Millis, Minor, Pin, PinRule, money, pin};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;

const REFERENCE: &str = "0f8fad5bd9cb469fa16570867728950e-1";
const REVERSAL: &str = "0f8fad5bd9cb469fa16570867728950e-1r";

/// Returns the rule for the provider's vouchers, at checkout or for viewing.
fn rule_of(provider: &dyn Provider) -> Option<PinRule> {
    let features = provider.features();
    features.brands().first().map(|brand| brand.pin).or(features.views)
}

/// Returns a PIN in the provider's form, with leading zeros; 16 digits where it takes none.
fn pin_of(provider: &dyn Provider) -> Pin {
    let rule = rule_of(provider).unwrap_or(PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 });
    Pin::parse(&first(&"0098765432109876".repeat(4), rule.max), &rule).unwrap()
}

fn first(text: &str, characters: i64) -> String {
    text.chars().take(characters as usize).collect()
}

fn code() -> Pin {
    Pin::from_provider("654321".to_owned())
}

fn charge<'a>(provider: &'a dyn Provider, pin: &'a Pin) -> Charge<'a> {
    Charge {
        pin,
        brand: provider.features().brands().first().and_then(|brand| brand.code.as_deref()),
        amount: Minor(123_450),
        reference: REFERENCE,
        phone: "+27821234567",
        email: Some("thandi@example.com"),
        name: Some("Thandi M"),
        description: "order: shoes",
        notification_url: "https://pay.example/v1/webhooks/provider",
        metadata: &[("session", "cs_1")],
    }
}

/// Returns the orders in the provider's goldens.
fn orders(provider: &dyn Provider) -> Vec<&'static Order> {
    let mine = cases(&sandboxes()).into_iter().filter(|case| case.provider == provider.features().id);
    let orders = mine.filter_map(|case| match case.op() {
        Some(Op::Issue(order)) => Some(leak(order.clone())),
        _ => None,
    });
    orders.collect()
}

/// Returns every kind of operation, whether the provider supports it or not.
fn operations<'a>(charge: &'a Charge<'a>, order: Option<&'a Order>) -> Vec<Op<'a>> {
    let pin = charge.pin;
    let metadata = charge.metadata;
    let reverse = Op::Reverse { charge: REFERENCE, reference: REVERSAL };
    let lookup = Op::Lookup { reference: REFERENCE };
    let balance = Op::Balance { pin, reference: REFERENCE };
    let challenge = Op::Challenge { pin, amount: charge.amount, reference: REFERENCE };
    let answer = Op::VerifyCode { challenge: "7721", code: leak(code()), reference: REFERENCE };
    let view = Op::View { pin, metadata };
    let asked = [Op::Charge(charge), lookup, balance, view, reverse, challenge, answer];
    asked.into_iter().chain(order.map(Op::Issue)).collect()
}

/// Returns every provider; the configuration is read once.
fn providers() -> impl Iterator<Item = &'static dyn Provider> {
    thread_local!(static CONFIG: &'static Config = leak(sandboxes()));
    CONFIG.with(|config| config.providers.iter().map(AsRef::as_ref))
}

/// A provider and its operations.
type Asked = (&'static dyn Provider, Vec<Op<'static>>);

/// Returns each provider with each operation.
fn all() -> Vec<Asked> {
    let with_operations = |provider: &'static dyn Provider| {
        let charge = leak(charge(provider, leak(pin_of(provider))));
        (provider, operations(charge, orders(provider).first().copied()))
    };
    providers().map(with_operations).collect()
}

fn folder(provider: &dyn Provider) -> &'static Folder {
    folders().iter().find(|folder| folder.id == provider.features().id).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

/// Returns every text in a JSON value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

/// Returns every text in the body of a request.
fn sent_texts(request: &HttpRequest) -> Vec<String> {
    if request.headers.contains(&("Content-Type", "application/json".into())) {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        texts(&body).into_iter().map(str::to_owned).collect()
    } else {
        assert!(request.body.is_ascii() && !request.body.contains(' '));
        form_urlencoded::parse(request.body.as_bytes()).map(|(_, value)| value.into_owned()).collect()
    }
}

/// Returns every text of a request outside its URL.
fn carried(request: &HttpRequest) -> Vec<String> {
    let headers = request.headers.iter().map(|(_, value)| value.clone());
    sent_texts(request).into_iter().chain(headers).collect()
}

#[test]
fn a_provider_has_requests_for_exactly_its_features() {
    for (provider, operations) in all() {
        let features = provider.features();
        let checkout = features.checkout.as_ref();
        assert!(checkout.is_none_or(|checkout| !checkout.brands.is_empty()), "{}", features.id);
        assert!(checkout.is_some() || !features.reverses, "{}: nothing to give back", features.id);
        let looks_up = checkout
            .is_some_and(|one| one.outcome_check == OutcomeCheck::Lookup || one.confirms_success)
            || features.issues == Some(IssueRecovery::Lookup);
        let checks_balance_first = checkout
            .is_some_and(|one| one.outcome_check == OutcomeCheck::Balance || one.checks_balance_first);
        for op in operations {
            let can = match op {
                Op::Charge(_) => checkout.is_some_and(|one| !one.sends_code),
                Op::Challenge { .. } | Op::VerifyCode { .. } => checkout.is_some_and(|one| one.sends_code),
                Op::Lookup { .. } => looks_up,
                Op::Balance { .. } => checks_balance_first,
                Op::View { .. } => features.views.is_some(),
                Op::Reverse { .. } => features.reverses,
                Op::Issue(_) => features.issues.is_some(),
            };
            assert_eq!(provider.request(&op, NOON).is_ok(), can, "{} {}", features.id, op.name());
        }
        assert_eq!(orders(provider).is_empty(), features.issues.is_none(), "{}", features.id);
        assert!(
            features
                .rate
                .as_ref()
                .is_none_or(|rate| rate.calls as usize >= checkout.map_or(1, CheckoutFeatures::calls))
        );
    }
}

// Law 2: every write can be found again by our reference, or by account and amount.
#[test]
fn law_2_every_write_can_be_found_again() {
    for (provider, operations) in all() {
        let outcome_check = provider.features().checkout.as_ref().map(|checkout| checkout.outcome_check);
        for op in operations {
            let Ok(request) = provider.request(&op, NOON) else { continue };
            let carried = carried(&request);
            let holds = |text: &str| carried.iter().any(|one| one == text);
            let found = match op {
                Op::Charge(charge) if outcome_check == Some(OutcomeCheck::Balance) => {
                    let settings = &folder(provider).vars;
                    holds(&money::decimal(charge.amount)) && settings.values().any(|value| holds(value))
                }
                Op::Charge(charge) => holds(charge.reference),
                Op::Issue(order) => holds(&order.reference),
                Op::Reverse { charge, reference } => holds(charge) && holds(reference),
                Op::Lookup { reference } => request.url.ends_with(reference) || holds(reference),
                Op::Challenge { reference, .. } | Op::VerifyCode { reference, .. } => holds(reference),
                Op::Balance { .. } | Op::View { .. } => true,
            };
            assert!(found, "{} {}: {carried:?}", provider.features().id, op.name());
        }
    }
}

// Law 2: a stored order is sent exactly as stored, also when it is repeated.
#[test]
fn law_2_a_stored_order_is_the_same_order_whenever_it_is_sent() {
    for (provider, _) in all() {
        for order in orders(provider) {
            let stored = serde_json::to_string(order).unwrap();
            let again: Order = crate::stored::read(&stored).unwrap();
            assert_eq!(&again, order);
            let sent = provider.request(&Op::Issue(order), NOON).unwrap();
            assert_eq!(provider.request(&Op::Issue(&again), NOON).as_ref(), Ok(&sent));
            let later = provider.request(&Op::Issue(&again), NOON + Millis(86_400_000)).unwrap();
            assert_eq!((&later.url, &later.body, later.method), (&sent.url, &sent.body, sent.method));
            assert_eq!(sent.body, order.body);
            let changed =
                |(name, value): &&(&'static str, String)| header(&sent, name) != Some(value.as_str());
            let changed: Vec<&str> = later.headers.iter().filter(changed).map(|(name, _)| *name).collect();
            assert!(changed.is_empty() || changed == ["X-Timestamp", "X-Signature"], "{changed:?}");
            if provider.features().issues == Some(IssueRecovery::Resend) {
                assert_eq!(header(&sent, "Idempotency-Key"), Some(order.reference.as_str()));
            }
        }
    }
}

#[test]
fn law_6_no_url_and_no_header_contains_a_pin() {
    for (provider, operations) in all() {
        let pin = pin_of(provider);
        let mut built = 0;
        for op in operations {
            let Ok(request) = provider.request(&op, NOON) else { continue };
            built += 1;
            let shown = pin::clean(&request.url);
            assert!(!shown.contains(pin.reveal()), "{op:?}");
            assert!(folder(provider).secrets().all(|secret| !request.url.contains(secret)), "{op:?}");
            for (name, value) in &request.headers {
                assert!(!pin::clean(value).contains(pin.reveal()), "{op:?} {name}");
                assert!(!value.contains(['\r', '\n']));
            }
        }
        assert!(built > 0, "{}", provider.features().id);
    }
}

/// Returns every golden refusal of all providers with these words in place of each of its texts.
fn said(words: &str) -> Vec<Vec<u8>> {
    let config = sandboxes();
    let refusals = cases(&config).into_iter().filter_map(|case| {
        let (op, answer) = (case.op()?, case.answer()?);
        let reply = config.provider(&case.provider)?.reply(&op, &answer);
        matches!(reply, Ok(Reply::Declined(_) | Reply::Conflict(_))).then_some(answer)
    });
    let texts = refusals.filter_map(|answer| String::from_utf8(answer.body).ok());
    let values = texts.filter_map(|text| serde_json::from_str::<Value>(&text).ok());
    let exchanged = values.flat_map(|value| {
        let texts = value.as_object().into_iter().flatten().filter(|(_, old)| old.is_string());
        let names: Vec<String> = texts.map(|(name, _)| name.clone()).collect();
        names.into_iter().map(move |name| {
            let mut value = value.clone();
            value[name.as_str()] = words.into();
            value.to_string().into_bytes()
        })
    });
    // Many answers differ only in the replaced text.
    exchanged.collect::<BTreeSet<_>>().into_iter().collect()
}

fn is_word_of_success(reply: &Reply) -> bool {
    matches!(reply, Reply::Paid(_) | Reply::Issued(_) | Reply::Viewed(_))
}

#[test]
fn law_6_no_debug_output_shows_a_pin_or_a_key() {
    let config = sandboxes();
    let mut repeated = false;
    for (provider, operations) in all() {
        let (pin, folder) = (pin_of(provider), folder(provider));
        let secrets: Vec<&str> = folder.secrets().collect();
        let said =
            said(&format!("The PIN {0} (also {0}) of {1} is wrong", pin.reveal(), secrets.join(" or ")));
        let mut shown = format!("{:?} {:?}", provider.features(), config.keyring);
        for op in operations {
            shown += &format!("{op:?} {:?}", provider.request(&op, NOON));
            for (body, status) in
                said.iter().flat_map(|body| [(body, 200), (body, 400), (body, 422), (body, 500)])
            {
                let answer = HttpResponse { status, body: body.clone() };
                let reply = provider.reply(&op, &answer);
                // The provider chooses the texts of a success, such as a title or a number, and the merchant sees them.
                let refused = !reply.as_ref().is_ok_and(is_word_of_success);
                shown += &format!("{answer:?} {:?}", refused.then_some(reply));
            }
        }
        let rest = ChangeVoucher { pin: pin.clone(), amount: Some(Minor(1)), expires_at: None };
        let paid = Reply::Paid(Paid { change: Some(rest), ..Paid::default() });
        let issued =
            Reply::Issued(Issued { secret: Some(("voucher_code", pin.clone())), ..Issued::default() });
        shown += &format!("{paid:?} {issued:?}");
        repeated |= shown.contains("is wrong");
        assert!(!shown.contains(pin.reveal()), "{}", provider.features().id);
        for secret in secrets {
            assert!(!shown.contains(secret), "{} {secret}", provider.features().id);
        }
    }
    assert!(repeated, "nothing was said");
}

#[test]
fn every_operation_that_a_provider_has_a_request_for_has_a_golden_with_an_answer() {
    let answered: BTreeSet<(String, &str)> = cases(&sandboxes())
        .into_iter()
        .filter(|case| case.answer().is_some())
        .filter_map(|case| Some((case.provider.clone(), case.op()?.name())))
        .collect();
    for (provider, operations) in all() {
        for op in operations.iter().filter(|op| provider.request(op, NOON).is_ok()) {
            let id = provider.features().id;
            assert!(answered.contains(&(id.to_owned(), op.name())), "{id}: {}", op.name());
        }
    }
}

proptest! {
    #[test]
    fn law_6_a_pin_travels_as_the_text_it_is(digits in "[0-9]{64}", letters in "[0-9A-Za-z]{64}") {
        for provider in providers() {
            let Some(rule) = rule_of(provider) else { continue };
            let text = match rule.alphabet {
                Alphabet::Digits => &digits,
                Alphabet::Alphanumeric => &letters,
            };
            for typed in [text.as_str(), &text.replace(|c: char| c != '0', "0")] {
                let pin = Pin::parse(&first(typed, rule.max), &rule).unwrap();
                let charge = charge(provider, &pin);
                for op in operations(&charge, None) {
                    let (Op::Charge(_) | Op::Balance { .. } | Op::View { .. }) = op else { continue };
                    let Ok(request) = provider.request(&op, NOON) else { continue };
                    prop_assert!(sent_texts(&request).iter().any(|sent| pin::clean(sent) == pin.reveal()));
                }
            }
        }
    }
}

#[test]
fn law_6_the_message_for_the_shop_contains_no_pin() {
    let pin = Pin::from_provider("abcdefghijkl".into());
    let of = |words: &str| {
        Refusal::new(DeclineCode::VoucherRefused, words, &Op::Balance { pin: &pin, reference: "r" }).words
    };
    assert_eq!(
        of("voucher ABCDEFGHIJKL, or 12 of \"abcdefghijkl\"\n\u{7}is bad"),
        "voucher # or # of # is bad"
    );
    assert_eq!(of("４２ ٤٢ R10.00 fine"), "# # # fine");
    assert_eq!(of(&"long ".repeat(100)).len(), 149);
    assert_eq!(of(&"x".repeat(500)).len(), 200);
}
