//! The part of `www/public/checkout.d.ts` that tells of the element's events is written from the values that the widget sends, so
//! that it cannot tell anything else.

use crate::flow::{Flow, Trouble};
use crate::screen::{READY, Told};
use checkout_wire::DeclineCode;
use std::fmt::Write;
use std::iter::successors;
use std::path::Path;

/// The first line of the written part, and the line after it.
const FIRST: &str = "/** Why a voucher was not charged.";
const AFTER: &str = "/** Every event that a listener on the element can hear. */";

/// What the scripts around the widget tell when it does not run; `tests/types` runs them.
const OF_SCRIPTS: [(&str, &str); 2] = [
    (
        "widget_failed",
        "The widget does not run in this browser. The shopper has a link to the checkout's own page, which works without it.",
    ),
    (
        "unreachable",
        "Nothing was heard of the checkout for 30 seconds. Is your page's origin in `ALLOWED_ORIGINS`, and our origin in your `frame-src`?
The frame is loaded once more: when that helps, `ready` follows.",
    ),
];

fn why_declined(code: DeclineCode) -> &'static str {
    match code {
        DeclineCode::VoucherNotFound => "There is no voucher with this PIN.",
        DeclineCode::VoucherUsed => "The voucher has been used.",
        DeclineCode::VoucherRefused => {
            "The voucher cannot be used; also what the two above become after several failed tries."
        }
        DeclineCode::InsufficientFunds => "The voucher is worth less than asked for.",
        DeclineCode::AmountRefused => "The provider does not take this amount.",
        DeclineCode::ProviderUnavailable => "The provider does not work for your shop at present.",
        DeclineCode::ProviderBusy => "The provider takes no more calls for a moment.",
        DeclineCode::VoucherInUse => "Another checkout is using the voucher: its outcome comes first.",
        DeclineCode::NotCharged => "After `pending`: it is now sure that nothing was taken.",
    }
}

/// Every trouble, with the code that is told of it.
fn troubles() -> impl Iterator<Item = (Trouble, &'static str)> {
    let all = successors(Some(Trouble::Gone), |trouble| match trouble {
        Trouble::Gone => Some(Trouble::Misconfigured),
        Trouble::Misconfigured => Some(Trouble::Failed),
        Trouble::Failed => None,
    });
    all.map(|trouble| {
        let mut flow = Flow::new(None, true);
        let before = flow.clone();
        flow.trouble = Some(trouble);
        let Some(Told::Error(code)) = Told::of(&before, &flow) else { panic!("{trouble:?} is not told") };
        (trouble, code)
    })
}

const fn why_nothing_to_pay(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Gone => "There is no such session, or `client-secret` is not the one of this session.",
        Trouble::Misconfigured => "The checkout's server is not set up rightly.",
        Trouble::Failed => {
            "The session could not be loaded. The shopper has a button to try again, and it is asked for again by itself."
        }
    }
}

/// What the types say of an event.
struct Comments {
    /// What happened.
    event: &'static str,
    /// What is to be known about what it tells.
    detail: &'static str,
    /// The session that it tells.
    session: &'static str,
    /// The code that it tells, and its type.
    code: (&'static str, &'static str),
}

const READY_COMMENTS: Comments = Comments {
    event: "The checkout is there and has the client secret. Whether there is something to pay, it asks next.",
    detail: "",
    session: "",
    code: ("", ""),
};

/// One of each event that the widget tells.
fn events() -> impl Iterator<Item = Told> {
    successors(Some(Told::Paid), |told| match told {
        Told::Paid => Some(Told::Declined(DeclineCode::VoucherUsed)),
        Told::Declined(_) => Some(Told::Pending),
        Told::Pending => Some(Told::Cancel),
        Told::Cancel => Some(Told::Error("internal")),
        Told::Error(_) => None,
    })
}

const fn comments(told: Told) -> Comments {
    match told {
        Told::Paid => Comments {
            event: "The session is paid in full: now, or already when the checkout opened.",
            detail: " It is a hint: your server looks before it delivers.",
            session: "The session that is paid in full, `cs_…`.",
            code: ("", ""),
        },
        Told::Declined(_) => Comments {
            event: "A voucher was not charged.",
            detail: "",
            session: "The session, which is still open, `cs_…`.",
            code: ("Why nothing was taken.", "VoucherDeclineCode"),
        },
        Told::Pending => Comments {
            event: "A voucher is on its way, or its outcome is not known yet. Do not let the shopper pay in another way now. `paid` or `declined`
follows, or nothing when the voucher has paid a part or the session has ended.",
            detail: "",
            session: "The session that a voucher is being checked for, `cs_…`.",
            code: ("", ""),
        },
        Told::Cancel => Comments {
            event: "The shopper wants to go back without paying.",
            detail: "",
            session: "The session that the shopper does not want to pay now, `cs_…`. It stays as it is until your server cancels it.",
            code: ("", ""),
        },
        Told::Error(_) => Comments {
            event: "There is nothing to pay.",
            detail: "",
            session: "",
            code: ("Why there is nothing to pay.", "VoucherErrorCode"),
        },
    }
}

/// The interface of what an event tells, and the event's line in the list of events.
fn written(kind: &str, members: &[&str], comments: &Comments) -> (String, String) {
    let (first, rest) = kind.split_at(1);
    let name = format!("Voucher{}{rest}Detail", first.to_uppercase());
    let mut detail = format!("/** What `{kind}` tells.{} */\nexport interface {name} {{\n", comments.detail);
    for member in members {
        let (says, of) = match *member {
            "session" => (comments.session, "string"),
            "code" => comments.code,
            "title" => ("The checkout's title in the shopper's language.", "string"),
            other => panic!("{kind} tells {other}"),
        };
        assert_ne!(says, "", "{kind} tells {member}");
        writeln!(detail, "{}  readonly {member}: {of};", comment(says)).unwrap();
    }
    (detail + "}\n\n", format!("{}  {kind}: CustomEvent<{name}>;\n", comment(comments.event)))
}

/// A comment on a member; of several lines as a block.
fn comment(says: &str) -> String {
    match says.contains('\n') {
        true => format!("  /**\n   * {}\n   */\n", says.replace('\n', "\n   * ")),
        false => format!("  /** {says} */\n"),
    }
}

fn union<'a>(name: &str, members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let members: String = members.map(|(code, says)| format!("{}  | '{code}'\n", comment(says))).collect();
    format!("export type {name} =\n{};\n\n", members.trim_end())
}

fn part() -> String {
    let mut out = format!(
        "{FIRST} Nothing was taken; the shopper reads the reason in the checkout and can try another one. */\n"
    );
    out += &union(
        "VoucherDeclineCode",
        DeclineCode::ALL.iter().map(|code| (code.as_str(), why_declined(*code))),
    );
    let told = troubles().map(|(trouble, code)| (code, why_nothing_to_pay(trouble)));
    out += "/** Why there is nothing to pay. */\n";
    out += &union("VoucherErrorCode", told.chain(OF_SCRIPTS));
    let (ready, title) = READY;
    let of_widget = events().map(|told| {
        let (kind, members) = told.event("cs_1");
        let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        written(kind, &names, &comments(told))
    });
    let all: Vec<_> = std::iter::once(written(ready, &[title], &READY_COMMENTS)).chain(of_widget).collect();
    out.extend(all.iter().map(|(detail, _)| detail.as_str()));
    out += "/**
 * The element's own events. They bubble. None of them brings a PIN. None is fired when a voucher has paid a part, or when the
 * session expires or is canceled: ask your server.
 */
export interface VoucherCheckoutEvents {\n";
    out.extend(all.iter().map(|(_, line)| line.as_str()));
    out + "}\n\n"
}

#[test]
fn checkout_d_ts_tells_what_the_widget_sends() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/public/checkout.d.ts");
    let types = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = types.split_once(FIRST).unwrap();
    let (_, after) = rest.split_once(AFTER).unwrap();
    let wanted = format!("{before}{}{AFTER}{after}", part());
    if std::env::var_os("UPDATE_TYPES").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    let types = std::fs::read_to_string(&path).unwrap();
    assert_eq!(types, wanted, "UPDATE_TYPES=1 cargo test -p checkout-widget types writes it again");
}
