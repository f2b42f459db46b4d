//! The code of a payment, which the provider sends to the voucher's owner: it is requested, typed by the shopper, and sent back, which
//! takes the money. Each step is on disk before the next request is sent.

use super::Checkout;
use super::throttled::ThrottledTry;
use crate::objects::calls::{AnswerChallenge, Redeemed};
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::provider::call;
use crate::provider::gate::CallResult;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::proof_of_work::Try;
use checkout_core::provider::{Op, Provider};
use checkout_core::session::{Entry, NoCode, Outcome, Redemption, Stage, code_names};
use checkout_wire::{ChallengeAnswer, ErrorCode, Pin, RedemptionId};
use wasm_bindgen_futures::spawn_local;

impl Checkout {
    /// Sends the shopper's code back, or requests another one. A payment that waits for no code answers with its current state, so that two
    /// tabs and repeated requests do no harm.
    pub(super) async fn answer_challenge(&self, call: AnswerChallenge) -> Result<Redeemed, Problem> {
        let AnswerChallenge { secret, payer, redemption: id, key, answer, address, proof } = call;
        let payer = payer.as_deref();
        self.session_of(&secret)?;
        let config = self.config()?;
        let session = self.session()?;
        if let Err(refused) = self.next_step(&config, &id, &key, &answer)? {
            return self.without_code(&config, payer, &id, refused);
        }
        session.admit_code(now(), &config.limits)?;
        if self.admitting.is_held() {
            return Err(Problem::of(ErrorCode::PaymentInProgress));
        }
        let admission = self.start_admission();
        let begun = session.redemption(&id).map(|one| one.begun.provider.clone()).unwrap_or_default();
        let Some(provider) = config.provider(&begun) else {
            return Err(Problem::of(ErrorCode::ProviderNotAllowed));
        };
        let phone = self.phone_of(&config, &id)?.unwrap_or_default();
        let attempt = ThrottledTry::new(&self.env, &config, &session.id, address, &begun, &phone)?.unbraked();
        let one = Try { session: &session.id, key: &key };
        let (permit, _) =
            self.admit_try(&config, provider, 1, &attempt, &session, one, proof.as_deref()).await?;
        let tries = self.tries_left(&id)?;
        let begun = self.begin_step(&config, &id, &key, &answer).await;
        drop(admission);
        if let Some(refused) = begun.transpose() {
            self.release_permit(provider, permit, 1, attempt).await;
            return self.without_code(&config, payer, &id, refused?);
        }
        // From here on the step is on disk, so after an error the browser receives the current state.
        let called = self.carry_out(&config, provider, &id, &answer).await;
        self.report_call(provider, permit, called.unwrap_or(CallResult::NotMade)).await;
        let is_open = self.session()?.redemption(&id).is_some_and(Redemption::is_open);
        if self.tries_left(&id)? < tries || self.session()?.has_failed(&id) {
            attempt.report(true).await;
        } else if !is_open {
            spawn_local(async move { attempt.report(false).await });
        } else if self.is_waiting(&id)? {
            spawn_local(async move { attempt.release(false).await });
        }
        self.answer_with(&config, payer, &id, &[], false)
    }

    /// Returns the entry of a request: the code is about to be sent back, or another one to be requested.
    fn next_step(
        &self,
        config: &Config,
        id: &RedemptionId,
        key: &str,
        answer: &ChallengeAnswer,
    ) -> Result<Result<Entry, NoCode>, Problem> {
        let session = self.session()?;
        let one = session.redemption(id).ok_or(Problem::of(ErrorCode::RedemptionNotFound))?;
        Ok(match answer {
            ChallengeAnswer::Resend => one.resending(key, now(), &config.limits),
            ChallengeAnswer::Code(code) => {
                one.answering(key, &code_names(&config.keyring, id, code), now(), &config.limits)
            }
        })
    }

    /// Answers a request that sends nothing. Anyone with the client secret can send it, whatever the code, so it shows no change voucher
    /// but those of the payer key.
    fn without_code(
        &self,
        config: &Config,
        payer: Option<&str>,
        id: &RedemptionId,
        refused: NoCode,
    ) -> Result<Redeemed, Problem> {
        match refused {
            NoCode::NotWanted => self.answer_with(config, payer, id, &[], true),
            NoCode::OtherCode => Err(Problem::of(ErrorCode::IdempotencyMismatch)),
            NoCode::UnderWay => Err(Problem::of(ErrorCode::PaymentInProgress)),
            NoCode::TooMany { wait } => Err(Problem::of(ErrorCode::TooManyAttempts).wait(wait)),
        }
    }

    /// Records the step of a request, or returns the reason why there is none: during the calls before it the session may have ended, or
    /// another tab may have sent a code. Nothing is awaited between this check and the write.
    async fn begin_step(
        &self,
        config: &Config,
        id: &RedemptionId,
        key: &str,
        answer: &ChallengeAnswer,
    ) -> Result<Option<NoCode>, Problem> {
        self.session()?.admit_code(now(), &config.limits)?;
        let entry = match self.next_step(config, id, key, answer)? {
            Ok(entry) => entry,
            Err(refused) => return Ok(Some(refused)),
        };
        let mut secrets = Vec::new();
        if let (Entry::Answering { .. }, ChallengeAnswer::Code(code)) = (&entry, answer) {
            let sealed = self.ledger.store().seal(config, SecretKind::Code, id.as_str(), code.reveal())?;
            secrets.push(SecretWrite::Erase(SecretKind::Code, id.as_str().to_owned()));
            secrets.push(SecretWrite::Keep(SecretKind::Code, id.as_str().to_owned(), sealed));
        }
        self.write(config, &[entry], &secrets).await.map(|()| None)
    }

    /// Sends the recorded request to the provider.
    async fn carry_out(
        &self,
        config: &Config,
        provider: &dyn Provider,
        id: &RedemptionId,
        answer: &ChallengeAnswer,
    ) -> Result<CallResult, Problem> {
        let ChallengeAnswer::Code(code) = answer else {
            return match self.sealed_pin(config, SecretKind::Pin, id)? {
                Some(pin) => self.challenge(config, provider, id, &pin).await,
                None => Ok(CallResult::NotMade),
            };
        };
        let Some(open) = self.still_begun(id)? else {
            return Ok(CallResult::NotMade);
        };
        let op = Op::VerifyCode {
            challenge: open.challenge_id().unwrap_or_default(),
            code,
            reference: &open.answer_reference(),
        };
        let reply = call::perform(provider, id.as_str(), &op, config.limits.provider_timeout_ms).await;
        let news = CallResult::of(&reply);
        self.charged(config, id, &open, reply).await?;
        Ok(news)
    }

    /// Asks the provider to send a code to the voucher's owner, and writes its answer.
    pub(super) async fn challenge(
        &self,
        config: &Config,
        provider: &dyn Provider,
        id: &RedemptionId,
        pin: &Pin,
    ) -> Result<CallResult, Problem> {
        let session = self.session()?;
        let Some(one) = session.redemption(id) else {
            return Ok(CallResult::NotMade);
        };
        let reference = one.challenge_reference();
        let op = Op::Challenge { pin, amount: one.begun.amount, reference: &reference };
        let answer = call::perform(provider, id.as_str(), &op, config.limits.provider_timeout_ms).await;
        let news = CallResult::of(&answer);
        // The alarm may have given the code up, or the session may have ended.
        if self.is_challenging(id)? {
            let entry = one.challenge_answered(answer);
            self.conclude(config, id, Outcome { entry, change: None }, None).await?;
        }
        Ok(news)
    }

    /// Returns whether the provider is being asked for a code.
    pub(super) fn is_challenging(&self, id: &RedemptionId) -> Result<bool, Problem> {
        let session = self.session()?;
        let one = session.redemption(id).filter(|one| one.stage() == Stage::Challenged);
        Ok(one.is_some_and(|one| one.challenge_id().is_none()))
    }

    /// Returns whether the payment waits for a code.
    fn is_waiting(&self, id: &RedemptionId) -> Result<bool, Problem> {
        Ok(self.session()?.redemption(id).is_some_and(|one| one.stage() == Stage::Challenged))
    }

    fn tries_left(&self, id: &RedemptionId) -> Result<usize, Problem> {
        let session = self.session()?;
        let challenge = session.redemption(id).and_then(|one| one.challenge.as_ref());
        Ok(challenge.map_or(0, |challenge| challenge.tries_left()))
    }
}
