//! The ids of ledger accounts that this process has seen committed, so that no entry asks for them again.
//!
//! An account is made once and never changed or removed: what is known here stays true. Who removes one some day has to
//! make this forget it.

use std::collections::{BTreeSet, HashMap};

use moka::sync::Cache;
use payments_entities::ledger_account::Kind;
use platform_commerce::CurrencyCode;
use platform_core::id::LedgerAccountId;
use platform_database::Transaction;

/// Vendors have one for each currency; of those beyond it the database is asked.
const MAX_KNOWN: u64 = 10_000;

/// An account by its kind and owner.
pub type Name = (Kind, String);

pub struct KnownAccounts(Cache<(Name, CurrencyCode), LedgerAccountId>);

impl Default for KnownAccounts {
    fn default() -> Self {
        Self(Cache::new(MAX_KNOWN))
    }
}

impl KnownAccounts {
    /// Those of `names` that are known.
    pub fn of(&self, names: &BTreeSet<Name>, currency: CurrencyCode) -> HashMap<Name, LedgerAccountId> {
        let known = names.iter().filter_map(|name| {
            let id = self.0.get(&(name.clone(), currency))?;
            Some((name.clone(), id))
        });
        known.collect()
    }

    /// Takes over what `tx` has found, once it is committed: an account that it has made itself goes with it otherwise.
    pub fn learn(&self, tx: &Transaction, currency: CurrencyCode, found: &HashMap<Name, LedgerAccountId>) {
        let (known, found) = (self.0.clone(), found.clone());
        tx.on_commit(move || {
            for (name, id) in found {
                known.insert((name, currency), id);
            }
        });
    }
}
