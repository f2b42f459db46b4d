//! A session's ledger in SQLite, and the secrets that stand beside it for a while. `tests/SCHEMA.md` documents both tables.

use checkout_core::Session;
use checkout_core::session::Entry;
use wasm_bindgen::prelude::*;
use worker::{Result, SqlStorageValue, Storage};

/// What stands sealed beside the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The PIN of a voucher whose outcome is not known, where the provider cannot be asked without it.
    Pin,
    /// A change voucher.
    Change,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Pin => "pin",
            Kind::Change => "change",
        }
    }

    /// What the sealed text is bound to.
    pub fn purpose(self, redemption: &str) -> String {
        format!("{} {redemption}", self.name())
    }
}

/// A change to what stands sealed, in the same step as an entry.
pub enum Secret {
    /// Keep it, unless one is kept already.
    Keep(Kind, String, String),
    /// Erase it.
    Erase(Kind, String),
}

/// The storage of one session.
pub struct Ledger(Storage);

impl Ledger {
    /// Over the object's storage. Reading makes nothing.
    pub fn new(storage: Storage) -> Self {
        Self(storage)
    }

    /// The session, if this object has one.
    pub fn session(&self) -> Result<Option<Session>> {
        if !self.exists()? {
            return Ok(None);
        }
        let mut entries = Vec::new();
        for row in self.0.sql().exec("SELECT at, entry FROM ledger ORDER BY seq", None)?.raw() {
            match row?.as_slice() {
                [SqlStorageValue::Integer(at), SqlStorageValue::String(entry)] => {
                    entries.push((*at, serde_json::from_str::<Entry>(entry)?));
                }
                _ => return Err("a ledger row of another shape".into()),
            }
        }
        Ok(Session::replay(entries))
    }

    /// Writes an entry and what goes with it: all of it, or nothing.
    pub fn write(&self, at: i64, entry: &Entry, secrets: Vec<Secret>) -> Result<()> {
        let text = serde_json::to_string(entry)?;
        self.all_or_nothing(|| {
            if matches!(entry, Entry::Created { .. }) {
                self.create()?;
            }
            let row = vec![SqlStorageValue::Integer(at), text.as_str().into()];
            self.0.sql().exec("INSERT INTO ledger (at, entry) VALUES (?, ?)", row)?;
            for secret in &secrets {
                self.change(secret)?;
            }
            Ok(())
        })
    }

    /// What is kept sealed of this kind, by redemption.
    pub fn sealed(&self, kind: Kind) -> Result<Vec<(String, String)>> {
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

    /// Waits until what was written is on disk.
    pub async fn on_disk(&self) -> Result<()> {
        self.0.sync().await
    }

    /// Wakes the object after so many milliseconds, in place of any other time.
    pub async fn wake_in(&self, ms: i64) -> Result<()> {
        self.0.set_alarm(ms.max(0)).await
    }

    /// Takes the alarm away.
    pub async fn let_sleep(&self) -> Result<()> {
        self.0.delete_alarm().await
    }

    fn exists(&self) -> Result<bool> {
        let rows = self
            .0
            .sql()
            .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger'", None)?;
        Ok(rows.raw().next().transpose()?.is_some())
    }

    fn create(&self) -> Result<()> {
        // The first entry is the only one of its kind: a second one would find the table there, and fail.
        self.0.sql().exec(
            "CREATE TABLE ledger (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT",
            None,
        )?;
        self.0.sql().exec(
            "CREATE TABLE secret (redemption TEXT NOT NULL, kind TEXT NOT NULL, sealed TEXT NOT NULL, \
             PRIMARY KEY (redemption, kind)) STRICT",
            None,
        )?;
        Ok(())
    }

    fn change(&self, secret: &Secret) -> Result<()> {
        let (statement, values) = match secret {
            Secret::Keep(kind, redemption, sealed) => (
                "INSERT OR IGNORE INTO secret (kind, redemption, sealed) VALUES (?, ?, ?)",
                vec![kind.name().into(), redemption.as_str().into(), sealed.as_str().into()],
            ),
            Secret::Erase(kind, redemption) => (
                "DELETE FROM secret WHERE kind = ? AND redemption = ?",
                vec![kind.name().into(), redemption.as_str().into()],
            ),
        };
        self.0.sql().exec(statement, values)?;
        Ok(())
    }

    /// Runs `work` in a transaction: an error undoes what it wrote. The crate has no binding for it.
    fn all_or_nothing(&self, work: impl Fn() -> Result<()>) -> Result<()> {
        let storage: &Transactional = self.0.as_raw().unchecked_ref();
        let mut run = || work().map_err(JsValue::from);
        storage.transaction_sync(&mut run)?;
        Ok(())
    }
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
