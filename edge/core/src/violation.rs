//! Violations of our pages' content security policy, as browsers report them (W3C Reporting API; CSP Level 3, section 5): something tried
//! to run or to load what a page does not allow. Payment pages have to notice changes of this kind (PCI DSS 4.0.1, 11.6.1).

use crate::json::{Part, read_bytes};
use crate::stored_struct;
use checkout_wire::{Millis, Node};
use serde_json::Value;

/// The pages whose violations count: those with scripts.
const PAGES: [&str; 3] = ["embed", "pay", "operations"];
/// The most violations that one report counts.
const MOST: usize = 10;
/// The longest name of a directive, or of a blocked file's origin, in bytes.
const LONGEST: usize = 100;

stored_struct! {
    /// A violation of a page's policy. It names no session and no person.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Violation {
        /// The first part of the page's path: `embed`, `pay` or `operations`.
        pub page: String,
        /// The directive that it violates, such as `script-src-elem`.
        pub directive: String,
        /// The origin of the blocked file, or a word such as `inline`.
        pub blocked: String,
        /// The number of reports.
        pub count: i64,
        /// The time of the last one.
        pub last_at: Millis,
    }
}

/// Reads a browser's report in either form, a list of `application/reports+json` or an object of `application/csp-report`. Ignores reports
/// about pages other than ours at `origin`, and whatever is not a violation.
pub fn read(report: &[u8], origin: &str, now: Millis) -> Vec<Violation> {
    let Some(report) = read_bytes::<Value>(report) else {
        return Vec::new();
    };
    let report = Part(&report);
    let one = |body: Part<'_>, [page, directive, blocked]: [&str; 3]| {
        let text = |name| body.field(name).text();
        let page =
            text(page)?.strip_prefix(origin)?.strip_prefix('/')?.split(['/', '?', '#']).next()?.to_owned();
        let directive = word(&text(directive)?)?;
        let blocked = text(blocked)?;
        let blocked = word(&blocked).or_else(|| origin_of(&blocked)).unwrap_or_else(|| "other".to_owned());
        let is_ours = PAGES.contains(&&*page);
        is_ours.then_some(Violation { page, directive, blocked, count: 1, last_at: now })
    };
    match report.items() {
        Some(items) => items
            .into_iter()
            .take(MOST)
            .filter_map(|item| one(item.field("body"), ["documentURL", "effectiveDirective", "blockedURL"]))
            .collect(),
        None => one(report.field("csp-report"), ["document-uri", "effective-directive", "blocked-uri"])
            .into_iter()
            .collect(),
    }
}

/// Returns a word of the policy's language.
fn word(text: &str) -> Option<String> {
    let is_word = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    (is_word && (1..=LONGEST).contains(&text.len())).then(|| text.to_owned())
}

/// Returns the origin of an address, without its path, which can contain secrets.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#', '\\']).next()?;
    let is_host = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    let origin = [&word(scheme)?, "://", host].concat();
    (is_host && origin.len() <= LONGEST).then_some(origin)
}

#[cfg(test)]
mod tests;
