//! The manual acts on a session and its payments.

use crate::components::act::{Act, Note};
use crate::components::fields::{Choice, TextField};
use crate::format::money;
use crate::words;
use checkout_wire::Minor;
use checkout_wire::money::{Currency, decimal, parse};
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The most characters of an amount: as many as the largest one has.
const LONGEST_AMOUNT: u32 = 20;
/// The most characters of a voucher number.
const LONGEST_PIN: u32 = 64;
/// The length of a voucher's id.
const LONGEST_ID: u32 = 35;

type Members = Map<String, Value>;

/// Reads an amount as typed: at least one cent, and no more than `most`.
fn amount_up_to(typed: &str, most: Minor) -> Result<Minor, String> {
    match parse(typed.trim()) {
        Some(amount) if amount > most => Err(format!("The amount is more than {}.", decimal(most))),
        Some(amount) if amount > Minor::ZERO => Ok(amount),
        _ => Err("The amount must be a number such as 249.00.".to_owned()),
    }
}

/// Renders the act that settles a payment in review.
#[component]
pub fn Settle(
    path: String,
    provider: String,
    /// The requested amount.
    asked: Minor,
    /// The remaining amount of the session.
    remaining: Minor,
    currency: Currency,
    done: Callback<()>,
) -> impl IntoView {
    let outcome = RwSignal::new("taken");
    let amount = RwSignal::new(decimal(asked));
    let change = Change::new();
    let is_taken = Signal::derive(move || outcome.get() == "taken");
    let body = Callback::new(move |()| {
        let mut members = Members::from_iter([("outcome".to_owned(), outcome.get_untracked().into())]);
        if is_taken.get_untracked() {
            let taken = amount_up_to(&amount.get_untracked(), asked)?;
            members.insert("amount".to_owned(), taken.0.into());
            members.extend(change.members()?);
        }
        Ok(members)
    });
    let consequence = Signal::derive(move || {
        if !is_taken.get() {
            return "The payment counts as not charged and the voucher is free again. The shopper and the shop’s server \
                    are told."
                .to_owned();
        }
        let taken = match amount_up_to(&amount.get(), asked) {
            Ok(taken) => taken,
            Err(problem) => return problem,
        };
        let effect = match taken {
            _ if remaining <= Minor::ZERO => "It is owed to the shopper.",
            taken if taken >= remaining => "The order is then paid in full.",
            _ => "The order is then paid in part.",
        };
        let shown = if change.is_given() { " The shopper’s page shows the change voucher." } else { "" };
        format!(
            "{} is credited. {effect} The shopper and the shop’s server are told.{shown}",
            money(taken, currency)
        )
    });
    let has_change = gives_change(&provider);
    view! {
        <Act
            title="Settle"
            consequence
            confirm="Settle the payment"
            success="The payment is settled."
            note=Note::Required
            path
            body
            done
        >
            <Choice
                legend=format!("What does {} say?", words::provider(&provider))
                name="outcome"
                value=outcome
                options=vec![("taken", "The money was taken"), ("not_taken", "Nothing was taken")]
            />
            <div class="fields" hidden=move || !is_taken.get()>
                <TextField label="Amount that was taken" value=amount mode="decimal" required=is_taken longest=LONGEST_AMOUNT/>
                {has_change.then(|| view! { <ChangeFields change/> })}
            </div>
        </Act>
    }
}

/// Renders the act that settles a reversal in review.
#[component]
pub fn SettleReversal(
    path: String,
    provider: String,
    amount: Minor,
    currency: Currency,
    done: Callback<()>,
) -> impl IntoView {
    let outcome = RwSignal::new("not_taken");
    let body = Callback::new(move |()| {
        Ok(Members::from_iter([("outcome".to_owned(), outcome.get_untracked().into())]))
    });
    let amount = money(amount, currency);
    let consequence = Signal::derive(move || match outcome.get() {
        "not_taken" => format!(
            "{amount} counts as given back by the provider. The shopper and the shop’s server are told."
        ),
        _ => format!("{amount} counts as kept: the shop owes it to the shopper."),
    });
    view! {
        <Act
            title="Settle the reversal"
            consequence
            confirm="Settle the reversal"
            success="The reversal is settled."
            note=Note::Required
            path
            body
            done
        >
            <Choice
                legend=format!("What does {} say?", words::provider(&provider))
                name="reversal"
                value=outcome
                options=vec![("not_taken", "The money was given back"), ("taken", "The money was not given back")]
            />
        </Act>
    }
}

/// Renders the act that states the change voucher of a successful payment.
#[component]
pub fn StateChange(path: String, done: Callback<()>) -> impl IntoView {
    let change = Change::new();
    let body = Callback::new(move |()| {
        let mut members = Members::from_iter([("outcome".to_owned(), "taken".into())]);
        members.extend(change.members()?);
        Ok(members)
    });
    let consequence = Signal::derive(move || {
        if change.is_given() {
            "The shopper’s page shows this voucher.".to_owned()
        } else {
            "Without a PIN, it is recorded that the provider gave no change voucher.".to_owned()
        }
    });
    view! {
        <Act
            title="State the change voucher"
            consequence
            confirm="Record it"
            success="The change voucher is recorded."
            note=Note::Required
            path
            body
            done
        >
            <ChangeFields change/>
        </Act>
    }
}

/// The fields of a change voucher.
#[derive(Clone, Copy)]
struct Change {
    pin: RwSignal<String>,
    amount: RwSignal<String>,
    expires: RwSignal<String>,
}

impl Change {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { pin: empty(), amount: empty(), expires: empty() }
    }

    fn is_given(self) -> bool {
        self.pin.with(|pin| !pin.trim().is_empty())
    }

    /// Returns the member of the body, if a voucher is given.
    fn members(self) -> Result<Members, String> {
        let pin = self.pin.get_untracked().trim().to_owned();
        if pin.is_empty() {
            return Ok(Members::new());
        }
        let mut change = Members::from_iter([("pin".to_owned(), pin.into())]);
        let amount = self.amount.get_untracked();
        if !amount.trim().is_empty() {
            change.insert("amount".to_owned(), amount_up_to(&amount, Minor::MAX)?.0.into());
        }
        let expires = self.expires.get_untracked();
        if !expires.is_empty() {
            change.insert("expires_at".to_owned(), expires.into());
        }
        Ok(Members::from_iter([("change".to_owned(), change.into())]))
    }
}

/// Renders the fields of a change voucher.
#[component]
fn ChangeFields(change: Change) -> impl IntoView {
    view! {
        <TextField
            label="PIN of the change voucher"
            hint="The new voucher with the rest, as the provider tells it. Only the shopper sees it."
            value=change.pin
            longest=LONGEST_PIN
        />
        <TextField label="Value of the change voucher" value=change.amount mode="decimal" longest=LONGEST_AMOUNT/>
        <TextField label="The change voucher expires on" value=change.expires kind="date"/>
    }
}

/// Returns whether the provider closes a voucher that has paid, and issues a change voucher.
fn gives_change(provider: &str) -> bool {
    provider == "kora"
}

/// Renders the act that refunds a payment.
#[component]
pub fn RefundAct(
    path: String,
    provider: String,
    /// The amount that has not been refunded yet.
    left: Minor,
    /// Whether this is the first refund.
    is_whole: bool,
    currency: Currency,
    done: Callback<()>,
) -> impl IntoView {
    let amount = RwSignal::new(decimal(left));
    let voucher = RwSignal::new(String::new());
    let body = Callback::new(move |()| {
        let amount = amount_up_to(&amount.get_untracked(), left)?;
        Ok(with_voucher(amount, &voucher.get_untracked()))
    });
    let is_reversible = provider == "celbux" && is_whole;
    let name = words::provider(&provider);
    let consequence = Signal::derive(move || match amount_up_to(&amount.get(), left) {
        Err(problem) => problem,
        Ok(amount) if is_reversible && amount == left && voucher.with(|id| id.trim().is_empty()) => {
            format!("{name} is told to give {} back to the voucher’s owner.", money(amount, currency))
        }
        Ok(amount) => format!(
            "It is recorded that the shop has given {} back to the shopper. This moves no money: pay the shopper first.",
            money(amount, currency)
        ),
    });
    view! {
        <Act title="Refund" consequence confirm="Refund" success="The refund is recorded." note=Note::Required path body done>
            <TextField label="Amount" value=amount mode="decimal" required=true longest=LONGEST_AMOUNT/>
            <VoucherField voucher/>
        </Act>
    }
}

/// Renders the act that records a payout of owed money.
#[component]
pub fn PayOut(path: String, owed: Minor, currency: Currency, done: Callback<()>) -> impl IntoView {
    let amount = RwSignal::new(decimal(owed));
    let voucher = RwSignal::new(String::new());
    let body = Callback::new(move |()| {
        let amount = amount_up_to(&amount.get_untracked(), owed)?;
        Ok(with_voucher(amount, &voucher.get_untracked()))
    });
    let consequence = Signal::derive(move || match amount_up_to(&amount.get(), owed) {
        Err(problem) => problem,
        Ok(amount) => format!(
            "It is recorded that the shop has paid {} back, and the shopper’s page says so. This moves no money: pay \
             the shopper first. {} stays owed.",
            money(amount, currency),
            money(owed - amount, currency)
        ),
    });
    view! {
        <Act
            title="Record a payout"
            consequence
            confirm="Record the payout"
            success="The payout is recorded."
            note=Note::Required
            path
            body
            done
        >
            <TextField label="Amount" value=amount mode="decimal" required=true longest=LONGEST_AMOUNT/>
            <VoucherField voucher/>
        </Act>
    }
}

/// Renders the field for the voucher by which the shop has paid.
#[component]
fn VoucherField(voucher: RwSignal<String>) -> impl IntoView {
    view! {
        <TextField
            label="Number of the voucher that was issued for it"
            hint="vo_…, when the shop has paid by a new voucher."
            value=voucher
            longest=LONGEST_ID
        />
    }
}

fn with_voucher(amount: Minor, voucher: &str) -> Members {
    let amount = [("amount".to_owned(), Value::from(amount.0))];
    let voucher =
        Some(voucher.trim()).filter(|id| !id.is_empty()).map(|id| ("voucher".to_owned(), id.into()));
    amount.into_iter().chain(voucher).collect()
}

/// Renders the act that erases the shopper's personal data.
#[component]
pub fn Erase(path: String, done: Callback<()>) -> impl IntoView {
    view! {
        <Act
            title="Erase personal data"
            consequence="The shopper’s e-mail address, phone number and name and the order’s own texts are erased for good. \
                         Amounts, times and references stay, so that the books add up. Nobody can undo this, and a search \
                         by phone or e-mail no longer finds the session."
            confirm="Erase for good"
            success="The personal data is erased."
            note=Note::Required
            path
            done
            danger=true
        />
    }
}

/// Renders the act that sends an event again.
#[component]
pub fn Redeliver(path: String, kind: String, done: Callback<()>) -> impl IntoView {
    view! {
        <Act
            title="Send again"
            consequence=format!("{kind} is sent to the shop’s server once more, with the same number, so that the server can recognise it.")
            confirm="Send it now"
            success="The event is being sent."
            note=Note::Without
            path
            done
        />
    }
}

#[cfg(test)]
mod tests;
