//! Books entries.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use payments_entities::ledger_transaction::Kind;
use payments_entities::{ledger_account, ledger_posting, ledger_transaction};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{LedgerAccountId, LedgerEntryId};
use platform_core::{Clock, Ids};
use platform_database::{StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::DbErr;

use super::division::Posting;
use super::error::LedgerError;
use super::known::{KnownAccounts, Name};
use super::store;

pub struct Ledger {
    clock: Arc<dyn Clock>,
    ids: Ids,
    known: KnownAccounts,
}

impl Ledger {
    pub fn new(clock: Arc<dyn Clock>, ids: Ids) -> Self {
        Self { clock, ids, known: KnownAccounts::default() }
    }

    /// Books an entry in `tx`. Nothing happens if `kind` and `reference` were booked before.
    pub async fn book(
        &self,
        tx: &Transaction,
        kind: Kind,
        reference: &str,
        postings: &[Posting],
    ) -> Result<(), LedgerError> {
        let Some(first) = postings.first() else { return Ok(()) };
        let currency = first.amount.currency();
        let sum = Money::sum(currency, postings.iter().map(|p| p.amount))?;
        if !sum.is_zero() {
            return Err(LedgerError::Unbalanced { reference: reference.to_owned() });
        }
        let Some(id) = self.enter(tx, kind, reference).await? else { return Ok(()) };
        let accounts = self.accounts(tx, postings, currency).await?;
        let mut rows = Vec::with_capacity(postings.len());
        for (position, posting) in (0_i32..).zip(postings) {
            let account = accounts.get(&(posting.kind, posting.owner.clone()));
            let account = account.ok_or_else(|| DbErr::RecordNotFound("ledger account".to_owned()))?;
            rows.push(ledger_posting::ActiveModel {
                transaction_id: Set(id),
                position: Set(position),
                account_id: Set(*account),
                amount_minor: Set(posting.amount.minor()),
            });
        }
        Ok(store::insert_postings(tx, rows).await?)
    }

    /// Makes an entry without postings, which none of the same `kind` and `reference` follows; `None` if there is one.
    pub async fn enter(
        &self,
        tx: &Transaction,
        kind: Kind,
        reference: &str,
    ) -> Result<Option<LedgerEntryId>, StoreError> {
        let id: LedgerEntryId = self.ids.next();
        let entry = ledger_transaction::ActiveModel {
            id: Set(id),
            kind: Set(kind),
            reference: Set(reference.to_owned()),
            created_at: Set(self.clock.now()),
        };
        Ok(store::insert_unless_known(tx, entry).await?.then_some(id))
    }

    /// Books the opposite of an entry, if there is one, as `kind` under the same reference.
    pub async fn reverse(
        &self,
        tx: &Transaction,
        of: Kind,
        reference: &str,
        kind: Kind,
    ) -> Result<(), LedgerError> {
        let mut postings = store::postings(tx, of, reference).await?;
        for posting in &mut postings {
            posting.amount = posting.amount.checked_mul(-1)?;
        }
        self.book(tx, kind, reference, &postings).await
    }

    /// The accounts of the postings, made where they are missing.
    async fn accounts(
        &self,
        tx: &Transaction,
        postings: &[Posting],
        currency: CurrencyCode,
    ) -> Result<HashMap<Name, LedgerAccountId>, StoreError> {
        let names: BTreeSet<Name> = postings.iter().map(|p| (p.kind, p.owner.clone())).collect();
        let mut accounts = self.known.of(&names, currency);
        let unknown: Vec<Name> = names.into_iter().filter(|name| !accounts.contains_key(name)).collect();
        if unknown.is_empty() {
            return Ok(accounts);
        }
        let mut found = store::accounts(tx, &unknown, currency).await?;
        let missing: Vec<&Name> = unknown.iter().filter(|name| !found.contains_key(*name)).collect();
        if !missing.is_empty() {
            // In one order for all, so that two entries that need the same new accounts do not wait for each other.
            let rows = missing.into_iter().map(|(kind, owner)| ledger_account::ActiveModel {
                id: Set(self.ids.next()),
                kind: Set(*kind),
                owner: Set(owner.clone()),
                currency: Set(currency.to_string()),
            });
            store::insert_accounts_unless_known(tx, rows).await?;
            found = store::accounts(tx, &unknown, currency).await?;
        }
        self.known.learn(tx, currency, &found);
        accounts.extend(found);
        Ok(accounts)
    }
}
