//! The one place that calls a provider. It sends each request once.

use crate::log;
use crate::outgoing;
use crate::runtime::{self, now};
use checkout_core::http::{HttpRequest, HttpResponse, Method};
use checkout_core::provider::{Op, Provider, Reply};
use checkout_core::recovery::{Doubt, ProviderAnswer};
use checkout_wire::Millis;
use worker::{Fetch, Headers, Request};

/// Performs an operation at the provider and returns its reply. Every failure leaves the outcome in doubt,
/// because the request may have arrived (law 3).
pub async fn perform(provider: &dyn Provider, about: &str, op: &Op<'_>, timeout: Millis) -> ProviderAnswer {
    let started = now();
    let answer = match provider.request(op, started) {
        Ok(request) => fetch(&request, timeout).await,
        Err(_) => Err(Doubt::Unreadable),
    };
    let status = answer.as_ref().ok().map(|answer| answer.status);
    let (reply, words) = match answer {
        Err(doubt) => (Err(doubt), if doubt == Doubt::Timeout { "no answer in time" } else { "no answer" }),
        Ok(answer) => match provider.reply(op, &answer) {
            Ok(reply) => {
                let name = name(&reply);
                (Ok(reply), name)
            }
            Err(unreadable) => (Err(Doubt::Unreadable), unreadable.0),
        },
    };
    log::provider_call(provider.features().id, about, op.name(), status, words, now() - started);
    reply
}

/// Sends a request and reads its answer.
pub async fn fetch(request: &HttpRequest, timeout: Millis) -> Result<HttpResponse, Doubt> {
    let signal = runtime::timeout(timeout);
    let doubt = |_: worker::Error| {
        if signal.aborted() { Doubt::Timeout } else { Doubt::Cut }
    };
    let request = outgoing(request).map_err(doubt)?;
    let mut answer = Fetch::Request(request).send_with_signal(&signal).await.map_err(doubt)?;
    let body = answer.bytes().await.map_err(doubt)?;
    Ok(HttpResponse { status: answer.status_code(), body })
}

fn outgoing(request: &HttpRequest) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value)?;
    }
    // A redirect counts as an unreadable answer.
    let body = (request.method == Method::Post).then_some(request.body.as_str());
    outgoing::request(request.method.as_str(), &request.url, &headers, body)
}

const fn name(reply: &Reply) -> &'static str {
    match reply {
        Reply::Paid(_) => "paid",
        Reply::Declined(_) => "declined",
        Reply::Pending => "pending",
        Reply::NotFound => "not found",
        Reply::Busy => "busy",
        Reply::Balance(_) | Reply::Renewing(_) | Reply::Guarded { .. } => "balance",
        Reply::Challenged(_) => "challenged",
        Reply::CodeRefused => "code refused",
        Reply::Failed => "failed",
        Reply::Reversed => "reversed",
        Reply::Conflict(_) => "conflict",
        Reply::Issued(_) => "issued",
        Reply::Viewed(_) => "viewed",
    }
}
