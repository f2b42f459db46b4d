//! Helpers shared by the tests of the providers that issue vouchers.

use super::{Order, OrderError};
use crate::fields::tests::{at, plain};
use crate::fields::{Fault, Fields};
use crate::provider::Provider;
use serde_json::Value;

/// Builds an order from this request, under this reference. Errors are compared without the text of the requirement.
pub(crate) fn order(provider: &dyn Provider, body: &Value, reference: &str) -> Result<Order, OrderError> {
    let mut fields = Fields::parse(body.to_string().as_bytes()).unwrap();
    let order = provider.order(&mut fields, reference);
    let finished = order.and_then(|order| Ok(fields.finish().map(|()| order)?));
    finished.map_err(|error| match error {
        OrderError::Body(error) => plain(error).into(),
        error => error,
    })
}

/// Checks that each of these values is refused in the member that `order` replaces.
pub(crate) fn refused(
    order: impl Fn(&str, Value) -> Result<Order, OrderError>,
    name: &str,
    values: &[Value],
    fault: &Fault,
) {
    for value in values {
        let error = order(name, value.clone()).err();
        assert_eq!(error, Some(at(name, fault.clone()).into()), "{name} {value}");
    }
}
