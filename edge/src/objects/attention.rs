//! The `Attention` object, one for the deployment. A schedule wakes it (`[triggers]` in `wrangler.toml`). It checks for work that has
//! waited for a person for too long and for failures, and reports each cause to the merchant by an event once a day. It also counts
//! browsers' reports of violations. No payment calls it.

use super::calls::{
    self, AskNotes, Call, CheckCauses, NoteFeed, NoteViolations, Notes, Received, answer, internal, refuse,
};
use super::ledger_object::{Ledger, LedgerObject};
use crate::index::waiting::waiting;
use crate::log::context::{LogContext, within};
use crate::problem::Problem;
use crate::provider::gate;
use crate::runtime::{self, now};
use checkout_core::Config;
use checkout_core::attention::{Backlog, Cause, CauseKind, ReportedCauses};
use checkout_core::index::{Rows, Version};
use checkout_wire::{EventType, Millis};
use serde_json::Value;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

/// The reported causes, and the events that report them.
#[durable_object(alarm)]
pub struct Attention {
    env: Env,
    ledger: Ledger<ReportedCauses>,
}

/// Wakes the object. A failure is logged where it occurs; the next scheduled run tries again.
pub async fn wake(env: &Env) {
    let _ = calls::attention(env, &CheckCauses).await;
}

impl DurableObject for Attention {
    fn new(state: State, env: Env) -> Self {
        Self { env, ledger: Ledger::new(&state) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let received = Received::receive(request).await?;
        let work = async {
            match received.name() {
                CheckCauses::NAME => answer::<CheckCauses>(self.check_causes().await),
                NoteFeed::NAME => {
                    let NoteFeed { object, since } = received.call()?;
                    let noted = self.ledger.store().note_behind(&object, since, now());
                    answer::<NoteFeed>(noted.map_err(internal("note")))
                }
                NoteViolations::NAME => {
                    let NoteViolations { violations } = received.call()?;
                    let store = self.ledger.store();
                    let noted = violations.iter().try_for_each(|violation| store.note_violation(violation));
                    answer::<NoteViolations>(noted.map_err(internal("note")))
                }
                AskNotes::NAME => answer::<AskNotes>(self.notes()),
                _ => refuse(),
            }
        };
        within(LogContext::default(), work).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        within(LogContext::default(), self.ring()).await?;
        Response::empty()
    }
}

impl LedgerObject for Attention {
    type State = ReportedCauses;

    #[cfg(feature = "crash-points")]
    const KIND: &'static str = "attention";

    fn env(&self) -> &Env {
        &self.env
    }

    fn ledger(&self) -> &Ledger<ReportedCauses> {
        &self.ledger
    }

    fn news(
        config: &Config,
        before: Option<&ReportedCauses>,
        after: &ReportedCauses,
        _now: Millis,
    ) -> Vec<(EventType, Value)> {
        after.news(before, config)
    }

    /// Returns `false`: the index has only the object's events.
    fn is_indexed(_: &ReportedCauses) -> bool {
        false
    }

    fn rows(&self, _: &Config, _: &ReportedCauses, _: Version) -> Result<Rows, Problem> {
        Ok(Rows::default())
    }

    fn next_due(&self, _: &Config, _: &ReportedCauses) -> Result<Option<Millis>, Problem> {
        Ok(None)
    }

    async fn settle(&self, _: &Config) -> Result<(), Problem> {
        Ok(())
    }

    /// Returns the body unchanged: it contains no personal data.
    fn complete_event(&self, _: &Config, body: String) -> Result<String, Problem> {
        Ok(body)
    }

    #[cfg(feature = "crash-points")]
    fn names(&self, _: Option<&ReportedCauses>) -> Vec<String> {
        vec![checkout_core::attention::OWNER.to_owned()]
    }
}

impl Attention {
    /// Checks for causes, and reports those that were not reported today.
    async fn check_causes(&self) -> Result<(), Problem> {
        let config = runtime::config(&self.env)?;
        let found = self.causes(&config).await;
        let day: String = runtime::zone(&config)?.text(now()).chars().take("YYYY-MM-DD".len()).collect();
        // Nothing is awaited between this decision and the write, so that two concurrent checks report a cause once.
        match ReportedCauses::next(self.ledger.state()?.as_deref(), &day, &found) {
            Some(note) => self.write(&config, &[note], &[]).await,
            None => self.rearm_overdue(&config).await,
        }
    }

    fn notes(&self) -> Result<Notes, Problem> {
        let violations = self.ledger.store().violations(now()).map_err(internal("violations"))?;
        Ok(Notes { behind: self.behind()?, violations })
    }

    fn behind(&self) -> Result<Backlog, Problem> {
        self.ledger.store().behind(now()).map_err(internal("behind"))
    }

    async fn causes(&self, config: &Config) -> Vec<Cause> {
        // A failure that a second try resolves is not reported.
        let waiting = match waiting(&self.env, config).await {
            Ok(waiting) => Ok(waiting),
            Err(_) => waiting(&self.env, config).await,
        };
        let mut causes = match waiting {
            Ok(waiting) => {
                let waits = [
                    (CauseKind::RedemptionsNeedReview, waiting.redemptions),
                    (CauseKind::VouchersNeedReview, waiting.vouchers),
                    (CauseKind::MoneyOwed, waiting.owed),
                    (CauseKind::EventsUndelivered, waiting.undelivered),
                ];
                let overdue = |(kind, waits)| Cause::overdue(kind, waits, config, now());
                waits.into_iter().filter_map(overdue).collect()
            }
            Err(_) => vec![Cause::of(CauseKind::IndexUnavailable)],
        };
        let behind = self.behind().ok();
        causes
            .extend(behind.and_then(|behind| Cause::overdue(CauseKind::IndexBehind, behind, config, now())));
        for provider in &config.providers {
            if let Ok(Some(_)) = gate::health(&self.env, provider.as_ref()).await {
                causes.push(Cause::provider_down(provider.features().id));
            }
            if let Ok(true) = gate::is_braking(&self.env, provider.as_ref()).await {
                causes.push(Cause::guessing(provider.features().id));
            }
        }
        causes
    }
}
