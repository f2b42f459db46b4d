//! The limits on failed tries over all sessions. Throttles and brake are queried in parallel with the gate, so that they delay no honest
//! payment.

use crate::log;
use crate::objects::calls::{self, AskBrake, AskThrottle, BrakeState, CountTry, ReportTry};
use crate::problem::Problem;
use crate::provider::call;
use crate::runtime::{now, random_hex};
use checkout_core::brake::{shard_name, shard_of};
use checkout_core::proof_of_work::{Try, WAIT, puzzle_of};
use checkout_core::throttle::{Admission, Ruling, ThrottleOwner};
use checkout_core::turnstile;
use checkout_core::{Config, Session};
use checkout_wire::{ErrorCode, Millis, SessionId};
use futures_util::future::join;
use worker::Env;

/// The timeout of Turnstile's answer.
const TURNSTILE_TIMEOUT: Millis = Millis::SECOND.times(5);

/// A try, with the throttles of its address and its phone number.
#[derive(Clone)]
pub(super) struct ThrottledTry {
    env: Env,
    name: String,
    /// The names of the throttles.
    address: Option<String>,
    phone: String,
    /// The name of the shard of the provider's brake.
    brake: String,
    /// Whether the brake may hold the try back.
    is_braked: bool,
}

impl ThrottledTry {
    /// Names a new try of a session from an address, by its throttle's name.
    pub(super) fn new(
        env: &Env,
        config: &Config,
        session: &SessionId,
        address: Option<String>,
        provider: &str,
        phone: &str,
    ) -> Result<Self, Problem> {
        let phone = ThrottleOwner::Phone.name(&config.keyring, phone);
        let brake = shard_name(provider, shard_of(session));
        Ok(Self { env: env.clone(), name: random_hex::<8>()?, address, phone, brake, is_braked: true })
    }

    /// Lifts the brake, which is against guesses of vouchers, for a code: its voucher is one that the provider knows.
    pub(super) fn unbraked(self) -> Self {
        Self { is_braked: false, ..self }
    }

    /// Asks the throttles and the brake whether the try may be made; returns as well for how long the brake holds the session back. When a
    /// throttle does not answer, only a session without a failed try is admitted. A shopper verified by Turnstile skips the brake and the
    /// proof of work.
    pub(super) async fn ask(
        &self,
        config: &Config,
        session: &Session,
        proof: Option<&str>,
    ) -> (Ruling, Option<Millis>) {
        let braked = async {
            let wait = self.is_braked.then(|| session.braked_for(now())).flatten()?;
            // A brake that does not answer counts as off: the throttles still apply.
            let state = calls::throttle(&self.env, &self.brake, &AskBrake).await.unwrap_or(BrakeState::Off);
            (state == BrakeState::On).then_some(wait)
        };
        let (ruling, braked) = join(self.ask_throttles(session.has_failures()), braked).await;
        // A try that has to wait anyway does not use the token up.
        let waits = matches!(ruling.admission, Admission::After(_));
        if braked.is_some() && !waits && is_person(config, &session.id, proof).await {
            return (Ruling { admission: Admission::Free, ..ruling }, None);
        }
        (ruling, braked)
    }

    /// Asks the throttles. `closes` is whether a throttle that does not answer refuses the try; the ruling of the other one always applies.
    pub(super) async fn ask_throttles(&self, closes: bool) -> Ruling {
        let phone = self.ask_one(ThrottleOwner::Phone, &self.phone);
        let address = async {
            match &self.address {
                Some(address) => self.ask_one(ThrottleOwner::Address, address).await,
                None => Ok(Ruling::FREE),
            }
        };
        let (phone, address) = join(phone, address).await;
        Ruling::of_both(phone.ok(), address.ok(), closes)
    }

    async fn ask_one(&self, owner: ThrottleOwner, name: &str) -> Result<Ruling, Problem> {
        calls::throttle(&self.env, name, &AskThrottle { bucket: owner, attempt: self.name.clone() }).await
    }

    /// Reports the outcome of a payment to throttles and brake. A try whose report is lost counts as failed.
    pub(super) async fn report(&self, failed: bool) {
        let count = async { _ = calls::throttle(&self.env, &self.brake, &CountTry { failed }).await };
        join(self.release(failed), count).await;
    }

    /// Reports to the throttles that the try is over.
    pub(super) async fn release(&self, failed: bool) {
        self.end(failed, Millis::ZERO).await;
    }

    /// Reports that the provider takes no more calls for now, and that the shopper was told to wait until then. A shopper who returns earlier
    /// comes after those who wait. The time is stored for the phone number only: many shoppers share an address.
    pub(super) async fn told_to_wait(&self, until: Millis) {
        self.end(false, until).await;
    }

    async fn end(&self, failed: bool, told_until: Millis) {
        let report = |owner: Option<String>, told_until: Millis| async move {
            let call = ReportTry { attempt: self.name.clone(), failed, told_until };
            if let Some(owner) = owner {
                let _ = calls::throttle(&self.env, &owner, &call).await;
            }
        };
        join(report(Some(self.phone.clone()), told_until), report(self.address.clone(), Millis::ZERO)).await;
    }
}

/// Returns whether the proof is Turnstile's token of a person on this session's page. No answer counts as no.
async fn is_person(config: &Config, session: &SessionId, proof: Option<&str>) -> bool {
    let question =
        config.turnstile.as_ref().zip(proof).and_then(|(turnstile, token)| turnstile.question(token));
    let Some(question) = question else {
        return false;
    };
    let refusal = match call::fetch(&question, TURNSTILE_TIMEOUT).await {
        Ok(answer) => turnstile::refusal(&answer.body, session),
        Err(_) => Some("no answer".to_owned()),
    };
    if let Some(reason) = &refusal {
        log::turnstile(reason);
    }
    refusal.is_none()
}

/// Checks that a try is admitted, by its proof of work if one is needed. `braked` is how long the brake holds the session back.
pub(super) fn check(
    config: &Config,
    admission: Admission,
    braked: Option<Millis>,
    this_try: Try<'_>,
    proof: Option<&str>,
) -> Result<(), Problem> {
    let too_many = |wait: Millis| Problem::of(ErrorCode::TooManyAttempts).wait(wait);
    let required = |puzzle: String, wait: Millis| Problem {
        puzzle: Some(puzzle),
        ..Problem::of(ErrorCode::ProofRequired).wait(wait)
    };
    match (admission, braked, &config.turnstile) {
        (Admission::After(wait), braked, _) => Err(too_many(braked.unwrap_or_default().max(wait))),
        // The page of the session waits, or asks the shopper to show that a person is there.
        (_, Some(wait), Some(turnstile)) => Err(required(turnstile.puzzle(), wait)),
        (_, Some(wait), None) => Err(too_many(wait)),
        (Admission::Free, None, _) => Ok(()),
        (Admission::WithProof, None, _) => {
            let wait = proof.and_then(|proof| Some((proof, this_try.wait(&config.keyring, proof, now())?)));
            match wait {
                Some((_, Millis::ZERO)) => Ok(()),
                // The time spent so far counts towards the wait.
                Some((proof, wait)) => Err(required(puzzle_of(proof).to_owned(), wait)),
                None => {
                    Err(required(this_try.puzzle(&config.keyring, config.limits.proof_bits, now()), WAIT))
                }
            }
        }
    }
}
