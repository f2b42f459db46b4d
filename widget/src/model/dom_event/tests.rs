//! Generates the part of `www/public/checkout.d.ts` that declares the element's events, from the values that the widget sends. The
//! test fails when the file differs.

use super::*;
use std::fmt::Write;
use std::iter::successors;
use std::path::Path;

/// The first line of the generated part, and the line after it.
const FIRST: &str = "/** Why a voucher was not charged.";
const AFTER: &str = "/** Every event that the element can fire. */";

/// The error codes of the scripts that start the widget, with their comments; `tests/types` runs these scripts.
const SCRIPT_ERRORS: [(&str, &str); 2] = [
    (
        "widget_failed",
        "The widget does not run in this browser. The shopper gets a link to the hosted page, which works without the widget.",
    ),
    (
        "unreachable",
        "The checkout did not start within 30 seconds. Check that `ALLOWED_ORIGINS` lists your page's origin and that your `frame-src`
allows ours. The iframe is loaded once more. If that works, `ready` follows.",
    ),
];

fn decline_comment(code: DeclineCode) -> &'static str {
    match code {
        DeclineCode::VoucherNotFound => "There is no voucher with this PIN.",
        DeclineCode::VoucherUsed => "The voucher has been used before.",
        DeclineCode::VoucherRefused => {
            "The voucher cannot be used. After several failed attempts this code replaces the two above."
        }
        DeclineCode::InsufficientFunds => "The voucher's balance is below the amount.",
        DeclineCode::AmountRefused => "The provider does not accept this amount.",
        DeclineCode::ProviderUnavailable => "The provider cannot charge vouchers for your shop at present.",
        DeclineCode::ProviderBusy => "The provider accepts no more calls for a short time.",
        DeclineCode::VoucherInUse => {
            "Another checkout session is using the voucher and its outcome is not known yet."
        }
        DeclineCode::NotCharged => {
            "Nothing was charged: the checkout refused the payment, or a look-up has confirmed it."
        }
        DeclineCode::CodeRefused => {
            "The code sent to the voucher's owner was wrong too often, or typed too late."
        }
        DeclineCode::CodeNotEntered => "No code was typed in time, or another voucher was used instead.",
    }
}

/// Returns every load error with its code.
fn load_errors() -> impl Iterator<Item = (LoadError, &'static str)> {
    let all = successors(Some(LoadError::NotFound), |load_error| match load_error {
        LoadError::NotFound => Some(LoadError::Misconfigured),
        LoadError::Misconfigured => Some(LoadError::Failed),
        LoadError::Failed => None,
    });
    all.map(|load_error| {
        let mut flow = Flow::new(None, true);
        let before = flow.clone();
        flow.load_error = Some(load_error);
        let Some(DomEvent::Error(code)) = DomEvent::between(&before, &flow) else {
            panic!("{load_error:?} causes no error event")
        };
        (load_error, code)
    })
}

const fn error_comment(load_error: LoadError) -> &'static str {
    match load_error {
        LoadError::NotFound => "There is no such session, or `client-secret` is not the one of this session.",
        LoadError::Misconfigured => "The checkout's server is not configured correctly.",
        LoadError::Failed => {
            "The session could not be loaded. The checkout tries again by itself and shows the shopper a button to do so."
        }
    }
}

/// The comments on an event in the types.
struct Comments {
    /// On the event.
    event: &'static str,
    /// Added to the comment on its details.
    detail: &'static str,
    /// On its member `session`.
    session: &'static str,
    /// On its member `code`, and the type of that member.
    code: (&'static str, &'static str),
}

const READY_COMMENTS: Comments = Comments {
    event: "The checkout has started and has the client secret. It loads the session next.",
    detail: "",
    session: "",
    code: ("", ""),
};

/// Returns one event of each kind.
fn events() -> impl Iterator<Item = DomEvent> {
    successors(Some(DomEvent::Paid(true)), |event| match event {
        DomEvent::Paid(_) => Some(DomEvent::Done),
        DomEvent::Done => Some(DomEvent::Declined(DeclineCode::VoucherUsed)),
        DomEvent::Declined(_) => Some(DomEvent::Pending),
        DomEvent::Pending => Some(DomEvent::Cancel),
        DomEvent::Cancel => Some(DomEvent::Error("internal")),
        DomEvent::Error(_) => None,
    })
}

const fn comments(event: DomEvent) -> Comments {
    match event {
        DomEvent::Paid(_) => Comments {
            event: "The session is paid in full, now or before the checkout opened. Leave the page at `done`, not here.",
            detail: " The event is only a hint: deliver after your server has confirmed the payment.",
            session: "The session that is paid in full, `cs_…`.",
            code: ("", ""),
        },
        DomEvent::Done => Comments {
            event: "The session is paid in full, and the shopper has kept what there was to keep and goes on. Follows `paid` at once where
there was nothing to keep.",
            detail: "",
            session: "The session that is paid in full, `cs_…`.",
            code: ("", ""),
        },
        DomEvent::Declined(_) => Comments {
            event: "A voucher was not charged.",
            detail: "",
            session: "The session, `cs_…`. It is still open.",
            code: ("Why nothing was charged.", "VoucherDeclineCode"),
        },
        DomEvent::Pending => Comments {
            event: "A payment was sent, and its outcome is not known yet. Close your other ways to pay until it is. `paid` or `declined` follows; no
event follows when the voucher has paid a part or the session has ended. Where the voucher's owner is sent a code, no event follows
while the shopper is asked for it, and `pending` is fired again for each code.",
            detail: "",
            session: "The session whose voucher is being checked, `cs_…`.",
            code: ("", ""),
        },
        DomEvent::Cancel => Comments {
            event: "The shopper wants to go back without paying.",
            detail: "",
            session: "The session that the shopper leaves, `cs_…`. It stays open until your server cancels it or it expires.",
            code: ("", ""),
        },
        DomEvent::Error(_) => Comments {
            event: "The checkout cannot be used.",
            detail: "",
            session: "",
            code: ("Why the checkout cannot be used.", "VoucherErrorCode"),
        },
    }
}

/// Generates the interface of an event's details, and the event's line in the list of events.
fn declarations(kind: &str, members: &[&str], comments: &Comments) -> (String, String) {
    let (first, rest) = kind.split_at(1);
    let name = format!("Voucher{}{rest}Detail", first.to_uppercase());
    let mut detail = format!("/** Details of `{kind}`.{} */\nexport interface {name} {{\n", comments.detail);
    for member in members {
        let (text, of) = match *member {
            "session" => (comments.session, "string"),
            "code" => comments.code,
            "change" => (
                "Whether the shopper has something to keep: a change voucher, or the number of a payment to ask for.",
                "boolean",
            ),
            "title" => ("The checkout's title in the shopper's language.", "string"),
            other => panic!("{kind} has an unknown member {other}"),
        };
        assert_ne!(text, "", "{kind}: {member} has no comment");
        writeln!(detail, "{}  readonly {member}: {of};", comment(text)).unwrap();
    }
    (detail + "}\n\n", format!("{}  {kind}: CustomEvent<{name}>;\n", comment(comments.event)))
}

/// Formats a comment on a member; several lines become a block.
fn comment(text: &str) -> String {
    match text.contains('\n') {
        true => format!("  /**\n   * {}\n   */\n", text.replace('\n', "\n   * ")),
        false => format!("  /** {text} */\n"),
    }
}

fn union<'a>(name: &str, members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: String = members.map(|(code, text)| format!("{}  | '{code}'\n", comment(text))).collect();
    format!("export type {name} =\n{};\n\n", members.trim_end())
}

fn generated() -> String {
    let mut out =
        format!("{FIRST} The shopper reads the reason in the checkout and can try another voucher. */\n");
    out += &union(
        "VoucherDeclineCode",
        DeclineCode::ALL.iter().map(|code| (code.as_str(), decline_comment(*code))),
    );
    let errors = load_errors().map(|(load_error, code)| (code, error_comment(load_error)));
    out += "/** Why the checkout cannot be used. */\n";
    out += &union("VoucherErrorCode", errors.chain(SCRIPT_ERRORS));
    let (ready, title) = READY;
    let of_widget = events().map(|event| {
        let (kind, members) = event.message("cs_1");
        let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        declarations(kind, &names, &comments(event))
    });
    let all: Vec<_> =
        std::iter::once(declarations(ready, &[title], &READY_COMMENTS)).chain(of_widget).collect();
    out.extend(all.iter().map(|(detail, _)| detail.as_str()));
    out += "/**
 * The element's own events. They bubble and carry no PIN. No event is fired when a voucher has paid a part, or when the session
 * expires or is canceled: ask your server.
 */
export interface VoucherCheckoutEvents {\n";
    out.extend(all.iter().map(|(_, line)| line.as_str()));
    out + "}\n\n"
}

#[test]
fn checkout_d_ts_declares_the_events_that_the_widget_sends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/public/checkout.d.ts");
    let types = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = types.split_once(FIRST).unwrap();
    let (_, after) = rest.split_once(AFTER).unwrap();
    let wanted = format!("{before}{}{AFTER}{after}", generated());
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let types = std::fs::read_to_string(&path).unwrap();
    assert_eq!(types, wanted, "UPDATE_TYPES=1 cargo test -p checkout-widget shop_event writes the file");
}
