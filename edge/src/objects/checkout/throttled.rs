//! The limits on failed tries over all sessions. The throttles are asked beside the gate, so that an honest payment waits no longer.

use crate::objects::calls::{self, AskThrottle, ReportTry};
use crate::problem::Problem;
use crate::runtime::{now, random_hex};
use checkout_core::proof_of_work::{Try, WAIT, puzzle_of};
use checkout_core::throttle::{Admission, Bucket, Ruling};
use checkout_core::{Config, Session};
use checkout_wire::{ErrorCode, Millis};
use futures_util::future::join;
use worker::Env;

/// A try as the throttles of its address and its phone number know it.
#[derive(Clone)]
pub(super) struct Attempt {
    env: Env,
    name: String,
    /// The names of the throttles.
    address: Option<String>,
    phone: String,
}

impl Attempt {
    /// Names a new try from an address, by its throttle's name, with this phone number.
    pub(super) fn new(
        env: &Env,
        config: &Config,
        address: Option<String>,
        phone: &str,
    ) -> Result<Self, Problem> {
        let phone = Bucket::Phone.name(&config.keyring, phone);
        Ok(Self { env: env.clone(), name: random_hex::<8>()?, address, phone })
    }

    /// Asks both throttles whether the try may be made. When one does not answer, only a session without a failed try goes on.
    pub(super) async fn ask(&self, session: &Session) -> Ruling {
        let phone = self.ask_one(Bucket::Phone, &self.phone);
        let address = async {
            match &self.address {
                Some(address) => self.ask_one(Bucket::Address, address).await,
                None => Ok(Ruling { admission: Admission::Free, masks: false }),
            }
        };
        match join(phone, address).await {
            (Ok(phone), Ok(address)) => Ruling {
                admission: phone.admission.and(address.admission),
                masks: phone.masks || address.masks,
            },
            _ if session.has_failures() => {
                Ruling { admission: Admission::After(Millis::MINUTE), masks: true }
            }
            _ => Ruling { admission: Admission::Free, masks: false },
        }
    }

    async fn ask_one(&self, bucket: Bucket, owner: &str) -> Result<Ruling, Problem> {
        calls::throttle(&self.env, owner, &AskThrottle { bucket, attempt: self.name.clone() }).await
    }

    /// Reports the outcome to both throttles. A try whose report is lost counts as failed.
    pub(super) async fn report(&self, failed: bool) {
        let report = |owner: Option<String>| async move {
            let call = ReportTry { attempt: self.name.clone(), failed };
            if let Some(owner) = owner {
                let _ = calls::throttle(&self.env, &owner, &call).await;
            }
        };
        join(report(Some(self.phone.clone())), report(self.address.clone())).await;
    }
}

/// Checks that a try is admitted, if need be by its proof of work.
pub(super) fn check(
    config: &Config,
    admission: Admission,
    one: Try<'_>,
    proof: Option<&str>,
) -> Result<(), Problem> {
    let required = |puzzle: String, wait: Millis| Problem {
        puzzle: Some(puzzle),
        ..Problem::of(ErrorCode::ProofRequired).wait(wait)
    };
    match admission {
        Admission::Free => Ok(()),
        Admission::After(wait) => Err(Problem::of(ErrorCode::TooManyAttempts).wait(wait)),
        Admission::WithProof => {
            let wait = proof.and_then(|proof| Some((proof, one.wait(&config.keyring, proof, now())?)));
            match wait {
                Some((_, Millis::ZERO)) => Ok(()),
                // The time that has passed counts.
                Some((proof, wait)) => Err(required(puzzle_of(proof).to_owned(), wait)),
                None => Err(required(one.puzzle(&config.keyring, config.limits.proof_bits, now()), WAIT)),
            }
        }
    }
}
