//! Charging a voucher: it is claimed, its balance is checked where the provider requires that, and it is
//! charged. Each step is on disk before the next request is sent.

use super::Checkout;
use crate::objects::alarm::delay;
use crate::objects::calls::{self, Claim, ClaimVoucher};
use crate::objects::ledger_object::LedgerObject;
use crate::problem::Problem;
use crate::provider::call;
use crate::provider::gate::{self, CallResult, Permit};
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::gate::MARGIN;
use checkout_core::provider::{Charge, Op, Provider, Reply};
use checkout_core::recovery::ProviderAnswer;
use checkout_core::session::{CheckedRequest, Entry, Outcome, Parameters, Redemption};
use checkout_wire::{DeclineCode, Millis, RedemptionId};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// A payment whose first entry is on disk, with everything that is needed to carry it out.
pub(super) struct Payment<'a> {
    pub(super) config: &'a Config,
    pub(super) provider: &'a dyn Provider,
    pub(super) parameters: &'a Parameters,
    pub(super) request: &'a CheckedRequest,
    pub(super) id: &'a RedemptionId,
    /// Whether the voucher is claimed.
    pub(super) claimed: bool,
    /// The number of calls that the gate has permitted.
    pub(super) calls: usize,
    /// The time at which the request arrived.
    pub(super) started: Millis,
}

thread_local! {
    /// The time from a request to its decline by a call, by provider: the last one that this instance of the Worker has seen.
    static DECLINED_AFTER: RefCell<BTreeMap<&'static str, Millis>> = RefCell::default();
}

impl Checkout {
    /// Carries out the payment with the gate's permission, and reports the result of the call to the gate.
    pub(super) async fn pay(&self, payment: &Payment<'_>, permit: Permit) -> Result<(), Problem> {
        let mut unused = payment.calls;
        let taken = self.take(payment, &mut unused).await;
        gate::give_back(&self.env, payment.provider, permit, unused).await;
        let news = *taken.as_ref().unwrap_or(&CallResult::NotMade);
        self.report_call(payment.provider, permit, news).await;
        taken.map(|_| ())
    }

    /// Reports the result of a payment's call to the gate. A session counts once: one shopper must not be able to open a provider's circuit
    /// breaker for all others.
    pub(super) async fn report_call(&self, provider: &dyn Provider, permit: Permit, news: CallResult) {
        let news = match news {
            CallResult::Unanswered if self.reported_unanswered.replace(true) => CallResult::NotMade,
            news => news,
        };
        gate::report(&self.env, provider, Some(permit), news).await;
    }

    /// Carries out the payment. `unused` is the number of permitted calls that were not begun.
    async fn take(&self, payment: &Payment<'_>, unused: &mut usize) -> Result<CallResult, Problem> {
        let &Payment { config, provider, request, id, .. } = payment;
        if !payment.claimed && !self.claim(config, request, id).await? {
            let entry = Entry::NotSent { redemption: id.clone(), code: DeclineCode::VoucherInUse };
            self.mask_time(payment, false).await?;
            // The alarm may have given the payment up as lost in the meantime.
            if self.still_begun(id)?.is_none() {
                return Ok(CallResult::NotMade);
            }
            self.conclude(config, id, Outcome { entry, change: None }, None).await?;
            return Ok(CallResult::NotMade);
        }
        if provider.features().checkout.as_ref().is_some_and(|checkout| checkout.checks_balance_first) {
            *unused = unused.saturating_sub(1);
            if let Some(news) = self.check_balance(payment).await? {
                return Ok(news);
            }
        } else if self.still_begun(id)?.is_some() {
            self.write(config, &[Entry::Sending { redemption: id.clone() }], &[]).await?;
        }
        // Once a look-up has begun, no charge may be sent for this payment.
        match self.still_begun(id)? {
            Some(open) => {
                // A confirmation may follow the charge.
                *unused = 0;
                self.charge(payment, &open).await
            }
            None if self.is_challenging(id)? => {
                *unused = 0;
                self.challenge(config, provider, id, &payment.request.cleaned().pin).await
            }
            None => Ok(CallResult::NotMade),
        }
    }

    /// Checks the voucher's balance. Returns the result of the call if it ends the payment.
    async fn check_balance(&self, payment: &Payment<'_>) -> Result<Option<CallResult>, Problem> {
        let &Payment { config, provider, request, id, .. } = payment;
        let timeout = soon(provider, config);
        let reference = self.session()?.redemption(id).map(|one| one.begun.reference.clone());
        let op = Op::Balance { pin: &request.cleaned().pin, reference: &reference.unwrap_or_default() };
        let answer = call::perform(provider, id.as_str(), &op, timeout).await;
        let news = CallResult::of(&answer);
        let Some(open) = self.still_begun(id)? else {
            return Ok(Some(news));
        };
        let entry = open.balance_checked(answer);
        let goes_on = matches!(entry, Entry::BalanceChecked { .. } | Entry::Challenging { .. });
        if !goes_on {
            self.mask_time(payment, true).await?;
            if self.still_begun(id)?.is_none() {
                return Ok(Some(news));
            }
        }
        self.conclude(config, id, Outcome { entry, change: None }, None).await?;
        Ok((!goes_on).then_some(news))
    }

    /// Sends the charge, and writes the outcome.
    async fn charge(&self, payment: &Payment<'_>, open: &Redemption) -> Result<CallResult, Problem> {
        let &Payment { config, provider, parameters, request, id, .. } = payment;
        let session = self.session()?;
        let charge = Charge {
            pin: &request.cleaned().pin,
            brand: request.cleaned().provider_code.as_deref(),
            amount: open.begun.amount,
            reference: &open.begun.reference,
            phone: &request.cleaned().phone,
            email: request.cleaned().email.as_deref(),
            name: parameters.name.as_deref(),
            description: &parameters.summary(),
            notification_url: &format!("{}/webhooks/{}", config.public_url, provider.features().id),
            metadata: &[("checkout-session", session.id.as_str())],
        };
        let timeout = config.limits.provider_timeout_ms;
        let answer = call::perform(provider, id.as_str(), &Op::Charge(&charge), timeout).await;
        let news = CallResult::of(&answer);
        let answer = self.confirm(payment, open, answer).await;
        if matches!(answer, Ok(Reply::Declined(_))) {
            self.mask_time(payment, true).await?;
        }
        self.charged(config, id, open, answer).await?;
        Ok(news)
    }

    /// Writes the outcome of a charge, or of a code. `open` is the payment's state when the request was sent.
    pub(super) async fn charged(
        &self,
        config: &Config,
        id: &RedemptionId,
        open: &Redemption,
        answer: ProviderAnswer,
    ) -> Result<(), Problem> {
        let outcome = self.session()?.redemption(id).and_then(|payment| payment.answered(open, answer));
        match outcome {
            Some(outcome) => self.conclude(config, id, outcome, Some(open)).await,
            None => Ok(()),
        }
    }

    /// Waits until a masked decline may be written: at a multiple of a fixed time, so that neither the time of the answer nor the session's
    /// state reveals why the voucher was declined (law 8). A decline without a call to the provider takes as long as the last one with a call.
    async fn mask_time(
        &self,
        &Payment { config, provider, id, started, .. }: &Payment<'_>,
        with_call: bool,
    ) -> Result<(), Problem> {
        let name = provider.features().id;
        let spent = now() - started;
        let spent = DECLINED_AFTER.with_borrow_mut(|known| {
            if with_call {
                known.insert(name, spent);
            }
            known.get(name).copied().unwrap_or_default().max(spent)
        });
        if self.session()?.redemption(id).is_some_and(|payment| payment.begun.masked) {
            let Millis(step) = config.limits.masked_answer_ms;
            let answered_after = spent + Millis(step - spent.0.rem_euclid(step));
            delay(started + answered_after - now()).await;
        }
        Ok(())
    }

    /// Confirms a success by a look-up where the provider's first answer is not final. Returns any other
    /// answer unchanged.
    async fn confirm(
        &self,
        payment: &Payment<'_>,
        open: &Redemption,
        answer: ProviderAnswer,
    ) -> ProviderAnswer {
        let &Payment { config, provider, id, .. } = payment;
        match answer {
            Ok(Reply::Paid(paid))
                if provider
                    .features()
                    .checkout
                    .as_ref()
                    .is_some_and(|checkout| checkout.confirms_success) =>
            {
                let timeout = soon(provider, config);
                let lookup = Op::Lookup { reference: &open.begun.reference };
                open.confirmed(paid, call::perform(provider, id.as_str(), &lookup, timeout).await)
            }
            answer => answer,
        }
    }

    /// Claims the voucher for the payment: no other payment holds it, in any session (law 4). While the sealing key is being replaced,
    /// the voucher is claimed under its name by each key. Returns whether the claim was granted.
    pub(super) async fn claim(
        &self,
        config: &Config,
        request: &CheckedRequest,
        id: &RedemptionId,
    ) -> Result<bool, Problem> {
        let session = self.session()?.id.clone();
        for hash in request.voucher_names(&config.keyring) {
            let call = ClaimVoucher { session: session.clone(), redemption: id.clone() };
            if calls::voucher(&self.env, &hash, &call).await? == Claim::Refused {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Returns the timeout of one of several calls. A gate with a rate limit counts all of them
/// at once, so they must be sent within the gate's margin.
fn soon(provider: &dyn Provider, config: &Config) -> Millis {
    let timeout = config.limits.provider_timeout_ms;
    if provider.features().rate.is_some() { timeout.min(MARGIN) } else { timeout }
}
