//! Queries of the ledger: entries with their postings, accounts, balances.

use std::collections::HashMap;

use payments_entities::ledger_account::Kind as AccountKind;
use payments_entities::ledger_transaction::Kind;
use payments_entities::{ledger_account, ledger_posting, ledger_transaction};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{LedgerAccountId, LedgerEntryId, VendorId};
use platform_database::{StoreError, Transaction, was_inserted};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QuerySelect};

use super::division::Posting;
use super::error::LedgerError;
use super::known::Name;

/// A balance of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub kind: AccountKind,
    pub owner: String,
    /// Debits minus credits.
    pub amount: Money,
}

/// Keeps a new entry; false if there is one of its kind and reference.
pub async fn insert_unless_known(
    tx: &Transaction,
    entry: ledger_transaction::ActiveModel,
) -> Result<bool, StoreError> {
    let unique = [ledger_transaction::Column::Kind, ledger_transaction::Column::Reference];
    let inserted = ledger_transaction::Entity::insert(entry)
        .on_conflict_do_nothing_on(unique)
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

pub async fn insert_postings(
    tx: &Transaction,
    rows: Vec<ledger_posting::ActiveModel>,
) -> Result<(), StoreError> {
    ledger_posting::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The postings of an entry; none where it is not booked.
pub async fn postings(tx: &Transaction, kind: Kind, reference: &str) -> Result<Vec<Posting>, LedgerError> {
    Ok(entries(&**tx, kind, &[reference.to_owned()]).await?.remove(reference).unwrap_or_default())
}

/// The postings of those of the entries that are booked, by their references.
pub async fn entries(
    connection: &impl ConnectionTrait,
    kind: Kind,
    references: &[String],
) -> Result<HashMap<String, Vec<Posting>>, LedgerError> {
    let mut entries = HashMap::<String, Vec<Posting>>::new();
    if references.is_empty() {
        return Ok(entries);
    }
    let booked: HashMap<LedgerEntryId, String> = ledger_transaction::Entity::find()
        .filter(ledger_transaction::Column::Kind.eq(kind))
        .filter(ledger_transaction::Column::Reference.is_in(references))
        .all(connection)
        .await?
        .into_iter()
        .map(|entry| (entry.id, entry.reference))
        .collect();
    let rows = ledger_posting::Entity::find()
        .filter(ledger_posting::Column::TransactionId.is_in(booked.keys().copied()))
        .all(connection)
        .await?;
    let accounts = ledger_account::Entity::find()
        .filter(ledger_account::Column::Id.is_in(rows.iter().map(|row| row.account_id)))
        .all(connection)
        .await?;
    for row in rows {
        let account = accounts.iter().find(|account| account.id == row.account_id);
        let (Some(account), Some(reference)) = (account, booked.get(&row.transaction_id)) else { continue };
        let amount = Money::from_minor(row.amount_minor, account.currency.parse()?);
        let posting = Posting { kind: account.kind, owner: account.owner.clone(), amount };
        entries.entry(reference.clone()).or_default().push(posting);
    }
    Ok(entries)
}

/// Those of the accounts that there are, and others of their kinds and owners.
pub async fn accounts(
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

/// Keeps those accounts that there are not.
pub async fn insert_accounts_unless_known(
    tx: &Transaction,
    rows: impl IntoIterator<Item = ledger_account::ActiveModel>,
) -> Result<(), StoreError> {
    let unique =
        [ledger_account::Column::Kind, ledger_account::Column::Owner, ledger_account::Column::Currency];
    ledger_account::Entity::insert_many(rows)
        .on_conflict_do_nothing_on(unique)
        .exec_without_returning(&**tx)
        .await?;
    Ok(())
}

/// Balances of all accounts, or of the accounts of one kind and of some owners.
pub async fn balances(
    connection: &impl ConnectionTrait,
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
            JoinType::LeftJoin,
            ledger_account::Entity::belongs_to(ledger_posting::Entity)
                .from(ledger_account::Column::Id)
                .to(ledger_posting::Column::AccountId)
                .into(),
        )
        .group_by(ledger_account::Column::Kind)
        .group_by(ledger_account::Column::Owner)
        .group_by(ledger_account::Column::Currency);
    if let Some((kind, owners)) = filter {
        let owners = owners.iter().map(ToString::to_string);
        query = query
            .filter(ledger_account::Column::Kind.eq(kind))
            .filter(Expr::col(ledger_account::Column::Owner).is_in(owners));
    }
    let rows: Vec<(AccountKind, String, String, i64)> = query.into_tuple().all(connection).await?;
    rows.into_iter()
        .map(|(kind, owner, currency, minor)| {
            Ok(Balance { kind, owner, amount: Money::from_minor(minor, currency.parse()?) })
        })
        .collect()
}
