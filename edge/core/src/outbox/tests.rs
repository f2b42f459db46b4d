//! The order of delivery attempts, and a model of an object that delivers events to a server that refuses some of them, while the
//! object's process stops at any point.

use super::*;
use proptest::prelude::*;

const PAUSES: [Millis; 3] = [Millis::SECOND.times(5), Millis::SECOND.times(20), Millis::MINUTE];
/// The time that the server has to answer.
const TIMEOUT: Millis = Millis::SECOND.times(15);
/// The step of the model's clock.
const STEP: Millis = Millis(100);

fn fresh(sequence: i64) -> Undelivered {
    Undelivered { sequence, created_at: Millis::ZERO, next_at: Millis::ZERO, attempts: 0, last_at: None }
}

fn refused(sequence: i64, next_at: i64) -> Undelivered {
    Undelivered { next_at: Millis(next_at), attempts: 1, last_at: Some(Millis::ZERO), ..fresh(sequence) }
}

fn chosen(undelivered: &[Undelivered], in_flight: &[DeliveryAttempt], now: i64) -> Option<i64> {
    next(undelivered, in_flight, &PAUSES, Millis(now)).map(|one| one.sequence)
}

#[test]
fn an_event_goes_out_while_an_earlier_one_is_refused() {
    assert_eq!(chosen(&[refused(1, 5_000), fresh(2)], &[], 10), Some(2));
    // A first attempt comes before a retry that is due.
    assert_eq!(chosen(&[refused(1, 5), fresh(2)], &[], 10), Some(2));
    assert_eq!(chosen(&[refused(1, 5)], &[], 10), Some(1));
    assert_eq!(chosen(&[refused(1, 5_000)], &[], 10), None);
}

#[test]
fn first_attempts_go_out_in_the_order_of_sequence() {
    assert_eq!(chosen(&[fresh(3), fresh(2)], &[], 0), Some(2));
    // The clock of another machine does not change the order.
    let late = Undelivered { next_at: Millis(50), ..fresh(1) };
    assert_eq!(chosen(&[late, fresh(2)], &[], 0), None);
}

#[test]
fn an_event_waits_for_an_earlier_one_that_is_in_flight_for_a_second_only() {
    let silent = Undelivered { attempts: 1, last_at: Some(Millis::ZERO), ..fresh(1) };
    let in_flight = [fresh(1).attempt(Millis::ZERO)];
    assert_eq!(chosen(&[silent.clone(), fresh(2)], &in_flight, 999), None);
    assert_eq!(chosen(&[silent, fresh(2)], &in_flight, 1_000), Some(2));
}

#[test]
fn an_attempt_whose_process_stopped_counts_as_unanswered() {
    let lost = Undelivered { attempts: 2, last_at: Some(Millis(7)), next_at: Millis(7), ..fresh(1) };
    assert_eq!(lost.due_at(&PAUSES), Millis(20_007));
    // The merchant asked for it once more since.
    assert_eq!(Undelivered { next_at: Millis(8), ..lost }.due_at(&PAUSES), Millis(8));
}

/// The reaction of the merchant's server to an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    Accepts,
    Refuses,
    IsSilent,
    /// It accepts the event from this attempt on.
    AcceptsLater(usize),
}

fn manner() -> impl Strategy<Value = Manner> {
    prop_oneof![
        4 => Just(Manner::Accepts),
        2 => Just(Manner::Refuses),
        1 => Just(Manner::IsSilent),
        1 => (1usize..4).prop_map(Manner::AcceptsLater),
    ]
}

struct Model {
    now: Millis,
    stored: Vec<(Undelivered, Option<Delivery>)>,
    in_flight: Vec<(DeliveryAttempt, Millis, Option<u16>)>,
    /// The attempts as they began: the event and the time.
    begun: Vec<(i64, Millis)>,
}

impl Model {
    fn undelivered(&self) -> Vec<Undelivered> {
        self.stored.iter().filter(|(_, end)| end.is_none()).map(|(one, _)| one.clone()).collect()
    }

    fn at(&mut self, sequence: i64) -> &mut (Undelivered, Option<Delivery>) {
        self.stored.iter_mut().find(|(one, _)| one.sequence == sequence).unwrap()
    }

    /// Sends what may be sent. With `stops` the process stops after the first attempt is recorded and before it is sent.
    fn send(&mut self, manners: &[Manner], stops: bool) {
        loop {
            let (undelivered, now) = (self.undelivered(), self.now);
            let attempts: Vec<DeliveryAttempt> =
                self.in_flight.iter().map(|(attempt, ..)| *attempt).collect();
            let Some(one) = next(&undelivered, &attempts, &PAUSES, now) else {
                return;
            };
            assert!(attempts.iter().all(|attempt| attempt.sequence != one.sequence), "sent twice at once");
            let attempt = one.attempt(now);
            let stored = &mut self.at(one.sequence).0;
            (stored.attempts, stored.last_at) = (stored.attempts + 1, Some(now));
            self.begun.push((one.sequence, now));
            if stops {
                return self.in_flight.clear();
            }
            let (after, status) = match manners[one.sequence as usize - 1] {
                Manner::Accepts => (STEP, Some(200)),
                Manner::AcceptsLater(from) if one.attempts >= from => (STEP, Some(200)),
                Manner::Refuses | Manner::AcceptsLater(_) => (STEP, Some(404)),
                Manner::IsSilent => (TIMEOUT, None),
            };
            self.in_flight.push((attempt, now + after, status));
            assert!(self.in_flight.len() <= 2 * IN_FLIGHT);
        }
    }

    fn hear(&mut self) {
        let now = self.now;
        let (heard, still): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.in_flight).into_iter().partition(|(_, at, _)| *at <= now);
        self.in_flight = still;
        for (attempt, _, status) in heard {
            let (one, end) = self.at(attempt.sequence);
            let before = vec![None; one.attempts - 1];
            match tried(status, &before, one.created_at, now, &PAUSES, 0) {
                Delivery::Pending(at) => one.next_at = at,
                ended => *end = Some(ended),
            }
        }
    }
}

proptest! {
    #[test]
    fn every_event_arrives_independently_of_the_others(
        events in prop::collection::vec((0i64..20_000, manner()), 1..8),
        stops in prop::collection::vec((0i64..40_000, any::<bool>()), 0..4),
    ) {
        let mut born: Vec<i64> = events.iter().map(|(at, _)| at / STEP.0 * STEP.0).collect();
        born.sort_unstable();
        let manners: Vec<Manner> = events.iter().map(|(_, manner)| *manner).collect();
        let mut model = Model { now: Millis::ZERO, stored: Vec::new(), in_flight: Vec::new(), begun: Vec::new() };
        while model.now < Millis::MINUTE.times(5) {
            for (place, at) in born.iter().enumerate().filter(|(_, at)| Millis(**at) == model.now) {
                let one = Undelivered { created_at: Millis(*at), next_at: Millis(*at), ..fresh(place as i64 + 1) };
                model.stored.push((one, None));
            }
            model.hear();
            let stop = stops.iter().find(|(at, _)| Millis(at / STEP.0 * STEP.0) == model.now);
            match stop {
                Some((_, true)) => model.send(&manners, true),
                Some((_, false)) => model.in_flight.clear(),
                None => model.send(&manners, false),
            }
            model.now += STEP;
        }
        let mut first: Vec<i64> = Vec::new();
        for (sequence, at) in &model.begun {
            let before: Vec<Millis> = model.begun.iter().filter(|(one, began)| one == sequence && began < at).map(|(_, at)| *at).collect();
            match before.last() {
                None => first.push(*sequence),
                Some(last) => prop_assert!(*at - *last >= pause(before.len() - 1, &PAUSES), "no pause before a retry"),
            }
        }
        prop_assert!(first.is_sorted() && first.len() == born.len(), "first attempts out of order: {first:?}");
        for (one, end) in &model.stored {
            let accepts = matches!(manners[one.sequence as usize - 1], Manner::Accepts | Manner::AcceptsLater(_));
            prop_assert_eq!(*end == Some(Delivery::Delivered), accepts, "{:?}", one);
        }
        // Refusals delay no other event: without silence and stops, each first attempt begins at once.
        if stops.is_empty() && !manners.contains(&Manner::IsSilent) {
            let mut free = Millis::ZERO;
            for (sequence, at) in born.iter().enumerate() {
                let began = model.begun.iter().find(|(one, _)| *one == sequence as i64 + 1).unwrap().1;
                prop_assert!(began <= free.max(Millis(*at)), "event {} waited", sequence + 1);
                free = began + STEP;
            }
        }
    }
}

#[test]
fn an_event_is_tried_with_growing_pauses_for_thirty_days() {
    let pauses = default_pauses();
    let (mut now, mut before) = (Millis::ZERO, Vec::new());
    loop {
        match tried(Some(503), &before, Millis::ZERO, now, &pauses, before.len() as u32 * 377) {
            Delivery::Pending(next) => {
                let pause = pauses.get(before.len()).or(pauses.last()).unwrap();
                assert!((next - now - *pause).times(5) <= *pause && next > now);
                now = next;
                before.push(Some(503));
            }
            other => {
                assert_eq!(other, Delivery::GivenUp);
                break;
            }
        }
    }
    assert!(now > TRIED_FOR - Millis::HOUR.times(15) && now <= TRIED_FOR);
    assert!((60..90).contains(&before.len()), "{}", before.len());
}

#[test]
fn the_answers_that_end_a_delivery() {
    let tried = |status, before: &[Option<u16>]| {
        tried(status, before, Millis::ZERO, Millis::ZERO, &[Millis::SECOND], 0)
    };
    for status in [200, 202, 204] {
        assert_eq!(tried(Some(status), &[]), Delivery::Delivered);
    }
    assert_eq!(tried(Some(410), &[]), Delivery::Gone);
    for status in [None, Some(101), Some(301), Some(400), Some(404), Some(429), Some(500)] {
        assert_eq!(tried(status, &[]), Delivery::Pending(Millis::SECOND), "{status:?}");
    }
    let nine = [Some(302); 9];
    assert_eq!(tried(Some(302), &nine), Delivery::Gone);
    assert_eq!(tried(Some(302), &[&nine[..], &[Some(500)]].concat()), Delivery::Pending(Millis::SECOND));
    assert_eq!(tried(Some(302), &nine[1..]), Delivery::Pending(Millis::SECOND));
}
