use super::*;

const NOW: Millis = Millis(1_800_000_000_000);

fn keyring() -> Keyring {
    Keyring::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn session() -> SessionId {
    SessionId::of(&"7".repeat(32)).unwrap()
}

/// Solves a puzzle.
fn solve(puzzle: &str, bits: u32) -> String {
    (0..).map(|n| format!("{puzzle}:{n}")).find(|proof| zero_bits(&Sha256::digest(proof)) >= bits).unwrap()
}

#[test]
fn a_solved_puzzle_is_a_proof_for_its_try_only() {
    let (keyring, session) = (keyring(), session());
    let one = Try { session: &session, key: "k1" };
    let puzzle = one.puzzle(&keyring, 10, NOW);
    let proof = solve(&puzzle, 10);
    assert_eq!(one.wait(&keyring, &proof, NOW), Some(Millis::ZERO));
    assert_eq!(puzzle_of(&proof), puzzle);
    let other = SessionId::of(&"8".repeat(32)).unwrap();
    for other in [Try { key: "k2", ..one }, Try { session: &other, ..one }] {
        assert_eq!(other.wait(&keyring, &proof, NOW), None);
    }
    assert_eq!(one.wait(&keyring, &proof, NOW + LIFETIME), None);
    assert_eq!(one.wait(&keyring, &proof, NOW - Millis(1)), None);
}

#[test]
fn a_puzzle_that_is_not_solved_is_good_after_a_minute() {
    let (keyring, session) = (keyring(), session());
    let one = Try { session: &session, key: "k1" };
    let puzzle = one.puzzle(&keyring, 64, NOW);
    for proof in [puzzle.clone(), format!("{puzzle}:"), format!("{puzzle}:1")] {
        assert_eq!(one.wait(&keyring, &proof, NOW), Some(WAIT));
        assert_eq!(one.wait(&keyring, &proof, NOW + Millis(59_999)), Some(Millis(1)));
        assert_eq!(one.wait(&keyring, &proof, NOW + WAIT), Some(Millis::ZERO));
    }
}

#[test]
fn a_tampered_puzzle_is_refused() {
    let (keyring, session) = (keyring(), session());
    let one = Try { session: &session, key: "k1" };
    let puzzle = one.puzzle(&keyring, 10, NOW);
    let easier = puzzle.replacen(".10.", ".0.", 1);
    let older = puzzle.replacen("1800000000000", "1799999000000", 1);
    for bent in [easier.as_str(), older.as_str(), "", ".", "..", "a.b.c", "1.2.3:4", "💥"] {
        assert_eq!(one.wait(&keyring, bent, NOW), None, "{bent}");
    }
}

#[test]
fn zero_bits_are_counted_from_the_front() {
    let counted: [(&[u8], u32); 5] =
        [(&[], 0), (&[0x80], 0), (&[0x01, 0], 7), (&[0, 0x10], 11), (&[0, 0], 16)];
    for (bytes, bits) in counted {
        assert_eq!(zero_bits(bytes), bits, "{bytes:?}");
    }
}
