//! Searches by values that must not appear in a URL: a phone number, an e-mail address, a PIN. The index has only their keyed hashes.

use super::{Statement, perform, views};
use crate::objects::calls::Json;
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::fields::Fields;
use checkout_core::index::ContactPoint;
use checkout_core::session::voucher_names;
use checkout_wire::{ErrorCode, Pin, contact};
use serde_json::{Value, json};
use worker::Env;

const USUAL_LIMIT: i64 = 20;
const MOST: i64 = 100;
/// The fewest digits of a phone number.
const PHONE_DIGITS: usize = 7;
/// The fewest letters and digits of a PIN.
const PIN_CHARACTERS: usize = 4;

/// Answers the body of `POST /v1/search`: exactly one of `phone`, `email` and `pin`. The newest come first.
pub async fn search(env: &Env, config: &Config, body: &[u8]) -> Result<Json<Value>, Problem> {
    let mut fields = Fields::parse(body)?;
    let limit = fields.number("limit", 1, MOST)?.unwrap_or(USUAL_LIMIT);
    let phone = fields.text("phone", 40)?;
    let email = fields.text("email", 254)?;
    let pin = fields.text("pin", 100)?.map(Pin::as_typed);
    let provider = if pin.is_some() { fields.text("provider", 40)? } else { None };
    fields.finish()?;
    let hashes = match (phone, email, &pin) {
        (Some(phone), None, None) => {
            if phone.bytes().filter(u8::is_ascii_digit).count() < PHONE_DIGITS {
                return Err(Problem::of(ErrorCode::PhoneInvalid).about("phone"));
            }
            ContactPoint::Phone(phone).hashes(&config.keyring)
        }
        (None, Some(email), None) => {
            let email = contact::email(&email);
            let email = email.ok_or_else(|| Problem::of(ErrorCode::EmailInvalid).about("email"))?;
            ContactPoint::Email(email).hashes(&config.keyring)
        }
        (None, None, Some(pin)) => names_of(pin, provider.as_deref(), config)?,
        _ => {
            let problem = Problem::of(ErrorCode::FieldInvalid).about("phone");
            return Err(problem.detail("A search has exactly one of phone, email and pin."));
        }
    };
    let hashes = json!(hashes).to_string();
    let of = |table: &str, column: &str, of: &str| {
        let sql = format!(
            "SELECT view FROM {table} WHERE {column} IN (SELECT {of} IN (SELECT value FROM json_each(?))) \
             ORDER BY created_at DESC, id DESC LIMIT ?"
        );
        Statement::new(sql).text(&hashes).number(limit)
    };
    let statements = match &pin {
        None => vec![of("sessions", "id", "session FROM contacts WHERE hash")],
        Some(_) => vec![
            of("sessions", "id", "session FROM redemptions WHERE voucher"),
            of("redemptions", "id", "id FROM redemptions WHERE voucher"),
        ],
    };
    let found = perform(env, statements).await?;
    let list = |place: usize| found.get(place).map(|rows| views(rows).join(",")).unwrap_or_default();
    let (sessions, redemptions) = (list(0), list(1));
    Json::stored(format!(
        r#"{{"object":"search_result","sessions":[{sessions}],"redemptions":[{redemptions}]}}"#
    ))
}

/// Returns the keyed names of a voucher, at one provider or at all of them.
fn names_of(pin: &Pin, provider: Option<&str>, config: &Config) -> Result<Vec<String>, Problem> {
    let characters = checkout_wire::pin::clean(pin.reveal()).chars().count();
    if characters < PIN_CHARACTERS {
        return Err(Problem::of(ErrorCode::PinInvalid).about("pin"));
    }
    let ids: Vec<&str> = match provider {
        None => config.checkout().map(|features| features.id).collect(),
        Some(id) if config.provider(id).is_some() => vec![id],
        Some(_) => return Err(Problem::of(ErrorCode::ProviderNotAllowed).about("provider")),
    };
    Ok(ids.iter().flat_map(|id| voucher_names(&config.keyring, id, pin.reveal())).collect())
}
