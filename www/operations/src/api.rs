//! Calls to the merchant's API, as the signed-in person.

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Array, Uint8Array};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use wasm_bindgen::JsCast;
use web_sys::{AbortSignal, Blob, HtmlAnchorElement, Url};

/// The timeout of a call. It exceeds the timeout of a provider that the Worker calls meanwhile.
const TIMEOUT_MS: u32 = 60_000;

/// The members of a problem document that the page shows.
#[derive(Deserialize)]
struct Problem {
    title: String,
    detail: Option<String>,
}

/// A failed call, in words for people.
#[derive(Clone, PartialEq, Debug)]
pub struct Failure {
    /// The summary.
    pub title: String,
    /// The details.
    pub detail: Option<String>,
    /// Whether the person has to sign in again.
    pub is_signed_out: bool,
}

impl Failure {
    /// Returns a failure with this summary and these details.
    pub fn of(title: &str, detail: &str) -> Self {
        Self { title: title.to_owned(), detail: Some(detail.to_owned()), is_signed_out: false }
    }

    fn unreachable() -> Self {
        Self::of(
            "The checkout did not answer",
            "Check your connection and try again. An act that is sent again is carried out once.",
        )
    }
}

/// An act: a POST that the Worker carries out once.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    /// Its address.
    pub path: String,
    /// Its body.
    pub body: Value,
    /// Its `Idempotency-Key`, the same for each try of the same act.
    pub key: String,
}

/// Returns an unused `Idempotency-Key`.
pub fn fresh_key() -> String {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    crypto.map_or_else(String::new, |crypto| crypto.random_uuid())
}

/// Reads an object or a list.
pub async fn get<T: DeserializeOwned>(path: String) -> Result<T, Failure> {
    read(sent(Request::get(&path)).await?).await
}

/// Searches for values that must not appear in a URL.
pub async fn search<T: DeserializeOwned>(body: Value) -> Result<T, Failure> {
    let request = marked(Request::post("/v1/search")).json(&body).map_err(|_| Failure::unreachable())?;
    read(request.send().await.map_err(|_| Failure::unreachable())?).await
}

/// Performs an act.
pub async fn perform(call: Call) -> Result<(), Failure> {
    let request = marked(Request::post(&call.path)).header("idempotency-key", &call.key);
    let request = if call.body.is_null() { request.build() } else { request.json(&call.body) };
    let answer = request.map_err(|_| Failure::unreachable())?.send().await;
    read::<Value>(answer.map_err(|_| Failure::unreachable())?).await.map(drop)
}

/// Saves an answer as a file. A plain link could not carry the header that marks our requests.
pub async fn download(path: String, name: &str) -> Result<(), Failure> {
    let answer = sent(Request::get(&path)).await?;
    if !answer.ok() {
        return read(answer).await;
    }
    let bytes = answer.binary().await.map_err(|_| Failure::unreachable())?;
    save(&Array::of1(&Uint8Array::from(bytes.as_slice())), name)
}

/// Saves parts, texts or arrays of bytes, as a file.
pub fn save(parts: &Array, name: &str) -> Result<(), Failure> {
    let saved = || {
        let blob = Blob::new_with_u8_array_sequence(parts).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let link = web_sys::window()?.document()?.create_element("a").ok()?;
        let link: HtmlAnchorElement = link.dyn_into().ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url).ok()
    };
    saved()
        .ok_or_else(|| Failure::of("The file could not be saved", "The browser does not allow the download."))
}

/// Adds the header that the Worker requires beside the sign-in cookie, because no form and no link can send it.
fn marked(request: RequestBuilder) -> RequestBuilder {
    request
        .header("x-requested-with", "operations")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)))
}

async fn sent(request: RequestBuilder) -> Result<Response, Failure> {
    marked(request).send().await.map_err(|_| Failure::unreachable())
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Failure> {
    let status = answer.status();
    let text = answer.text().await.map_err(|_| Failure::unreachable())?;
    if answer.ok() {
        let unreadable = |_| {
            Failure::of("The answer cannot be read", "Reload the page: it may be older than the checkout.")
        };
        return serde_json::from_str(&text).map_err(unreadable);
    }
    Err(match serde_json::from_str::<Problem>(&text) {
        Ok(Problem { detail, .. }) if status == 401 => {
            Failure { title: "You are not signed in".to_owned(), detail, is_signed_out: true }
        }
        Ok(Problem { title, detail }) => Failure { title, detail, is_signed_out: false },
        Err(_) => {
            Failure::of("The checkout did not answer properly", &format!("It answered with status {status}."))
        }
    })
}
