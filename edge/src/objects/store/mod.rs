//! An object's ledger in SQLite, and the secrets that stand beside it for a while. `tests/SCHEMA.md` documents the tables.

mod events;

pub use events::Event;

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use wasm_bindgen::prelude::*;
use worker::{Result, SqlStorageValue, Storage};

/// What stands sealed beside the ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The PIN of a voucher whose outcome is not known, where the provider cannot be asked without it.
    Pin,
    /// A change voucher.
    Change,
    /// A change voucher that a webhook brought: shown once a look-up has said that the money was taken.
    HintedChange,
    /// What a voucher that was issued for the shop is spent with.
    Voucher,
    /// The answer to a call of the shop.
    Answer,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Pin => "pin",
            Kind::Change => "change",
            Kind::HintedChange => "hinted_change",
            Kind::Voucher => "voucher",
            Kind::Answer => "answer",
        }
    }

    /// What the sealed text is bound to.
    pub fn purpose(self, about: &str) -> String {
        format!("{} {about}", self.name())
    }
}

/// A change to what stands sealed, in the same step as an entry.
pub enum Secret {
    /// Keep it, unless one is kept already.
    Keep(Kind, String, String),
    /// Erase it.
    Erase(Kind, String),
}

/// The storage of one object: a ledger of `E`, and secrets.
pub struct Ledger<E>(Storage, PhantomData<E>);

impl<E: Serialize + DeserializeOwned> Ledger<E> {
    /// Over the object's storage. Reading makes nothing.
    pub fn new(storage: Storage) -> Self {
        Self(storage, PhantomData)
    }

    /// Every entry with the time it was written, oldest first; none when nothing was ever written.
    pub fn entries(&self) -> Result<Vec<(i64, E)>> {
        if !self.exists("ledger")? {
            return Ok(Vec::new());
        }
        let rows = self.0.sql().exec("SELECT at, entry FROM ledger ORDER BY seq", None)?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [SqlStorageValue::Integer(at), SqlStorageValue::String(entry)] => {
                    Ok((*at, serde_json::from_str(entry)?))
                }
                _ => Err("a ledger row of another shape".into()),
            })
            .collect()
    }

    /// Writes entries and what goes with them: all of it, or nothing.
    pub fn write(&self, at: i64, entries: &[E], secrets: Vec<Secret>, events: &[Event]) -> Result<()> {
        let texts = entries.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
        self.all_or_nothing(|| {
            self.create()?;
            for text in &texts {
                let row = vec![SqlStorageValue::Integer(at), text.as_str().into()];
                self.0.sql().exec("INSERT INTO ledger (at, entry) VALUES (?, ?)", row)?;
            }
            for secret in &secrets {
                self.change(secret)?;
            }
            for event in events {
                self.add(event)?;
            }
            Ok(())
        })
    }

    /// What is kept sealed of this kind, by what it is about.
    pub fn sealed(&self, kind: Kind) -> Result<Vec<(String, String)>> {
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

    /// Waits until what was written is on disk.
    pub async fn on_disk(&self) -> Result<()> {
        self.0.sync().await
    }

    /// Wakes the object after so many milliseconds, in place of any other time.
    pub async fn wake_in(&self, ms: i64) -> Result<()> {
        self.0.set_alarm(ms.max(0)).await
    }

    /// Forgets everything, as if nothing had ever been written.
    pub async fn forget(&self) -> Result<()> {
        self.0.delete_all().await
    }

    /// Takes the alarm away.
    pub async fn let_sleep(&self) -> Result<()> {
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
