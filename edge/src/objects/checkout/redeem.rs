//! A shopper's payment request: admitted once, stored and paid. A repeated request gets the same answer.

use super::Checkout;
use super::pay::Payment;
use super::throttled::{self, ThrottledTry};
use crate::objects::alarm::delay;
use crate::objects::calls::{Json, Redeem, Redeemed};
use crate::objects::lease::Held;
use crate::objects::ledger_object::LedgerObject;
use crate::problem::Problem;
use crate::provider::gate::{self, CallResult, NotPermitted, Permit};
use crate::runtime::{now, random_hex};
use checkout_core::proof_of_work::Try;
use checkout_core::provider::Provider;
use checkout_core::seal::same;
use checkout_core::session::{Begun, CheckedRequest, Entry, Outcome, Redemption, Stage, fingerprints};
use checkout_core::{Config, Session, reference};
use checkout_wire::{ErrorCode, Millis, RedemptionAnswer, RedemptionId};
use core::pin::pin;
use core::slice;
use futures_util::future::{Either, join, select, try_join};
use wasm_bindgen_futures::spawn_local;

/// The time after which a claim no longer runs beside the questions of admission.
const EARLY_CLAIM: Millis = Millis::SECOND.times(2);

/// The result of storing a payment.
enum StoreResult {
    /// The payment is on disk under this id. `claimed` is whether its voucher is claimed.
    New { id: RedemptionId, claimed: bool },
    /// A concurrent copy of the same request was stored first.
    Known(Box<Redemption>),
}

/// The stored facts about a payment besides its request.
struct PaymentFacts<'a> {
    /// The idempotency key.
    key: &'a str,
    /// The keyed hashes of the request.
    requests: &'a [String],
    /// The hash of the payer key.
    payer: Option<String>,
    /// Whether a decline is masked.
    masked: bool,
    /// The id for which the voucher is claimed.
    claimed: Option<RedemptionId>,
}

impl Checkout {
    /// Pays with one voucher, or returns the result of an earlier request with the same key.
    pub(super) async fn redeem(&self, call: Redeem) -> Result<Redeemed, Problem> {
        let Redeem { secret, payer, key, request, address, proof } = call;
        let started = now();
        self.session_of(&secret)?;
        let config = self.config()?;
        let requests = fingerprints(&request, &config.keyring);
        let session = self.session()?;
        if let Some(known) = session.by_key(&key) {
            return self.replay(&config, payer.as_deref(), known, &requests);
        }
        session.admit(now(), &config.limits)?;
        if self.admitting.is_held() {
            return Err(Problem::of(ErrorCode::PaymentInProgress));
        }
        let admission = self.start_admission();
        let session = self.opened(&config)?;
        let request = CheckedRequest::check(request, &session, &config)?;
        let Some(provider) = config.provider(&request.cleaned().provider) else {
            return Err(Problem::of(ErrorCode::ProviderNotAllowed));
        };
        let calls = provider.features().checkout.as_ref().map_or(1, |checkout| checkout.calls());
        let typed = request.cleaned();
        let attempt =
            ThrottledTry::new(&self.env, &config, &session.id, address, &typed.provider, &typed.phone)?;
        let one = Try { session: &session.id, key: &key };
        // A refusal does not wait for the claim: its time tells nothing about the voucher.
        let admitted = try_join(
            async { Ok(self.claim_early(&config, &session, &request).await) },
            self.admit_try(&config, provider, calls, &attempt, &session, one, proof.as_deref()),
        );
        let (claimed, (permit, masked)) = admitted.await.inspect_err(|_| self.has_refused.set(true))?;
        let facts = PaymentFacts { key: &key, requests: &requests, payer: payer.clone(), masked, claimed };
        let begun = self.begin(&config, provider, &request, facts, &admission).await;
        drop(admission);
        match begun {
            Ok(StoreResult::New { id, claimed }) => {
                // From here on the payment is on disk and its alarm is set, so after an error the browser
                // receives the current state.
                let payment = Payment {
                    config: &config,
                    provider,
                    parameters: &session.parameters,
                    request: &request,
                    id: &id,
                    claimed,
                    calls,
                    started,
                };
                let _ = self.pay(&payment, permit).await;
                let session = self.session()?;
                let after = session.redemption(&id);
                if session.has_failed(&id) {
                    attempt.report(true).await;
                } else if after.is_some_and(|one| !one.is_open()) {
                    spawn_local(async move { attempt.report(false).await });
                } else if after.is_some_and(|one| one.stage() == Stage::Challenged) {
                    spawn_local(async move { attempt.release(false).await });
                }
                self.answer_with(&config, payer.as_deref(), &id, slice::from_ref(&id), false)
            }
            Ok(StoreResult::Known(known)) => {
                self.release_permit(provider, permit, calls, attempt).await;
                self.replay(&config, payer.as_deref(), &known, &requests)
            }
            Err(problem) => {
                self.release_permit(provider, permit, calls, attempt).await;
                Err(problem)
            }
        }
    }

    /// Claims the voucher for a payment that is not on disk yet, beside the questions of its admission. Until it is, the claim holds by
    /// [`Checkout::claiming`]: after a stop nothing was sent, and the voucher is free. Returns the payment's id if the claim was granted.
    ///
    /// A session with a failed or a refused try claims after its admission only, so that guesses which are refused reach no voucher.
    async fn claim_early(
        &self,
        config: &Config,
        session: &Session,
        request: &CheckedRequest,
    ) -> Option<RedemptionId> {
        if session.has_failures() || self.has_refused.get() {
            return None;
        }
        let id = new_id().ok()?;
        self.claiming.replace(Some(id.clone()));
        let is_granted = {
            let (claim, limit) = (pin!(self.claim(config, request, &id)), pin!(delay(EARLY_CLAIM)));
            matches!(select(claim, limit).await, Either::Left((Ok(true), _)))
        };
        is_granted.then_some(id)
    }

    /// Asks the provider's gate for these calls, and the throttles and the brake for one try. Returns the gate's permission, and whether a
    /// decline is masked.
    #[expect(clippy::too_many_arguments, reason = "a try has this many inputs")]
    pub(super) async fn admit_try(
        &self,
        config: &Config,
        provider: &dyn Provider,
        calls: usize,
        attempt: &ThrottledTry,
        session: &Session,
        one: Try<'_>,
        proof: Option<&str>,
    ) -> Result<(Permit, bool), Problem> {
        let asked = attempt.ask(config, session, proof);
        let (permit, (ruling, braked)) = join(gate::pay(&self.env, provider, calls), asked).await;
        let attempt = attempt.clone();
        let permit = match permit {
            // A try that is refused anyway must not take calls from others.
            Ok(early) => match throttled::check(config, ruling.admission, braked, one, proof) {
                Ok(()) => self.confirm_priority(provider, calls, early, ruling.behind).await,
                Err(problem) => {
                    self.release_permit(provider, early, calls, attempt).await;
                    return Err(problem);
                }
            },
            Err(closed) => Err(closed),
        };
        permit.map(|permit| (permit, ruling.masks)).map_err(|closed| {
            let until = if let NotPermitted::Full(wait) = closed { now() + wait } else { Millis::ZERO };
            spawn_local(async move { attempt.told_to_wait(until).await });
            closed.into()
        })
    }

    /// Asks the provider's gate again if the payment may have to wait behind others. `early` is the permit from the first request, if it gave
    /// one.
    async fn confirm_priority(
        &self,
        provider: &dyn Provider,
        calls: usize,
        early: Option<Permit>,
        behind: bool,
    ) -> Result<Permit, NotPermitted> {
        match early {
            Some(permit) if behind => gate::pay_behind(&self.env, provider, calls, permit).await,
            Some(permit) => Ok(permit),
            None => gate::pay_in_crowd(&self.env, provider, calls, behind).await,
        }
    }

    /// Gives back the permit of a payment that is not made, and reports to the throttles that its try is over.
    pub(super) async fn release_permit(
        &self,
        provider: &dyn Provider,
        permit: impl Into<Option<Permit>>,
        calls: usize,
        attempt: ThrottledTry,
    ) {
        spawn_local(async move { attempt.release(false).await });
        let Some(permit) = permit.into() else {
            return;
        };
        gate::give_back(&self.env, provider, permit, calls).await;
        gate::report(&self.env, provider, Some(permit), CallResult::NotMade).await;
    }

    /// Stores the payment if the session still accepts it: during the call to the gate the session may have
    /// ended, or a copy of the request may have been stored. Nothing is awaited between this check and the
    /// write. A payment whose code was not typed is ended first.
    async fn begin(
        &self,
        config: &Config,
        provider: &dyn Provider,
        request: &CheckedRequest,
        facts: PaymentFacts<'_>,
        admission: &Held<'_>,
    ) -> Result<StoreResult, Problem> {
        let PaymentFacts { key, requests, payer, masked, claimed } = facts;
        let unfinished = self.session()?.waiting_for_code().cloned();
        if let Some(one) = unfinished.filter(|one| one.begun.key != key) {
            let outcome = Outcome { entry: one.not_entered(), change: None };
            self.conclude(config, &one.begun.id, outcome, None).await?;
        }
        let session = self.session()?;
        if let Some(known) = session.by_key(key) {
            return Ok(StoreResult::Known(Box::new(known.clone())));
        }
        session.admit(now(), &config.limits)?;
        request.fits(&session, &config.limits)?;
        // Once this request is no longer the one that admits, or its claim was denied to somebody who asked, another session may have been
        // granted the voucher. No claim of this session holds without its payment on disk from here on.
        let last = self.claiming.take();
        let (id, claimed) = match claimed {
            Some(id) if admission.is_valid() && last.as_ref() == Some(&id) => (id, true),
            _ => (new_id()?, false),
        };
        let secrets = self.payment_secrets(config, provider, &id, request)?;
        let reference = reference::redemption(&session.id, session.redemptions.len());
        let fingerprint = requests.first().cloned().unwrap_or_default();
        let begun = request.begin(provider, key, fingerprint, id.clone(), reference, &config.keyring);
        let masked = masked || session.masks_declines(&config.limits);
        let begun = Begun { payer, masked, ..begun };
        self.write(config, &[Entry::Begun(begun)], &secrets).await?;
        Ok(StoreResult::New { id, claimed })
    }

    fn replay(
        &self,
        config: &Config,
        payer: Option<&str>,
        known: &Redemption,
        requests: &[String],
    ) -> Result<Redeemed, Problem> {
        let id = &known.begun.id;
        // Whoever can send the request knows its PIN.
        if requests.iter().any(|request| same(&known.begun.request, request)) {
            self.answer_with(config, payer, id, slice::from_ref(id), true)
        } else {
            Err(Problem::of(ErrorCode::IdempotencyMismatch))
        }
    }

    /// Returns the current state of the payment and its session, with the change vouchers of the payer key and of these payments.
    pub(super) fn answer_with(
        &self,
        config: &Config,
        payer: Option<&str>,
        id: &RedemptionId,
        shown: &[RedemptionId],
        is_replay: bool,
    ) -> Result<Redeemed, Problem> {
        let is_settled = self.session()?.redemption(id).is_some_and(|one| !one.is_open());
        let session = self.shopper_view(config, payer, shown)?;
        let redemption = session.redemptions.iter().find(|one| one.id == *id).cloned();
        let redemption = redemption.ok_or(Problem::of(ErrorCode::Internal))?;
        let answer = Json::of(&RedemptionAnswer { redemption, session })?;
        Ok(Redeemed { is_settled, is_replay, answer })
    }
}

fn new_id() -> Result<RedemptionId, Problem> {
    RedemptionId::of(&random_hex::<16>()?).ok_or(Problem::of(ErrorCode::Internal))
}
