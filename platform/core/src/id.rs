//! Ids: newtypes over UUID v7, made by one macro and registered here, so that no two kinds can be confused.
//!
//! Each is a string in JSON, a UUID in the database (feature `database`) and a GraphQL `ID` (feature `graphql`).

use std::fmt;
use std::str::FromStr;

#[cfg(feature = "graphql")]
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
#[cfg(feature = "database")]
use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id; use one that the API returned")]
pub struct InvalidId(String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "database", derive(DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId(text.chars().take(64).collect()))
            }
        }

        // sea-orm asks this of every primary key; ids are never numbers.
        #[cfg(feature = "database")]
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        #[cfg(feature = "graphql")]
        impl $name {
            /// The id as the GraphQL `ID` of output fields.
            pub fn to_graphql(self) -> async_graphql::ID {
                async_graphql::ID(self.to_string())
            }
        }

        #[cfg(feature = "graphql")]
        #[Scalar(name = "ID")]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                match value {
                    Value::String(text) => text.parse().map_err(|e: InvalidId| InputValueError::custom(e.to_string())),
                    other => Err(InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> Value {
                Value::String(self.to_string())
            }
        }
    )+ };
}

ids! {
    // users
    UserId, AddressId, SessionId, PartnerId, ApiKeyId, NotificationId, AuditEntryId,
    // vendors
    VendorId,
    // catalog
    ProductId, VariantId, OfferId, CategoryId, CollectionId, AttributeId, MediaId, WarehouseId, ReservationId,
    StockMovementId, PromotionId, CouponId, TaxZoneId,
    // orders
    CartId, CartLineId, OrderId, OrderLineId, VendorOrderId, ReturnId,
    // payments
    PaymentId, RefundId, PaymentMethodId, LedgerEntryId, LedgerAccountId, PointsEntryId, WebhookId,
    // logistics
    ShipmentId, SlotId, CourierId,
    // reviews
    ReviewId,
    // platform
    EventId, JobId, SagaId,
}
