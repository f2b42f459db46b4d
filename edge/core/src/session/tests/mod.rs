//! Tests of sessions, by topic. Amounts are in minor units; `NOW` is the time at which the session is created.

mod admit;
mod answers_any;
mod challenge;
mod drawn;
mod driver;
mod dues;
mod ends;
mod hints;
mod index;
mod ledger;
mod manual;
mod news;
mod news_any;
mod parameters;
mod payout;
mod requests;
mod reversal;
mod settling;
mod storage;
mod unconfirmed;
mod views;
mod world;

use super::*;
use crate::config::Config;
use crate::config::tests::config_of;
use crate::recovery::{Doubt, ProviderAnswer};
use crate::vars::ConfigError;
use checkout_wire::{DeclineCode, RedemptionId, RedemptionStatus, SessionId};

const NOW: Millis = Millis(1_777_464_000_000);
const HOUR: Millis = Millis::HOUR;
const PIN: &str = "1168648096792943";

/// Returns a configuration of one provider with look-ups and one that checks the balance first.
fn config() -> Config {
    config_with(&[]).unwrap()
}

fn config_with(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
    config_of(&["kora", "wipay"], changes)
}

/// Returns a JSON object of these members, with one of them replaced, added or, if its text is empty, left out.
fn body(members: &[(&str, &str)], name: &str, value: &str) -> Vec<u8> {
    let kept = members.iter().copied().filter(|(other, _)| *other != name);
    let with = kept.chain([(name, value)]).filter(|(_, value)| !value.is_empty());
    let text: Vec<String> = with.map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", text.join(",")).into_bytes()
}

fn created(amount: i64, currency: &str) -> Entry {
    let body = format!(r#"{{"amount":{amount},"currency":"{currency}","reference":"order-1"}}"#);
    let (parameters, open_for) = Parameters::parse(body.as_bytes(), &config()).unwrap();
    Entry::Created { id: cs("cs_1"), secret_hash: "00ff".into(), expires_at: NOW + open_for, parameters }
}

/// Returns an id as stored in a ledger; the ids of tests are short.
fn rd(id: &str) -> RedemptionId {
    serde_json::from_value(id.into()).unwrap()
}

fn cs(id: &str) -> SessionId {
    serde_json::from_value(id.into()).unwrap()
}

/// Returns a session over this amount of rand in minor units, after these entries, one second apart.
fn session(amount: i64, entries: impl IntoIterator<Item = Entry>) -> Session {
    let ledger = [created(amount, "ZAR")].into_iter().chain(entries);
    let times = (0..).map(|i| NOW + Millis::SECOND.times(i));
    Session::replay(times.zip(ledger)).unwrap()
}

/// Returns the entry that begins a payment with Kora.
fn begun(id: &str, amount: i64) -> Entry {
    Entry::Begun(Begun {
        id: rd(id),
        key: format!("key-{id}"),
        request: "hash".into(),
        provider: "kora".into(),
        brand: Some("0001".into()),
        voucher: None,
        sealing_key: None,
        amount: Minor(amount),
        fee: Minor::ZERO,
        reference: format!("ref-{id}"),
        sends: true,
        reverses: false,
        payer: None,
        masked: false,
    })
}

/// Returns the same entry for a payment whose charge is sent after a later entry.
fn waiting(id: &str, amount: i64) -> Entry {
    match begun(id, amount) {
        Entry::Begun(begun) => Entry::Begun(Begun { sends: false, ..begun }),
        other => other,
    }
}

/// Returns the entry that begins a payment with WiPay: the balance is checked first, and a fee comes on top.
fn begun_wipay(id: &str, amount: i64) -> Entry {
    match begun(id, amount) {
        Entry::Begun(begun) => Entry::Begun(Begun {
            provider: "wipay".into(),
            brand: None,
            fee: Minor(500),
            sends: false,
            ..begun
        }),
        other => other,
    }
}

/// Returns the entry that begins a payment with Celbux: the balance is checked first, there is no fee, and the charge can be
/// reversed.
fn begun_celbux(id: &str, amount: i64) -> Entry {
    match begun(id, amount) {
        Entry::Begun(begun) => Entry::Begun(Begun {
            provider: "celbux".into(),
            brand: None,
            sends: false,
            reverses: true,
            ..begun
        }),
        other => other,
    }
}

fn as_begun(entry: Entry) -> Begun {
    match entry {
        Entry::Begun(begun) => begun,
        other => panic!("{other:?}"),
    }
}

fn balance_checked(id: &str, balance: i64) -> Entry {
    Entry::BalanceChecked { redemption: rd(id), balance: Minor(balance), renews: false }
}

fn renewing(id: &str, balance: i64) -> Entry {
    Entry::BalanceChecked { redemption: rd(id), balance: Minor(balance), renews: true }
}

fn sending(id: &str) -> Entry {
    Entry::Sending { redemption: rd(id) }
}

/// Returns the entry of a voucher whose owner is about to be sent a code.
fn challenging(id: &str, balance: i64) -> Entry {
    Entry::Challenging { redemption: rd(id), balance: Minor(balance), sent_to: Some("67".into()), key: None }
}

fn challenged(id: &str) -> Entry {
    Entry::Challenged { redemption: rd(id), challenge: "7721".into() }
}

fn answering(id: &str, key: &str) -> Entry {
    Entry::Answering { redemption: rd(id), key: key.into(), code: "00ff".into() }
}

fn code_refused(id: &str) -> Entry {
    Entry::CodeRefused { redemption: rd(id) }
}

fn doubted(id: &str, doubt: Doubt) -> Entry {
    Entry::Doubted { redemption: rd(id), doubt }
}

fn asked(id: &str) -> Entry {
    Entry::Asked { redemption: rd(id), unchanged: false }
}

/// Returns the entry of a look-up that found the voucher's balance as it was before the charge.
fn unchanged(id: &str) -> Entry {
    Entry::Asked { redemption: rd(id), unchanged: true }
}

fn left_to_person(id: &str) -> Entry {
    Entry::LeftToPerson { redemption: rd(id) }
}

fn succeeded(id: &str, amount: i64) -> Entry {
    Entry::Succeeded {
        redemption: rd(id),
        amount: Minor(amount),
        fee: None,
        transaction: None,
        balance: None,
        inferred: false,
        change_unknown: false,
    }
}

/// Returns the entry of a success whose answer does not state the change voucher.
fn succeeded_without_change(id: &str, amount: i64) -> Entry {
    let mut entry = succeeded(id, amount);
    if let Entry::Succeeded { change_unknown, .. } = &mut entry {
        *change_unknown = true;
    }
    entry
}

/// Returns the entry of a success that follows from the voucher's balance.
fn inferred(id: &str, amount: i64) -> Entry {
    let mut entry = succeeded(id, amount);
    if let Entry::Succeeded { inferred, .. } = &mut entry {
        *inferred = true;
    }
    entry
}

fn change_stated(id: &str) -> Entry {
    Entry::ChangeStated { redemption: rd(id) }
}

fn declined(id: &str, code: DeclineCode) -> Entry {
    Entry::Declined { redemption: rd(id), code, words: None, balance: None }
}

fn not_sent(id: &str, code: DeclineCode) -> Entry {
    Entry::NotSent { redemption: rd(id), code }
}

fn hinted(id: &str) -> Entry {
    Entry::Hinted { redemption: rd(id) }
}

fn reversing(id: &str) -> Entry {
    Entry::Reversing { redemption: rd(id), reference: format!("ref-{id}r") }
}

fn reversal_doubted(id: &str) -> Entry {
    Entry::ReversalDoubted { redemption: rd(id) }
}

fn reversal_asked(id: &str) -> Entry {
    Entry::ReversalAsked { redemption: rd(id) }
}

fn reversed(id: &str) -> Entry {
    Entry::Reversed { redemption: rd(id) }
}

fn reversal_blocked(id: &str, words: Option<&str>) -> Entry {
    Entry::ReversalBlocked { redemption: rd(id), words: words.map(str::to_owned) }
}

fn not_reversed(id: &str, words: Option<&str>) -> Entry {
    Entry::NotReversed { redemption: rd(id), words: words.map(str::to_owned) }
}
