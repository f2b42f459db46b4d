use super::*;
use core::cell::Cell;
use core::pin::pin;
use core::task::Waker;
use std::rc::Rc;

/// Waits for one poll.
async fn pause() {
    let is_first = Cell::new(true);
    core::future::poll_fn(|_| if is_first.replace(false) { Poll::Pending } else { Poll::Ready(()) }).await;
}

fn of(request: &str) -> LogContext {
    LogContext { request: Some(request.to_owned()), session: None }
}

#[test]
fn each_of_two_interleaved_requests_keeps_its_own_id() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let work = |name: &'static str| {
        let seen = Rc::clone(&seen);
        within(of(name), async move {
            for _ in 0..2 {
                seen.borrow_mut().push((name, request_id()));
                pause().await;
            }
        })
    };
    let (mut first, mut second) = (pin!(work("a")), pin!(work("b")));
    let mut task = Context::from_waker(Waker::noop());
    for _ in 0..3 {
        let _ = first.as_mut().poll(&mut task);
        let _ = second.as_mut().poll(&mut task);
    }
    let expected = ["a", "b", "a", "b"].map(|name| (name, Some(name.to_owned())));
    assert_eq!(*seen.borrow(), expected);
    assert_eq!(request_id(), None, "outside");
}

#[test]
fn an_inner_context_ends_with_its_future() {
    let inner = within(of("inner"), async { request_id() });
    let outer = within(of("outer"), async { (inner.await, request_id()) });
    let Poll::Ready(seen) = pin!(outer).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("pending")
    };
    assert_eq!(seen, (Some("inner".into()), Some("outer".into())));
}

#[test]
fn a_line_names_request_and_session() {
    let context = LogContext { request: Some("r".into()), session: Some("cs_1".into()) };
    let work = within(context, async {
        let mut line = Map::new();
        add_to(&mut line);
        Value::Object(line).to_string()
    });
    let Poll::Ready(line) = pin!(work).poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("pending")
    };
    assert_eq!(line, r#"{"request":"r","session":"cs_1"}"#);
}
