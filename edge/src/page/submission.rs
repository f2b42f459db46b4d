//! A submitted form and its result.

use super::request::PageRequest;
use super::typed::Typed;
use crate::api::shopper::checked;
use crate::client_secret;
use crate::http::{body, check_origin, header};
use crate::objects::calls::{self, AnswerChallenge, Redeem};
use crate::problem::Problem;
use checkout_core::config::Config;
use checkout_core::credential::Credential;
use checkout_wire::{CheckoutView, ErrorCode, RedemptionId};
use worker::Request;

/// The result of a submitted form.
pub enum Submitted {
    /// The session shows the outcome. Holds the id of the redemption, if the form made one.
    Done(Box<CheckoutView>, Option<RedemptionId>),
    /// Nothing was charged, and the form can be corrected.
    Refused(Box<CheckoutView>, Problem),
    /// A payment may be under way, and the session does not show it yet.
    Unclear,
    /// The form has asked for another page only. Holds why that does not show the PIN of a change voucher.
    Asked(Box<CheckoutView>, Option<Problem>),
}

/// Carries out a submitted form, usually a payment.
pub async fn submit(
    asked: &PageRequest<'_>,
    id: &str,
    opened: &Credential,
    view: CheckoutView,
    typed: &Typed,
) -> Submitted {
    let refused = |view, problem| Submitted::Refused(Box::new(view), problem);
    if typed.wants_another {
        return Submitted::Asked(Box::new(view), None);
    }
    if typed.shows.is_some() {
        let call = client_secret::view(opened, Some(typed.paid_phone.clone()), asked.address.clone());
        return match calls::checkout(asked.env, &view.id, &call).await.and_then(|shown| shown.read()) {
            Ok(view) => Submitted::Asked(Box::new(view), None),
            Err(problem) => Submitted::Asked(Box::new(view), Some(problem)),
        };
    }
    let (address, proof) = (asked.address.clone(), typed.proof.clone());
    let (secret, payer, attempt) = (opened.secret.clone(), opened.payer_hash(), typed.attempt.clone());
    let done = if let Some(challenged) = &typed.challenged {
        // Shows the session if the payment does not exist or needs no code.
        let Some(redemption) = RedemptionId::parse(challenged) else {
            return Submitted::Done(Box::new(view), None);
        };
        let answer = match checked(typed.answer()) {
            Ok(answer) => answer,
            Err(problem) => return refused(view, problem),
        };
        let call = AnswerChallenge { secret, payer, redemption, key: attempt, answer, address, proof };
        calls::checkout(asked.env, &view.id, &call).await
    } else {
        let request = match typed.to_request(&view) {
            Ok(Some(request)) => request,
            // The session shows where the change voucher went.
            Ok(None) => return Submitted::Done(Box::new(view), None),
            Err(problem) => return refused(view, problem),
        };
        let call = Redeem { secret, payer, key: attempt, request, address, proof };
        calls::checkout(asked.env, &view.id, &call).await
    };
    let problem = match done.and_then(|done| done.answer.read()) {
        Ok(answer) => return Submitted::Done(Box::new(answer.session), Some(answer.redemption.id)),
        Err(problem) => problem,
    };
    let reads_session = match problem.code {
        ErrorCode::Internal | ErrorCode::PaymentInProgress => return Submitted::Unclear,
        // A mismatch: another form with this key was carried out.
        ErrorCode::IdempotencyMismatch
        | ErrorCode::SessionComplete
        | ErrorCode::SessionExpired
        | ErrorCode::SessionCanceled
        | ErrorCode::RedemptionNotFound
        | ErrorCode::TooManyVouchers => true,
        _ => false,
    };
    // The session also shows that the provider is down.
    if !reads_session && problem.code != ErrorCode::ProviderDown {
        return refused(view, problem);
    }
    match asked.session(id, Some(opened.clone())).await {
        Ok((view, _)) if reads_session => Submitted::Done(Box::new(view), None),
        Ok((view, _)) => refused(view, problem),
        Err(_) => Submitted::Unclear,
    }
}

/// Reads a form of our own page.
pub async fn read_form(request: &mut Request, config: &Config) -> Result<Typed, Problem> {
    check_own_form(request, config)?;
    let body = body(request, "application/x-www-form-urlencoded").await?;
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(&body) {
        typed.set(&name, value.into_owned());
    }
    let is_key =
        |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if typed.shows.is_none() && !typed.wants_another && !is_key(&typed.attempt) {
        return Err(Problem::of(ErrorCode::FieldMissing).about("attempt"));
    }
    Ok(typed)
}

/// Checks that a form comes from our own page. With `Referrer-Policy: no-referrer` a browser sends `Origin: null`, also to ourselves. A
/// browser that does not send `Sec-Fetch-Site` either keeps foreign forms out by `SameSite` of the cookie.
fn check_own_form(request: &Request, config: &Config) -> Result<(), Problem> {
    match header(request.headers(), "sec-fetch-site").as_deref() {
        // A browser sends "none" for a request that it repeats itself, as on a reload.
        None | Some("same-origin" | "none") => {}
        Some(_) => return Err(Problem::of(ErrorCode::OriginNotAllowed)),
    }
    match header(request.headers(), "origin").as_deref() {
        Some("null") => Ok(()),
        _ => check_origin(request.headers(), config),
    }
}
