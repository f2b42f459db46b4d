use super::*;
use proptest::prelude::*;

/// The texts of a ledger that starts with "begin".
#[derive(Clone, PartialEq, Debug)]
struct Sum(Vec<(Millis, String)>);

impl Replay for Sum {
    type Entry = String;

    fn begin(at: Millis, first: String) -> Option<Self> {
        (first == "begin").then(|| Self(vec![(at, first)]))
    }

    fn apply(&mut self, at: Millis, entry: String) {
        self.0.push((at, entry));
    }
}

/// A step of the property test.
#[derive(Clone, Debug)]
enum Step {
    Write(Vec<String>),
    /// The write fails and writes none of its entries.
    FailBefore(Vec<String>),
    /// The write fails after the entries are in the ledger: its answer is lost.
    FailAfter(Vec<String>),
    /// The process restarts.
    Restart,
    Erase,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let entries = || prop::collection::vec("begin|[a-c]", 0..4);
    let step = prop_oneof![
        6 => entries().prop_map(Step::Write),
        2 => entries().prop_map(Step::FailBefore),
        2 => entries().prop_map(Step::FailAfter),
        1 => Just(Step::Restart),
        1 => Just(Step::Erase),
    ];
    prop::collection::vec(step, 0..30)
}

proptest! {
    // The state in memory equals the replayed ledger, also after a failed write.
    #[test]
    fn the_kept_state_equals_the_replayed_one(steps in steps()) {
        let (mut ledger, mut kept) = (Vec::<(Millis, String)>::new(), Kept::<Sum>::default());
        for (at, step) in (0..).map(Millis).zip(steps) {
            let mut reads = 0;
            let before = kept
                .state(|| { reads += 1; Ok::<_, ()>(ledger.clone()) })
                .unwrap();
            let written = |entries: &[String]| entries.iter().map(|entry| (at, entry.clone())).collect::<Vec<_>>();
            match &step {
                Step::Write(entries) => {
                    let after = Sum::after(before.as_deref(), at, entries);
                    // An entry that no ledger can start with is never written first.
                    if before.is_some() || entries.is_empty() || after.is_some() {
                        kept.write(after, || { ledger.extend(written(entries)); Ok::<_, ()>(()) }).unwrap();
                    }
                }
                Step::FailBefore(entries) => {
                    let after = Sum::after(before.as_deref(), at, entries);
                    kept.write(after, || Err(())).unwrap_err();
                }
                Step::FailAfter(entries) => {
                    let after = Sum::after(before.as_deref(), at, entries);
                    if before.is_some() || after.is_some() {
                        kept.write(after, || { ledger.extend(written(entries)); Err(()) }).unwrap_err();
                    }
                }
                Step::Restart => kept = Kept::default(),
                Step::Erase => { ledger.clear(); kept.forget(); }
            }
            let state = kept.state(|| Ok::<_, ()>(ledger.clone())).unwrap();
            prop_assert_eq!(state.as_deref().cloned(), Sum::replay(ledger.clone()), "after {:?}", step);
        }
    }
}

#[test]
fn a_ledger_is_read_once() {
    let (kept, mut reads) = (Kept::<Sum>::default(), 0);
    let mut state = || {
        kept.state(|| {
            reads += 1;
            Ok::<_, ()>(vec![(Millis(1), "begin".to_owned())])
        })
    };
    state().unwrap();
    state().unwrap();
    assert_eq!(reads, 1);
}

#[test]
fn a_ledger_that_cannot_be_read_is_read_again() {
    let kept = Kept::<Sum>::default();
    assert_eq!(kept.state(|| Err("no disk")), Err("no disk"));
    let state = kept.state(|| Ok::<_, ()>(vec![(Millis(1), "begin".to_owned())])).unwrap();
    assert_eq!(state.as_deref(), Some(&Sum(vec![(Millis(1), "begin".to_owned())])));
}
