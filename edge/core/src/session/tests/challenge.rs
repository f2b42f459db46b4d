//! Payments that the voucher's owner confirms by a code.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use proptest::prelude::*;

const ID: &str = "rd_1";
const CODES: [&str; 1] = ["00ff"];

fn codes() -> Vec<String> {
    CODES.map(str::to_owned).to_vec()
}

/// Returns a session of one payment after these entries, which were written at `NOW`.
fn after(entries: impl IntoIterator<Item = Entry>) -> Session {
    let mut session = session(5_000, []);
    for entry in [waiting(ID, 5_000)].into_iter().chain(entries) {
        session.apply(NOW, entry);
    }
    session
}

fn waits_for_code() -> Session {
    after([challenging(ID, 35_000), challenged(ID)])
}

fn one(session: &Session) -> &Redemption {
    session.redemption(&rd(ID)).unwrap()
}

fn limits() -> Limits {
    Limits::default()
}

#[test]
fn a_balance_that_suffices_has_a_code_sent_and_takes_nothing() {
    let begun = after([]);
    let guarded = |balance| Ok(Reply::Guarded { balance: Minor(balance), owner: Some("67".into()) });
    assert_eq!(one(&begun).balance_checked(guarded(35_000)), challenging(ID, 35_000));
    let short = Entry::Declined {
        redemption: rd(ID),
        code: DeclineCode::InsufficientFunds,
        words: None,
        balance: Some(Minor(4_999)),
    };
    assert_eq!(one(&begun).balance_checked(guarded(4_999)), short);
    let wanted = after([challenging(ID, 35_000)]);
    assert_eq!(
        (one(&wanted).stage(), one(&wanted).status()),
        (Stage::Challenged, RedemptionStatus::Processing)
    );
    assert_eq!(one(&wanted).challenge_reference(), "ref-rd_1-c1");
    let sent = one(&wanted).challenge_answered(Ok(Reply::Challenged("7721".into())));
    assert_eq!(sent, challenged(ID));
    let waits = waits_for_code();
    assert_eq!(one(&waits).status(), RedemptionStatus::Challenged);
    assert_eq!((waits.received(), waits.status(NOW)), (Minor::ZERO, SessionStatus::Processing));
}

#[test]
fn a_code_that_is_not_sent_ends_the_payment_without_a_doubt() {
    let wanted = after([challenging(ID, 35_000)]);
    let refusal = Refusal { code: DeclineCode::VoucherRefused, words: String::new() };
    let outcomes = [
        (Ok(Reply::Declined(refusal.clone())), RedemptionStatus::Declined),
        (Ok(Reply::Conflict(refusal)), RedemptionStatus::NotSent),
        (Ok(Reply::Busy), RedemptionStatus::NotSent),
        (Err(Doubt::Timeout), RedemptionStatus::NotSent),
        (Err(Doubt::Unreadable), RedemptionStatus::NotSent),
        (Ok(Reply::Paid(Paid::default())), RedemptionStatus::NotSent),
    ];
    for (answer, status) in outcomes {
        let ended = after([challenging(ID, 35_000), one(&wanted).challenge_answered(answer.clone())]);
        assert_eq!((one(&ended).status(), ended.status(NOW)), (status, SessionStatus::Open), "{answer:?}");
    }
}

#[test]
fn nothing_is_taken_when_no_code_is_typed_in_time() {
    let (waits, limits) = (waits_for_code(), limits());
    let end = NOW + limits.challenge_ms;
    assert_eq!(waits.next_due(&limits), Some(end));
    assert_eq!(waits.due(end - Millis(1), &limits), None);
    let entry = not_sent(ID, DeclineCode::CodeNotEntered);
    assert_eq!(waits.due(end, &limits), Some(Task::Write(entry)));
    assert_eq!(one(&waits).answering("k", &codes(), end, &limits), Err(NoCode::NotWanted));
    // The process stopped before the answer about the code arrived.
    let stopped = after([challenging(ID, 35_000)]);
    let late = NOW + Millis::SECOND.times(25);
    assert_eq!(stopped.due(late - Millis(1), &limits), None);
    let entry = not_sent(ID, DeclineCode::ProviderUnavailable);
    assert_eq!(stopped.due(late, &limits), Some(Task::Write(entry)));
}

#[test]
fn an_ended_session_gives_the_code_up_at_once() {
    for end in [Entry::Canceled, Entry::Expired] {
        let ended = after([challenging(ID, 35_000), challenged(ID), end]);
        assert!(matches!(ended.due(NOW, &limits()), Some(Task::Write(Entry::NotSent { .. }))));
        assert!(ended.admit_code(NOW, &limits()).is_err());
    }
}

#[test]
fn a_code_is_sent_back_once_for_each_key() {
    let (waits, limits) = (waits_for_code(), limits());
    let first = one(&waits).answering("key-1", &codes(), NOW, &limits).unwrap();
    assert_eq!(first, answering(ID, "key-1"));
    let sent = after([challenging(ID, 35_000), challenged(ID), first]);
    assert_eq!((one(&sent).stage(), one(&sent).sent_at), (Stage::Sending, Some(NOW)));
    assert_eq!(one(&sent).answer_reference(), "ref-rd_1-o1");
    // Two tabs: while one code is under way, no other is sent. The second tab is told so: its code is not wrong.
    assert_eq!(one(&sent).answering("key-1", &codes(), NOW, &limits), Err(NoCode::NotWanted));
    assert_eq!(one(&sent).answering("key-2", &codes(), NOW, &limits), Err(NoCode::UnderWay));
    let other = ["ff00".to_owned()];
    assert_eq!(one(&sent).answering("key-1", &other, NOW, &limits), Err(NoCode::OtherCode));
    assert_eq!(one(&sent).resending("r", NOW + HOUR, &limits), Err(NoCode::NotWanted));
}

#[test]
fn a_wrong_code_can_be_typed_again_and_the_third_one_ends_the_payment() {
    let limits = limits();
    let mut session = waits_for_code();
    for wrong in 1..=3 {
        let now = NOW + Millis::SECOND.times(wrong);
        session.apply(now, answering(ID, &format!("key-{wrong}")));
        assert_eq!(one(&session).answer_reference(), format!("ref-rd_1-o{wrong}"));
        let answer = one(&session).charged(Ok(Reply::CodeRefused)).entry;
        session.apply(now, answer);
        let left = one(&session).challenge.as_ref().unwrap().tries_left();
        match wrong {
            3 => assert_eq!(one(&session).stage(), Stage::Declined),
            _ => assert_eq!((one(&session).stage(), left), (Stage::Challenged, 3 - wrong as usize)),
        }
        assert_eq!(one(&session).recovery.doubted_at, None);
    }
    assert!(session.has_failed(&rd(ID)) && session.masks_declines(&limits));
    // Each wrong code is a failed try of the session.
    let few = Limits { failed_per_minute: 2, ..limits };
    let mut twice = waits_for_code();
    for entry in [answering(ID, "a"), code_refused(ID), answering(ID, "b"), code_refused(ID)] {
        twice.apply(NOW, entry);
    }
    assert!(twice.admit_code(NOW, &few).is_err() && twice.admit_code(NOW + Millis::MINUTE, &few).is_ok());
}

#[test]
fn a_code_is_kept_until_the_provider_has_answered_it() {
    let sent = [challenging(ID, 35_000), challenged(ID), answering(ID, "k")];
    let keeps = |then: &[Entry]| one(&after(sent.iter().chain(then).cloned())).keeps_code();
    assert!(keeps(&[]) && keeps(&[doubted(ID, Doubt::Timeout)]));
    assert!(keeps(&[doubted(ID, Doubt::Timeout), left_to_person(ID)]));
    for answer in [succeeded(ID, 5_000), declined(ID, DeclineCode::CodeRefused), code_refused(ID)] {
        assert!(!keeps(std::slice::from_ref(&answer)), "{answer:?}");
    }
    assert!(!one(&waits_for_code()).keeps_code());
}

#[test]
fn another_code_is_sent_after_a_pause_and_a_few_times() {
    let limits = limits();
    let mut session = waits_for_code();
    let early = NOW + limits.challenge_resend_ms - Millis(1);
    assert_eq!(one(&session).resending("r", early, &limits), Err(NoCode::TooMany { wait: Millis::SECOND }));
    for number in 2..=3 {
        let now = one(&session).challenge.as_ref().unwrap().wanted_at + limits.challenge_resend_ms;
        let entry = one(&session).resending(&format!("r{number}"), now, &limits).unwrap();
        let key = Some(format!("r{number}"));
        let wanted = Entry::Challenging {
            redemption: rd(ID),
            balance: Minor(35_000),
            sent_to: Some("67".into()),
            key,
        };
        assert_eq!(entry, wanted);
        session.apply(now, entry);
        assert_eq!(one(&session).challenge_reference(), format!("ref-rd_1-c{number}"));
        // Until the provider has answered, the earlier code is not taken, nor another one sent.
        assert_eq!(one(&session).answering("k", &codes(), now, &limits), Err(NoCode::UnderWay));
        assert_eq!(one(&session).resending("r", now + HOUR, &limits), Err(NoCode::NotWanted));
        session.apply(now, challenged(ID));
    }
    assert!(matches!(one(&session).resending("r", NOW + HOUR, &limits), Err(NoCode::TooMany { .. })));
}

#[test]
fn a_late_answer_to_an_earlier_code_does_not_settle_the_current_one() {
    let limits = limits();
    let first = [challenging(ID, 35_000), challenged(ID), answering(ID, "a")];
    let sent = after(first.clone());
    let doubtful = after(first.iter().cloned().chain([doubted(ID, Doubt::Stopped)]));
    // A look-up has reported that the code was wrong, and the shopper has typed another one.
    let then = [doubted(ID, Doubt::Stopped), code_refused(ID), answering(ID, "b")];
    let second = after(first.into_iter().chain(then));
    for answer in [Ok(Reply::CodeRefused), Ok(Reply::Failed), Ok(Reply::Pending), Err(Doubt::Timeout)] {
        assert_eq!(one(&second).answered(one(&sent), answer.clone()), None, "{answer:?}");
        assert_eq!(one(&second).looked_up(one(&doubtful), answer.clone(), NOW, &limits), None, "{answer:?}");
        assert!(one(&sent).answered(one(&sent), answer.clone()).is_some(), "{answer:?}");
        assert!(one(&doubtful).looked_up(one(&doubtful), answer, NOW, &limits).is_some());
    }
    let paid = || Ok(Reply::Paid(Paid { amount: Some(Minor(5_000)), ..Paid::default() }));
    for money in [
        one(&second).answered(one(&sent), paid()),
        one(&second).looked_up(one(&doubtful), paid(), NOW, &limits),
    ] {
        assert!(matches!(money, Some(Outcome { entry: Entry::Succeeded { .. }, .. })), "{money:?}");
    }
}

#[test]
fn another_voucher_takes_the_place_of_one_whose_code_was_not_typed() {
    let waits = waits_for_code();
    assert_eq!(waits.waiting_for_code().map(|one| &one.begun.id), Some(&rd(ID)));
    assert!(waits.admit(NOW, &limits()).is_ok());
    let asking = after([challenging(ID, 35_000)]);
    assert!(asking.admit(NOW, &limits()).is_err());
    let sending = after([challenging(ID, 35_000), challenged(ID), answering(ID, "k")]);
    assert!(sending.admit(NOW, &limits()).is_err());
}

#[test]
fn an_unanswered_code_is_repeated_and_then_the_balance_is_compared() {
    let limits = limits();
    let unanswered =
        [challenging(ID, 35_000), challenged(ID), answering(ID, "k"), doubted(ID, Doubt::Timeout)];
    let mut session = after(unanswered);
    let repeat = || Some(Repeat { challenge: "7721".into(), reference: "ref-rd_1-o1".into() });
    let repeats = |session: &Session| session.repeat(one(session), &limits);
    assert_eq!(repeats(&session), repeat());
    // The balance is compared every second time in the second half.
    let half = limits.settle_backoff_ms.len() / 2;
    let mut late = session.clone();
    let turns: Vec<bool> = (0..half + 4)
        .map(|_| {
            let is_repeated = repeats(&late).is_some();
            late.apply(NOW, asked(ID));
            is_repeated
        })
        .collect();
    assert!(turns[..half].iter().all(|repeated| *repeated), "{turns:?}");
    assert_eq!(turns[half..].iter().filter(|repeated| **repeated).count(), 2, "{turns:?}");
    // A person has asked, and after the session's end it could take the money too late.
    session.apply(NOW, left_to_person(ID));
    assert_eq!(repeats(&session), repeat());
    session.apply(NOW, Entry::Expired);
    assert_eq!(repeats(&session), None);
}

#[test]
fn law_3_a_balance_does_not_decide_about_a_code() {
    let limits = limits();
    let unanswered =
        |doubt| after([challenging(ID, 35_000), challenged(ID), answering(ID, "k"), doubted(ID, doubt)]);
    let balance = |minor| Ok(Reply::Guarded { balance: Minor(minor), owner: None });
    let is_review = |entry: &Entry| matches!(entry, Entry::LeftToPerson { .. });
    for doubt in [Doubt::Pending, Doubt::Timeout] {
        let session = unanswered(doubt);
        let asked = |answer, at| one(&session).asked(answer, at, &limits).entry;
        let unchanged = Entry::Asked { redemption: rd(ID), unchanged: true };
        // However late, a settlement under way can still take the money.
        for at in [NOW, NOW + limits.challenge_ms, NOW + Millis::DAY] {
            assert_eq!(asked(balance(35_000), at), unchanged, "{doubt:?} {at:?}");
        }
        // The balance before is minutes old: the amount may have been spent elsewhere.
        let missing = asked(balance(30_000), NOW);
        match doubt {
            Doubt::Pending => assert_eq!(missing, self::asked(ID)),
            _ => assert!(is_review(&missing), "{missing:?}"),
        }
        assert_eq!(asked(Ok(Reply::CodeRefused), NOW), code_refused(ID));
        assert_eq!(asked(Ok(Reply::Failed), NOW), declined(ID, DeclineCode::ProviderUnavailable));
        assert_eq!(
            one(&session).charged(Ok(Reply::Failed)).entry,
            declined(ID, DeclineCode::ProviderUnavailable)
        );
        // In the end a person decides.
        let mut last = session.clone();
        for _ in 1..limits.settle_backoff_ms.len() {
            last.apply(NOW, self::asked(ID));
        }
        for left in [35_000, 30_000] {
            assert!(is_review(&one(&last).asked(balance(left), NOW + Millis::DAY, &limits).entry));
        }
    }
}

#[test]
fn a_repeated_request_for_another_code_sends_none() {
    let limits = limits();
    let mut session = waits_for_code();
    let at = NOW + limits.challenge_resend_ms;
    let entry = one(&session).resending("r", at, &limits).unwrap();
    session.apply(at, entry);
    // Another code typed meanwhile has to wait for it.
    assert_eq!(one(&session).answering("k", &codes(), at, &limits), Err(NoCode::UnderWay));
    session.apply(at, challenged(ID));
    let later = at + limits.challenge_resend_ms;
    assert_eq!(one(&session).resending("r", later, &limits), Err(NoCode::NotWanted));
    assert!(one(&session).resending("s", later, &limits).is_ok());
}

#[test]
fn a_wrong_code_is_called_wrong_where_declines_are_masked() {
    let limits = Limits { mask_declines_after: 0, ..limits() };
    let wrong = after([challenging(ID, 35_000), challenged(ID), declined(ID, DeclineCode::CodeRefused)]);
    assert!(wrong.masks_declines(&limits) && one(&wrong).is_failed_try());
    assert!(!one(&wrong).is_voucher_refused());
}

/// A step in the life of a payment with a code.
#[derive(Clone, Debug)]
enum Step {
    Answers(ProviderAnswer),
    Asks(ProviderAnswer),
    Types(u8),
    Resends,
    Due,
    Waits(i64),
    Ends,
}

fn answers() -> impl Strategy<Value = ProviderAnswer> {
    prop_oneof![
        3 => Just(Ok(Reply::CodeRefused)),
        2 => Just(Ok(Reply::Challenged("7722".into()))),
        2 => Just(Ok(Reply::Paid(Paid { amount: Some(Minor(5_000)), ..Paid::default() }))),
        1 => Just(Ok(Reply::Failed)),
        1 => Just(Ok(Reply::Pending)),
        2 => prop::sample::select(vec![Doubt::Timeout, Doubt::Cut, Doubt::Unreadable]).prop_map(Err),
        2 => prop::sample::select(vec![35_000i64, 30_000, 34_000])
            .prop_map(|balance| Ok(Reply::Guarded { balance: Minor(balance), owner: None })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => answers().prop_map(Step::Answers),
        3 => answers().prop_map(Step::Asks),
        4 => (0u8..6).prop_map(Step::Types),
        2 => Just(Step::Resends),
        3 => Just(Step::Due),
        3 => (0i64..400_000).prop_map(Step::Waits),
        1 => Just(Step::Ends),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_000)) })]

    // Only a sent code can be in doubt, no code is sent twice, and every payment gets an outcome.
    #[test]
    fn any_steps_of_a_code_in_any_order_keep_the_laws(steps in prop::collection::vec(step(), 0..60)) {
        let limits = Limits { failed_per_minute: 100, failed_per_session: 100, ..Limits::default() };
        let mut session = after([challenging(ID, 35_000)]);
        let (mut now, mut codes_sent, mut codes_wanted) = (NOW, 0, 1);
        for step in steps {
            let one = one(&session).clone();
            let entry = match step {
                Step::Waits(pause) => { now += Millis(pause); None }
                Step::Ends => (one.stage() != Stage::Sending).then_some(Entry::Canceled),
                Step::Due => match session.due(now, &limits) {
                    Some(Task::Write(entry)) => Some(entry),
                    _ => None,
                },
                Step::Types(key) if session.admit_code(now, &limits).is_ok() => {
                    let entry = one.answering(&format!("key-{key}"), &codes(), now, &limits).ok();
                    codes_sent += usize::from(entry.is_some());
                    entry
                }
                Step::Types(_) => None,
                Step::Resends if session.admit_code(now, &limits).is_ok() => {
                    let entry = one.resending(&now.0.to_string(), now, &limits).ok();
                    codes_wanted += usize::from(entry.is_some());
                    entry
                }
                Step::Resends => None,
                Step::Answers(answer) => match one.stage() {
                    Stage::Challenged if one.challenge_id().is_none() => Some(one.challenge_answered(answer)),
                    Stage::Sending => Some(one.charged(answer).entry),
                    _ => None,
                },
                Step::Asks(answer) => one.is_in_doubt().then(|| one.asked(answer, now, &limits).entry),
            };
            if let Some(entry) = entry {
                session.apply(now, entry);
            }
            let one = self::one(&session);
            let challenge = one.challenge.as_ref().unwrap();
            prop_assert!(!one.is_in_doubt() || one.sent_at.is_some(), "{one:?}");
            prop_assert!(one.stage() != Stage::Challenged || one.sent_at.is_none(), "{one:?}");
            prop_assert_eq!((challenge.answers.len(), challenge.wanted), (codes_sent, codes_wanted));
            prop_assert!(challenge.wanted <= limits.challenges_per_payment && challenge.refused_at.len() < 3);
            prop_assert!(session.received() == Minor::ZERO || one.is_success());
            prop_assert!(!one.is_open() || one.is_left_to_person() || session.next_due(&limits).is_some(), "{one:?}");
        }
    }
}
