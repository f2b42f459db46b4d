//! The HTML around a page's content: the widget's files and its data.

use super::text::{LANGUAGES, Texts};
use super::theme::Theme;
use crate::http::HttpResult;
use crate::objects::calls::internal;
use checkout_core::json;
use checkout_present::{Language, Word};
use checkout_wire::{Page, PageMode, Seconds};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Deserialize;
use serde_json::Value;
use worker::{Response, ResponseBuilder};

/// A whole page.
pub struct Document<'a> {
    /// Its language.
    pub texts: &'a Texts,
    /// Its colours and shapes.
    pub theme: &'a Theme,
    /// The kind of page.
    pub mode: PageMode,
    /// The data for widget/entry.js; `None` for a page without scripts.
    pub page: Option<Data<'a>>,
    /// Whether the widget runs on this page.
    pub widget: bool,
    /// Whether a voucher's owner can be sent a code.
    pub with_code: bool,
    /// Its content.
    pub main: Markup,
    /// The refresh interval without the widget, if any.
    pub refresh: Option<Seconds>,
    /// The payee.
    pub shop_name: &'a str,
    /// The origin of the check for persons, which a page with the widget can show.
    pub turnstile: Option<&'a str>,
    /// The query of its address, for the links to its other languages; `None` for a page without a choice.
    pub query: Option<&'a str>,
}

/// The data for the page's scripts.
pub struct Data<'a> {
    /// The data for the widget.
    pub page: &'a Page,
    /// For the iframe: the origins whose pages may send the client secret.
    pub origins: &'a [String],
    /// For the hosted page in a browser without cookies: the client secret.
    pub secret: Option<&'a str>,
    /// What the form that an iframe's page answers has led to: the event for the shop's page, if the widget does not run.
    pub event: Option<Value>,
}

/// The hashed names of the widget's files, and its style sheet.
#[derive(Deserialize, Default)]
struct Assets {
    js: String,
    wasm: String,
    code_js: String,
    code_wasm: String,
    style: String,
}

thread_local! {
    static ASSETS: Assets =
        json::read(include_str!(concat!(env!("OUT_DIR"), "/assets.json"))).unwrap_or_default();
}

impl Document<'_> {
    /// Answers with the page and its policy, to which `more_policy` is added. Only a page that runs scripts or wasm allows
    /// them.
    pub fn answer(&self, status: u16, more_policy: &str) -> HttpResult {
        ASSETS.with(|assets| {
            let css = assets.style.clone() + &self.theme.css();
            let scripts = match (&self.page, self.widget, self.turnstile) {
                (_, true, None) => "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; ",
                (_, true, Some(origin)) => &format!(
                    "script-src 'self' 'wasm-unsafe-eval' {origin}; connect-src 'self'; frame-src {origin}; "
                ),
                (Some(_), false, _) => "script-src 'self'; ",
                (None, false, _) => "",
            };
            let allowed = format!("style-src {}; {scripts}{more_policy}", Theme::policy(&css));
            let answer = html_answer(status, &allowed, self.html(assets, &css))?;
            if self.mode == PageMode::Embed {
                // A shop's page under Cross-Origin-Embedder-Policy shows only frames that have both.
                for (name, value) in [
                    ("cross-origin-embedder-policy", "require-corp"),
                    ("cross-origin-resource-policy", "cross-origin"),
                ] {
                    answer.headers().set(name, value).map_err(internal("page"))?;
                }
            }
            Ok(answer)
        })
    }

    /// Returns the names of the widget's JavaScript and wasm.
    fn widget_files<'a>(&self, assets: &'a Assets) -> (&'a str, &'a str) {
        match self.with_code {
            true => (&assets.code_js, &assets.code_wasm),
            false => (&assets.js, &assets.wasm),
        }
    }

    fn html(&self, assets: &Assets, css: &str) -> Markup {
        let class = match (self.mode, self.widget) {
            (PageMode::Embed, true) => "embed",
            (PageMode::Embed, false) => "embed plain",
            (PageMode::Hosted, true) => "hosted",
            (PageMode::Hosted, false) => "hosted plain",
        };
        html! {
            (DOCTYPE)
            html lang=(self.texts.language) dir=(self.texts.text(Word::Direction)) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.texts.text(Word::Title)) " – " (self.shop_name) }
                    link rel="icon" href="data:,";
                    (self.loads(assets))
                    // HTML does not escape the content of a style element. No value of a shop can end the element (`theme/tests.rs`).
                    style { (PreEscaped(css)) }
                }
                body class=(class) {
                    main #checkout { (self.main) }
                    @if let Some(query) = self.query { (self.languages(query)) }
                    @if let Some(data) = &self.page {
                        script type="application/json" id="page" { (self.data(data)) }
                        script type="module" src=(self.widget_files(assets).0) {}
                    }
                }
            }
        }
    }

    /// Renders the choice of language.
    fn languages(&self, query: &str) -> Markup {
        let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "locale");
        let pairs: Vec<_> = pairs.collect();
        let address = |tag| {
            let mut query = form_urlencoded::Serializer::new(String::from("?"));
            query.extend_pairs(&pairs).append_pair("locale", tag).finish()
        };
        html! {
            footer {
                details {
                    summary { (self.texts.text(Word::Language)) }
                    ul {
                        @for (tag, name) in LANGUAGES {
                            li { a href=(address(tag)) lang=(tag) aria-current=[(tag == self.texts.language).then_some("true")] { (name) } }
                        }
                    }
                }
            }
        }
    }

    /// Renders the preloads and the refresh.
    fn loads(&self, assets: &Assets) -> Markup {
        let again =
            self.refresh.map(|Seconds(seconds)| html! { meta http-equiv="refresh" content=(seconds); });
        let (js, wasm) = self.widget_files(assets);
        html! {
            @if self.page.is_some() { link rel="modulepreload" href=(js); }
            @if self.widget {
                // The wasm is loaded at the same time as its JavaScript.
                link rel="preload" as="fetch" type="application/wasm" crossorigin href=(wasm);
                // The widget polls by itself.
                @if let Some(again) = again { noscript { (again) } }
            } @else if let Some(again) = again {
                (again)
            }
        }
    }

    /// Renders the JSON that widget/entry.js and the widget start from.
    fn data(&self, Data { page, origins, secret, event }: &Data<'_>) -> Markup {
        let mut data = serde_json::to_value(page).unwrap_or_default();
        if let Some(members) = data.as_object_mut() {
            members.insert("origins".into(), (*origins).into());
            if let Some(secret) = *secret {
                members.insert("client_secret".into(), secret.into());
            }
            if let Some(event) = event {
                members.insert("event".into(), event.clone());
            }
            if self.widget {
                members.insert("words".into(), self.texts.for_widget(self.with_code).into());
            } else {
                members.insert("plain".into(), true.into());
                // Only the widget reads this, and it may contain the PIN of a change voucher.
                members.remove("checkout");
            }
        }
        // HTML does not escape the content of a script element: only "<" could end it, which JSON contains only in strings.
        PreEscaped(data.to_string().replace('<', "\\u003c"))
    }
}

/// Answers with HTML under a policy that allows `allowed` and nothing else.
pub fn html_answer(status: u16, allowed: &str, html: Markup) -> HttpResult {
    let reports = "report-to csp; report-uri /v1/csp_reports";
    let policy = format!("default-src 'none'; img-src data:; base-uri 'none'; {allowed}; {reports}");
    let build = || -> worker::Result<Response> {
        Ok(ResponseBuilder::new()
            .with_status(status)
            .with_header("content-type", "text/html; charset=utf-8")?
            .with_header("content-security-policy", &policy)?
            .with_header("reporting-endpoints", "csp=\"/v1/csp_reports\"")?
            .with_header("x-robots-tag", "noindex")?
            .fixed(html.into_string().into_bytes()))
    };
    build().map_err(internal("page"))
}

#[cfg(test)]
mod tests;
