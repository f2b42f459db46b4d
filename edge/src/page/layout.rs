//! The HTML around a page's content: the widget's files, and what the page tells the widget.

use super::text::{Texts, escape};
use super::theme::Theme;
use crate::http::Answer;
use crate::objects::calls::internal;
use checkout_present::Word;
use checkout_wire::Page;
use serde::Deserialize;
use worker::{Response, ResponseBuilder};

/// A whole page.
pub struct Document<'a> {
    /// Its language.
    pub texts: &'a Texts,
    /// Its colours and shapes.
    pub theme: &'a Theme,
    /// What it tells the widget; `None` for a page without one.
    pub page: Option<&'a Page>,
    /// Its content, as HTML.
    pub main: String,
    /// After how many seconds it reloads itself where no widget runs, if it does.
    pub refresh: Option<i64>,
    /// Who is paid.
    pub shop_name: &'a str,
}

/// The hashed names of the widget's files, and its style sheet.
#[derive(Deserialize, Default)]
struct Assets {
    js: String,
    wasm: String,
    style: String,
}

thread_local! {
    static ASSETS: Assets =
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/assets.json"))).unwrap_or_default();
}

impl Document<'_> {
    /// The page with its policy, and what the policy says on top.
    pub fn answer(&self, status: u16, more_policy: &str) -> Answer {
        let css = ASSETS.with(|assets| assets.style.clone()) + &self.theme.css();
        html_answer(status, &Theme::policy(&css), more_policy, self.html(&css))
    }

    fn html(&self, css: &str) -> String {
        let title = format!("{} – {}", self.texts.html(Word::Title, &[]), escape(self.shop_name));
        let (language, direction) = (self.texts.language, self.texts.direction());
        let (head, script) = ASSETS.with(|assets| (self.head(assets), self.script(assets)));
        let class = match self.page.map(|page| page.mode) {
            Some(checkout_wire::PageMode::Embed) => "embed",
            Some(checkout_wire::PageMode::Hosted) => "hosted",
            None => "hosted plain",
        };
        format!(
            "<!doctype html><html lang=\"{language}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>{head}<style>{css}</style></head>\
             <body class=\"{class}\"><main id=\"checkout\">{}</main>{script}</body></html>",
            self.main
        )
    }

    fn head(&self, assets: &Assets) -> String {
        let mut head = "<link rel=\"icon\" href=\"data:,\">".to_owned();
        if self.page.is_some() {
            // Wasm and glue come at the same time, not one after the other.
            head.push_str(&format!(
                "<link rel=\"modulepreload\" href=\"{}\">\
                 <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" crossorigin href=\"{}\">",
                assets.js, assets.wasm
            ));
        }
        if let Some(seconds) = self.refresh {
            let again = format!("<meta http-equiv=\"refresh\" content=\"{seconds}\">");
            // The widget looks again by itself.
            head += &if self.page.is_some() { format!("<noscript>{again}</noscript>") } else { again };
        }
        head
    }

    fn script(&self, assets: &Assets) -> String {
        let Some(page) = self.page else {
            return String::new();
        };
        let mut data = serde_json::to_value(page).unwrap_or_default();
        if let Some(members) = data.as_object_mut() {
            members.insert("words".into(), self.texts.for_widget().into());
        }
        // Inside a script element only "<" could end it.
        let data = data.to_string().replace('<', "\\u003c");
        format!(
            "<script type=\"application/json\" id=\"page\">{data}</script>\
             <script type=\"module\" src=\"{}\"></script>",
            assets.js
        )
    }
}

/// HTML under a policy that lets nothing foreign in; `style` is what may style it.
pub fn html_answer(status: u16, style: &str, more_policy: &str, html: String) -> Answer {
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src {style}; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; {more_policy}"
    );
    let build = || -> worker::Result<Response> {
        Ok(ResponseBuilder::new()
            .with_status(status)
            .with_header("content-type", "text/html; charset=utf-8")?
            .with_header("content-security-policy", &policy)?
            .with_header("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()")?
            .with_header("x-robots-tag", "noindex")?
            .fixed(html.into_bytes()))
    };
    build().map_err(internal("page"))
}
