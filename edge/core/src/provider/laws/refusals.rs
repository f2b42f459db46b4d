//! Law 3 for the refusals of a charge: only the words listed in a golden prove that nothing was taken.

use super::super::mutations::members;
use super::*;
use std::collections::BTreeMap;

/// Words that no document lists.
const STRANGE: &[&str] =
    &["", "Some new words", "Refused", "Voucher under review", "null", "false", "-", "-x"];

/// The HTTP statuses of successes and errors.
const STATUSES: [u16; 14] = [200, 202, 400, 401, 402, 403, 404, 405, 408, 409, 418, 422, 429, 500];

/// The golden refusals of one provider's charges.
struct Refusals {
    charge: Op<'static>,
    bodies: Vec<Value>,
    /// The members that distinguish these refusals, by JSON pointer, with the listed values.
    words: BTreeMap<String, Vec<Value>>,
}

impl Refusals {
    /// Collects the golden answers to the provider's charges that say that nothing was taken.
    fn of(provider: &dyn Provider) -> Option<Self> {
        provider.features().checkout.as_ref()?;
        let mine = cases(&sandboxes()).into_iter().filter(|case| case.provider == provider.features().id);
        let refused = mine.filter_map(|case| {
            let (op, answer) = (case.op().filter(|op| matches!(op, Op::Charge(_)))?, case.answer()?);
            let refused = matches!(provider.reply(&op, &answer), Ok(Reply::Declined(_) | Reply::Busy));
            refused.then(|| (op, serde_json::from_slice(&answer.body).unwrap()))
        });
        let (charges, bodies): (Vec<Op<'static>>, Vec<Value>) = refused.unzip();
        let mut paths = Vec::new();
        bodies.iter().for_each(|body| members(body, String::new(), &mut paths));
        let values = |path: String| {
            let found: Vec<Option<&Value>> = bodies.iter().map(|body| body.pointer(&path)).collect();
            let differ = found.windows(2).any(|two| two[0] != two[1]);
            let is_word = |value: &&Value| value.is_string() || value.is_number();
            let listed: Vec<Value> = found.into_iter().flatten().filter(is_word).cloned().collect();
            (differ && !listed.is_empty()).then_some((path, listed))
        };
        let words = paths.into_iter().filter_map(values).collect();
        Some(Self { charge: *charges.first()?, bodies, words })
    }

    /// Returns values for a member that no golden refusal lists: other codes, longer and shorter words, and words of other
    /// providers. A number stays a number.
    fn unlisted(&self, path: &str, value: &Value, others: &[String]) -> Vec<Value> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let half: String = text.chars().take(text.chars().count() / 2).collect();
        let codes = (-200..=200).map(|code: i64| code.to_string());
        let words = [format!("{text} again"), format!("not {text}"), format!("{text}{text}"), half];
        let words = words.into_iter().chain(STRANGE.iter().map(|word| (*word).to_owned()));
        let texts = codes.clone().chain(words).chain(others.iter().cloned());
        let values: Vec<Value> = match value {
            Value::Number(_) => codes.filter_map(|code| Some(code.parse::<i64>().ok()?.into())).collect(),
            _ => texts.map(Value::from).collect(),
        };
        values.into_iter().filter(|value| !self.words[path].contains(value)).collect()
    }

    /// Returns the body with all these members changed to unlisted values, in many ways, and once with `null` in them.
    fn altered(&self, body: &Value, others: &[String]) -> Vec<Value> {
        let mut without = body.clone();
        let exchanges: Vec<(&String, Vec<Value>)> = self
            .words
            .keys()
            .filter_map(|path| Some((path, self.unlisted(path, body.pointer(path)?, others))))
            .collect();
        for (path, _) in &exchanges {
            *without.pointer_mut(path).unwrap() = Value::Null;
        }
        let ways = exchanges.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        let exchanged = (0..ways).map(|way| {
            let mut body = body.clone();
            for (path, values) in &exchanges {
                *body.pointer_mut(path).unwrap() = values[way % values.len()].clone();
            }
            body
        });
        exchanged.chain([without]).collect()
    }
}

// A refusal frees the voucher, so it takes the document's own words. Other words and codes leave the charge in doubt, also with the
// HTTP status of a refusal.
#[test]
fn law_3_only_documented_words_decline_a_charge() {
    let all: Vec<_> = providers().filter_map(|provider| Some((provider, Refusals::of(provider)?))).collect();
    let charges = |checkout: &CheckoutFeatures| !checkout.sends_code;
    let takes_vouchers =
        providers().filter(|provider| provider.features().checkout.as_ref().is_some_and(charges)).count();
    assert_eq!(all.len(), takes_vouchers, "a provider without a golden refusal of a charge");
    for (provider, refusals) in &all {
        let id = provider.features().id;
        assert!(!refusals.words.is_empty(), "{id}: no word tells its golden refusals apart");
        let others = all.iter().filter(|(other, _)| other.features().id != id);
        let others = others.flat_map(|(_, other)| other.words.values().flatten());
        let others: Vec<String> = others.filter_map(|word| Some(word.as_str()?.to_owned())).collect();
        for body in refusals.bodies.iter().flat_map(|body| refusals.altered(body, &others)) {
            let body = body.to_string();
            for status in STATUSES {
                let answer = HttpResponse { status, body: body.clone().into_bytes() };
                let reply = provider.reply(&refusals.charge, &answer);
                assert!(reply.is_err(), "{id} {status} {body}: {reply:?}");
            }
        }
    }
}
