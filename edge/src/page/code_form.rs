//! The form for a one-time code.

use super::content::Content;
use checkout_present::page_rules::resend_label;
use checkout_present::{CheckoutRules, Field, Language, Word, ids};
use maud::{Markup, html};

impl Content<'_> {
    /// Renders the form for the code that the voucher's owner was sent.
    pub fn code_form(&self, hidden: bool) -> Markup {
        let t = self.t;
        let challenged = self.known.session().and_then(CheckoutRules::challenged);
        let again = challenged.map(|(_, challenge)| resend_label(challenge.resend_in, t));
        html! {
            form #(ids::CODE_FORM) method="post" novalidate hidden[hidden] {
                (self.unseen(None))
                @if let Some((payment, _)) = challenged { input type="hidden" name="challenged" autocomplete="off" value=(payment.id.as_str()); }
                (self.field(Field::Code, ""))
                button.button #(ids::CODE_BUTTON) type="submit" { (t.text(Word::CodeButton)) }
                button.button.secondary #(ids::RESEND) type="submit" name="resend" { (again.unwrap_or_default()) }
                button.button.secondary type="submit" name="another" { (t.text(Word::AnotherButton)) }
            }
        }
    }
}
