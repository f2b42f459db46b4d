//! The ids of the page's elements. The Worker renders them, and the widget finds them by their ids.

/// The amount at the head of the page, with its label.
pub const HEADLINE: &str = "headline";
/// The label of that amount.
pub const HEADLINE_LABEL: &str = "headline-label";
/// The amount itself.
pub const HEADLINE_AMOUNT: &str = "headline-amount";
/// The time left to pay.
pub const TIME_LEFT: &str = "time-left";
/// The receipts.
pub const RECEIPTS: &str = "receipts";
/// The result of copying a PIN.
pub const COPIED: &str = "copied";
/// The container of the notice about the last payment attempt. It keeps the height of the form while the form is hidden.
pub const ROOM: &str = "room";
/// The form.
pub const FORM: &str = "pay";
/// The form for the code that the voucher's owner was sent.
pub const CODE_FORM: &str = "code-form";
/// The button that pays with the code.
pub const CODE_BUTTON: &str = "code-button";
/// The button that sends another code.
pub const RESEND: &str = "resend";
/// The form's idempotency key.
pub const ATTEMPT: &str = "attempt";
/// The line that asks for another voucher.
pub const NEXT_VOUCHER: &str = "next-voucher";
/// The choice among the ways to pay.
pub const CHOICE: &str = "choice";
/// The number of characters typed into the field for the PIN.
pub const PIN_COUNT: &str = "pin-count";
/// The field for a part of the amount, which can be folded.
pub const PART: &str = "part";
/// The container of the field for the e-mail address.
pub const EMAIL_FIELD: &str = "email-field";
/// The fees of all ways to pay, for a page without the widget.
pub const EACH_FEE: &str = "each-fee";
/// The fee of the chosen way to pay.
pub const FEE: &str = "fee";
/// The line that says that this voucher is the last one.
pub const LAST_VOUCHER: &str = "last-voucher";
/// The button that pays.
pub const PAY: &str = "pay-button";
/// The button or link back to the shop.
pub const EXIT: &str = "exit";
/// The button that loads the session again.
pub const RETRY: &str = "retry";
/// The region whose text screen readers announce.
pub const LIVE: &str = "live";
/// The placeholder for the form until the session is known.
pub const SKELETON: &str = "skeleton";
