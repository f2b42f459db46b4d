//! Tests that accepted settings are read, and each wrong one is refused by its name.

use super::*;
use crate::index::NeededKey;
use crate::provider::golden::folder::{Folder, Values, folders};

/// The settings of every deployment.
const GENERAL: [(&str, &str); 5] = [
    ("MERCHANT_API_KEY", "key_0123456789abcdef0123456789"),
    ("SEALING_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ("SHOP_NAME", "Test Shop"),
    ("PUBLIC_URL", "http://localhost:8787"),
    ("ALLOWED_ORIGINS", "http://localhost:8788"),
];

fn owned<'a>(changes: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Values {
    changes.into_iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Returns the variables of a complete configuration with every provider, with these changes.
pub(crate) fn vars_with(changes: &[(&str, &str)]) -> Values {
    let providers = folders().iter().flat_map(|folder| folder.vars.clone());
    owned(&GENERAL).into_iter().chain(providers).chain(owned(changes)).collect()
}

/// Reads the configuration of those variables.
pub(crate) fn config_with(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
    read(&vars_with(changes))
}

/// Reads the configuration with these providers only, and with these changes: for tests that count them.
pub(crate) fn config_of(ids: &[&str], changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let named = folders().iter().filter(|folder| ids.contains(&folder.id.as_str()));
    let vars = owned(&GENERAL).into_iter().chain(named.flat_map(|folder| folder.vars.clone()));
    read(&vars.chain(owned(changes)).collect())
}

fn read(vars: &Values) -> Result<Config, ConfigError> {
    Config::read(&Vars::new(&|name| vars.get(name).cloned()))
}

/// Reads the complete configuration with these changes.
fn read_with(changes: &Values) -> Result<Config, ConfigError> {
    read(&vars_with(&[]).into_iter().chain(changes.clone()).collect())
}

#[test]
fn a_complete_configuration_is_taken() {
    let config = config_with(&[]).unwrap();
    assert_eq!(config.providers.len(), REGISTRY.len());
    assert!(folders().iter().all(|folder| config.provider(&folder.id).is_some()));
    assert!(config.provider("nobody").is_none());
    assert!(config.checkout().count() > 0);
    assert!(config.checkout().all(|features| !features.brands().is_empty()));
}

#[test]
fn a_provider_without_its_variables_is_off_and_the_others_are_not() {
    for folder in folders() {
        let config = read_with(&folder.blank()).unwrap();
        assert!(config.provider(&folder.id).is_none(), "{}", folder.id);
        assert_eq!(config.providers.len(), REGISTRY.len() - 1, "{}", folder.id);
    }
}

#[test]
fn law_9_without_any_provider_there_is_no_checkout() {
    let none: Values = folders().iter().flat_map(Folder::blank).collect();
    let error = read_with(&none).err().unwrap();
    assert!(none.contains_key(error.variable), "{error:?} names no provider's variable");
}

/// Checks that the changes are refused with this variable named and its value hidden.
fn refused_by_name(changes: &Values, names: &str) {
    let error = read_with(changes).err();
    assert_eq!(error.as_ref().map(|error| error.variable), Some(names), "{changes:?}");
    let shown = format!("{error:?}");
    for value in changes.values().filter(|value| value.len() > 5 && !value.starts_with(['[', '{'])) {
        assert!(!shown.contains(value.as_str()), "{shown} shows the value");
    }
}

// Law 9: a missing key is refused at start with the variable's name; a live key in a sandbox setting likewise.
#[test]
fn law_9_a_missing_or_contradictory_variable_is_refused_by_name() {
    for (name, value) in [
        ("MERCHANT_API_KEY", ""),
        ("SEALING_KEY", ""),
        ("SHOP_NAME", ""),
        ("PUBLIC_URL", " "),
        ("MERCHANT_API_KEY", "short"),
        ("ISSUING_API_KEY", "short"),
        // The key of other calls must not issue vouchers.
        ("ISSUING_API_KEY", "key_0123456789abcdef0123456789"),
        ("MERCHANT_API_KEY", "key_0123456789abcdef0123456789 short"),
        ("SEALING_KEY", "AAECAwQ="),
        ("SEALING_KEY", "not base64 at all"),
        ("SEALING_KEYS_LOST", "630dcd2"),
        ("SEALING_KEYS_LOST", "630dcd29, b40711a8"),
        ("PUBLIC_URL", "https://pay.invalid/path"),
        ("PUBLIC_URL", "pay.invalid"),
        ("PUBLIC_URL", "https://a.invalid:443"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "https://a.invalid/"),
        ("ALLOWED_ORIGINS", "https://*.a.invalid"),
        ("ALLOWED_ORIGINS", "https://a.invalid; script-src *"),
        ("ALLOWED_ORIGINS", "null"),
        ("ALLOWED_ORIGINS", "https://bücher.invalid"),
        ("TIMEZONE", "+02:00"),
        ("TIMEZONE", "Africa/Jo'burg"),
        ("LIMITS", "[]"),
        ("LIMITS", r#"{"failed_per_minute":"many"}"#),
        ("LIMITS", r#"{"nonsense":1}"#),
        ("LIMITS", r#"{"failed_per_session":0}"#),
        ("LIMITS", r#"{"not_found_grace_ms":20000}"#),
    ] {
        refused_by_name(&owned(&[(name, value)]), name);
    }
}

// A limit under a name of an earlier release would silently stay at its default.
#[test]
fn law_9_an_old_name_of_a_limit_is_refused_with_the_new_one() {
    for (old, new, value) in [
        ("pause_ms", "failed_session_pause_ms", "1000"),
        ("plain_after", "mask_declines_after", "3"),
        ("settle_after_ms", "settle_backoff_ms", "[1000]"),
        ("believe_after_ms", "not_found_grace_ms", "120000"),
        ("change_kept_ms", "change_voucher_kept_ms", "1000"),
        ("webhook_after_ms", "webhook_backoff_ms", "[1000]"),
        ("down_after", "breaker_failures", "5"),
        ("down_ms", "breaker_open_ms", "15000"),
        ("gate_calls", "provider_calls_per_period", "5"),
    ] {
        let error = config_with(&[("LIMITS", &format!("{{\"{old}\":{value}}}"))]).err().unwrap();
        assert_eq!(error.to_string(), format!("LIMITS has {old}, which was renamed to {new}"));
        assert_eq!(config_with(&[("LIMITS", &format!("{{\"{new}\":{value}}}"))]).err(), None, "{new}");
    }
}

#[test]
fn law_9_a_list_of_pauses_that_is_too_short_or_too_long_is_refused_with_its_size() {
    let eleven = format!("[{}]", ["1000"; 11].join(","));
    for (name, list, problem) in [
        ("settle_backoff_ms", "[]", "has 0 pauses in settle_backoff_ms; 1 to 100 are allowed"),
        ("recheck_after_ms", &*eleven, "has 11 pauses in recheck_after_ms; 0 to 10 are allowed"),
    ] {
        let error = config_with(&[("LIMITS", &format!("{{\"{name}\":{list}}}"))]).err().unwrap();
        assert_eq!(error.to_string(), format!("LIMITS {problem}"));
    }
    assert_eq!(config_with(&[("LIMITS", r#"{"recheck_after_ms":[]}"#)]).err(), None);
}

#[test]
fn law_9_a_wrong_provider_variable_is_refused_by_name() {
    for folder in folders() {
        assert!(folder.refused.len() > 1 && !folder.taken.is_empty(), "{}", folder.id);
        for case in &folder.refused {
            refused_by_name(&case.with, &case.names);
        }
    }
}

// A provider with incomplete settings is refused, not ignored.
#[test]
fn law_9_each_missing_variable_of_a_provider_is_named() {
    for folder in folders() {
        let missed = folder.vars.keys().filter(|name| {
            let error = read_with(&[((*name).clone(), String::new())].into()).err();
            assert!(error.as_ref().is_none_or(|error| error.variable == name.as_str()), "{error:?}");
            error.is_some()
        });
        assert!(missed.count() > 1, "{}", folder.id);
    }
}

#[test]
fn law_9_a_sealing_key_that_is_still_needed_must_be_there_unless_it_is_lost() {
    let needed = |id: &str| NeededKey { id: id.to_owned(), sessions: 3, vouchers: 1 };
    let config = config_with(&[("SEALING_KEYS_LOST", "b40711a8")]).unwrap();
    let own = config.keyring.ids().next().unwrap();
    assert_eq!(NeededKey::missing(&[], &config), None);
    assert_eq!(NeededKey::missing(&[needed(own), needed("b40711a8")], &config), None);
    let error = NeededKey::missing(&[needed(own), needed("00c0ffee")], &config).unwrap();
    assert_eq!(error.variable, "SEALING_KEY");
    assert!(error.to_string().starts_with(
        "SEALING_KEY lacks the key 00c0ffee, which 3 sessions and 1 issued vouchers still need: put it back"
    ));
}

#[test]
fn settings_that_belong_together_are_taken() {
    for changes in folders().iter().flat_map(|folder| &folder.taken) {
        assert_eq!(read_with(changes).err(), None, "{changes:?}");
    }
    for changes in [
        ("ALLOWED_ORIGINS", "https://shop.example https://www.shop.example:8443"),
        ("ALLOWED_ORIGINS", ""),
        ("PUBLIC_URL", "https://pay.example.com/"),
        ("LIMITS", r#"{"failed_per_minute":3}"#),
    ] {
        assert_eq!(config_with(&[changes]).err(), None, "{changes:?}");
    }
}
