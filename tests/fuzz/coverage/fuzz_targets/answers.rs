//! Answers of the providers to every operation. The input: the operation, the HTTP status, the body.
#![cfg_attr(fuzzing, no_main)]

use checkout_core::config::Config;
use checkout_core::http::HttpResponse;
use checkout_core::provider::{Charge, Issued, Op, Paid, Refusal, Reply, Viewed};
use checkout_fuzz::provider::{Meanings, Question, questions};
use checkout_fuzz::{Seeds, config, seed};
use checkout_wire::{ChangeVoucher, Minor, Pin};

struct World {
    config: Config,
    questions: Vec<Question>,
    meanings: Meanings,
}

thread_local! {
    static WORLD: World = {
        let config = config();
        let questions = questions(&config);
        World { config, questions, meanings: Meanings::read() }
    };
}

fn seeds() -> Seeds {
    WORLD.with(|world| {
        let numbered = world.questions.iter().zip(0u8..);
        numbered
            .flat_map(|(question, number)| {
                question.answers.iter().map(move |answer| {
                    let [high, low] = answer.status.to_be_bytes();
                    seed(&[number, high, low], &answer.body)
                })
            })
            .collect()
    })
}

fn check(data: &[u8]) {
    let [number, high, low, body @ ..] = data else { return };
    WORLD.with(|world| {
        let question = &world.questions[usize::from(*number) % world.questions.len()];
        let answer = HttpResponse { status: u16::from_be_bytes([*high, *low]) % 1000, body: body.to_vec() };
        check_reply(world, question, &answer);
    });
}

fn check_reply(world: &World, Question { provider, op, .. }: &Question, answer: &HttpResponse) {
    let adapter = world.config.provider(provider).expect("a provider");
    let reply = adapter.reply(op, answer);
    let Ok(reply) = reply else { return };
    // Law 3: only the words of the document are a success or a refusal, and a success has the HTTP status of one.
    world.meanings.check(provider, op, answer, &reply);
    assert!(answer.ok() || !is_success(&reply), "{provider} {op:?} {}: {reply:?}", answer.status);
    assert!(fits(op, &reply), "{provider} {op:?}: {reply:?}");
    check_amounts(&reply);
    check_secrets(op, &reply);
}

/// Returns whether a reply reports an effect or a value.
fn is_success(reply: &Reply) -> bool {
    use Reply::*;
    matches!(
        reply,
        Paid(_)
            | Issued(_)
            | Reversed
            | Balance(_)
            | Renewing(_)
            | Guarded { .. }
            | Challenged(_)
            | Viewed(_)
    )
}

/// Returns whether the operation can have this reply.
fn fits(op: &Op<'_>, reply: &Reply) -> bool {
    match reply {
        Reply::Paid(_) => matches!(op, Op::Charge(_) | Op::VerifyCode { .. } | Op::Lookup { .. }),
        Reply::Issued(_) => matches!(op, Op::Issue(_) | Op::Lookup { .. }),
        Reply::Reversed => matches!(op, Op::Reverse { .. } | Op::Lookup { .. }),
        Reply::Balance(_) | Reply::Renewing(_) | Reply::Guarded { .. } => matches!(op, Op::Balance { .. }),
        Reply::Challenged(_) => matches!(op, Op::Challenge { .. }),
        Reply::CodeRefused => matches!(op, Op::VerifyCode { .. }),
        Reply::Viewed(_) => matches!(op, Op::View { .. }),
        Reply::Failed => matches!(op, Op::VerifyCode { .. } | Op::Lookup { .. }),
        Reply::Declined(_) | Reply::Pending | Reply::NotFound | Reply::Busy | Reply::Conflict(_) => true,
    }
}

/// Law 7: every amount is a whole number of minor units that every reader of JSON carries exactly.
fn check_amounts(reply: &Reply) {
    let change = |change: &Option<ChangeVoucher>| change.as_ref().and_then(|change| change.amount);
    let amounts = match reply {
        Reply::Paid(paid) => vec![paid.amount, paid.balance, change(&paid.change)],
        Reply::Issued(issued) => vec![issued.amount],
        Reply::Viewed(Viewed { amount, .. })
        | Reply::Balance(amount)
        | Reply::Renewing(amount)
        | Reply::Guarded { balance: amount, .. } => vec![Some(*amount)],
        _ => Vec::new(),
    };
    for amount in amounts.into_iter().flatten() {
        assert!((Minor::ZERO..=Minor::MAX).contains(&amount), "{reply:?}");
    }
}

/// Law 6: the `Debug` output of a reply does not depend on its PINs, and contains no PIN that was sent.
fn check_secrets(op: &Op<'_>, reply: &Reply) {
    let other = || Pin::from_provider("other".to_owned());
    let hidden = match reply.clone() {
        Reply::Paid(Paid { change: Some(change), .. }) if change.pin == Pin::default() => {
            panic!("a change voucher without a PIN")
        }
        Reply::Paid(Paid { change: Some(change), amount, transaction, balance, change_unknown }) => {
            let change = Some(ChangeVoucher { pin: other(), ..change });
            Reply::Paid(Paid { change, amount, transaction, balance, change_unknown })
        }
        Reply::Issued(Issued {
            secret: Some((name, _)),
            amount,
            transaction,
            finalization_pending,
            shown,
        }) => {
            let secret = Some((name, other()));
            Reply::Issued(Issued { secret, amount, transaction, finalization_pending, shown })
        }
        reply => reply,
    };
    assert_eq!(format!("{reply:?}"), format!("{hidden:?}"));
    if let Reply::Declined(Refusal { words, .. }) | Reply::Conflict(Refusal { words, .. }) = reply {
        assert!(words.chars().count() <= 200 && !words.contains(|c: char| c.is_control() || c.is_numeric()));
    }
    if let Op::Charge(Charge { pin, .. }) | Op::Challenge { pin, .. } = op {
        let mut shown = reply.clone();
        // The change voucher is sealed, and shown to the shopper only.
        if let Reply::Paid(paid) = &mut shown {
            paid.change = None;
        }
        assert!(!format!("{shown:?}").contains(pin.reveal()), "{shown:?}");
    }
}

checkout_fuzz::target!(check, seeds);
