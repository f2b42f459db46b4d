//! Webhooks of the providers. The input: the webhook whose headers are sent, how they are changed, the body.
#![cfg_attr(fuzzing, no_main)]

use checkout_core::config::Config;
use checkout_core::provider::{Hint, WebhookMessage};
use checkout_core::seal::hmac_hex;
use checkout_core::secret::Secret;
use checkout_fuzz::provider::{Notice, notices, secrets};
use checkout_fuzz::{Seeds, config, seed};
use checkout_wire::{Minor, Pin};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

struct World {
    config: Config,
    notices: Vec<Notice>,
    secrets: Vec<Secret>,
}

thread_local! {
    static WORLD: World = {
        let config = config();
        let notices = notices(&config);
        let secrets = secrets().into_iter().map(|secret| Secret::new(secret.to_owned())).collect();
        World { config, notices, secrets }
    };
}

/// The headers of the golden.
const AS_THEY_ARE: u8 = 0;
/// No headers.
const NONE: u8 = 1;
/// Headers with another character at the end.
const ALTERED: u8 = 2;
/// Headers in which every signature is made again, over a part of the body that the rest of the number selects.
const SIGNED: u8 = 3;

fn seeds() -> Seeds {
    WORLD.with(|world| {
        let numbered = world.notices.iter().zip(0u8..);
        let ways = [AS_THEY_ARE, NONE, ALTERED, SIGNED, SIGNED + 4, SIGNED + 8, SIGNED + 12];
        numbered
            .flat_map(|(notice, number)| ways.map(|way| seed(&[number, way], notice.body.as_bytes())))
            .collect()
    })
}

fn check(data: &[u8]) {
    let [number, way, body @ ..] = data else { return };
    WORLD.with(|world| {
        let notice = &world.notices[usize::from(*number) % world.notices.len()];
        check_notice(world, notice, *way, body);
    });
}

fn check_notice(world: &World, notice: &Notice, way: u8, body: &[u8]) {
    let parts = parts(body);
    let mut headers = notice.headers.clone();
    match way % 4 {
        NONE => headers.clear(),
        ALTERED => headers.values_mut().for_each(|value| value.push('x')),
        SIGNED => {
            for value in headers.values_mut().filter(|value| is_signature(value)) {
                let part = &parts[usize::from(way / 4) % parts.len()];
                *value = hmac_hex(&world.secrets[usize::from(way / 64) % world.secrets.len()], part);
            }
        }
        _ => {}
    }
    let header = |name: &str| headers.get(name).cloned();
    let message = WebhookMessage { header: &header, body, rewritten: &rewritten };
    let provider = world.config.provider(&notice.provider).expect("a provider");
    let Ok(hint) = provider.webhook(&message) else { return };
    let is_proof = |value: &String| {
        let value = value.trim().to_ascii_lowercase();
        world.secrets.iter().any(|secret| {
            value.contains(&secret.reveal().to_ascii_lowercase())
                || parts.iter().any(|part| value == hmac_hex(secret, part))
        })
    };
    assert!(headers.values().any(is_proof), "{} took a webhook that nobody signed", notice.provider);
    check_hint(&hint, body);
}

/// Checks that a hint contains only data from the body.
fn check_hint(hint: &Hint, body: &[u8]) {
    let text = core::str::from_utf8(body).expect("a hint is read from UTF-8");
    let mut texts = Vec::new();
    collect(&serde_json::from_str(text).expect("a hint is read from JSON"), &mut texts);
    let is_number = |told: &str| !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit());
    let is_told =
        |told: &str| texts.iter().any(|text| text == told) || is_number(told) && text.contains(told);
    for reference in &hint.references {
        assert!(!reference.is_empty() && is_told(reference), "{hint:?}");
    }
    if let Some(change) = &hint.change {
        assert!(hint.success && !change.pin.reveal().is_empty() && is_told(change.pin.reveal()), "{hint:?}");
        assert!(change.amount.is_none_or(|amount| (Minor::ZERO..=Minor::MAX).contains(&amount)));
        let mut other = hint.clone();
        other.change.iter_mut().for_each(|change| change.pin = Pin::from_provider("other".to_owned()));
        assert_eq!(format!("{hint:?}"), format!("{other:?}"));
    }
}

/// Collects the texts in JSON.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => members.values().for_each(|member| collect(member, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Returns the texts that a provider may sign: the body, its members, and both as JavaScript would write them.
fn parts(body: &[u8]) -> Vec<String> {
    let Ok(text) = core::str::from_utf8(body) else { return vec![String::new()] };
    let mut parts = vec![text.to_owned()];
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
    parts.extend(members.values().map(|member| member.get().to_owned()));
    let written: Vec<String> = parts.iter().filter_map(|part| rewritten(part)).collect();
    parts.extend(written);
    parts
}

/// Stands in for JavaScript's `JSON.stringify(JSON.parse(text))`.
fn rewritten(text: &str) -> Option<String> {
    serde_json::from_str::<Value>(text).ok().map(|value| value.to_string())
}

fn is_signature(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

checkout_fuzz::target!(check, seeds);
