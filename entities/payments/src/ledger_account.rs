//! An account of the double-entry ledger: one for each kind, owner and currency.

use async_graphql::Enum;
use platform_core::id::LedgerAccountId;
use sea_orm::entity::prelude::*;

/// What an account stands for. Debits are positive, credits negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "LedgerAccountKind")]
pub enum Kind {
    /// Asset: what a gateway owes us. The owner is the gateway's name.
    #[sea_orm(string_value = "GATEWAY_CLEARING")]
    GatewayClearing,
    /// Liability: what we owe a vendor. The owner is the vendor's id.
    #[sea_orm(string_value = "VENDOR_PAYABLE")]
    VendorPayable,
    /// Revenue: commission on vendors' sales.
    #[sea_orm(string_value = "COMMISSION")]
    Commission,
    /// Revenue: shipping fees.
    #[sea_orm(string_value = "SHIPPING")]
    Shipping,
    /// Liability: tax collected.
    #[sea_orm(string_value = "TAX_PAYABLE")]
    TaxPayable,
    /// Liability: the value of points in customers' hands.
    #[sea_orm(string_value = "POINTS_LIABILITY")]
    PointsLiability,
    /// Expense: points given to customers.
    #[sea_orm(string_value = "POINTS_EXPENSE")]
    PointsExpense,
    /// Expense: discounts that the platform pays for.
    #[sea_orm(string_value = "DISCOUNTS")]
    Discounts,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LedgerAccountId,
    pub kind: Kind,
    /// Empty for the platform's own accounts.
    pub owner: String,
    pub currency: String,
}

impl ActiveModelBehavior for ActiveModel {}
