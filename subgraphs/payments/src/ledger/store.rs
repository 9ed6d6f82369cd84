//! Booking entries and reading balances.

use std::collections::{BTreeSet, HashMap};

use payments_entities::ledger_account::{self, Kind as AccountKind};
use payments_entities::{ledger_posting, ledger_transaction};
use platform_commerce::{CurrencyCode, Money, MoneyError};
use platform_core::id::{LedgerAccountId, LedgerEntryId, VendorId};
use platform_core::{ApiError, Clock, ErrorCode, Ids};
use platform_database::{StoreError, Transaction, was_inserted};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use std::sync::Arc;

use super::known::{KnownAccounts, Name};
use super::split::Posting;

#[derive(Debug, Clone, thiserror::Error)]
pub enum LedgerError {
    #[error("the postings of {reference} do not balance")]
    Unbalanced { reference: String },
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for LedgerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unbalanced { .. } | Self::Money(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}

platform_core::api_error!(LedgerError);
platform_database::query_error!(LedgerError);

/// A balance of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub kind: AccountKind,
    pub owner: String,
    /// Debits minus credits.
    pub amount: Money,
}

#[derive(Clone)]
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
        kind: ledger_transaction::Kind,
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
            let Some(account_id) = account.copied() else {
                return Err(DbErr::RecordNotFound("ledger account".to_owned()).into());
            };
            rows.push(ledger_posting::ActiveModel {
                transaction_id: Set(id),
                position: Set(position),
                account_id: Set(account_id),
                amount_minor: Set(posting.amount.minor()),
            });
        }
        ledger_posting::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
        Ok(())
    }

    /// Makes an entry without postings, which none of the same `kind` and `reference` follows; `None` if there is one.
    pub(super) async fn enter(
        &self,
        tx: &Transaction,
        kind: ledger_transaction::Kind,
        reference: &str,
    ) -> Result<Option<LedgerEntryId>, StoreError> {
        let id: LedgerEntryId = self.ids.next();
        let entry = ledger_transaction::ActiveModel {
            id: Set(id),
            kind: Set(kind),
            reference: Set(reference.to_owned()),
            created_at: Set(self.clock.now()),
        };
        let unique = [ledger_transaction::Column::Kind, ledger_transaction::Column::Reference];
        let inserted = ledger_transaction::Entity::insert(entry)
            .on_conflict_do_nothing_on(unique)
            .exec_without_returning(&**tx)
            .await?;
        Ok(was_inserted(&inserted).then_some(id))
    }

    /// Books the opposite of an entry, if there is one, as `kind` under the same reference.
    pub async fn reverse(
        &self,
        tx: &Transaction,
        of: ledger_transaction::Kind,
        reference: &str,
        kind: ledger_transaction::Kind,
    ) -> Result<(), LedgerError> {
        let mut postings = self.postings(tx, of, reference).await?;
        for posting in &mut postings {
            posting.amount = posting.amount.checked_mul(-1)?;
        }
        self.book(tx, kind, reference, &postings).await
    }

    /// The postings of an entry; none where it is not booked.
    pub async fn postings(
        &self,
        tx: &Transaction,
        kind: ledger_transaction::Kind,
        reference: &str,
    ) -> Result<Vec<Posting>, LedgerError> {
        let entry = ledger_transaction::Entity::find()
            .filter(ledger_transaction::Column::Kind.eq(kind))
            .filter(ledger_transaction::Column::Reference.eq(reference))
            .one(&**tx)
            .await?;
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let rows = ledger_posting::Entity::find()
            .filter(ledger_posting::Column::TransactionId.eq(entry.id))
            .all(&**tx)
            .await?;
        let accounts = ledger_account::Entity::find()
            .filter(ledger_account::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
            .all(&**tx)
            .await?;
        let mut postings = Vec::with_capacity(rows.len());
        for row in rows {
            let account = accounts.iter().find(|account| account.id == row.account_id);
            let Some(account) = account else { continue };
            let amount = Money::from_minor(row.amount_minor, account.currency.parse()?);
            postings.push(Posting { kind: account.kind, owner: account.owner.clone(), amount });
        }
        Ok(postings)
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
        let mut found = find_accounts(tx, &unknown, currency).await?;
        let missing: Vec<&Name> = unknown.iter().filter(|name| !found.contains_key(*name)).collect();
        if !missing.is_empty() {
            // In one order for all, so that two entries that need the same new accounts do not wait for each other.
            let rows = missing.into_iter().map(|(kind, owner)| ledger_account::ActiveModel {
                id: Set(self.ids.next()),
                kind: Set(*kind),
                owner: Set(owner.clone()),
                currency: Set(currency.to_string()),
            });
            let unique = [
                ledger_account::Column::Kind,
                ledger_account::Column::Owner,
                ledger_account::Column::Currency,
            ];
            ledger_account::Entity::insert_many(rows)
                .on_conflict_do_nothing_on(unique)
                .exec_without_returning(&**tx)
                .await?;
            found = find_accounts(tx, &unknown, currency).await?;
        }
        self.known.learn(tx, currency, &found);
        accounts.extend(found);
        Ok(accounts)
    }

    /// Balances of all accounts, or of the accounts of one kind and of some owners.
    pub async fn balances<C: ConnectionTrait>(
        &self,
        connection: &C,
        filter: Option<(AccountKind, &[VendorId])>,
    ) -> Result<Vec<Balance>, LedgerError> {
        let mut query = ledger_account::Entity::find()
            .select_only()
            .column(ledger_account::Column::Kind)
            .column(ledger_account::Column::Owner)
            .column(ledger_account::Column::Currency)
            // A sum of bigint is numeric on PostgreSQL.
            .column_as(
                Expr::cust("CAST(COALESCE(SUM(ledger_postings.amount_minor), 0) AS BIGINT)"),
                "amount_minor",
            )
            .join(
                sea_orm::JoinType::LeftJoin,
                ledger_account::Entity::belongs_to(ledger_posting::Entity)
                    .from(ledger_account::Column::Id)
                    .to(ledger_posting::Column::AccountId)
                    .into(),
            )
            .group_by(ledger_account::Column::Kind)
            .group_by(ledger_account::Column::Owner)
            .group_by(ledger_account::Column::Currency);
        if let Some((kind, owners)) = filter {
            query = query.filter(ledger_account::Column::Kind.eq(kind)).filter(
                Expr::col(ledger_account::Column::Owner).is_in(owners.iter().map(ToString::to_string)),
            );
        }
        let rows: Vec<(AccountKind, String, String, i64)> = query.into_tuple().all(connection).await?;
        rows.into_iter()
            .map(|(kind, owner, currency, minor)| {
                Ok(Balance { kind, owner, amount: Money::from_minor(minor, currency.parse()?) })
            })
            .collect()
    }
}

/// Those of the accounts that there are, and others of their kinds and owners.
async fn find_accounts(
    tx: &Transaction,
    names: &[Name],
    currency: CurrencyCode,
) -> Result<HashMap<Name, LedgerAccountId>, StoreError> {
    let rows = ledger_account::Entity::find()
        .filter(ledger_account::Column::Currency.eq(currency.as_str()))
        .filter(ledger_account::Column::Kind.is_in(names.iter().map(|(kind, _)| *kind)))
        .filter(ledger_account::Column::Owner.is_in(names.iter().map(|(_, owner)| owner.as_str())))
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|account| ((account.kind, account.owner), account.id)).collect())
}
