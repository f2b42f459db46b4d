//! The configuration, read and checked as a whole at the start: a missing or contradictory variable is refused by name.

use crate::access::Access;
use crate::address::is_origin;
use crate::endpoint::Endpoint;
use crate::limits::Limits;
use crate::provider::{Features, Provider, REGISTRY};
use crate::seal::Keyring;
use crate::secret::Secret;
use crate::turnstile::Turnstile;
use crate::vars::{ConfigError, Vars};

/// The settings of a deployment.
pub struct Config {
    /// The configured providers.
    pub providers: Vec<Box<dyn Provider>>,
    /// The merchant's API keys; two while one replaces the other.
    pub merchant_keys: Vec<Secret>,
    /// The keys that issue vouchers, and nothing else; none when issuing is off.
    pub issuing_keys: Vec<Secret>,
    /// The keys that seal and hash.
    pub keyring: Keyring,
    /// The ids of former sealing keys that the merchant declares lost; the Worker serves without them.
    pub lost_keys: Vec<String>,
    /// The merchant's name as the shopper sees it.
    pub shop_name: String,
    /// How a shopper reaches the merchant: an address, a number or a sentence, shown where a person has to help.
    pub support_contact: Option<String>,
    /// Our own origin, without a trailing slash.
    pub public_url: String,
    /// The origins whose pages may embed the widget.
    pub allowed_origins: Vec<String>,
    /// The endpoint that events are delivered to; `None` when none is configured.
    pub endpoint: Option<Endpoint>,
    /// The application that signs the merchant's staff in; `None` when none is configured.
    pub access: Option<Access>,
    /// The check for persons while a brake is on; `None` when none is configured.
    pub turnstile: Option<Turnstile>,
    /// The merchant's time zone for reports and exports: an IANA name. The caller checks that it exists.
    pub timezone: String,
    /// Limits and timeouts.
    pub limits: Limits,
}

impl Config {
    /// Reads the configuration, or returns the first variable that is wrong.
    pub fn read(vars: &Vars<'_>) -> Result<Self, ConfigError> {
        let mut providers = Vec::new();
        for configure in REGISTRY {
            providers.extend(configure(vars)?);
        }
        let merchant_keys = api_keys("MERCHANT_API_KEY", &vars.required("MERCHANT_API_KEY")?)?;
        let config = Self {
            issuing_keys: issuing_keys(vars.optional("ISSUING_API_KEY"), &merchant_keys)?,
            merchant_keys,
            keyring: Keyring::parse(&vars.required("SEALING_KEY")?)
                .ok_or_else(|| ConfigError::new("SEALING_KEY", "must be the base64 of 32 random bytes, or two of them separated by a space, the newer one first"))?,
            lost_keys: lost_keys(&vars.optional("SEALING_KEYS_LOST").unwrap_or_default())?,
            shop_name: vars.required("SHOP_NAME")?,
            support_contact: support_contact(vars.optional("SUPPORT_CONTACT"))?,
            public_url: own_origin(&vars.required("PUBLIC_URL")?)?,
            allowed_origins: allowed_origins(&vars.optional("ALLOWED_ORIGINS").unwrap_or_default())?,
            endpoint: Endpoint::read(vars)?,
            access: Access::read(vars)?,
            turnstile: Turnstile::read(vars)?,
            timezone: timezone(vars.optional("TIMEZONE"))?,
            limits: match vars.optional("LIMITS") {
                None => Limits::default(),
                Some(json) => Limits::parse(&json).map_err(|problem| ConfigError::new("LIMITS", &problem))?,
            },
            providers,
        };
        if config.providers.is_empty() {
            return Err(ConfigError::new(
                "KORA_BASE_URL",
                "is not set, and neither is any other provider's address: no voucher could be taken",
            ));
        }
        Ok(config)
    }

    /// Returns the features of the providers whose vouchers are accepted at checkout.
    pub fn checkout(&self) -> impl Iterator<Item = &Features> {
        self.providers
            .iter()
            .map(|provider| provider.features())
            .filter(|features| features.checkout.is_some())
    }

    /// Returns the provider with this id, if it is configured.
    pub fn provider(&self, id: &str) -> Option<&dyn Provider> {
        self.providers.iter().map(AsRef::as_ref).find(|provider| provider.features().id == id)
    }
}

fn issuing_keys(value: Option<String>, merchant_keys: &[Secret]) -> Result<Vec<Secret>, ConfigError> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let keys = api_keys("ISSUING_API_KEY", &value)?;
    if keys.iter().any(|key| merchant_keys.iter().any(|known| known.is(key.reveal()))) {
        let problem = "must not be a key of MERCHANT_API_KEY: whoever learns that one could issue vouchers";
        return Err(ConfigError::new("ISSUING_API_KEY", problem));
    }
    Ok(keys)
}

fn api_keys(variable: &'static str, value: &str) -> Result<Vec<Secret>, ConfigError> {
    let keys: Vec<&str> = value.split_whitespace().collect();
    if keys.len() <= 2 && keys.iter().all(|key| key.len() >= 24) {
        Ok(keys.into_iter().map(|key| Secret::new(key.to_owned())).collect())
    } else {
        Err(ConfigError::new(
            variable,
            "must be one key, or two separated by a space, of at least 24 characters each",
        ))
    }
}

fn lost_keys(value: &str) -> Result<Vec<String>, ConfigError> {
    let ids: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
    if ids.iter().all(|id| id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit())) {
        Ok(ids)
    } else {
        let problem = "must be ids of sealing keys, as GET /healthz names them, separated by spaces";
        Err(ConfigError::new("SEALING_KEYS_LOST", problem))
    }
}

fn support_contact(value: Option<String>) -> Result<Option<String>, ConfigError> {
    match value {
        Some(text) if text.chars().count() > 100 || text.chars().any(char::is_control) => {
            Err(ConfigError::new("SUPPORT_CONTACT", "must be one line of at most 100 characters"))
        }
        text => Ok(text),
    }
}

fn own_origin(value: &str) -> Result<String, ConfigError> {
    let origin = value.trim_end_matches('/');
    if is_origin(origin) {
        Ok(origin.to_owned())
    } else {
        Err(ConfigError::new(
            "PUBLIC_URL",
            "must be this Worker's own origin, such as https://pay.example.com",
        ))
    }
}

fn timezone(value: Option<String>) -> Result<String, ConfigError> {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+');
    match value {
        None => Ok("UTC".to_owned()),
        // Only names, because they include daylight saving time: offsets such as +02:00 are refused.
        Some(name)
            if name.len() <= 64
                && name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(fine) =>
        {
            Ok(name)
        }
        Some(_) => Err(wrong_timezone()),
    }
}

/// Returns the error of a `TIMEZONE` that is not known.
pub fn wrong_timezone() -> ConfigError {
    ConfigError::new("TIMEZONE", "must be the name of a time zone such as Africa/Johannesburg")
}

fn allowed_origins(value: &str) -> Result<Vec<String>, ConfigError> {
    let origins: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
    if origins.iter().all(|origin| is_origin(origin)) {
        Ok(origins)
    } else {
        let problem = "must be exact origins separated by spaces, such as https://shop.example (no path, no trailing slash, no *)";
        Err(ConfigError::new("ALLOWED_ORIGINS", problem))
    }
}

#[cfg(test)]
pub(crate) mod tests;
