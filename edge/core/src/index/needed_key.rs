//! The sealing keys that sessions and issued vouchers still need.

use crate::config::Config;
use crate::vars::ConfigError;

/// A sealing key that is needed: by an unknown outcome, whose voucher is locked by it or whose PIN is sealed under it, by a change
/// voucher, or by the code of an issued voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NeededKey {
    /// The key's id.
    pub id: String,
    /// The sessions that need it.
    pub sessions: i64,
    /// The issued vouchers that need it.
    pub vouchers: i64,
}

impl NeededKey {
    /// Returns the error of a deployment that lacks one of these keys; `None` if it has all of them.
    pub fn missing(needed: &[Self], config: &Config) -> Option<ConfigError> {
        let lost = config.lost_keys.iter().map(String::as_str);
        let known: Vec<&str> = config.keyring.ids().chain(lost).collect();
        let Self { id, sessions, vouchers } = needed.iter().find(|key| !known.contains(&key.id.as_str()))?;
        let problem = format!(
            "lacks the key {id}, which {sessions} sessions and {vouchers} issued vouchers still need: put it back, after the newer \
             key and a space, or name it in SEALING_KEYS_LOST if it is lost"
        );
        Some(ConfigError::new("SEALING_KEY", &problem))
    }

    /// Adds rows of the index, each the ids of the keys that some sessions and issued vouchers need, and the numbers of these.
    pub fn sum<'a>(rows: impl IntoIterator<Item = (&'a str, i64, i64)>) -> Vec<Self> {
        let mut keys: Vec<Self> = Vec::new();
        for (ids, sessions, vouchers) in rows {
            for id in ids.split(' ').filter(|id| !id.is_empty()) {
                match keys.iter_mut().find(|key| key.id == id) {
                    Some(key) => {
                        key.sessions += sessions;
                        key.vouchers += vouchers;
                    }
                    None => keys.push(Self { id: id.to_owned(), sessions, vouchers }),
                }
            }
        }
        keys
    }
}
