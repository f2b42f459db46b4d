//! Tests of the effect of every answer on a payment.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use checkout_wire::{ChangeVoucher, Pin};

const ASKED: Minor = Minor(4_000);
/// The time at which the charge was sent: the second entry of its session.
const SENT: Millis = NOW.saturating_add(Millis::SECOND);

const DOUBTS: [Doubt; 7] = [
    Doubt::Pending,
    Doubt::Timeout,
    Doubt::Cut,
    Doubt::Unreadable,
    Doubt::Amount,
    Doubt::Stopped,
    Doubt::Unconfirmed,
];

/// Returns a payment of R 40.00 with Kora after these entries.
fn kora(entries: impl IntoIterator<Item = Entry>) -> Redemption {
    let ledger = [begun("rd_1", ASKED.0)].into_iter().chain(entries);
    session(10_000, ledger).redemptions.remove(0)
}

/// Returns a payment of TT$ 40.00 and a fee of 5.00 with WiPay, from a voucher worth TT$ 100.00, with an unknown outcome.
fn wipay() -> Redemption {
    let entries =
        [begun_wipay("rd_1", ASKED.0), balance_checked("rd_1", 10_000), doubted("rd_1", Doubt::Timeout)];
    session(10_000, entries).redemptions.remove(0)
}

fn paid(amount: Option<Minor>) -> Reply {
    Reply::Paid(Paid { amount, transaction: Some("KPY-1".into()), change: Some(change()), ..Paid::default() })
}

fn change() -> ChangeVoucher {
    ChangeVoucher {
        pin: Pin::from_provider("1234252526252525".into()),
        amount: Some(Minor(60)),
        expires_at: None,
    }
}

fn refused(code: DeclineCode) -> Reply {
    Reply::Declined(Refusal { code, words: "their words".into() })
}

fn declined_with_words(code: DeclineCode) -> Entry {
    Entry::Declined { redemption: rd("rd_1"), code, words: Some("their words".into()), balance: None }
}

/// Returns the entry for the answer to a look-up or balance check, this long after the charge came into doubt.
fn ask(payment: &Redemption, answer: ProviderAnswer, after: Millis) -> Entry {
    let doubted = payment.recovery.doubted_at.unwrap();
    let outcome = payment.asked(answer, doubted + after, &Limits::default());
    assert_eq!(outcome.change, None);
    outcome.entry
}

fn not_found_grace() -> Millis {
    Limits::default().not_found_grace_ms
}

#[test]
fn before_the_charge_only_a_sufficient_balance_continues() {
    let payment = session(10_000, [begun_wipay("rd_1", ASKED.0)]).redemptions.remove(0);
    assert_eq!((payment.sent_at, payment.balance_before), (None, None));
    let worth =
        |code, balance| Entry::Declined { redemption: rd("rd_1"), code, words: None, balance: Some(balance) };
    let too_little = |balance| worth(DeclineCode::InsufficientFunds, balance);
    let (busy, off) = (DeclineCode::ProviderBusy, DeclineCode::ProviderUnavailable);
    for (answer, entry) in [
        (Ok(Reply::Balance(Minor(4_500))), balance_checked("rd_1", 4_500)),
        (Ok(Reply::Balance(Minor(100_000))), balance_checked("rd_1", 100_000)),
        (Ok(Reply::Balance(Minor(4_499))), too_little(Minor(4_499))),
        (Ok(Reply::Balance(Minor(1))), too_little(Minor(1))),
        (Ok(Reply::Balance(Minor::ZERO)), worth(DeclineCode::VoucherUsed, Minor::ZERO)),
        (Ok(Reply::Renewing(Minor(4_500))), renewing("rd_1", 4_500)),
        (Ok(Reply::Renewing(Minor(4_499))), too_little(Minor(4_499))),
        (Ok(Reply::Renewing(Minor::ZERO)), worth(DeclineCode::VoucherUsed, Minor::ZERO)),
        (Ok(refused(DeclineCode::VoucherNotFound)), declined_with_words(DeclineCode::VoucherNotFound)),
        (Ok(Reply::Busy), not_sent("rd_1", busy)),
        (Ok(Reply::Pending), not_sent("rd_1", off)),
        (Ok(Reply::NotFound), not_sent("rd_1", off)),
        (Ok(paid(None)), not_sent("rd_1", off)),
    ] {
        assert_eq!(payment.balance_checked(answer.clone()), entry, "{answer:?}");
    }
    for doubt in DOUBTS {
        assert_eq!(payment.balance_checked(Err(doubt)), not_sent("rd_1", off), "{doubt:?}");
    }
}

#[test]
fn the_result_of_each_answer_to_a_charge() {
    let payment = kora([]);
    for (answer, entry) in [
        (Ok(refused(DeclineCode::VoucherUsed)), declined_with_words(DeclineCode::VoucherUsed)),
        (Ok(Reply::Busy), not_sent("rd_1", DeclineCode::ProviderBusy)),
        (Ok(Reply::Pending), doubted("rd_1", Doubt::Pending)),
        (Ok(Reply::NotFound), doubted("rd_1", Doubt::Unreadable)),
        (Ok(Reply::Failed), doubted("rd_1", Doubt::Unreadable)),
        (Ok(Reply::Reversed), doubted("rd_1", Doubt::Unreadable)),
        (Ok(Reply::Balance(Minor::ZERO)), doubted("rd_1", Doubt::Unreadable)),
        (Ok(Reply::Renewing(Minor::ZERO)), doubted("rd_1", Doubt::Unreadable)),
    ] {
        let outcome = payment.charged(answer.clone());
        assert_eq!((outcome.entry, outcome.change), (entry, None), "{answer:?}");
    }
}

#[test]
fn law_3_no_answer_to_a_charge_is_a_doubt_and_no_refusal() {
    for doubt in DOUBTS {
        assert_eq!(kora([]).charged(Err(doubt)).entry, doubted("rd_1", doubt));
    }
}

#[test]
fn law_5_money_taken_is_credited_or_goes_to_review_and_the_change_voucher_is_kept() {
    let credit = |amount| Entry::Succeeded {
        redemption: rd("rd_1"),
        amount,
        fee: None,
        transaction: Some("KPY-1".into()),
        balance: None,
        inferred: false,
        change_unknown: false,
    };
    let doubtful = kora([doubted("rd_1", Doubt::Timeout)]);
    for (amount, entry, later) in [
        (None, credit(ASKED), credit(ASKED)),
        (Some(ASKED), credit(ASKED), credit(ASKED)),
        (Some(ASKED - Minor(1)), credit(ASKED - Minor(1)), credit(ASKED - Minor(1))),
        (Some(Minor(1)), credit(Minor(1)), credit(Minor(1))),
        (Some(ASKED + Minor(1)), doubted("rd_1", Doubt::Amount), left_to_person("rd_1")),
        (Some(Minor(i64::MAX)), doubted("rd_1", Doubt::Amount), left_to_person("rd_1")),
        (Some(Minor::ZERO), doubted("rd_1", Doubt::Amount), left_to_person("rd_1")),
        (Some(Minor(-1)), doubted("rd_1", Doubt::Amount), left_to_person("rd_1")),
    ] {
        let charged = kora([]).charged(Ok(paid(amount)));
        assert_eq!((charged.entry, charged.change), (entry, Some(change())), "{amount:?}");
        let asked = doubtful.asked(Ok(paid(amount)), SENT, &Limits::default());
        assert_eq!((asked.entry, asked.change), (later, Some(change())), "{amount:?}");
    }
}

#[test]
fn the_fee_is_the_missing_amount_beyond_the_charge() {
    let payment = session(10_000, [begun_wipay("rd_1", ASKED.0), balance_checked("rd_1", 10_000)])
        .redemptions
        .remove(0);
    for (left, expected) in [
        (Some(Minor(5_500)), Some(Minor(500))),
        (Some(Minor(6_000)), Some(Minor::ZERO)),
        (Some(Minor(5_000)), Some(Minor(1_000))),
        (Some(Minor(9_000)), None),
        (None, None),
    ] {
        let reply = Reply::Paid(Paid { balance: left, ..Paid::default() });
        match payment.charged(Ok(reply)).entry {
            Entry::Succeeded { amount: ASKED, fee, balance, .. } => {
                assert_eq!((fee, balance), (expected, left))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn law_3_not_found_is_final_only_after_the_grace_period() {
    let payment = kora([doubted("rd_1", Doubt::Timeout)]);
    assert_eq!((payment.sent_at, payment.recovery.doubted_at), (Some(SENT), Some(SENT + Millis(1_000))));
    for after in [Millis::ZERO, Millis(1_000), not_found_grace() - Millis(1)] {
        assert_eq!(ask(&payment, Ok(Reply::NotFound), after), asked("rd_1"), "{after:?}");
    }
    let not_charged = declined("rd_1", DeclineCode::NotCharged);
    assert_eq!(ask(&payment, Ok(Reply::NotFound), not_found_grace()), not_charged);
}

#[test]
fn the_result_of_each_answer_to_a_look_up() {
    let payment = kora([doubted("rd_1", Doubt::Timeout)]);
    let late = not_found_grace().times(10);
    // The charge was tried and failed: this counts as a failed attempt, as an immediate decline does.
    assert_eq!(ask(&payment, Ok(Reply::Failed), Millis::ZERO), declined("rd_1", DeclineCode::VoucherRefused));
    assert_eq!(ask(&payment, Ok(Reply::Reversed), Millis::ZERO), declined("rd_1", DeclineCode::NotCharged));
    // Every other answer leaves it unknown, however late it is.
    for answer in [
        Ok(Reply::Pending),
        Ok(Reply::Busy),
        Ok(refused(DeclineCode::VoucherNotFound)),
        Ok(refused(DeclineCode::VoucherUsed)),
        Ok(refused(DeclineCode::VoucherRefused)),
        Ok(refused(DeclineCode::ProviderUnavailable)),
        Ok(Reply::Conflict(Refusal { code: DeclineCode::ProviderBusy, words: String::new() })),
        Ok(Reply::Renewing(Minor::ZERO)),
    ] {
        assert_eq!(ask(&payment, answer.clone(), late), asked("rd_1"), "{answer:?}");
    }
    for doubt in DOUBTS {
        assert_eq!(ask(&payment, Err(doubt), late), asked("rd_1"), "{doubt:?}");
    }
    // A balance says nothing without the balance before the charge.
    assert_eq!(ask(&payment, Ok(Reply::Balance(Minor::ZERO)), late), left_to_person("rd_1"));
}

#[test]
fn law_3_only_an_exact_balance_difference_settles() {
    let payment = wipay();
    assert_eq!(payment.balance_before, Some(Minor(10_000)));
    let credit = Entry::Succeeded {
        redemption: rd("rd_1"),
        amount: ASKED,
        fee: Some(Minor(500)),
        transaction: None,
        balance: Some(Minor(5_500)),
        inferred: true,
        change_unknown: false,
    };
    assert_eq!(ask(&payment, Ok(Reply::Balance(Minor(5_500))), Millis::ZERO), credit);
    assert_eq!(
        ask(&payment, Ok(Reply::Balance(Minor(10_000))), not_found_grace() - Millis(1)),
        unchanged("rd_1")
    );
    let not_charged = declined("rd_1", DeclineCode::NotCharged);
    assert_eq!(ask(&payment, Ok(Reply::Balance(Minor(10_000))), not_found_grace()), not_charged);
    for left in [5_499, 5_501, 6_000, 9_999, 10_001, 0] {
        for after in [Millis::ZERO, not_found_grace()] {
            assert_eq!(
                ask(&payment, Ok(Reply::Balance(Minor(left))), after),
                left_to_person("rd_1"),
                "{left}"
            );
        }
    }
    // A decline of the balance check says nothing about the charge.
    let gone = Ok(refused(DeclineCode::VoucherNotFound));
    assert_eq!(ask(&payment, gone, not_found_grace()), asked("rd_1"));
}

// Law 3: the shopper may have spent the same amount elsewhere while the answer was lost.
#[test]
fn law_3_only_the_first_balance_after_the_charge_implies_a_success() {
    let missing = || Ok(Reply::Balance(Minor(5_500)));
    let is_credited = |entry: Entry| matches!(entry, Entry::Succeeded { inferred: true, .. });
    // Unchanged first, and missing later: either the provider took it for the charge, or the shopper spent it elsewhere.
    let mut payment = wipay();
    payment.apply(SENT + Millis(4_000), unchanged("rd_1"));
    assert_eq!(ask(&payment, missing(), Millis(5_000)), left_to_person("rd_1"));
    // A look-up without an answer has shown nothing.
    let mut silent = wipay();
    silent.apply(SENT + Millis(4_000), asked("rd_1"));
    assert!(is_credited(ask(&silent, missing(), Millis(5_000))));
    // The first answer comes too late.
    let limits = Limits::default();
    let last = payment.sent_at.unwrap() + limits.provider_timeout_ms + limits.not_found_grace_ms;
    assert!(is_credited(wipay().asked(missing(), last, &limits).entry));
    assert_eq!(wipay().asked(missing(), last + Millis(1), &limits).entry, left_to_person("rd_1"));
}

#[test]
fn an_amount_above_the_limit_needs_the_providers_report() {
    let entry = |most: Option<i64>| {
        let limits = Limits { inferred_credit_up_to: most.map(Minor), ..Limits::default() };
        wipay().asked(Ok(Reply::Balance(Minor(5_500))), SENT + Millis(4_000), &limits).entry
    };
    for most in [None, Some(4_000), Some(1_000_000)] {
        assert!(matches!(entry(most), Entry::Succeeded { inferred: true, .. }), "{most:?}");
    }
    for most in [0, 3_999] {
        assert_eq!(entry(Some(most)), left_to_person("rd_1"), "{most}");
    }
    // The limit does not apply to a success reported by the provider.
    let limits = Limits { inferred_credit_up_to: Some(Minor::ZERO), ..Limits::default() };
    let told = kora([doubted("rd_1", Doubt::Timeout)]).asked(Ok(paid(Some(ASKED))), SENT, &limits).entry;
    assert!(matches!(told, Entry::Succeeded { inferred: false, .. }));
}

#[test]
fn a_later_balance_with_the_amount_missing_is_for_a_person() {
    let mut payment = wipay();
    payment.apply(SENT + HOUR, declined("rd_1", DeclineCode::NotCharged));
    assert!(!payment.is_open());
    let ask =
        |left| payment.asked(Ok(Reply::Balance(Minor(left))), SENT + HOUR.times(2), &Limits::default()).entry;
    for left in [5_500, 5_499, 0] {
        assert_eq!(ask(left), left_to_person("rd_1"), "{left}: the charge may be among what is missing");
    }
    for left in [5_501, 9_999, 10_000, 10_001] {
        assert_eq!(ask(left), declined("rd_1", DeclineCode::NotCharged), "{left}: too little is missing");
    }
    let mut review = payment.clone();
    review.apply(SENT + HOUR.times(2), ask(5_500));
    assert!(review.is_left_to_person() && review.is_open());
    assert_eq!(payment.balance_inconclusive(), declined("rd_1", DeclineCode::NotCharged));
}

// Law 5: R 251 of a R 500 voucher must not be lost.
#[test]
fn law_5_a_success_without_its_change_voucher_is_marked_until_it_is_stated() {
    let untold = || Ok(Reply::Paid(Paid { amount: Some(ASKED), change_unknown: true, ..Paid::default() }));
    let mut payment = kora([doubted("rd_1", Doubt::Timeout)]);
    let found = payment.asked(untold(), SENT, &Limits::default());
    assert_eq!((found.entry.clone(), found.change), (succeeded_without_change("rd_1", ASKED.0), None));
    assert!(payment.change_stated_late().is_some(), "a webhook can be the first word");
    let mut told_before = payment.clone();
    told_before.apply(SENT, change_stated("rd_1"));
    payment.apply(SENT, found.entry.clone());
    assert!(payment.change_unknown() && payment.needs_review(&Limits::default()));
    told_before.apply(SENT, found.entry);
    assert!(!told_before.change_unknown() && told_before.change_stated_late().is_none());
    // The answer to the charge arrives after all.
    let late = payment.charged(Ok(paid(Some(ASKED))));
    assert_eq!((late.entry.clone(), late.change), (change_stated("rd_1"), Some(change())));
    payment.apply(SENT, late.entry);
    assert!(!payment.change_unknown() && !payment.needs_review(&Limits::default()));
    assert_eq!(payment.credited(), ASKED);
    // An answer that states the change at once leaves nothing open.
    let mut told = kora([]);
    told.apply(SENT, told.charged(Ok(paid(Some(ASKED)))).entry);
    assert!(!told.change_unknown() && told.change_stated_late().is_none());
}

#[test]
fn after_the_last_look_up_it_goes_to_review() {
    let limits =
        Limits { settle_backoff_ms: vec![Millis(1_000), Millis(2_000), Millis(3_000)], ..Limits::default() };
    for answer in [Err(Doubt::Timeout), Ok(Reply::NotFound), Ok(Reply::Pending)] {
        let mut session = session(10_000, [begun("rd_1", ASKED.0), doubted("rd_1", Doubt::Cut)]);
        let mut entries = Vec::new();
        for _ in 0..3 {
            let entry = session.redemptions[0].asked(answer.clone(), SENT, &limits).entry;
            session.apply(SENT, entry.clone());
            entries.push(entry);
        }
        assert_eq!(entries, [asked("rd_1"), asked("rd_1"), left_to_person("rd_1")]);
        assert!(session.redemptions[0].is_open());
        assert_eq!(session.next_due(&limits), Some(session.expires_at), "nothing but its end");
    }
    // A late answer of the provider still settles it.
    let left = kora([doubted("rd_1", Doubt::Cut), left_to_person("rd_1")]);
    let late = left.asked(Ok(paid(Some(ASKED))), SENT + HOUR, &limits).entry;
    assert!(matches!(late, Entry::Succeeded { amount: ASKED, .. }));
}

// Law 3: a missing answer does not undo a success, but a contradiction by the provider puts it in doubt.
#[test]
fn law_3_an_unconfirmed_success_is_in_doubt() {
    let payment = kora([]);
    let told = |amount: Option<Minor>| Paid { amount, transaction: Some("KPY-1".into()), ..Paid::default() };
    let confirmed = |first, second: ProviderAnswer| payment.confirmed(told(first), second);
    let success = |amount| Ok(Reply::Paid(told(amount)));
    for doubtful in [Reply::Pending, Reply::NotFound, Reply::Failed, Reply::Reversed] {
        assert_eq!(confirmed(Some(ASKED), Ok(doubtful.clone())), Err(Doubt::Unconfirmed), "{doubtful:?}");
    }
    for silence in
        [Ok(Reply::Busy), Ok(refused(DeclineCode::ProviderUnavailable)), Ok(Reply::Balance(Minor::ZERO))]
    {
        assert_eq!(confirmed(Some(ASKED), silence), success(Some(ASKED)));
    }
    for doubt in DOUBTS {
        assert_eq!(confirmed(Some(ASKED), Err(doubt)), success(Some(ASKED)));
    }
    for (first, second, sure) in [
        (Some(ASKED), Some(ASKED), success(Some(ASKED))),
        (Some(ASKED), Some(ASKED - Minor(1)), Err(Doubt::Unconfirmed)),
        (Some(ASKED - Minor(1)), Some(ASKED), Err(Doubt::Unconfirmed)),
        (None, Some(ASKED - Minor(1)), success(Some(ASKED - Minor(1)))),
        (Some(ASKED - Minor(1)), None, success(Some(ASKED - Minor(1)))),
        (None, None, success(None)),
    ] {
        let second = Ok(Reply::Paid(Paid { amount: second, ..Paid::default() }));
        assert_eq!(confirmed(first, second), sure, "{first:?}");
    }
    // The change voucher is kept, although only the first answer contains it.
    let first = Paid { change: Some(change()), ..told(Some(ASKED)) };
    let answer = payment.confirmed(first.clone(), Ok(Reply::Paid(told(Some(ASKED)))));
    assert_eq!(answer, Ok(Reply::Paid(first)));
}

#[test]
fn law_6_no_debug_output_of_a_payment_shows_a_pin() {
    let outcome = kora([]).charged(Ok(paid(Some(ASKED))));
    let shown = format!("{outcome:?} {:?} {:?}", session(1, [begun("rd_1", 1)]), Task::Ask(wipay()));
    assert!(shown.contains("KPY-1") && !shown.contains("1234252526252525"), "{shown}");
}

#[test]
fn only_a_balance_needs_the_pin_again() {
    use crate::provider::OutcomeCheck;
    assert!(OutcomeCheck::Balance.needs_pin() && !OutcomeCheck::Lookup.needs_pin());
}
