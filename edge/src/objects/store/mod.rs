//! The storage of an object in SQLite: its ledger, the sealed secrets that are kept beside it for a while,
//! and its outbox. `edge/STORAGE.md` documents the tables.

mod events;
mod index_lag;
mod marks;
mod violations;

pub use events::Event;
pub use marks::{LEDGER, Mark};

use super::calls::internal;
use crate::log;
use crate::problem::Problem;
use crate::runtime::random;
use checkout_core::Config;
use checkout_core::seal::Keyring;
use checkout_core::secret::Secret;
use checkout_wire::{ErrorCode, Millis};
use wasm_bindgen::prelude::*;
use worker::{Result, SqlStorageValue, Storage};

/// The kinds of sealed secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// The PIN of a voucher with an unknown outcome, where the provider's look-up needs it.
    Pin,
    /// The code that the shopper has typed, while its outcome is unknown.
    Code,
    /// The last characters of a PIN, by which the shopper distinguishes two vouchers.
    PinEnd,
    /// A change voucher.
    Change,
    /// A change voucher from a webhook, shown once a look-up confirms that the money was taken.
    HintedChange,
    /// The secret that spends a voucher issued for the merchant.
    Voucher,
    /// The answer to a call of the merchant.
    Answer,
    /// The personal data in a session's parameters, or a whole order of a voucher with its recipient.
    Customer,
    /// The contact details that the shopper gave for a payment.
    Contact,
}

impl SecretKind {
    const ALL: [Self; 9] = [
        SecretKind::Pin,
        SecretKind::Code,
        SecretKind::PinEnd,
        SecretKind::Change,
        SecretKind::HintedChange,
        SecretKind::Voucher,
        SecretKind::Answer,
        SecretKind::Customer,
        SecretKind::Contact,
    ];

    const fn name(self) -> &'static str {
        match self {
            SecretKind::Pin => "pin",
            SecretKind::Code => "code",
            SecretKind::PinEnd => "pin_end",
            SecretKind::Change => "change",
            SecretKind::HintedChange => "hinted_change",
            SecretKind::Voucher => "voucher",
            SecretKind::Answer => "answer",
            SecretKind::Customer => "customer",
            SecretKind::Contact => "contact",
        }
    }

    /// Returns the purpose that the sealed text is bound to.
    pub fn purpose(self, about: &str) -> String {
        format!("{} {about}", self.name())
    }
}

/// A write to a sealed secret, in the same step as an entry.
pub enum SecretWrite {
    /// Store it, unless one exists: its kind, its owner, and the sealed text.
    Keep(SecretKind, String, String),
    /// Erase it: its kind, and its owner.
    Erase(SecretKind, String),
}

/// The storage of one object. Entries are JSON text here; the ledger parses them.
pub struct Store(Storage);

impl Store {
    /// Wraps the object's storage. Reading creates no tables.
    pub fn new(storage: Storage) -> Self {
        Self(storage)
    }

    /// Reads every entry with its time of writing, oldest first; none for an empty ledger.
    pub fn entries(&self) -> Result<Vec<(Millis, String)>> {
        if !self.exists("ledger")? {
            return Ok(Vec::new());
        }
        let rows = self.0.sql().exec("SELECT at, entry FROM ledger ORDER BY seq", None)?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [SqlStorageValue::Integer(at), SqlStorageValue::String(entry)] => {
                    Ok((Millis(*at), entry.clone()))
                }
                _ => Err("a ledger row of another shape".into()),
            })
            .collect()
    }

    /// Returns when the last entry was written; `None` for an empty ledger.
    pub fn written_at(&self) -> Result<Option<Millis>> {
        if !self.exists("ledger")? {
            return Ok(None);
        }
        let rows = self.0.sql().exec("SELECT at FROM ledger ORDER BY seq DESC LIMIT 1", None)?;
        let last = rows.raw().next().transpose()?;
        Ok(last.and_then(|row| match row.as_slice() {
            [SqlStorageValue::Integer(at)] => Some(Millis(*at)),
            _ => None,
        }))
    }

    /// Writes entries with their secrets and events, in one transaction. `is_indexed` is whether the index shows the ledger.
    pub fn write(
        &self,
        at: Millis,
        entries: &[String],
        secrets: &[SecretWrite],
        events: &[Event],
        is_indexed: bool,
    ) -> Result<()> {
        self.all_or_nothing(|| {
            self.create()?;
            for text in entries {
                let row = vec![SqlStorageValue::Integer(at.0), text.as_str().into()];
                self.0.sql().exec("INSERT INTO ledger (at, entry) VALUES (?, ?)", row)?;
            }
            for secret in secrets {
                self.write_secret(secret)?;
            }
            for event in events {
                self.add(event)?;
            }
            if is_indexed {
                self.mark(LEDGER)?;
            }
            Ok(())
        })
    }

    /// Returns the kind and the owner of every sealed secret.
    pub fn secrets(&self) -> Result<Vec<(SecretKind, String)>> {
        if !self.exists("ledger")? {
            return Ok(Vec::new());
        }
        let rows = self.0.sql().exec("SELECT kind, redemption FROM secret", None)?;
        let read = |row: Vec<SqlStorageValue>| match row.as_slice() {
            [SqlStorageValue::String(kind), SqlStorageValue::String(owner)] => {
                let kind = SecretKind::ALL.into_iter().find(|known| known.name() == kind);
                Ok(kind.map(|kind| (kind, owner.clone())))
            }
            _ => Err("a secret row of another shape".into()),
        };
        rows.raw().map(|row| read(row?)).filter_map(Result::transpose).collect()
    }

    /// Returns the ids of the keys under which secrets of these kinds are sealed, some more than once.
    pub fn sealing_keys(&self, kinds: &[SecretKind]) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        for kind in kinds {
            keys.extend(self.sealed(*kind)?.iter().map(|(_, sealed)| Keyring::key_of(sealed).to_owned()));
        }
        Ok(keys)
    }

    /// Reads the sealed secrets of this kind: the owner and the text of each.
    pub fn sealed(&self, kind: SecretKind) -> Result<Vec<(String, String)>> {
        if !self.exists("ledger")? {
            return Ok(Vec::new());
        }
        let rows = self
            .0
            .sql()
            .exec("SELECT redemption, sealed FROM secret WHERE kind = ?", vec![kind.name().into()])?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [SqlStorageValue::String(redemption), SqlStorageValue::String(sealed)] => {
                    Ok((redemption.clone(), sealed.clone()))
                }
                _ => Err("a secret row of another shape".into()),
            })
            .collect()
    }

    /// Seals a text for [`SecretWrite::Keep`].
    pub fn seal(
        &self,
        config: &Config,
        kind: SecretKind,
        about: &str,
        text: &str,
    ) -> core::result::Result<String, Problem> {
        let sealed = config.keyring.seal(&kind.purpose(about), random()?, text);
        sealed.ok_or(Problem::of(ErrorCode::Internal))
    }

    /// Opens the sealed secret of this kind and owner; `None` without one, or when its sealing key is gone.
    pub fn unseal(
        &self,
        config: &Config,
        kind: SecretKind,
        about: &str,
    ) -> core::result::Result<Option<Secret>, Problem> {
        let sealed = self.sealed(kind).map_err(internal("secrets"))?;
        Ok(sealed
            .into_iter()
            .find(|(name, _)| name == about)
            .and_then(|(_, text)| open(config, kind, about, &text)))
    }

    /// Opens every sealed secret of this kind whose key is present: the owner and the text of each.
    pub fn unseal_all(
        &self,
        config: &Config,
        kind: SecretKind,
    ) -> core::result::Result<Vec<(String, Secret)>, Problem> {
        let sealed = self.sealed(kind).map_err(internal("secrets"))?;
        let opened = sealed.into_iter().filter_map(|(about, text)| {
            let text = open(config, kind, &about, &text)?;
            Some((about, text))
        });
        Ok(opened.collect())
    }

    /// Waits until all writes are on disk.
    pub async fn on_disk(&self) -> Result<()> {
        self.0.sync().await
    }

    /// Sets the alarm after this time, in place of an earlier setting.
    pub async fn set_alarm(&self, wait: Millis) -> Result<()> {
        self.0.set_alarm(wait.0.max(0)).await
    }

    /// Erases the whole storage.
    pub async fn erase(&self) -> Result<()> {
        self.0.delete_all().await
    }

    /// Clears the alarm.
    pub async fn clear_alarm(&self) -> Result<()> {
        self.0.delete_alarm().await
    }

    fn exists(&self, table: &str) -> Result<bool> {
        let rows = self
            .0
            .sql()
            .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", vec![table.into()])?;
        Ok(rows.raw().next().transpose()?.is_some())
    }

    fn create(&self) -> Result<()> {
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS ledger (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT",
            None,
        )?;
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS secret (redemption TEXT NOT NULL, kind TEXT NOT NULL, sealed TEXT NOT NULL, \
             PRIMARY KEY (redemption, kind)) STRICT",
            None,
        )?;
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS event (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, \
             at INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, next_at INTEGER NOT NULL) STRICT",
            None,
        )?;
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS try (seq INTEGER PRIMARY KEY, event INTEGER NOT NULL, at INTEGER NOT NULL, \
             status INTEGER NOT NULL) STRICT",
            None,
        )?;
        Ok(())
    }

    fn write_secret(&self, secret: &SecretWrite) -> Result<()> {
        let (statement, values) = match secret {
            SecretWrite::Keep(kind, redemption, sealed) => (
                "INSERT OR IGNORE INTO secret (kind, redemption, sealed) VALUES (?, ?, ?)",
                vec![kind.name().into(), redemption.as_str().into(), sealed.as_str().into()],
            ),
            SecretWrite::Erase(kind, redemption) => (
                "DELETE FROM secret WHERE kind = ? AND redemption = ?",
                vec![kind.name().into(), redemption.as_str().into()],
            ),
        };
        self.0.sql().exec(statement, values)?;
        Ok(())
    }

    /// Runs `work` in a transaction: an error rolls its writes back. The crate has no binding for this.
    fn all_or_nothing(&self, work: impl Fn() -> Result<()>) -> Result<()> {
        let storage: &Transactional = self.0.as_raw().unchecked_ref();
        let mut run = || work().map_err(JsValue::from);
        storage.transaction_sync(&mut run)?;
        Ok(())
    }
}

fn open(config: &Config, kind: SecretKind, about: &str, sealed: &str) -> Option<Secret> {
    let opened = config.keyring.open(&kind.purpose(about), sealed);
    if opened.is_none() {
        log::unreadable_secret(kind.name(), about);
    }
    opened
}

#[wasm_bindgen]
extern "C" {
    type Transactional;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Transactional,
        work: &mut dyn FnMut() -> core::result::Result<(), JsValue>,
    ) -> core::result::Result<JsValue, JsValue>;
}
