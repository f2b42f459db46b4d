//! Tests of the shopper's and the merchant's views.

use super::*;
use crate::secret::Secret;
use crate::session::view::{ChangeVouchers, tell_apart};
use checkout_wire::money::Currency;
use checkout_wire::{ChangeVoucher, CheckoutView, Pin, Seconds};
use serde_json::{Value, json};

fn checkout_view(session: &Session) -> CheckoutView {
    session.checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), NOW)
}

fn merchant_view(session: &Session) -> Value {
    session.merchant_view(None, &config(), NOW)
}

/// Returns a session with a declined voucher for each of these codes.
fn refused(codes: &[DeclineCode]) -> Session {
    let entries = codes.iter().enumerate().flat_map(|(i, code)| {
        let id = format!("rd_{i}");
        [begun(&id, 10_000), declined(&id, *code)]
    });
    session(10_000, entries.collect::<Vec<_>>())
}

#[test]
fn law_8_after_three_refusals_every_decline_reads_the_same() {
    use DeclineCode::*;
    let told = |codes: &[DeclineCode]| -> Vec<DeclineCode> {
        let view = checkout_view(&refused(codes));
        view.redemptions.iter().map(|one| one.decline_code.unwrap()).collect()
    };
    assert_eq!(told(&[VoucherNotFound, VoucherUsed]), [VoucherNotFound, VoucherUsed]);
    assert_eq!(told(&[VoucherNotFound, VoucherUsed, VoucherNotFound]), [VoucherRefused; 3]);
    assert_eq!(told(&[VoucherUsed, VoucherUsed, VoucherUsed]), told(&[VoucherNotFound; 3]));
    assert_eq!(told(&[VoucherNotFound, InsufficientFunds, AmountRefused]), [VoucherRefused; 3]);
    // Reasons that do not concern the voucher help a shopper and not a guesser.
    assert_eq!(
        told(&[VoucherNotFound, VoucherUsed, NotCharged, ProviderUnavailable]),
        [VoucherNotFound, VoucherUsed, NotCharged, ProviderUnavailable]
    );
}

#[test]
fn law_8_masked_declines_have_the_same_members() {
    let masked = |entry: Entry| {
        let begun = Entry::Begun(Begun { masked: true, ..as_begun(begun("rd_1", 10_000)) });
        let view = checkout_view(&session(10_000, [begun, entry]));
        serde_json::to_value(&view.redemptions[0]).unwrap()
    };
    let worth_less = Entry::Declined {
        redemption: rd("rd_1"),
        code: DeclineCode::InsufficientFunds,
        words: Some("Insufficient funds".into()),
        balance: Some(Minor(4_000)),
    };
    let not_found = masked(declined("rd_1", DeclineCode::VoucherNotFound));
    assert_eq!(not_found["decline_code"], "voucher_refused");
    let others = [
        worth_less,
        declined("rd_1", DeclineCode::VoucherUsed),
        declined("rd_1", DeclineCode::VoucherRefused),
        not_sent("rd_1", DeclineCode::VoucherInUse),
    ];
    for other in others {
        assert_eq!(masked(other.clone()), not_found, "{other:?}");
    }
    let unavailable = masked(not_sent("rd_1", DeclineCode::ProviderUnavailable));
    assert_eq!(
        (&unavailable["status"], &unavailable["decline_code"]),
        (&"not_sent".into(), &"provider_unavailable".into())
    );
}

#[test]
fn law_8_a_balance_is_shown_only_after_honest_tries() {
    let told = |first: DeclineCode| {
        let worth_less = |id: &str| Entry::Declined {
            redemption: rd(id),
            code: DeclineCode::InsufficientFunds,
            words: None,
            balance: Some(Minor(4_000)),
        };
        let first = [begun("rd_1", 10_000), declined("rd_1", first)];
        let view = checkout_view(&session(
            10_000,
            first.into_iter().chain([begun("rd_2", 10_000), worth_less("rd_2")]),
        ));
        let one = &view.redemptions[1];
        (one.decline_code, one.usable, one.voucher_balance)
    };
    let code = Some(DeclineCode::InsufficientFunds);
    assert_eq!(told(DeclineCode::InsufficientFunds), (code, Some(Minor(4_000)), Some(Minor(4_000))));
    assert_eq!(told(DeclineCode::NotCharged), (code, Some(Minor(4_000)), Some(Minor(4_000))));
    assert_eq!(told(DeclineCode::VoucherNotFound), (code, None, None));
    assert_eq!(told(DeclineCode::VoucherUsed), (code, None, None));
}

#[test]
fn law_8_the_shop_sees_the_true_reason() {
    use DeclineCode::*;
    let view = merchant_view(&refused(&[VoucherNotFound, VoucherUsed, VoucherNotFound]));
    let codes: Vec<&str> = view["redemptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["decline_code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["voucher_not_found", "voucher_used", "voucher_not_found"]);
}

#[test]
fn the_shopper_sees_amounts_offers_and_change() {
    let session = session(10_000, [begun("rd_1", 4_000), succeeded("rd_1", 4_000)]);
    let change = ChangeVoucher {
        pin: Pin::from_provider("1234252526252525".into()),
        amount: Some(Minor(900)),
        expires_at: None,
    };
    let view = session.checkout_view(&config(), &vec![(rd("rd_1"), change.clone())], &Down::new(), NOW);
    assert_eq!(
        (view.amount, view.amount_received, view.amount_remaining),
        (Minor(10_000), Minor(4_000), Minor(6_000))
    );
    assert_eq!((view.status, view.currency.as_str()), (SessionStatus::Open, "ZAR"));
    assert_eq!((view.shop_name.as_str(), view.reference.as_str()), ("Test Shop", "order-1"));
    assert_eq!(view.redemptions[0].change, Some(change.clone()));
    assert_eq!(view.providers.len(), 1);
    assert_eq!((view.providers[0].provider.as_str(), view.providers[0].fee), ("kora", Minor::ZERO));
    assert_eq!(view.expires_at, "2026-04-29T13:00:00.000Z");
    let other = session.checkout_view(&config(), &vec![(rd("rd_2"), change)], &Down::new(), NOW);
    assert_eq!(other.redemptions[0].change, None);
    let dollars = Session::replay([(NOW, created(10_000, "TTD"))]).unwrap();
    let offers = checkout_view(&dollars).providers;
    assert_eq!((offers.len(), offers[0].provider.as_str(), offers[0].fee), (1, "wipay", Minor(500)));
}

#[test]
fn paid_vouchers_of_one_kind_are_distinguished() {
    let ends = |entries: Vec<Entry>| {
        let mut view = checkout_view(&session(10_000, entries));
        let all = [("rd_1", "0101"), ("rd_2", "0202")].map(|(id, end)| (rd(id), end.to_owned()));
        tell_apart(&mut view.redemptions, all.to_vec());
        view.redemptions.into_iter().map(|one| one.pin_end).collect::<Vec<_>>()
    };
    let first = [begun("rd_1", 1_000), succeeded("rd_1", 1_000)];
    let with = |second: [Entry; 2]| ends(first.iter().cloned().chain(second).collect());
    let both = [Some("0101".to_owned()), Some("0202".to_owned())];
    assert_eq!(ends(first.to_vec()), [None]);
    assert_eq!(with([begun("rd_2", 1_000), succeeded("rd_2", 1_000)]), both);
    assert_eq!(with([begun("rd_2", 1_000), declined("rd_2", DeclineCode::VoucherUsed)]), [None, None]);
    assert_eq!(with([begun_wipay("rd_2", 1_000), succeeded("rd_2", 1_000)]), [None, None]);
    let other = Begun { brand: Some("0002".into()), ..as_begun(begun("rd_2", 1_000)) };
    assert_eq!(with([Entry::Begun(other), succeeded("rd_2", 1_000)]), [None, None]);
}

/// Returns the same first entry, with that voucher.
fn with_voucher(pin: &str, entry: Entry) -> Entry {
    let begun = as_begun(entry);
    let voucher = voucher_names(&config().keyring, &begun.provider, pin).into_iter().next();
    Entry::Begun(Begun { voucher, ..begun })
}

#[test]
fn a_change_voucher_is_shown_as_money_until_it_has_paid() {
    let pin = "1234252526252525";
    let voucher =
        |pin: &str, amount| ChangeVoucher { pin: Pin::from_provider(pin.into()), amount, expires_at: None };
    // The amount shown with the change voucher, and whether it can pay the rest; `None` if the voucher is not shown.
    let shown = |amount, second: &str, ends: Entry, next: Option<ChangeVoucher>| {
        let first = [with_voucher("1220000000000001", begun("rd_1", 4_000)), succeeded("rd_1", 4_000)];
        let second = [with_voucher(second, begun("rd_2", 3_000)), ends];
        let session = session(10_000, first.into_iter().chain(second));
        let changes = [("rd_1", Some(voucher(pin, amount))), ("rd_2", next)];
        let changes = changes.into_iter().filter_map(|(id, change)| Some((rd(id), change?))).collect();
        let view = session.checkout_view(&config(), &changes, &Down::new(), NOW);
        let one = &view.redemptions[0];
        let can_pay = view.status == SessionStatus::Open && one.usable != Some(Minor::ZERO);
        one.change.as_ref().map(|change| (change.amount, can_pay))
    };
    let (all, paid) = (Some(Minor(3_000)), || succeeded("rd_2", 3_000));
    assert_eq!(shown(all, pin, paid(), None), None);
    assert_eq!(shown(all, pin, declined("rd_2", DeclineCode::AmountRefused), None), Some((all, true)));
    assert_eq!(shown(all, pin, doubted("rd_2", Doubt::Timeout), None), Some((all, false)));
    assert_eq!(shown(all, "1220000000000002", paid(), None), Some((all, true)));
    for amount in [Some(Minor(3_001)), None] {
        // No answer states where the rest is, so that PIN is shown, but not as a way to pay.
        assert_eq!(shown(amount, pin, paid(), None), Some((None, false)));
        assert_eq!(shown(amount, pin, paid(), Some(voucher("1234252526252526", Some(Minor(1))))), None);
    }
}

#[test]
fn the_balance_of_a_voucher_is_that_after_its_last_payment() {
    let left = |id: &str, balance| Entry::Succeeded {
        redemption: rd(id),
        amount: Minor(3_000),
        fee: None,
        transaction: None,
        balance: Some(balance),
        inferred: false,
        change_unknown: false,
    };
    let balances = |second: &str| {
        let first = [with_voucher("220000000001", begun_wipay("rd_1", 3_000)), left("rd_1", Minor(9_000))];
        let second = [with_voucher(second, begun_wipay("rd_2", 3_000)), left("rd_2", Minor(5_500))];
        let view = checkout_view(&session(10_000, first.into_iter().chain(second)));
        view.redemptions.iter().map(|one| one.voucher_balance).collect::<Vec<_>>()
    };
    assert_eq!(balances("220000000001"), [None, Some(Minor(5_500))]);
    assert_eq!(balances("220000000002"), [Some(Minor(9_000)), Some(Minor(5_500))]);
}

#[test]
fn the_wait_is_stated_in_seconds() {
    let mut session = session(10_000, []);
    for i in 0..5 {
        session.apply(NOW, begun(&format!("rd_{i}"), 10_000));
        session.apply(NOW, declined(&format!("rd_{i}"), DeclineCode::VoucherUsed));
    }
    assert_eq!(
        session.checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), NOW + Millis(1)).retry_after,
        Some(Seconds(60))
    );
    assert_eq!(
        session
            .checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), NOW + Millis(60_000))
            .retry_after,
        None
    );
}

#[test]
fn law_3_unknown_is_shown_as_unknown() {
    let status = |entry: Option<Entry>| {
        let session = session(10_000, [begun("rd_1", 10_000)].into_iter().chain(entry));
        let view = checkout_view(&session);
        assert_eq!((view.status, view.redemptions[0].decline_code), (SessionStatus::Processing, None));
        let shop = merchant_view(&session);
        assert_eq!(shop["redemptions"][0]["status"], view.redemptions[0].status.as_str());
        view.redemptions[0].status
    };
    assert_eq!(status(None), RedemptionStatus::Processing);
    for doubt in [Doubt::Pending, Doubt::Unconfirmed] {
        assert_eq!(status(Some(doubted("rd_1", doubt))), RedemptionStatus::Processing, "{doubt:?}");
    }
    for doubt in [Doubt::Timeout, Doubt::Cut, Doubt::Unreadable, Doubt::Amount, Doubt::Stopped] {
        assert_eq!(status(Some(doubted("rd_1", doubt))), RedemptionStatus::Unknown, "{doubt:?}");
    }
}

#[test]
fn an_outcome_in_review_is_not_polled() {
    let entries = [begun("rd_1", 10_000), doubted("rd_1", Doubt::Pending), left_to_person("rd_1")];
    let view = checkout_view(&session(10_000, entries.clone()));
    assert_eq!(
        (view.status, view.redemptions[0].status),
        (SessionStatus::Processing, RedemptionStatus::Unknown)
    );
    let view = checkout_view(&session(10_000, entries.into_iter().chain([Entry::Canceled])));
    assert_eq!(
        (view.status, view.redemptions[0].status),
        (SessionStatus::Canceled, RedemptionStatus::Unknown)
    );
}

#[test]
fn the_shop_sees_everything_but_pins() {
    let paid = Entry::Succeeded {
        redemption: rd("rd_1"),
        amount: Minor(3_000),
        fee: Some(Minor(5)),
        transaction: Some("KPY-1".into()),
        balance: Some(Minor(70)),
        inferred: false,
        change_unknown: false,
    };
    let words = Some("The voucher has already been used.".to_owned());
    let entries = [
        begun("rd_1", 4_000),
        paid,
        begun("rd_2", 7_000),
        Entry::Declined { redemption: rd("rd_2"), code: DeclineCode::VoucherUsed, words, balance: None },
        begun("rd_3", 7_000),
        doubted("rd_3", Doubt::Cut),
        left_to_person("rd_3"),
    ];
    let view = session(10_000, entries).merchant_view(Some(&Secret::new("secret".into())), &config(), NOW);
    let at = |seconds: i64| crate::time::rfc3339(NOW + Millis::SECOND.times(seconds));
    let expected = json!({
        "id": "cs_1", "object": "checkout_session", "status": "processing", "amount": 10_000, "currency": "ZAR",
        "amount_received": 3_000, "amount_remaining": 7_000, "amount_owed": 0,
        "amount_refunded": 0, "amount_paid_out": 0, "payouts": [], "reference": "order-1", "providers": ["kora"],
        "redemptions": [
            {"id": "rd_1", "provider": "kora", "provider_code": "0001", "status": "succeeded", "amount": 3_000, "fee": 5,
                "provider_reference": "ref-rd_1", "provider_transaction": "KPY-1", "created_at": at(1)},
            {"id": "rd_2", "provider": "kora", "provider_code": "0001", "status": "declined", "amount": 7_000,
                "provider_reference": "ref-rd_2", "decline_code": "voucher_used",
                "provider_message": "The voucher has already been used.", "created_at": at(3)},
            {"id": "rd_3", "provider": "kora", "provider_code": "0001", "status": "unknown", "amount": 7_000,
                "provider_reference": "ref-rd_3", "needs_review": true, "created_at": at(5)},
        ],
        "created_at": at(0), "expires_at": at(3_600), "metadata": {},
        "client_secret": "secret", "url": "http://localhost:8787/pay/cs_1?key=secret",
    });
    assert_eq!(view, expected);
}

#[test]
fn providers_are_listed_with_their_rules() {
    let config = config();
    let kora = provider_view(config.provider("kora").unwrap());
    let pin = json!({"alphabet": "digits", "min": 16, "max": 16});
    let expected = json!({"id": "kora", "currencies": ["ZAR"], "capabilities": ["checkout"], "phone_country": "ZA", "needs_email": true,
        "brands": [{"code": "0001", "label": "Kora voucher", "pin": pin}], "fee": {"flat_minor": 0, "of_100_00": 0}});
    assert_eq!(kora, expected);
    let wipay = provider_view(config.provider("wipay").unwrap());
    assert_eq!(wipay["fee"], json!({"flat_minor": 500, "of_100_00": 500}));
    assert_eq!(wipay["capabilities"], json!(["checkout", "lookup"]));
    let others = config_of(&["celbux", "odm"], &[]).unwrap();
    let celbux = provider_view(others.provider("celbux").unwrap());
    assert_eq!(celbux["capabilities"], json!(["checkout", "issue", "lookup", "reverse"]));
    let odm = provider_view(others.provider("odm").unwrap());
    let expected = json!({"id": "odm", "currencies": ["ETB"], "capabilities": ["checkout", "issue"], "phone_country": "ET",
        "needs_email": false, "brands": [{"code": null, "label": "ODM", "pin": pin}], "fee": {"flat_minor": 0, "of_100_00": 0}});
    assert_eq!(odm, expected);
}

#[test]
fn a_provider_that_only_issues_takes_no_session() {
    let off = ["ODM_MERCHANT_API_KEY", "ODM_MERCHANT_SIGNING_KEY", "ODM_MERCHANT_ID"].map(|name| (name, ""));
    let config = config_of(&["odm", "wipay"], &off).unwrap();
    let parse = |body: Value| {
        Parameters::parse(body.to_string().as_bytes(), &config).map(|(parameters, _)| parameters.providers)
    };
    let birr = json!({"amount": 1, "currency": "ETB", "reference": "order-1"});
    assert_eq!(parse(birr), Err(ParametersError::Currency { taken: vec!["TTD"] }));
    let named = json!({"amount": 1, "currency": "TTD", "reference": "order-1", "providers": ["odm"]});
    let usable = vec!["wipay"];
    assert_eq!(parse(named), Err(ParametersError::Providers { currency: Currency::Ttd, usable }));
    let dollars = json!({"amount": 1, "currency": "TTD", "reference": "order-1"});
    assert_eq!(parse(dollars).unwrap(), ["wipay"]);
}

/// Returns the rest in the shopper's view, in minor units: on the voucher, and sent by message.
fn rest(entries: &[Entry]) -> (Option<Minor>, Option<Minor>) {
    let view = checkout_view(&session(10_000, entries.to_vec()));
    (view.redemptions[0].voucher_balance, view.redemptions[0].rest_by_message)
}

#[test]
fn the_remainder_stays_on_the_voucher_or_is_sent_by_message() {
    let (begun, success) = (begun_celbux("rd_1", 4_000), succeeded("rd_1", 4_000));
    let stays = [begun.clone(), balance_checked("rd_1", 9_000), success.clone()];
    assert_eq!(rest(&stays), (Some(Minor(5_000)), None));
    let renews = [begun.clone(), renewing("rd_1", 9_000), success.clone()];
    assert_eq!(rest(&renews), (None, Some(Minor(5_000))));
    // Without a rest, no message is announced.
    assert_eq!(rest(&[begun.clone(), renewing("rd_1", 4_000), success.clone()]), (None, None));
    assert_eq!(
        rest(&[begun.clone(), balance_checked("rd_1", 4_000), success.clone()]),
        (Some(Minor::ZERO), None)
    );
    // After a partial payment the rest is larger.
    assert_eq!(
        rest(&[begun.clone(), renewing("rd_1", 9_000), succeeded("rd_1", 1_000)]),
        (None, Some(Minor(8_000)))
    );
    // No rest is shown before the outcome is certain, nor after a reversal.
    assert_eq!(rest(&renews[..2]), (None, None));
    assert_eq!(rest(&[begun, renewing("rd_1", 9_000), doubted("rd_1", Doubt::Cut)]), (None, None));
    for paid in [stays, renews] {
        let back = [Entry::Canceled, reversing("rd_1"), reversed("rd_1")];
        assert_eq!(rest(&[&paid[..], &back[..]].concat()), (None, None));
    }
}

#[test]
fn with_a_fee_only_the_provider_states_the_remainder() {
    let (begun, balance_checked) = (begun_wipay("rd_1", 4_000), balance_checked("rd_1", 10_000));
    assert_eq!(rest(&[begun.clone(), balance_checked.clone(), succeeded("rd_1", 4_000)]), (None, None));
    let told = Entry::Succeeded {
        redemption: rd("rd_1"),
        amount: Minor(4_000),
        fee: Some(Minor(500)),
        transaction: None,
        balance: Some(Minor(5_500)),
        inferred: false,
        change_unknown: false,
    };
    assert_eq!(rest(&[begun, balance_checked, told]), (Some(Minor(5_500)), None));
}

// Law 5: the change voucher is the shopper's money, whatever the outcome of the payment.
#[test]
fn law_5_a_change_voucher_is_shown_in_every_state_of_the_payment() {
    let change = ChangeVoucher {
        pin: Pin::from_provider("1234252526252525".into()),
        amount: Some(Minor(900)),
        expires_at: None,
    };
    let open = [None, Some(doubted("rd_1", Doubt::Amount)), Some(declined("rd_1", DeclineCode::NotCharged))];
    for entry in open.into_iter().chain([Some(succeeded("rd_1", 4_000))]) {
        let session = session(10_000, [begun("rd_1", 4_000)].into_iter().chain(entry));
        let view = session.checkout_view(&config(), &vec![(rd("rd_1"), change.clone())], &Down::new(), NOW);
        assert_eq!(view.redemptions[0].change, Some(change.clone()));
    }
}

#[test]
fn the_shop_sees_the_owed_amount() {
    let paid = [begun("rd_1", 4_000), succeeded("rd_1", 4_000)];
    assert_eq!(merchant_view(&session(10_000, paid.clone()))["amount_owed"], 0);
    let canceled = session(10_000, paid.into_iter().chain([Entry::Canceled]));
    assert_eq!(merchant_view(&canceled)["amount_owed"], 4_000);
}

/// Returns how much of `total` can be paid with a voucher that was declined because it is worth only `balance`.
fn usable(balance: i64, begun: fn(&str, i64) -> Entry, total: i64) -> Option<Minor> {
    let refused = Entry::Declined {
        redemption: rd("rd_1"),
        code: DeclineCode::InsufficientFunds,
        words: None,
        balance: Some(Minor(balance)),
    };
    let view = checkout_view(&session(total, [begun("rd_1", total), refused]));
    assert_eq!(view.redemptions[0].voucher_balance, Some(Minor(balance)));
    view.redemptions[0].usable
}

#[test]
fn the_usable_balance_excludes_the_fee() {
    assert_eq!(usable(4_000, begun, 10_000), Some(Minor(4_000)));
    assert_eq!(usable(1, begun, 10_000), Some(Minor(1)));
    assert_eq!(usable(4_000, begun_wipay, 10_000), Some(Minor(3_500)));
    assert_eq!(usable(10_499, begun_wipay, 10_000), Some(Minor(9_999)));
    assert_eq!(usable(501, begun_wipay, 10_000), Some(Minor(1)));
    assert_eq!(usable(500, begun_wipay, 10_000), None);
    // The voucher is worth more than the remaining amount.
    assert_eq!(usable(9_000, begun, 5_000), Some(Minor(5_000)));
    // Law 8: a used-up voucher reveals no more than one that does not exist.
    let used = Entry::Declined {
        redemption: rd("rd_1"),
        code: DeclineCode::VoucherUsed,
        words: None,
        balance: Some(Minor::ZERO),
    };
    let view = checkout_view(&session(10_000, [begun_wipay("rd_1", 10_000), used]));
    assert_eq!((view.redemptions[0].usable, view.redemptions[0].voucher_balance), (None, None));
    // If the provider does not state the balance, none is shown.
    let untold = session(10_000, [begun("rd_1", 10_000), declined("rd_1", DeclineCode::InsufficientFunds)]);
    let view = checkout_view(&untold);
    assert_eq!((view.redemptions[0].usable, view.redemptions[0].voucher_balance), (None, None));
}

#[test]
fn a_provider_that_is_down_states_the_time_to_wait() {
    let session = session(10_000, []);
    let down = Down::from([("kora".to_owned(), NOW + Millis(1_001))]);
    let waits =
        |now| session.checkout_view(&config(), &ChangeVouchers::new(), &down, now).providers[0].retry_after;
    assert_eq!(
        (waits(NOW), waits(NOW + Millis(1_000)), waits(NOW + Millis(1_001))),
        (Some(Seconds(2)), Some(Seconds(1)), None)
    );
}
