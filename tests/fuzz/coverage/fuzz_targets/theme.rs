//! The colours and shapes that a shop sets, from the address of the page. The input: the query.
#![cfg_attr(fuzzing, no_main)]

#[path = "../../../../edge/src/page/theme/mod.rs"]
#[allow(missing_docs, reason = "edge/src documents it")]
mod theme;

use checkout_fuzz::Seeds;
use std::collections::BTreeMap;
use theme::Theme;

/// The pairs of colours that `widget/style.css` puts on each other, with the contrast that WCAG 2.2 AA asks for.
const PAIRS: [(&str, &str, f64); 14] = [
    ("text", "surface", 4.5),
    ("text", "ground", 4.5),
    ("text", "field", 4.5),
    ("text", "tint", 4.5),
    ("text", "line", 4.5),
    ("muted", "surface", 4.5),
    ("muted", "field", 4.5),
    ("accent", "surface", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("good", "good-tint", 4.5),
    ("bad", "bad-tint", 4.5),
    ("wait", "wait-tint", 4.5),
    ("edge", "field", 3.0),
];

fn seeds() -> Seeds {
    let queries = [
        "",
        "scheme=dark",
        "scheme=light&accent=rgb(1,+2,+3)&surface=rgba(250,+250,+250,+0.9)&text=rgb(40,+40,+40)",
        "scheme=auto&accent=color(srgb+0.1+0.2+0.3)&surface=color(srgb+0.5+0.5+0.5+/+0.75)",
        "accent=%23ff0000&surface=%23808080&text=%23777777",
        "accent=rgb(255+0+0+/+50%25)&radius=8px&spacing=1rem",
        "radius=0&spacing=0.5rem&font=Inter,+'Noto+Sans',+sans-serif",
        "font=%22Helvetica+Neue%22&radius=-1px&spacing=999px",
        "font=x;}body{background:url(https://evil.example)}&accent=red&surface=transparent",
        "locale=fr&accent=rgba(0,+0,+0,+0)&key=secret",
    ];
    queries.iter().map(|query| query.as_bytes().to_vec()).collect()
}

fn check(data: &[u8]) {
    let mut theme = Theme::default();
    for (name, value) in form_urlencoded::parse(data) {
        theme.wish(&name, &value);
    }
    let css = theme.css();
    assert!(css.len() < 4_000, "{} bytes", css.len());
    let rules = rules(&css);
    for (selector, declarations) in &rules {
        check_declarations(selector, declarations);
    }
    // The policy allows exactly this text.
    assert_eq!(Theme::policy(&css).len(), "'sha256-'".len() + 44);
}

/// Returns the rules of a style sheet, each with its selectors and declarations. Panics if a text of the shop has escaped its declaration.
fn rules(css: &str) -> Vec<(String, String)> {
    let mut rest = css;
    if let Some(comment) = css.strip_prefix("/*") {
        let (names, after) = comment.split_once("*/").expect("the comment ends");
        let is_name = |c: char| c.is_ascii_lowercase() || " :-,".contains(c);
        assert!(names.chars().all(is_name), "{css}");
        rest = after;
    }
    let (mut rules, mut selectors, mut text, mut quote) = (Vec::new(), Vec::new(), String::new(), None);
    for character in rest.chars() {
        match (quote, character) {
            (None, '@') if text.is_empty() => text.push('@'),
            (_, '\n' | '\r' | '\\' | '<' | '@') => panic!("{character:?} in {css}"),
            (Some(open), close) if open == close => (quote, _) = (None, text.push(close)),
            (Some(_), inside) => text.push(inside),
            (None, '"' | '\'') => (quote, _) = (Some(character), text.push(character)),
            (None, '{') => selectors.push(std::mem::take(&mut text)),
            (None, '}') => {
                let selector = selectors.join(" ");
                selectors.pop().expect("a rule was begun");
                rules.push((selector, std::mem::take(&mut text)));
            }
            (None, other) => text.push(other),
        }
    }
    assert!(quote.is_none() && selectors.is_empty() && text.is_empty(), "{css}");
    rules
}

fn check_declarations(selector: &str, declarations: &str) {
    let parts: Vec<&str> = selector.split(' ').filter(|part| !part.is_empty()).collect();
    let media = ["@media", "screen", "and", "(prefers-color-scheme:dark)", ":root", "main"];
    assert!(parts.iter().all(|part| media.contains(part)), "{selector}");
    assert!(!declarations.contains("url") || declarations.contains("--vc-font:"), "{declarations}");
    let mut colors = BTreeMap::new();
    for declaration in declarations.split(';').filter(|one| !one.is_empty()) {
        let (name, value) = declaration.split_once(':').expect("a name and a value");
        match name.strip_prefix("--vc-") {
            None => assert!(name == "color-scheme" && matches!(value, "light" | "dark"), "{declaration}"),
            Some("radius") => assert!((0.0..=1.5).contains(&rem(value)), "{declaration}"),
            Some("gap") => assert!((0.75..=1.5).contains(&rem(value)), "{declaration}"),
            Some("font") => check_font(value),
            Some(color) => {
                colors.insert(color.to_owned(), channels(value));
            }
        }
    }
    for (front, back, least) in PAIRS {
        let (Some(front_color), Some(back_color)) = (colors.get(front), colors.get(back)) else { continue };
        let contrast = contrast(*front_color, *back_color);
        assert!(contrast >= least - 0.01, "{front} on {back}: {contrast} in {declarations}");
    }
}

fn rem(value: &str) -> f64 {
    value.strip_suffix("rem").and_then(|number| number.parse().ok()).expect("a length in rem")
}

fn check_font(value: &str) {
    let names = value.strip_suffix(",system-ui,sans-serif").expect("our own fonts come last");
    let is_plain = |c: char| c.is_alphanumeric() || " ,-_'\"".contains(c);
    assert!(!names.is_empty() && names.len() <= 200 && names.chars().all(is_plain), "{value}");
}

fn channels(value: &str) -> [u8; 3] {
    let digits = value.strip_prefix('#').filter(|digits| digits.len() == 6).expect("#rrggbb");
    u32::from_str_radix(digits, 16)
        .map(|number| [(number >> 16) as u8, (number >> 8) as u8, number as u8])
        .expect("digits")
}

/// Returns the contrast ratio as WCAG 2.2 defines it.
fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let luminance = |[r, g, b]: [u8; 3]| {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

checkout_fuzz::target!(check, seeds);
