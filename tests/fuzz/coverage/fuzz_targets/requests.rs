//! Bodies of requests: sessions, payments, voucher orders, and what staff do. The input: the call, the body.
#![cfg_attr(fuzzing, no_main)]

use checkout_core::actor::Actor;
use checkout_core::address::is_web_address;
use checkout_core::config::Config;
use checkout_core::fields::{BodyError, FieldError};
use checkout_core::http::HttpRequest;
use checkout_core::issuance::{OrderAct, Step};
use checkout_core::ledger::Replay;
use checkout_core::manual::{ManualKind, ManualRequest};
use checkout_core::provider::{Charge, Op};
use checkout_core::secret::Secret;
use checkout_core::session::{
    CheckedRequest, Entry, ManualAct, Parameters, Session, Verdict, fingerprints, parse_request,
    voucher_names,
};
use checkout_core::stored;
use checkout_fuzz::provider::written;
use checkout_fuzz::{NOW, Seeds, config, seed};
use checkout_wire::{Millis, Minor, Pin, RedemptionId, RedemptionRequest, SessionId, VoucherId, contact};
use serde_json::{Value, json};

/// The configuration, and an open session of every currency.
struct World {
    config: Config,
    sessions: Vec<Session>,
}

thread_local! {
    static WORLD: World = {
        let config = config();
        let currencies = config.checkout().map(|features| features.currency.code());
        let sessions = currencies.map(|currency| session(currency, &config)).collect();
        World { config, sessions }
    };
}

const DIGITS: &str = "0123456789abcdef0123456789abcdef";

fn session(currency: &str, config: &Config) -> Session {
    let body = json!({"amount": 24_900, "currency": currency, "reference": "A-17"}).to_string();
    let (parameters, expires_in) = Parameters::parse(body.as_bytes(), config).expect("parameters");
    let id = SessionId::of(DIGITS).expect("an id");
    let expires_at = NOW + expires_in;
    let created = Entry::Created { id, secret_hash: String::new(), expires_at, parameters };
    Session::begin(NOW, created).expect("a session")
}

fn seeds() -> Seeds {
    let customer = json!({"email": "thandi@example.com", "phone": "+27 82 123 4567", "name": "Thandi"});
    let whole = json!({
        "amount": 24_900, "currency": "ZAR", "reference": "A-17", "providers": ["kora"], "customer": customer,
        "description": "Two tickets", "success_url": "https://shop.example/done?a=1", "cancel_url": "http://localhost:8788/",
        "locale": "zu_ZA", "metadata": {"cart": "17", "note": "gift"}, "expires_in": 3600,
    });
    let mut seeds = vec![
        seed(b"s", whole.to_string()),
        seed(b"s", json!({"amount": 1, "currency": "TTD", "reference": "x"}).to_string()),
        seed(b"s", json!({"amount": 1, "currency": "ETB", "reference": "x", "providers": []}).to_string()),
    ];
    seeds.extend(written().iter().filter_map(|(provider, operation)| of_golden(provider, operation)));
    let change = json!({"pin": "1234567890123456", "amount": 100, "expires_at": "2027-01-01"});
    let acts = [
        (b'0', json!({"outcome": "taken", "amount": 100, "change": change, "note": "By phone"})),
        (b'0', json!({"outcome": "not_taken", "note": "By phone"})),
        (b'1', json!({"note": "Again"})),
        (b'2', json!({"amount": 100, "voucher": format!("vo_{DIGITS}"), "note": "Broken"})),
        (b'3', json!({"amount": 100, "voucher": null, "note": "By transfer"})),
        (b'4', json!({})),
        (b'5', json!({"outcome": "issued", "note": "By phone"})),
        (b'6', json!({"note": "Again"})),
    ];
    seeds.extend(acts.into_iter().map(|(kind, body)| seed(&[kind], body.to_string())));
    seeds
}

/// Returns the request of ours that leads to an operation of the goldens.
fn of_golden(provider: &str, operation: &Value) -> Option<Vec<u8>> {
    if let Some(fields) = operation.pointer("/issue/fields").and_then(Value::as_object) {
        let mut body = json!({"provider": provider, "reference": "A-17"});
        body.as_object_mut()?.extend(fields.clone());
        return Some(seed(b"v", body.to_string()));
    }
    let charge = operation.get("charge")?;
    let body = json!({
        "provider": provider, "provider_code": charge["brand"], "pin": charge["pin"], "phone": charge["phone"],
        "email": charge["email"], "amount": charge["amount"],
    });
    Some(seed(b"p", body.to_string()))
}

fn check(data: &[u8]) {
    let [call, body @ ..] = data else { return };
    WORLD.with(|world| match call {
        b's' => check_parameters(body, &world.config),
        b'p' => check_payment(body, world),
        b'v' => check_order(body, &world.config),
        b'0'..=b'6' => check_act(*call - b'0', body),
        _ => {}
    });
}

/// Checks that each member in an error's path is a known one, or is short and plain.
fn check_error(error: &BodyError) {
    if let BodyError::Field(FieldError { path, .. }) = error {
        assert!(path.len() <= 100 && !path.contains(char::is_control), "{path}");
    }
}

fn check_parameters(body: &[u8], config: &Config) {
    use checkout_core::session::ParametersError;
    let (parameters, expires_in) = match Parameters::parse(body, config) {
        Ok(read) => read,
        Err(ParametersError::Body(error)) => return check_error(&error),
        Err(_) => return,
    };
    assert!((Minor(1)..=Minor::MAX).contains(&parameters.amount));
    assert!((Millis::SECOND..=Millis::DAY.times(30)).contains(&expires_in));
    let usable = |id: &String| {
        config.checkout().any(|features| features.id == *id && features.currency == parameters.currency)
    };
    assert!(!parameters.providers.is_empty() && parameters.providers.iter().all(usable));
    for url in [&parameters.success_url, &parameters.cancel_url].into_iter().flatten() {
        check_address(url);
    }
    let texts = [Some(&parameters.reference), parameters.description.as_ref(), parameters.name.as_ref()];
    for text in texts.into_iter().flatten().chain(parameters.metadata.values()) {
        assert!(!text.is_empty() && text.trim() == text && !text.contains(char::is_control), "{text:?}");
    }
    let stored = serde_json::to_string(&parameters).expect("parameters are stored");
    assert_eq!(stored::read::<Parameters>(&stored).as_ref(), Some(&parameters), "{stored}");
    let printed = printed(&parameters, expires_in).to_string();
    if printed.len() <= checkout_core::fields::MAX_BODY {
        assert_eq!(Parameters::parse(printed.as_bytes(), config), Ok((parameters, expires_in)), "{printed}");
    }
}

/// Returns the request that has these parameters.
fn printed(parameters: &Parameters, expires_in: Millis) -> Value {
    json!({
        "amount": parameters.amount, "currency": parameters.currency, "reference": parameters.reference,
        "providers": parameters.providers, "description": parameters.description,
        "customer": {"email": parameters.email, "phone": parameters.phone, "name": parameters.name},
        "success_url": parameters.success_url, "cancel_url": parameters.cancel_url, "locale": parameters.locale,
        "metadata": parameters.metadata, "expires_in": expires_in.to_whole_seconds(),
    })
}

/// Checks independently that an address leads to a web page, and is safe in a header and in HTML.
fn check_address(url: &str) {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).expect("http or https");
    let host: String = rest.chars().take_while(|c| !"/?#".contains(*c)).collect();
    assert!(!host.is_empty() && !host.contains('@') && is_web_address(url));
    assert!(!url.contains(|c: char| c.is_control() || c.is_whitespace() || "\"'<>\\`".contains(c)), "{url}");
    let name = host.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(':');
    let is_local = name == "localhost"
        || name.ends_with(".localhost")
        || host.starts_with("127.0.0.1")
        || name == "[::1]";
    assert!(url.starts_with("https://") || is_local, "{url}");
}

fn check_payment(body: &[u8], world: &World) {
    let World { config, sessions } = world;
    let request = match parse_request(body) {
        Ok(request) => request,
        Err(error) => return check_error(&error),
    };
    assert!(request.amount.is_none_or(|amount| (Minor(1)..=Minor::MAX).contains(&amount)));
    // Law 6: its `Debug` output does not depend on the PIN.
    let hidden = RedemptionRequest { pin: Pin::as_typed("other".to_owned()), ..request.clone() };
    assert_eq!(format!("{request:?}"), format!("{hidden:?}"));
    assert_ne!(fingerprints(&request, &config.keyring), fingerprints(&hidden, &config.keyring));
    for session in sessions {
        let Ok(checked) = CheckedRequest::check(request.clone(), session, config) else { continue };
        check_accepted(&request, &checked, session, config);
    }
}

fn check_accepted(typed: &RedemptionRequest, checked: &CheckedRequest, session: &Session, config: &Config) {
    let cleaned = checked.cleaned();
    let provider = config.provider(&cleaned.provider).expect("a provider");
    let features = provider.features();
    assert!(session.parameters.providers.contains(&cleaned.provider));
    // Law 1: a shopper pays a part at most.
    assert!((Minor(1)..=session.remaining()).contains(&checked.amount()));
    let (pin, prefix) = (cleaned.pin.reveal(), features.country.prefix());
    assert!(
        !pin.is_empty() && pin.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        "a PIN of other characters"
    );
    let national = cleaned.phone.strip_prefix('+').and_then(|digits| digits.strip_prefix(prefix));
    assert!(
        national.is_some_and(|digits| digits.len() >= 7 && digits.bytes().all(|byte| byte.is_ascii_digit()))
    );
    assert!(cleaned.email.as_deref().is_none_or(|email| contact::email(email).as_deref() == Some(email)));
    // Law 4: a voucher has one name, however it is typed.
    let names = checked.voucher_names(&config.keyring);
    assert_eq!(voucher_names(&config.keyring, &typed.provider, typed.pin.reveal()), names);
    let again = CheckedRequest::check(cleaned.clone(), session, config).expect("a cleaned request");
    assert_eq!(
        format!("{:?} {}", again.cleaned(), again.cleaned().pin.reveal()),
        format!("{cleaned:?} {pin}")
    );
    let description = session.parameters.summary();
    let charge = Charge {
        pin: &cleaned.pin,
        brand: cleaned.provider_code.as_deref(),
        amount: checked.amount(),
        reference: "0123456789abcdef0123456789abcdef-1",
        phone: &cleaned.phone,
        email: cleaned.email.as_deref(),
        name: None,
        description: &description,
        notification_url: "http://localhost:8787/webhooks/x",
        metadata: &[("checkout-session", session.id.as_str())],
    };
    let Ok(sent) = provider.request(&Op::Charge(&charge), NOW) else { return };
    // Law 6: the PIN stands in the body only.
    let other = Pin::as_typed(if pin.starts_with('7') { "8" } else { "7" }.repeat(pin.len()));
    let hidden = Charge { pin: &other, ..charge.clone() };
    assert_eq!(format!("{sent:?}{charge:?}"), format!("{sent:?}{hidden:?}"));
    let hidden = provider.request(&Op::Charge(&hidden), NOW).expect("a request with another PIN");
    assert!(sent.url == hidden.url && sent.headers == hidden.headers && sent.body != hidden.body);
    check_headers(&sent);
}

fn check_headers(sent: &HttpRequest) {
    for (name, value) in &sent.headers {
        assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{name}");
    }
}

fn check_order(body: &[u8], config: &Config) {
    use checkout_core::provider::OrderError;
    let id = VoucherId::of(DIGITS).expect("an id");
    let by = Actor::email("staff@example.com").expect("an address");
    let step = match Step::order(body, &by, &id, config) {
        Ok(step) => step,
        Err(OrderError::Body(error)) => return check_error(&error),
        Err(error) => return assert_ne!(error, OrderError::NoJson),
    };
    let Step::Ordered { provider, order, payout, .. } = &step else { panic!("another step") };
    let most = config.limits.issued_voucher_up_to;
    assert!(order.amount.is_none_or(|amount| (Minor(1)..=most).contains(&amount)));
    assert!(order.is_whole() && serde_json::from_str::<Value>(&order.body).is_ok(), "{}", order.body);
    assert!(payout.is_none() || order.amount.is_some());
    assert!(order.recipient.keys().all(|name| !order.shown.contains_key(name)), "{order:?}");
    let stored = serde_json::to_string(&step).expect("a step is stored");
    assert_eq!(stored::read::<Step>(&stored).as_ref(), Some(&step), "{stored}");
    let provider = config.provider(provider).expect("a provider");
    let sent = provider.request(&Op::Issue(order), NOW).expect("an order can be sent");
    assert_eq!(provider.request(&Op::Issue(order), NOW).as_ref(), Ok(&sent));
    check_headers(&sent);
}

fn check_act(kind: u8, body: &[u8]) {
    let Ok(body) = core::str::from_utf8(body) else { return };
    let kinds =
        [ManualKind::Resolve, ManualKind::Ask, ManualKind::Refund, ManualKind::PayOut, ManualKind::Erase];
    let request =
        |kind: ManualKind, redemption| ManualRequest { kind, redemption, body: Secret::new(body.to_owned()) };
    let Some(kind) = kinds.get(usize::from(kind)) else {
        let kind = kinds[usize::from(kind) - kinds.len()];
        if let Ok(OrderAct::Resolve { note, .. } | OrderAct::Ask { note: Some(note) }) =
            OrderAct::parse(&request(kind, None))
        {
            check_note(&note);
        }
        return;
    };
    let of_session = matches!(kind, ManualKind::PayOut | ManualKind::Erase);
    let redemption = RedemptionId::of(DIGITS).filter(|_| !of_session);
    let Ok(act) = ManualAct::parse(&request(*kind, redemption)) else { return };
    let (amount, note) = match &act {
        ManualAct::Resolve { verdict, amount, change, note, .. } => {
            assert!(*verdict == Verdict::Taken || (amount.is_none() && change.is_none()));
            (*amount, Some(note))
        }
        ManualAct::Refund { amount, note, .. } => (*amount, Some(note)),
        ManualAct::PayOut { amount, note, .. } => (Some(*amount), Some(note)),
        ManualAct::Ask { note, .. } | ManualAct::Erase { note } => (None, note.as_ref()),
    };
    assert!(amount.is_none_or(|amount| (Minor(1)..=Minor::MAX).contains(&amount)));
    note.into_iter().for_each(|note| check_note(note));
    let mut hidden = act.clone();
    if let ManualAct::Resolve { change: Some(change), .. } = &mut hidden {
        change.pin = Pin::as_typed("other".to_owned());
    }
    assert_eq!(format!("{act:?}"), format!("{hidden:?}"));
}

fn check_note(note: &str) {
    assert!((1..=500).contains(&note.chars().count()) && !note.contains(char::is_control), "{note:?}");
}

checkout_fuzz::target!(check, seeds);
