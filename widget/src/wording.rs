//! The texts of the notices, with their placeholders filled in.

use crate::intl::{duration, money};
use crate::model::flow::{Flow, Refusal};
use crate::model::screen::{Notice, Screen};
use crate::page::{filled, text};
use checkout_present::{CheckoutRules, Place, Word};
use checkout_wire::{Minor, Seconds};

/// The texts of a notice.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Its title; empty if it has none.
    pub title: String,
    /// Its texts; for the order also the amounts that do not pay for it.
    pub texts: Vec<String>,
}

impl Told {
    /// Returns the notice at that place; without texts where there is none.
    pub fn at(place: Place, flow: &Flow) -> Self {
        let mut told = Self::default();
        if let Some(notice) = Notice::at(place, flow) {
            told.title = notice.title.map(text).unwrap_or_default();
            // The wait before the next attempt is shown below the reason why the last one was refused.
            let wait = flow.wait.map(|wait| wait.word);
            let wait = wait.filter(|_| place == Place::Attempt && Screen::of(flow) == Screen::Form);
            let words = notice.text.into_iter().chain(wait.filter(|word| notice.text != Some(*word)));
            told.texts.extend(words.map(|word| notice_text(word, flow)));
        }
        if let Some(view) = flow.view.as_ref().filter(|_| place == Place::Order) {
            view.beside(|word, minor| {
                let amount = money(minor, &view.currency);
                told.texts.push(filled(word, &[("shop", &view.shop_name), ("amount", &amount)]));
            });
        }
        told
    }

    /// Returns whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.texts.is_empty()
    }

    /// Returns the notice as one text for screen readers.
    pub fn spoken(&self) -> String {
        let mut spoken = self.title.clone();
        for text in &self.texts {
            if !spoken.is_empty() {
                spoken.push_str(if spoken.ends_with('.') { " " } else { ". " });
            }
            spoken.push_str(text);
        }
        spoken
    }
}

/// Returns a text of a notice with its placeholders filled in.
fn notice_text(word: Word, flow: &Flow) -> String {
    let Some(view) = &flow.view else {
        return text(word);
    };
    let (balance, amount) = match flow.refusal {
        Some(Refusal::Short(balance, usable)) if word == Word::DeclinedUsable => (balance, usable),
        _ => (Minor::ZERO, view.amount_received),
    };
    let money = |minor| money(minor, &view.currency);
    let time = flow.wait.map(|wait| duration(wait.seconds.max(Seconds(1)))).unwrap_or_default();
    let gaps = [
        ("shop", &view.shop_name),
        ("amount", &money(amount)),
        ("balance", &money(balance)),
        ("remaining", &money(view.amount_remaining)),
        ("time", &time),
    ];
    filled(word, &gaps.map(|(gap, value)| (gap, value.as_str())))
}
