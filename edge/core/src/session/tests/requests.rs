//! Tests of the body of `POST /v1/checkout/{id}/redemptions`, and of its checks against a session.

use super::*;
use crate::Limits;
use crate::fields::tests::{INVALID, at, plain};
use crate::fields::{BodyError, Fault};
use checkout_wire::money::Currency;
use checkout_wire::{PinProblem, RedemptionRequest};
use proptest::prelude::*;

const FULL: &[(&str, &str)] = &[
    ("provider", "\"kora\""),
    ("provider_code", "\"0001\""),
    ("pin", "\"1168 6480 9679 2943\""),
    ("phone", "\"082 123 4567\""),
    ("email", "\"thandi@example.com\""),
    ("amount", "1000"),
];

/// The reason why a body is rejected.
#[derive(PartialEq, Debug)]
enum Refused {
    Body(BodyError),
    Request(RequestError),
}

fn typed(name: &str, value: &str) -> Result<RedemptionRequest, Refused> {
    parse_request(&body(FULL, name, value)).map_err(|error| Refused::Body(plain(error)))
}

/// Returns the checked request with one member changed, in a session with R 100.00 to pay.
fn check_with(config: &Config, name: &str, value: &str) -> Result<CheckedRequest, Refused> {
    let request = CheckedRequest::check(typed(name, value)?, &session(10_000, []), config);
    request.map_err(|error| {
        assert!(!format!("{error:?}").contains("1168"), "{error:?}");
        Refused::Request(error)
    })
}

fn check(name: &str, value: &str) -> Result<CheckedRequest, Refused> {
    check_with(&config(), name, value)
}

/// Checks that each of these values is rejected with that fault, and that the member is named.
fn wrong(name: &str, values: &[&str], fault: Fault) {
    for value in values {
        let refused = Refused::Body(at(name, fault.clone()));
        assert_eq!(check(name, value).err(), Some(refused), "{name} {value}");
    }
}

fn refused(name: &str, values: &[&str], error: RequestError) {
    for value in values {
        assert_eq!(check(name, value).err(), Some(Refused::Request(error)), "{name} {value}");
    }
}

#[test]
fn a_valid_request_is_cleaned() {
    let checked = check("amount", "").unwrap();
    let request = checked.cleaned();
    assert_eq!((request.provider.as_str(), request.provider_code.as_deref()), ("kora", Some("0001")));
    assert_eq!((request.pin.reveal(), request.phone.as_str()), (PIN, "+27821234567"));
    assert_eq!((request.email.as_deref(), request.amount), (Some("thandi@example.com"), Some(Minor(10_000))));
    assert_eq!(checked.amount(), Minor(10_000));
    assert!(!format!("{checked:?}").contains(PIN));
    assert_eq!(check("amount", "1").unwrap().amount(), Minor(1));
    assert_eq!(check("provider_code", "").unwrap().cleaned().provider_code.as_deref(), Some("0001"));
    let zeros = check("pin", "\"0000000000000001\"").unwrap();
    assert_eq!(zeros.cleaned().pin.reveal(), "0000000000000001");
}

#[test]
fn missing_and_invalid_members_are_named() {
    for name in ["provider", "pin", "phone"] {
        wrong(name, &["", "null"], Fault::Missing);
        wrong(name, &["5", "[]", "true"], INVALID);
    }
    // A PIN has to be a string: a number would lose its leading zeros.
    wrong("pin", &["1168648096792943"], INVALID);
    wrong("provider_code", &["1", "\"\""], INVALID);
    wrong("email", &["5", "\"\""], INVALID);
    wrong("amount", &["0", "-1", "1.5", "\"1000\"", "9007199254740992"], Fault::NotAmount);
}

#[test]
fn an_invalid_request_is_refused_by_field() {
    refused("provider", &["\"odm\"", "\"wipay\"", "\"KORA\""], RequestError::ProviderNotAllowed);
    refused("provider_code", &["\"0002\"", "\"1\""], RequestError::BrandNotOffered);
    refused("pin", &["\"\"", "\" - \""], RequestError::Pin(PinProblem::Empty));
    refused("pin", &["\"116864809679294\""], RequestError::Pin(PinProblem::TooShort));
    refused("pin", &["\"11686480967929433\""], RequestError::Pin(PinProblem::TooLong));
    refused("pin", &["\"116864809679294x\""], RequestError::Pin(PinProblem::WrongCharacter));
    refused("phone", &["\"\"", "\"12\"", "\"+44 7700 900123\"", "\"082123456x\""], RequestError::Phone);
    refused("email", &["\"nobody\"", "\"a b@c.de\""], RequestError::Email);
    refused("email", &[""], RequestError::EmailMissing);
    refused("amount", &["10001", "9007199254740991"], RequestError::AboveRemaining);
}

#[test]
fn one_of_several_brands_has_to_be_named() {
    let brands = r#"[{"code":"0001","label":"A","pin_pattern":"\\d{16}"},{"code":"0002","label":"B","pin_pattern":"\\d{10}"}]"#;
    let config = config_with(&[("KORA_PROVIDERS", brands)]).unwrap();
    let missing = check_with(&config, "provider_code", "").err();
    assert_eq!(missing, Some(Refused::Request(RequestError::BrandMissing)));
    assert_eq!(
        check_with(&config, "provider_code", "\"0001\"").unwrap().cleaned().provider_code.as_deref(),
        Some("0001")
    );
    // Each brand has its own rule for PINs.
    let longer = check_with(&config, "provider_code", "\"0002\"").err();
    assert_eq!(longer, Some(Refused::Request(RequestError::Pin(PinProblem::TooLong))));
}

#[test]
fn the_shop_may_know_the_address() {
    let mut known = session(10_000, []);
    known.parameters.email = Some("shop@example.com".into());
    let request = CheckedRequest::check(typed("email", "").unwrap(), &known, &config()).unwrap();
    assert_eq!(request.cleaned().email.as_deref(), Some("shop@example.com"));
    let request = CheckedRequest::check(typed("amount", "1").unwrap(), &known, &config()).unwrap();
    assert_eq!(request.cleaned().email.as_deref(), Some("thandi@example.com"));
}

// Law 1: currency, reference and addresses come from the session; a browser cannot set them.
#[test]
fn law_1_the_browser_has_no_say_about_the_session() {
    for name in
        ["currency", "reference", "notification_url", "success_url", "fee", "status", "merchant_bears_cost"]
    {
        wrong(name, &["\"x\"", "1"], Fault::Unknown);
    }
    let dollars = Session::replay([(NOW, created(10_000, "TTD"))]).unwrap();
    let kora = CheckedRequest::check(typed("amount", "1").unwrap(), &dollars, &config()).err();
    assert_eq!(kora, Some(RequestError::ProviderNotAllowed));
    // A provider that only issues takes no vouchers, even if the session's parameters name it.
    let all = config_of(&["kora", "odm"], &[]).unwrap();
    let mut named = session(10_000, []);
    named.parameters.providers.push("odm".into());
    let taken = CheckedRequest::check(typed("provider", "\"odm\"").unwrap(), &named, &all);
    assert!(taken.is_err());
    // A provider that the session allows and that was removed from the configuration since.
    let off = config_with(&[("KORA_BASE_URL", ""), ("KORA_SECRET_KEY", ""), ("KORA_PROVIDERS", "")]).unwrap();
    assert_eq!(
        check_with(&off, "amount", "1").err(),
        Some(Refused::Request(RequestError::ProviderNotAllowed))
    );
}

// Law 1: the amount is in the session's currency, even if a provider's settings have changed.
#[test]
fn law_1_a_provider_of_another_currency_than_the_session_is_refused() {
    let try_in = |currency: Currency| {
        let mut session = session(10_000, []);
        session.parameters.currency = currency;
        CheckedRequest::check(typed("amount", "1").unwrap(), &session, &config())
    };
    assert!(try_in(Currency::Zar).is_ok());
    let refused = Some(RequestError::ProviderNotAllowed);
    assert_eq!(try_in(Currency::Ttd).err(), refused);
    assert_eq!(try_in(Currency::Etb).err(), refused);
}

proptest! {
    #[test]
    fn law_1_no_try_asks_for_more_than_remains(
        total in 1i64..20_000, paid in 0i64..20_000, asked in prop::option::of(1i64..30_000),
    ) {
        let paid = paid.min(total);
        let entries = [begun("rd_1", paid), succeeded("rd_1", paid)];
        let session = session(total, entries.into_iter().take(if paid > 0 { 2 } else { 0 }));
        let typed = typed("amount", &asked.map(|amount| amount.to_string()).unwrap_or_default()).unwrap();
        let admitted = session.admit(NOW, &Limits::default());
        prop_assert_eq!(admitted.is_ok(), paid < total);
        match CheckedRequest::check(typed, &session, &config()) {
            Ok(request) if admitted.is_ok() => {
                let Minor(amount) = request.amount();
                prop_assert_eq!(amount, asked.unwrap_or(total - paid));
                prop_assert!((1..=total - paid).contains(&amount));
            }
            Ok(_) => {}
            Err(error) => {
                prop_assert_eq!(error, RequestError::AboveRemaining);
                prop_assert!(asked.unwrap() > total - paid);
            }
        }
    }
}

#[test]
fn a_repeated_request_is_known_again_and_another_is_not() {
    let keyring = config().keyring;
    let print = |name: &str, value: &str| fingerprints(&typed(name, value).unwrap(), &keyring).remove(0);
    let same = print("amount", "1000");
    assert_eq!(print("pin", "\"1168-6480-9679-2943\""), same);
    assert_eq!(print("phone", "\" 082 123 4567 \""), same);
    let others = [
        ("pin", "\"1168648096792944\""),
        ("provider", "\"wipay\""),
        ("provider_code", "\"0002\""),
        ("provider_code", ""),
        ("phone", "\"0821234568\""),
        ("email", "\"t@example.com\""),
        ("email", ""),
        ("amount", "1001"),
        ("amount", ""),
    ];
    for (name, value) in others {
        assert_ne!(print(name, value), same, "{name} {value}");
    }
    assert!(same.len() == 64 && !same.contains(PIN));
}

#[test]
fn a_repeated_request_is_known_again_after_the_key_was_exchanged() {
    let (old, new) =
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=");
    let prints = |keys: &str| {
        fingerprints(&typed("amount", "1000").unwrap(), &crate::seal::Keyring::parse(keys).unwrap())
    };
    let both = prints(&format!("{new} {old}"));
    assert_eq!(both, [prints(new), prints(old)].concat());
    assert_ne!(both[0], both[1]);
}

#[test]
fn the_name_of_a_voucher_never_changes() {
    // The name selects the object that locks the voucher, and it is stored in the ledgers of running shops.
    let keyring = crate::seal::Keyring::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    let names = |pin| voucher_names(&keyring, "wipay", pin);
    assert_eq!(names("w01v00000003"), ["072503349dd6000c8c9e4f5f53a792c5214f6081b3e763756e5f76fa582d97e5"]);
    assert_eq!(names("W01V 0000-0003"), names("w01v00000003"));
}

#[test]
fn the_first_entry_comes_from_the_request() {
    let (config, request) = (config(), check("amount", "900").unwrap());
    let begin = |provider: &str| {
        let provider = config.provider(provider).unwrap();
        request.begin(provider, "key-1", "hash".into(), rd("rd_1"), "ref-1".into(), &config.keyring)
    };
    let kora = begin("kora");
    assert_eq!((kora.amount, kora.fee, kora.sends), (Minor(900), Minor::ZERO, false));
    assert_eq!((kora.id.as_str(), kora.key.as_str(), kora.reference.as_str()), ("rd_1", "key-1", "ref-1"));
    assert_eq!(
        (kora.provider.as_str(), kora.brand.as_deref(), kora.request.as_str()),
        ("kora", Some("0001"), "hash")
    );
    assert_eq!(kora.voucher.as_ref(), request.voucher_names(&config.keyring).first());
    assert!(!serde_json::to_string(&kora).unwrap().contains(PIN));
    // WiPay has no look-up: the balance is checked first, and a fee is expected on top.
    let wipay = begin("wipay");
    assert_eq!((wipay.amount, wipay.fee, wipay.sends), (Minor(900), Minor(500), false));
    // Celbux takes no fee and supports reversals.
    assert_eq!((kora.reverses, wipay.reverses), (false, false));
    let all = config_of(&["kora", "celbux"], &[]).unwrap();
    let celbux = all.provider("celbux").unwrap();
    let celbux = request.begin(celbux, "key-1", "hash".into(), rd("rd_1"), "ref-1".into(), &all.keyring);
    assert_eq!((celbux.fee, celbux.sends, celbux.reverses), (Minor::ZERO, false, true));
    let found = session(10_000, [Entry::Begun(kora)]);
    assert!(found.by_key("key-1").is_some() && found.by_key("key-2").is_none());
}
