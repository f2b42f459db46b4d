//! HTTP: problem documents, headers, credentials, and bodies of at most 16 KB.

use crate::objects::alarm::delay;
use crate::objects::calls::{Json, internal};
use crate::problem::Problem;
use checkout_core::config::Config;
use checkout_core::fields::MAX_BODY;
use checkout_core::secret::Secret;
use checkout_core::throttle::{ThrottleOwner, owner_of_address};
use checkout_wire::{ErrorCode, Millis, PROBLEM_TYPE, Seconds, SessionId};
use core::pin::pin;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use serde_json::{Value, json};
use worker::{ByteStream, Headers, Request, Response, ResponseBuilder, Result};

/// The most bytes of an unwanted body that are read and dropped.
const MAX_DRAINED: usize = 16 * 1024 * 1024;
/// The longest time for which they are read.
const DRAIN_TIME: Millis = Millis::SECOND.times(5);
/// The time within which a body that is needed has to arrive.
const BODY_TIME: Millis = Millis::SECOND.times(15);

/// The headers of every answer; `www/public/_headers` has those of the files, with the same permissions. Of all features that need the
/// user's permission, our pages only use writing to the clipboard.
const GUARDS: [(&str, &str); 8] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), clipboard-read=(), display-capture=(), geolocation=(), hid=(), \
         identity-credentials-get=(), idle-detection=(), local-fonts=(), microphone=(), midi=(), \
         otp-credentials=(), payment=(), publickey-credentials-create=(), publickey-credentials-get=(), \
         serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-content-type-options", "nosniff"),
];

/// The answer to a request, or a problem.
pub type HttpResult = Result<Response, Problem>;

/// Writes a problem document (RFC 9457): the only place where an error becomes an answer.
pub fn problem(problem: &Problem) -> Result<Response> {
    let status = status(problem.code);
    let mut document = json!({
        "type": format!("{PROBLEM_TYPE}{}", problem.code.as_str()),
        "title": problem.code.title(),
        "status": status,
        "code": problem.code.as_str(),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(value), Value::Object(members)) = (value, &mut document) {
            members.insert(name.to_owned(), value);
        }
    };
    put("detail", problem.detail.as_deref().map(Value::from));
    put("field", problem.field.as_deref().map(Value::from));
    put("retry_after", problem.retry_after.map(|Seconds(seconds)| seconds.into()));
    put("puzzle", problem.puzzle.as_deref().map(Value::from));
    let mut answer =
        ResponseBuilder::new().with_status(status).with_header("content-type", "application/problem+json")?;
    if let Some(Seconds(seconds)) = problem.retry_after {
        answer = answer.with_header("retry-after", &seconds.to_string())?;
    }
    if status == 401 {
        answer = answer.with_header("www-authenticate", "Bearer")?;
    }
    Ok(answer.fixed(document.to_string().into_bytes()))
}

/// Returns the HTTP status of an error code.
pub const fn status(code: ErrorCode) -> u16 {
    use ErrorCode::*;
    match code {
        BodyNotJson
        | FieldMissing
        | FieldUnknown
        | FieldInvalid
        | AmountInvalid
        | AmountAboveRemaining
        | AmountBelowRemaining
        | CurrencyUnsupported
        | ProviderNotAllowed
        | PinInvalid
        | PhoneInvalid
        | EmailInvalid
        | CodeInvalid
        | IdempotencyKeyInvalid => 400,
        ApiKeyMissing | ApiKeyInvalid | AccessTokenInvalid | ClientSecretMissing | ClientSecretInvalid => 401,
        IssuingOff | OriginNotAllowed | PhoneUnconfirmed | WebhookUnsigned => 403,
        SessionNotFound | RedemptionNotFound | EventNotFound | VoucherNotFound | NotFound => 404,
        SessionArchived => 410,
        MethodNotAllowed => 405,
        SessionExpired
        | SessionCanceled
        | SessionComplete
        | PaymentInProgress
        | TooManyVouchers
        | NothingToResolve
        | NotRefundable
        | NotOwed
        | IdempotencyInProgress => 409,
        BodyTooSlow => 408,
        BodyTooLarge => 413,
        MediaTypeUnsupported => 415,
        IdempotencyMismatch | VoucherNotIssued => 422,
        // Nothing was sent, so a 5xx would be wrong: after a 5xx, money may have moved.
        TooManyAttempts | ProofRequired | ProviderBusy | ProviderDown => 429,
        Internal => 500,
        ProviderUnavailable => 502,
        Misconfigured | AccessUnavailable | IndexUnavailable => 503,
    }
}

/// Answers with JSON.
pub fn json_answer<T>(status: u16, body: &Json<T>) -> HttpResult {
    let answer = ResponseBuilder::new().with_status(status).with_header("content-type", "application/json");
    Ok(answer.map_err(internal("headers"))?.fixed(body.text().as_bytes().to_vec()))
}

/// Marks an answer as the replay of an answer to an earlier request with the same `Idempotency-Key`.
pub fn replayed(answer: Response) -> HttpResult {
    answer.headers().set("idempotent-replayed", "true").map_err(internal("headers"))?;
    Ok(answer)
}

/// Adds the headers of every answer of the Worker. An answer that already has one of them, such as a page with its own policy, keeps it.
pub fn guarded(mut answer: Response) -> Result<Response> {
    let headers = answer.headers_mut();
    for (name, value) in GUARDS {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    Ok(answer)
}

/// Reads the body if it is of this media type and at most 16 KB.
pub async fn body(request: &mut Request, media_type: &str) -> Result<Vec<u8>, Problem> {
    let sent = header(request.headers(), "content-type").unwrap_or_default().to_ascii_lowercase();
    if sent.split(';').next().map(str::trim) != Some(media_type) {
        return Err(Problem::of(ErrorCode::MediaTypeUnsupported)
            .detail(format!("Content-Type must be {media_type}.")));
    }
    let too_large = || Problem::of(ErrorCode::BodyTooLarge);
    let told = header(request.headers(), "content-length").and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|length| length > MAX_BODY) {
        return Err(too_large());
    }
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    let mut stream = request.stream().map_err(internal("body"))?;
    // Read in chunks: a body without a Content-Length must not fill the memory.
    let read = async {
        let mut bytes = Vec::new();
        while let Some(piece) = stream.next().await {
            bytes.extend(piece.map_err(|_| Problem::of(ErrorCode::BodyNotJson))?);
            if bytes.len() > MAX_BODY {
                discard(&mut stream).await;
                return Err(too_large());
            }
        }
        Ok(bytes)
    };
    match select(pin!(read), pin!(delay(BODY_TIME))).await {
        Either::Left((read, _)) => read,
        Either::Right(_) => Err(Problem::of(ErrorCode::BodyTooSlow)),
    }
}

/// Reads and drops the body of a request that was answered without it. Otherwise the connection can break while
/// the sender is still sending, and the sender sees no answer.
pub async fn drain(request: web_sys::Request) {
    if request.body_used() || request.body().is_none_or(|body| body.locked()) {
        return;
    }
    if let Ok(mut body) = Request::from(request).stream() {
        discard(&mut body).await;
    }
}

/// Reads the rest of a body, up to a limit of size and time.
async fn discard(body: &mut ByteStream) {
    let read = async {
        let mut left = MAX_DRAINED;
        while let Some(Ok(piece)) = body.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                break;
            }
        }
    };
    select(pin!(read), pin!(delay(DRAIN_TIME))).await;
}

/// Reads a JSON body as text. The caller that parses it checks that it is a JSON object.
pub async fn json_body(request: &mut Request) -> Result<String, Problem> {
    let bytes = body(request, "application/json").await?;
    String::from_utf8(bytes).map_err(|_| Problem::of(ErrorCode::BodyNotJson))
}

/// Returns a header, if it is present and readable.
pub fn header(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).ok().flatten()
}

/// Parses the session's id in an address. Malformed text is refused here, because a call to an unknown name would create an object.
pub fn session_id(text: &str) -> Result<SessionId, Problem> {
    SessionId::parse(text).ok_or(Problem::of(ErrorCode::SessionNotFound))
}

/// Returns the credential of an `Authorization: Bearer` header.
pub fn bearer(headers: &Headers) -> Option<Secret> {
    let value = header(headers, "authorization")?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| Secret::new(token.to_owned()))
}

/// Returns the name of the throttle of the address that a request comes from, which Cloudflare adds.
pub fn address(headers: &Headers, config: &Config) -> Option<String> {
    let address = owner_of_address(&header(headers, "cf-connecting-ip")?);
    Some(ThrottleOwner::Address.name(&config.keyring, &address))
}

/// Refuses a request from a foreign page. Browsers send the origin with every POST and every cross-origin
/// GET.
pub fn check_origin(headers: &Headers, config: &Config) -> Result<(), Problem> {
    match header(headers, "origin") {
        Some(origin) if origin != config.public_url => Err(Problem::of(ErrorCode::OriginNotAllowed)),
        _ => Ok(()),
    }
}

/// Returns the `Idempotency-Key`: 1 to 255 characters out of letters, digits, `-`, `_`, `:` and `.`.
pub fn idempotency_key(headers: &Headers) -> Result<String, Problem> {
    let key = header(headers, "idempotency-key").unwrap_or_default();
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
    if (1..=255).contains(&key.len()) && key.bytes().all(fine) {
        Ok(key)
    } else {
        Err(Problem::of(ErrorCode::IdempotencyKeyInvalid))
    }
}

#[cfg(test)]
mod tests;
