//! `edge/core/STATES.md` is generated here from the tables, so that it always matches the code.

use super::*;
use crate::session::machine::{End, Facts, Move, Stage, Waits};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "# Where a payment and its session stand

Drawn from `src/session/machine.rs` by `UPDATE_GOLDEN=1 cargo test -p checkout-core drawn`; a test fails when it is out of date.

A session is an append-only ledger of entries. Each entry about a payment is one of the moves below, written to disk before the
call that it announces, or as soon as the answer arrives. A process may stop after any of them: the alarm continues from the end
of the ledger.
";

/// Returns every row of a payment's table.
fn moves() -> impl Iterator<Item = (Stage, Move, Stage)> {
    let pairs = Stage::ALL.iter().flat_map(|from| Move::ALL.iter().map(move |entry| (*from, *entry)));
    pairs.filter_map(|(from, entry)| Some((from, entry, from.after(entry)?)))
}

fn facts() -> Vec<Facts> {
    let mut all = Vec::new();
    for paid in [false, true] {
        for ended in [None, Some(End::Canceled), Some(End::Expired)] {
            for waits in [Waits::Nothing, Waits::Answer, Waits::Outcome] {
                for overdue in [false, true] {
                    all.push(Facts { paid, ended, waits, overdue });
                }
            }
        }
    }
    all
}

/// Returns the events that are possible with these facts, by name, each with the facts that follow.
fn happens(from: Facts) -> Vec<(&'static str, Facts)> {
    let mut all = Vec::new();
    let waits = |waits| Facts { waits, ..from };
    if from.status() == SessionStatus::Open {
        all.push(("a voucher is tried", waits(Waits::Answer)));
        all.push(("the time is up", Facts { overdue: true, ..from }));
    }
    if from.waits != Waits::Nothing {
        all.push(("the last outcome is known", waits(Waits::Nothing)));
        all.push(("it pays the rest", Facts { paid: true, waits: Waits::Nothing, ..from }));
    }
    if from.waits == Waits::Answer {
        all.push(("the answer is lost", waits(Waits::Outcome)));
    }
    if from.ended.is_none() && !from.paid && from.waits != Waits::Answer && !from.overdue {
        all.push(("the shop cancels", Facts { ended: Some(End::Canceled), ..from }));
    }
    if from.waits != Waits::Nothing && !from.overdue {
        all.push(("the time is up", Facts { overdue: true, ..from }));
    }
    if from.ended.is_none() && !from.paid && from.waits != Waits::Answer && from.overdue {
        all.push(("the time is up", Facts { ended: Some(End::Expired), ..from }));
    }
    if from.waits == Waits::Nothing {
        all.push(("a voucher turns out to be charged after all", Facts { paid: true, ..from }));
        all.push(("more was charged than asked for", waits(Waits::Outcome)));
    }
    all
}

/// Returns the facts that a session can reach.
fn reachable() -> Vec<Facts> {
    let mut seen = vec![Facts { paid: false, ended: None, waits: Waits::Nothing, overdue: false }];
    let mut next = 0;
    while let Some(from) = seen.get(next).copied() {
        next += 1;
        for (_, to) in happens(from) {
            if !seen.contains(&to) {
                seen.push(to);
            }
        }
    }
    seen
}

fn drawing() -> String {
    let mut out = HEAD.to_owned();
    out += "\n## A payment\n\n```mermaid\nstateDiagram-v2\n    [*] --> begun\n";
    for (from, entry, to) in moves().filter(|(from, _, to)| from != to) {
        writeln!(out, "    {} --> {}: {}", from.name(), to.name(), entry.name()).unwrap();
    }
    out +=
        "```\n\n| Stage | Meaning | Entries that have an effect, and the stage after each |\n|---|---|---|\n";
    for stage in Stage::ALL {
        let rows: Vec<String> = moves()
            .filter(|(from, ..)| from == stage)
            .map(|(from, entry, to)| match from == to {
                true => format!("`{}`: stays", entry.name()),
                false => format!("`{}`: `{}`", entry.name(), to.name()),
            })
            .collect();
        let rows = if rows.is_empty() { "none: it is over".to_owned() } else { rows.join("<br>") };
        writeln!(out, "| `{}` | {} | {rows} |", stage.name(), stage.meaning()).unwrap();
    }
    out += "\nA payment that sends its charge at once begins as `sending`. An entry without a row has no effect.\n";
    out += "\n| Entry | Meaning |\n|---|---|\n";
    for entry in Move::ALL {
        writeln!(out, "| `{}` | {} |", entry.name(), entry.meaning()).unwrap();
    }
    out += "\n## A session\n\n```mermaid\nstateDiagram-v2\n    [*] --> open\n";
    let mut edges = BTreeSet::new();
    for from in reachable() {
        for (name, to) in happens(from).into_iter().filter(|(_, to)| from.status() != to.status()) {
            edges.insert((from.status().as_str(), to.status().as_str(), name));
        }
    }
    for (from, to, name) in edges {
        writeln!(out, "    {from} --> {to}: {name}").unwrap();
    }
    out += "```\n\n| Paid in full | Ended unpaid | Waits for | Time is up | The session is |\n|---|---|---|---|---|\n";
    let yes = |so: bool| if so { "yes" } else { "no" };
    let reachable = reachable();
    for facts in facts().into_iter().filter(|facts| reachable.contains(facts)) {
        let ended = match facts.ended {
            None => "no",
            Some(End::Canceled) => "canceled",
            Some(End::Expired) => "expired",
        };
        let waits = match facts.waits {
            Waits::Nothing => "nothing",
            Waits::Answer => "an answer",
            Waits::Outcome => "an outcome",
        };
        let (paid, overdue, status) = (yes(facts.paid), yes(facts.overdue), facts.status().as_str());
        writeln!(out, "| {paid} | {ended} | {waits} | {overdue} | `{status}` |").unwrap();
    }
    out
}

#[test]
fn states_md_is_drawn_from_the_tables() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("STATES.md");
    let drawing = drawing();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &drawing).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), drawing, "UPDATE_GOLDEN=1 draws it again");
}

#[test]
fn every_stage_is_reachable_and_every_move_has_an_effect() {
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Begun) {
        assert!(moves().any(|(from, _, to)| to == *stage && from != to), "{stage:?}");
    }
    for entry in Move::ALL.iter().filter(|entry| **entry != Move::Begun) {
        assert!(moves().any(|(_, counts, _)| counts == *entry), "{entry:?}");
    }
}

// Law 3, for the table: only an explicit answer of the provider settles a payment that may have moved money.
#[test]
fn law_3_only_an_answer_of_the_provider_ends_a_doubt() {
    let doubt = |stage| matches!(stage, Stage::Pending | Stage::Unknown | Stage::Review);
    for (from, entry, to) in moves().filter(|(from, _, to)| doubt(*from) && !doubt(*to)) {
        assert!(
            matches!(entry, Move::Succeeded | Move::Declined | Move::NotSent | Move::CodeRefused),
            "{from:?} {entry:?} {to:?}"
        );
    }
}

// Law 5, for the table: a credited payment can only be reversed.
#[test]
fn law_5_a_credit_stays_or_is_given_back() {
    let taken = |stage| {
        matches!(
            stage,
            Stage::Succeeded
                | Stage::Reversing
                | Stage::ReversalUnknown
                | Stage::ReversalBlocked
                | Stage::Reversed
                | Stage::Kept
        )
    };
    for (from, entry, to) in moves().filter(|(from, ..)| taken(*from)) {
        assert!(taken(to), "{from:?} {entry:?} {to:?}");
        assert!(to != Stage::Reversed || entry == Move::Reversed, "{from:?} {entry:?}");
    }
}
