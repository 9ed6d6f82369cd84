//! Balances of the ledger, for staff and, each their own, for vendors.

use std::collections::HashMap;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::{Context, Object, Result, SimpleObject};
use payments_entities::ledger_account::Kind;
use platform_commerce::Money;
use platform_core::id::VendorId;
use platform_identity::Scope;
use platform_server::access;

use super::error::LedgerError;
use super::store;
use crate::app::App;

/// The balance of one account of the ledger.
#[derive(SimpleObject)]
pub struct LedgerBalance {
    /// What the account stands for.
    account: Kind,
    /// A vendor's id, a gateway's name, or empty for the platform itself.
    owner: String,
    /// Debits minus credits.
    amount: Money,
}

#[derive(Default)]
pub struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// Every account with its balance. The amounts of each currency sum to zero.
    #[graphql(directive = access::scope::apply(Scope::LedgerRead), directive = platform_server::cost::list::apply(20))]
    async fn ledger_balances(&self, ctx: &Context<'_>) -> Result<Option<Vec<LedgerBalance>>> {
        let database = ctx.data_unchecked::<App>().database();
        let balances = store::balances(database.replica(), None).await?;
        Ok(Some(
            balances
                .into_iter()
                .map(|b| LedgerBalance { account: b.kind, owner: b.owner, amount: b.amount })
                .collect(),
        ))
    }
}

/// What vendors are owed, by currency.
pub struct VendorBalance(pub App);

impl Loader<VendorId> for VendorBalance {
    type Value = Vec<Money>;
    type Error = LedgerError;

    async fn load(&self, vendors: &[VendorId]) -> Result<HashMap<VendorId, Vec<Money>>, LedgerError> {
        let rows = store::balances(self.0.database().read(), Some((Kind::VendorPayable, vendors))).await?;
        let mut balances = HashMap::<VendorId, Vec<Money>>::new();
        for row in rows {
            if let Ok(vendor) = row.owner.parse() {
                // What is owed is a credit; to the vendor it is a positive balance.
                let owed = row.amount.checked_mul(-1)?;
                balances.entry(vendor).or_default().push(owed);
            }
        }
        Ok(balances)
    }
}

/// Loads one vendor's balances.
pub async fn vendor_balance(ctx: &Context<'_>, vendor: VendorId) -> Result<Vec<Money>> {
    let loader = ctx.data_unchecked::<DataLoader<VendorBalance>>();
    Ok(loader.load_one(vendor).await?.unwrap_or_default())
}
