use super::*;

const NOW: Millis = Millis(1_800_000_000_000);

fn failed(times: impl IntoIterator<Item = i64>) -> Failures {
    Failures(times.into_iter().map(|ago| NOW - Millis(ago)).collect())
}

fn admission(failures: &Failures, owner: ThrottleOwner, under_way: usize) -> Admission {
    failures.ruling(owner, under_way, &Limits::default(), NOW).admission
}

const MINUTE: i64 = 60_000;

#[test]
fn law_8_a_phone_number_waits_after_failed_tries_of_a_minute_an_hour_and_a_day() {
    let limits = Limits::default();
    let spread = |count: usize, every: i64| failed((1..=count as i64).rev().map(|n| n * every));
    let fails = [
        (spread(limits.phone_failed_per_minute, 1_000), 55_000),
        (spread(limits.phone_failed_per_hour, 2 * MINUTE), 60 * MINUTE - 2 * 15 * MINUTE),
        (spread(limits.phone_failed_per_day, 40 * MINUTE), 24 * 60 * MINUTE - 40 * 30 * MINUTE),
    ];
    for (failures, wait) in fails {
        assert_eq!(admission(&failures, ThrottleOwner::Phone, 0), Admission::After(Millis(wait)));
        let fewer = Failures(failures.0[1..].to_vec());
        assert_eq!(admission(&fewer, ThrottleOwner::Phone, 0), Admission::Free);
    }
}

#[test]
fn law_8_a_shared_address_needs_a_proof_first_and_waits_later() {
    let spread = |count: i64| failed((1..=count).rev().map(|n| 2 * MINUTE + n * 10_000));
    assert_eq!(admission(&spread(59), ThrottleOwner::Address, 0), Admission::Free);
    assert_eq!(admission(&spread(60), ThrottleOwner::Address, 0), Admission::WithProof);
    assert_eq!(admission(&spread(299), ThrottleOwner::Address, 0), Admission::WithProof);
    let wait = 60 * MINUTE - (2 * MINUTE + 300 * 10_000);
    assert_eq!(admission(&spread(300), ThrottleOwner::Address, 0), Admission::After(Millis(wait)));
    assert_eq!(
        admission(&failed((1..=20).map(|n| n * 1_000).rev()), ThrottleOwner::Address, 0),
        Admission::WithProof
    );
    let day = failed((0..2_000).rev().map(|n| n * 30_000 + 61 * MINUTE));
    assert!(matches!(admission(&day, ThrottleOwner::Address, 0), Admission::After(_)));
}

#[test]
fn a_burst_counts_before_its_outcomes_are_known() {
    let none = Failures::default();
    assert_eq!(admission(&none, ThrottleOwner::Phone, 4), Admission::Free);
    assert_eq!(admission(&none, ThrottleOwner::Phone, 5), Admission::After(SHORT));
    assert_eq!(admission(&none, ThrottleOwner::Address, 299), Admission::Free);
    assert_eq!(admission(&none, ThrottleOwner::Address, 300), Admission::After(SHORT));
    let mut under_way = UnderWay::default();
    under_way.begin("a".into(), NOW);
    under_way.begin("b".into(), NOW + Millis(1));
    under_way.begin("c".into(), NOW + Millis(2));
    under_way.end("a");
    assert_eq!(under_way.count(), 2);
    assert_eq!(under_way.expire(NOW + UNDER_WAY), []);
    assert_eq!(under_way.expire(NOW + UNDER_WAY + Millis(1)), [NOW + Millis(1)]);
    assert_eq!(under_way.count(), 1);
}

#[test]
fn law_8_declines_are_masked_after_failures_within_the_hour() {
    let masks = |failures: &Failures| {
        [ThrottleOwner::Address, ThrottleOwner::Phone]
            .map(|owner| failures.ruling(owner, 0, &Limits::default(), NOW).masks)
    };
    assert_eq!(masks(&failed([3 * MINUTE, MINUTE])), [false, false]);
    assert_eq!(masks(&failed([59 * MINUTE, 3 * MINUTE, MINUTE])), [true, true]);
    assert_eq!(masks(&failed([60 * MINUTE, 3 * MINUTE, MINUTE])), [false, false]);
}

#[test]
fn failures_are_forgotten_after_a_day() {
    let mut failures = failed([25 * 60 * MINUTE, 60 * MINUTE]);
    failures.add([NOW], NOW);
    assert_eq!(failures, failed([60 * MINUTE, 0]));
    assert_eq!(failures.forget_at(), Some(NOW + Millis::DAY));
    assert_eq!(Failures::default().forget_at(), None);
}

#[test]
fn the_stricter_admission_counts() {
    use Admission::{After, Free, WithProof};
    assert_eq!(Free.and(Free), Free);
    assert_eq!(Free.and(WithProof), WithProof);
    assert_eq!(WithProof.and(After(Millis(3))), After(Millis(3)));
    assert_eq!(After(Millis(5)).and(After(Millis(3))), After(Millis(5)));
    assert_eq!(After(Millis(5)).and(Free), After(Millis(5)));
}

#[test]
fn law_8_a_silent_throttle_does_not_weaken_the_ruling_of_the_other() {
    use Admission::{After, Free, WithProof};
    let ruling = |admission| Ruling { admission, masks: true, behind: true };
    for closes in [false, true] {
        for admission in [Free, WithProof, After(Millis::HOUR)] {
            let told = ruling(admission);
            for (phone, address) in [(Some(told), None), (None, Some(told))] {
                let both = Ruling::of_both(phone, address, closes);
                let silent = if closes { After(Millis::MINUTE) } else { Free };
                assert_eq!((both.admission, both.masks), (admission.and(silent), true));
            }
        }
    }
    assert_eq!(Ruling::of_both(None, None, false), Ruling::FREE);
    assert_eq!(Ruling::of_both(None, None, true).admission, After(Millis::MINUTE));
    assert_eq!(Ruling::of_both(Some(Ruling::FREE), Some(Ruling::FREE), false), Ruling::FREE);
}

#[test]
fn an_ipv6_network_is_one_owner() {
    let same = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", " 2001:0db8:0001:0002::1 "];
    for text in same {
        assert_eq!(owner_of_address(text), owner_of_address(same[0]), "{text}");
    }
    assert_ne!(owner_of_address("2001:db8:1:3::1"), owner_of_address(same[0]));
    assert_eq!(owner_of_address("::ffff:196.25.1.1"), "196.25.1.1");
    assert_eq!(owner_of_address("196.25.1.1"), "196.25.1.1");
    assert_ne!(owner_of_address("196.25.1.2"), owner_of_address("196.25.1.1"));
    assert_eq!(owner_of_address("unix socket"), "unix socket");
}

#[test]
fn the_throttles_of_address_and_phone_have_different_names() {
    let keyring = Keyring::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    assert_ne!(ThrottleOwner::Address.name(&keyring, "1"), ThrottleOwner::Phone.name(&keyring, "1"));
    assert_eq!(ThrottleOwner::Phone.name(&keyring, "+27821234567").len(), 64);
}
