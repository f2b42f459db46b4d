//! The pages with the checkout: the iframe and the hosted page. Both work without the widget, by a form.

mod code_form;
mod content;
mod form;
mod layout;
mod notice;
mod operations;
mod receipts;
mod request;
mod screens;
mod session_data;
mod submission;
mod text;
mod theme;
mod typed;

use crate::http::{HttpResult, session_id, status};
use crate::objects::calls::{self, Outline, PaidBack, ShowPaidBack};
use crate::problem::Problem;
use crate::runtime::random_hex;
use checkout_core::config::Config;
use checkout_core::credential::Credential;
use checkout_core::provider::Features;
use checkout_core::turnstile::Turnstile;
use checkout_present::{CheckoutRules, LoadError, RedemptionRules, Screen, Word};
use checkout_wire::{
    CheckoutView, DeclineCode, ErrorCode, Page, PageMode, RedemptionId, RedemptionView, Seconds,
    SessionStatus,
};
use content::Content;
use layout::{Data, Document};
use maud::{DOCTYPE, html};
use request::{PageRequest, see_other};
use serde_json::{Value, json};
use session_data::SessionData;
use submission::{Submitted, read_form, submit};
use typed::Typed;
use worker::{Env, Request};

pub use operations::operations;

/// Answers `GET /embed/{id}`: the page in the iframe. It has no secret, so it shows only the fields to fill in. The
/// shop's page sends the secret to widget/entry.js by message. The address may contain `locale` and the properties of [`theme::Theme`].
pub async fn embed(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let asked = PageRequest::of(request, env, config, id);
    let outline = match session_id(id) {
        Ok(id) if config.keyring.has_named(&id) => {
            Some(calls::checkout(env, &id, &Outline).await.and_then(|outline| outline.read()).ok())
        }
        _ => None,
    };
    // The widget may load a session whose outline could not be read.
    let with_code = outline.as_ref().is_some_and(|outline| sends_code(config, outline.as_ref()));
    // A session that takes no voucher at the moment shows no ways to pay.
    let outline = outline.flatten().filter(|view| !view.providers.is_empty());
    let known = outline.as_ref().map_or(SessionData::Nothing, SessionData::Outline);
    checkout_page(&asked, PageMode::Embed, id, &Shown { with_code, ..Shown::of(known, "") }).await
}

/// Answers `GET /pay/{id}`: the hosted page, for the browser with its cookie. `GET /pay/{id}?key={client_secret}` leads there. The address
/// may contain the same parameters as that of the iframe, and `plain` for a page without the widget.
pub async fn pay(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let asked = PageRequest::of(request, env, config, id);
    if let Some(answer) = asked.exchange(request.headers(), id) {
        return answer;
    }
    match asked.session(id, asked.credential()).await {
        Ok((view, opened)) => {
            let paid_back = paid_back(env, &view).await;
            let secret = asked.shown_secret(PageMode::Hosted, &opened.secret);
            let shown = Shown { paid_back, ..Shown::of(SessionData::Session(&view), secret) };
            checkout_page(&asked, PageMode::Hosted, id, &shown).await
        }
        Err(problem) => gone(&asked, PageMode::Hosted, &problem).await,
    }
}

/// Answers the form: `POST /pay/{id}` of the hosted page, or `POST /embed/{id}` of the iframe, sent before the widget runs, with the
/// client secret in its field `key`. The hosted page redirects to itself, so that a reload does not send the form
/// again; the iframe shows the page in the session's new state. On a mistake or a decline both show the form and the error, without
/// the PIN.
pub async fn pay_by_form(
    mut request: Request,
    env: &Env,
    config: &Config,
    mode: PageMode,
    id: &str,
) -> HttpResult {
    let asked = PageRequest::of(&request, env, config, id);
    let (typed, unreadable) = match read_form(&mut request, config).await {
        Ok(typed) => (typed, None),
        Err(problem) if mode == PageMode::Embed => return gone(&asked, mode, &problem).await,
        Err(problem) => (Typed::default(), Some(problem)),
    };
    let opens = match mode {
        PageMode::Embed => Some(Credential::parse(typed.key.reveal())),
        PageMode::Hosted => asked.credential(),
    };
    let (view, opened) = match asked.session(id, opens).await {
        Ok(found) => found,
        Err(problem) => return gone(&asked, mode, &problem).await,
    };
    let submitted = match unreadable {
        Some(problem) => Submitted::Refused(Box::new(view), problem),
        None => submit(&asked, id, &opened, view, &typed).await,
    };
    let empty = Shown::of(SessionData::Nothing, asked.shown_secret(mode, &typed.key));
    let (view, shown) = match &submitted {
        Submitted::Unclear if mode == PageMode::Hosted => return see_other(id, &asked.own_query(), &[]),
        // It becomes the iframe's first page again, which shows the session.
        Submitted::Unclear => return message(&asked, mode, Screen::Pending, 200, Some(Seconds(4))).await,
        Submitted::Done(view, redemption) => {
            let is_ours = |payment: &&RedemptionView| Some(&payment.id) == redemption.as_ref();
            let is_refused = |payment: &RedemptionView| {
                payment.refused().is_some() || (payment.challenge.is_some() && typed.code.is_some())
            };
            let is_refused = view.redemptions.iter().find(is_ours).is_some_and(is_refused);
            if mode == PageMode::Hosted && !is_refused {
                return see_other(id, &asked.own_query(), &[]);
            }
            let redemption = redemption.clone();
            (view, Shown { typed: is_refused.then_some(&typed), redemption, ..empty })
        }
        Submitted::Refused(view, problem) => {
            (view, Shown { typed: Some(&typed), problem: Some(problem), ..empty })
        }
        Submitted::Asked(view, problem) => {
            let refused = typed.shows.as_deref().zip(problem.as_ref());
            (view, Shown { typed: typed.wants_another.then_some(&typed), refused, ..empty })
        }
    };
    checkout_page(&asked, mode, id, &Shown { known: SessionData::Session(view), ..shown }).await
}

/// Answers `GET /problems`: the meaning of each `code`; a problem document's `type` links here.
pub fn problems() -> HttpResult {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Error codes" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/site.css";
            }
            body {
                main {
                    h1 { "Error codes" }
                    @for code in ErrorCode::ALL {
                        h2 id=(code.as_str()) { code { (code.as_str()) } }
                        p { (code.title()) ". HTTP " (status(*code)) "." }
                    }
                }
            }
        }
    };
    layout::html_answer(200, "style-src 'self'; form-action 'none'; frame-ancestors 'none'", html)
}

/// Returns the payouts of money owed to the shopper. Only some sessions can have a payout.
async fn paid_back(env: &Env, view: &CheckoutView) -> Option<PaidBack> {
    if !view.has_ended() && view.amount_received <= view.amount {
        return None;
    }
    calls::checkout(env, &view.id, &ShowPaidBack).await.ok().flatten()
}

/// Returns whether a voucher's owner can be sent a code in this session or, if the session is not known, in any session.
fn sends_code(config: &Config, view: Option<&CheckoutView>) -> bool {
    let is_its = |features: &Features| view.is_none_or(|view| features.currency.code() == view.currency);
    let sends_code =
        |features: &Features| features.checkout.as_ref().is_some_and(|checkout| checkout.sends_code);
    config.checkout().any(|features| sends_code(features) && is_its(features))
}

/// The data of a session for its page.
struct Shown<'a> {
    known: SessionData<'a>,
    typed: Option<&'a Typed>,
    problem: Option<&'a Problem>,
    /// The redemption whose change voucher is not shown, and why.
    refused: Option<(&'a str, &'a Problem)>,
    /// The redemption that the submitted form made.
    redemption: Option<RedemptionId>,
    /// The client secret; empty in an iframe whose form has not brought it, and on a hosted page that works by the cookie.
    secret: &'a str,
    /// The owed money that the merchant has paid out.
    paid_back: Option<PaidBack>,
    /// Whether a voucher's owner can be sent a code, for a page without the session.
    with_code: bool,
}

impl<'a> Shown<'a> {
    /// Shows a session as it is.
    const fn of(known: SessionData<'a>, secret: &'a str) -> Self {
        Self {
            known,
            typed: None,
            problem: None,
            refused: None,
            redemption: None,
            secret,
            paid_back: None,
            with_code: false,
        }
    }
}

/// Answers with the page of a session.
async fn checkout_page(asked: &PageRequest<'_>, mode: PageMode, id: &str, shown: &Shown<'_>) -> HttpResult {
    let Shown { known, problem, refused, .. } = *shown;
    let is_embed = mode == PageMode::Embed;
    let texts = asked.texts(known.view().and_then(|view| view.locale.as_deref())).await;
    let with_code =
        shown.with_code || known.session().is_some_and(|view| sends_code(asked.config, Some(view)));
    // The widget can neither show the errors of a form that it has not sent, nor continue after a form that asked for another voucher.
    let is_challenged = known.session().is_some_and(|view| view.challenged().is_some());
    let status_of = problem.or(refused.map(|(_, problem)| problem));
    let is_answer = status_of.is_some() || (is_challenged && shown.typed.is_some());
    let widget = !is_answer && (is_embed || !asked.plain);
    let page = Page {
        mode,
        session: id.to_owned(),
        checkout: known.session().cloned(),
        redemption: shown.redemption.clone(),
    };
    let data = Data {
        page: &page,
        origins: if is_embed { &asked.config.allowed_origins } else { &[] },
        secret: (!is_embed && !shown.secret.is_empty()).then_some(shown.secret),
        event: match problem {
            _ if !is_embed => None,
            // The form was announced as a payment, and no voucher was charged.
            Some(_) if !is_challenged => Some(declined(DeclineCode::NotCharged)),
            _ => known.session().and_then(|view| event_of(view, shown.redemption.as_ref())),
        },
    };
    let query = (!is_embed).then(|| asked.own_query());
    let empty = Typed::default();
    // A puzzle is valid for one try.
    let again = problem.filter(|problem| problem.puzzle.is_some()).and(shown.typed);
    let attempt = again.map_or_else(random_hex::<16>, |typed| Ok(typed.attempt.clone()))?;
    let needs_email =
        |features: &&Features| features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email);
    let emailed = asked.config.checkout().find(needs_email).and_then(|features| features.brands().first());
    let content = Content {
        t: &texts,
        mode,
        shop_name: &asked.config.shop_name,
        email_for: emailed.map_or("", |brand| &brand.label),
        known,
        attempt: &attempt,
        secret: shown.secret,
        refused,
        typed: shown.typed.unwrap_or(&empty),
        problem,
        has_outcome: shown.redemption.is_some(),
        with_code,
        paid_back: shown.paid_back.as_ref(),
    };
    let code_left = content.state().wait.filter(|wait| wait.word == Word::CodeLeft).map(|wait| wait.seconds);
    Document {
        texts: &texts,
        theme: &asked.theme,
        mode,
        page: (is_embed || widget).then_some(data),
        widget,
        with_code,
        main: content.html(),
        refresh: known.session().and_then(|view| match view.awaits_outcome() {
            true => Some(Seconds(4)),
            // Reloads when a provider's wait, the session or the code ends.
            false => view
                .all_down()
                .filter(|_| view.takes_vouchers())
                .or_else(|| view.time_left())
                .or_else(|| code_left.and(view.expires_in.min(code_left))),
        }),
        shop_name: &asked.config.shop_name,
        turnstile: asked.config.turnstile.as_ref().map(Turnstile::origin),
        query: query.as_deref(),
    }
    .answer(status_of.map_or(200, |problem| status(problem.code)), &asked.policy(mode, "'self'"))
}

/// Returns the event for the shop's page of what the submitted form has led to (widget/src/model/dom_event.rs).
fn event_of(view: &CheckoutView, redemption: Option<&RedemptionId>) -> Option<Value> {
    if view.status == SessionStatus::Complete {
        return Some(json!({"type": "paid", "change": view.has_something_to_keep()}));
    }
    let is_its = |one: &&RedemptionView| Some(&one.id) == redemption;
    view.redemptions.iter().find(is_its)?.refused().map(declined)
}

fn declined(code: DeclineCode) -> Value {
    json!({"type": "declined", "code": code.as_str()})
}

/// Answers with a page that reports a missing session; after a failure of the Worker, the page reloads itself.
async fn gone(asked: &PageRequest<'_>, mode: PageMode, problem: &Problem) -> HttpResult {
    let (error, refresh) = match problem.is_failure() {
        true => (LoadError::Failed, Some(Seconds(4))),
        false => (LoadError::NotFound, None),
    };
    message(asked, mode, Screen::LoadError(error), status(problem.code), refresh).await
}

/// Answers with a page without a session.
async fn message(
    asked: &PageRequest<'_>,
    mode: PageMode,
    screen: Screen,
    status: u16,
    refresh: Option<Seconds>,
) -> HttpResult {
    let texts = asked.texts(None).await;
    Document {
        texts: &texts,
        theme: &asked.theme,
        mode,
        page: None,
        widget: false,
        with_code: false,
        main: screens::message(&texts, screen),
        refresh,
        shop_name: &asked.config.shop_name,
        turnstile: None,
        query: None,
    }
    .answer(status, &asked.policy(mode, "'none'"))
}
