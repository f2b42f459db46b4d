//! Laws 3 and 5 for the answers of providers: an uncertain answer is in doubt, whichever provider sends it.

use super::super::mutations::meaning::Meaning;
use super::super::mutations::members;
use super::*;

/// Returns each provider with the operations that it has a request for: only these have answers.
fn all_that_can_be_asked() -> Vec<Asked> {
    let can = |provider: &dyn Provider, op: &Op<'_>| provider.request(op, NOON).is_ok();
    let mut all = all();
    all.iter_mut().for_each(|(provider, operations)| operations.retain(|op| can(*provider, op)));
    all
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> HttpResponse {
    let body = body.into();
    HttpResponse { status, body }
}

/// Returns bodies that are not JSON objects.
fn junk() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    let texts = [
        "",
        " \n",
        "success",
        "<!DOCTYPE html><html><body>status: success</body></html>",
        "null",
        "true",
        "0",
        "1e999",
        "\"success\"",
        "[]",
        "{\"status\":",
        "{\"Status\":\"1\",\"State\":\"Success\"",
        "[true,\"Charge Successful\",{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}]",
        "[\"success\",\"Voucher payment successful\",\"5bda8f887426f\",\"75.00\"]",
        "[{\"Status\":\"1\",\"State\":\"Success\"}]",
        "{\"status\":\"error\",\"msg\":\"Too many attempts\"}{}",
        "{\"Status\":\"-12\",\"State\":\"Failed\"} -",
        "status=success&value=75.00",
    ];
    let texts = texts.map(|text| text.as_bytes().to_vec()).into_iter();
    let others = [
        deep("[", "]").into_bytes(),
        deep("{\"status\":", "").into_bytes(),
        b"\xff\xfe\x00\x01".to_vec(),
        b"{\"status\":\"success\",\"msg\":\"\xff\",\"value\":\"75.00\"}".to_vec(),
        b"{\"status\":\"success\",\"msg\":\"\",\"else\":\"\xff\",\"value\":\"75.00\"}".to_vec(),
        b"{\"status\":true,\"else\":\"\xff\",\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}}".to_vec(),
        b"{\"Status\":\"1\",\"State\":\"Success\",\"else\":\"\xff\",\"Amount\":\"2000\"}".to_vec(),
        b"{\"voucherCode\":\"9876543210987654\",\"else\":\"\xff\"}".to_vec(),
        vec![b'9'; 1_000_000],
        vec![0; 100_000],
    ];
    texts.chain(others).collect()
}

/// Returns objects that no document describes as a success.
fn odd_objects() -> Vec<Vec<u8>> {
    let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let texts = [
        "{}",
        "{\"status\":{}}",
        "{\"status\":null}",
        "{\"status\":1}",
        "{\"status\":1e400,\"data\":{\"status\":\"success\"}}",
        "{\"status\":true,\"message\":\"\",\"data\":[\"success\",\"ZAR\",10,null,null,null]}",
        "{\"status\":\"error\",\"msg\":[]}",
        "{\"status\":\"success\",\"trxn_id\":5}",
        "{\"status\":\"success\",\"value\":1e400}",
        "{\"status\":\"SUCCESS\",\"value\":\"75.00\"}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":1e400}}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":-10}}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"amount\":10}}",
        "{\"status\":true,\"data\":{\"status\":\"Success\",\"currency\":\"ZAR\",\"amount\":10}}",
        "{\"status\":true,\"data\":null}",
        "{\"status\":true}",
        "{\"status\":\"true\",\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}}",
        "{\"Status\":1,\"State\":\"Success\"}",
        "{\"Status\":\"1\",\"State\":\"success\"}",
        "{\"Status\":\"1\"}",
        "{\"State\":\"Success\"}",
        "{\"Status\":\"1\",\"State\":\"Success\",\"Amount\":\"1e3\"}",
        "{\"Status\":\"1\",\"State\":\"Success\",\"Amount\":-2000}",
        "{\"Status\":\"1\",\"State\":\"Success\",\"Reference\":\"another\"}",
        "{\"Status\":\"-12\",\"State\":\"Success\"}",
        "{\"Status\":-12,\"State\":\"Failed\"}",
        "{\"voucherCode\":\"987654321098765\"}",
        "{\"voucherCode\":null,\"transactionStatus\":\"COMPLETED\"}",
        "{\"voucherCode\":\"9876543210987654\",\"transactionStatus\":\"FAILED\"}",
        "{\"voucherCode\":\"9876543210987654\",\"denominationAmountEtb\":-500}",
    ];
    let texts = texts.map(str::to_owned).into_iter();
    let deep = [format!("{{\"data\":{},\"status\":\"succeeded\"}}", deep(10_000))];
    texts.chain(deep).map(String::into_bytes).collect()
}

const STATUSES: [u16; 14] = [100, 200, 201, 204, 301, 302, 400, 401, 402, 404, 409, 429, 500, 503];

#[test]
fn law_3_an_unreadable_answer_is_in_doubt() {
    let junk = junk();
    for (provider, operations) in all() {
        for (op, body) in operations.iter().flat_map(|op| junk.iter().map(move |body| (op, body))) {
            for status in STATUSES {
                let reply = provider.reply(op, &answer(status, body.clone()));
                let shown = String::from_utf8_lossy(&body[..body.len().min(90)]).into_owned();
                assert!(
                    reply.is_err() || is_settling(op, status, &reply),
                    "{} {op:?} {status} {shown} {reply:?}",
                    provider.features().id
                );
            }
        }
    }
}

/// Returns whether a server error is ODM's 503 for a code, "settlement in progress": a doubt in a reply of its own.
fn is_settling(op: &Op<'_>, status: u16, reply: &Result<Reply, Unreadable>) -> bool {
    status == 503 && matches!((op, reply), (Op::VerifyCode { .. }, Ok(Reply::Pending)))
}

/// Returns whether a reply reports an effect or a value.
fn is_success(reply: &Reply) -> bool {
    use Reply::*;
    matches!(reply, Paid(_) | Issued(_) | Reversed | Balance(_) | Renewing(_) | Viewed(_))
}

#[test]
fn law_3_only_documented_successes_are_successes() {
    let (meanings, odd) = (Meaning::of_all(), odd_objects());
    for (provider, operations) in all_that_can_be_asked() {
        let id = provider.features().id;
        for (op, body) in operations.iter().flat_map(|op| odd.iter().map(move |body| (op, body))) {
            for status in STATUSES {
                let reply = provider.reply(op, &answer(status, body.clone()));
                let says = meanings[id].says(op, status, body);
                let shown = String::from_utf8_lossy(&body[..body.len().min(90)]).into_owned();
                // A success may lack the amount where the document has none in it.
                let allowed = reply.as_ref().is_ok_and(|reply| says.allows(reply));
                assert!(reply.is_err() || allowed, "{id} {op:?} {status} {shown} {reply:?}");
                assert!(
                    status < 300 || !reply.as_ref().is_ok_and(is_success),
                    "{id} {status} {shown} {reply:?}"
                );
            }
        }
    }
}

// A server error can come from any intermediary, so it leaves the outcome in doubt, as does ODM's 503, "settlement in progress". Where a
// provider sends its declines with one, its meaning.json says so; it is never a success.
#[test]
fn law_3_a_server_error_is_in_doubt_whatever_its_body() {
    let (config, meanings) = (sandboxes(), Meaning::of_all());
    let (mut answers, mut refusals) = (0, 0);
    for case in cases(&config) {
        let (Some(op), Some(golden)) = (case.op(), case.answer()) else { continue };
        let (provider, meaning) = (config.provider(&case.provider).unwrap(), &meanings[&case.provider]);
        answers += 1;
        for status in 500..=599 {
            let reply = provider.reply(&op, &answer(status, golden.body.clone()));
            let refused = matches!(reply, Ok(Reply::Declined(_) | Reply::NotFound));
            refusals += usize::from(refused);
            let in_doubt = reply.is_err() || is_settling(&op, status, &reply);
            let fine = in_doubt || (refused && meaning.refuses_with(status));
            assert!(fine, "{}/{} {status} {reply:?}", case.provider, case.name);
        }
    }
    assert!(answers > 100 && refusals > 10);
}

// Conversely, a success in a golden answer counts only with its HTTP status.
#[test]
fn law_3_no_answer_without_the_status_of_a_success_is_one() {
    let config = sandboxes();
    let mut successes = 0;
    for case in cases(&config) {
        let (Some(op), Some(golden)) = (case.op(), case.answer()) else { continue };
        let provider = config.provider(&case.provider).unwrap();
        successes += usize::from(provider.reply(&op, &golden).is_ok_and(|reply| is_success(&reply)));
        for status in (0..200).chain(300..1_000) {
            let reply = provider.reply(&op, &answer(status, golden.body.clone()));
            assert!(
                !reply.as_ref().is_ok_and(is_success),
                "{}/{} {status} {reply:?}",
                case.provider,
                case.name
            );
        }
    }
    assert!(successes > 20);
}

#[test]
fn law_6_a_provider_that_repeats_the_pin_does_not_show_it_to_the_shop() {
    let config = sandboxes();
    let mut read = 0;
    for case in cases(&config) {
        let (Some(op), Some(golden)) = (case.op(), case.answer()) else { continue };
        let pin = match op {
            Op::Charge(charge) => charge.pin,
            Op::Balance { pin, .. } | Op::Challenge { pin, .. } => pin,
            _ => continue,
        };
        let Ok(body) = serde_json::from_slice::<Value>(&golden.body) else { continue };
        let mut paths = Vec::new();
        members(&body, String::new(), &mut paths);
        for path in paths {
            let repeated = match body.pointer(&path) {
                Some(Value::String(_)) => format!("No. {}", pin.reveal()).into(),
                Some(Value::Number(_)) => pin.reveal().parse::<u64>().map_or(Value::Null, Value::from),
                _ => continue,
            };
            let mut body = body.clone();
            *body.pointer_mut(&path).unwrap() = repeated;
            let provider = config.provider(&case.provider).unwrap();
            let mut reply = provider.reply(&op, &answer(golden.status, body.to_string()));
            // The change voucher is sealed, and shown to the shopper only.
            if let Ok(Reply::Paid(paid)) = &mut reply {
                paid.change = None;
            }
            read += usize::from(reply.is_ok());
            assert!(!format!("{reply:?}").contains(pin.reveal()), "{}/{} {path}", case.provider, case.name);
        }
    }
    assert!(read > 20);
}

/// Replaces every text and number in the JSON with this word.
fn reworded(value: &Value, word: &str) -> Value {
    match value {
        Value::String(_) | Value::Number(_) => word.into(),
        Value::Array(items) => items.iter().map(|item| reworded(item, word)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), reworded(value, word))).collect()
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn law_3_unknown_words_neither_pay_nor_panic(
        status in prop_oneof![0u16..1000, prop::sample::select(vec![200u16, 201, 400, 404, 422])], word in ".{0,300}", bytes in any::<Vec<u8>>(), which in any::<prop::sample::Index>(),
    ) {
        thread_local! {
            static ALL: (Vec<Asked>, Vec<Value>) = (all_that_can_be_asked(), {
                let answers = cases(&sandboxes()).into_iter().filter_map(|case| case.answer());
                answers.filter_map(|answer| serde_json::from_slice(&answer.body).ok()).collect()
            });
        }
        ALL.with(|(all, values)| {
            let body = reworded(which.get(values), &word).to_string().into_bytes();
            for ((provider, operations), body) in all.iter().flat_map(|one| [(one, &body), (one, &bytes)]) {
                for op in operations {
                    let reply = provider.reply(op, &answer(status, body.clone()));
                    prop_assert!(!reply.as_ref().is_ok_and(is_success), "{:?}", reply);
                    prop_assert!(status < 500 || reply.is_err() || is_settling(op, status, &reply), "{:?}", reply);
                }
            }
            Ok(())
        })?;
    }
}
