//! Ids: newtypes over UUID v7, made by one macro, so that no two kinds can be confused.
//!
//! Each is a string in JSON, a UUID in the database (feature `database`) and a GraphQL `ID` (feature `graphql`).

pub use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id; use one that the API returned")]
pub struct InvalidId(String);

/// Reads the UUID of an id.
pub fn parse(text: &str) -> Result<Uuid, InvalidId> {
    Uuid::try_parse(text).map_err(|_| InvalidId(text.chars().take(64).collect()))
}

/// Declares kinds of id. What several subgraphs speak of has its kind below; what one subgraph keeps to itself has its
/// kind in the crate of its tables, which depends on async-graphql, sea-orm and serde for it.
#[macro_export]
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $crate::id_type!($(#[$doc])* $name);

        impl From<$crate::id::Uuid> for $name {
            fn from(value: $crate::id::Uuid) -> Self {
                Self(value)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;

            fn from_str(text: &str) -> Result<Self, $crate::id::InvalidId> {
                $crate::id::parse(text).map(Self)
            }
        }

        $crate::id_in_graphql!($name);
    )+ };
}

/// The type of an id: with the feature `database` a value of columns too.
#[cfg(feature = "database")]
#[doc(hidden)]
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            ::serde::Serialize,
            ::serde::Deserialize,
            ::sea_orm::DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(pub ::sea_orm::prelude::Uuid);

        // sea-orm asks this of every primary key; ids are never numbers.
        impl ::sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, ::sea_orm::DbErr> {
                Err(::sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    };
}

/// The type of an id.
#[cfg(not(feature = "database"))]
#[doc(hidden)]
#[macro_export]
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $crate::id::Uuid);
    };
}

/// What an id is in GraphQL, with the feature `graphql`.
#[cfg(feature = "graphql")]
#[doc(hidden)]
#[macro_export]
macro_rules! id_in_graphql {
    ($name:ident) => {
        impl $name {
            /// The id as the GraphQL `ID` of output fields.
            pub fn to_graphql(self) -> ::async_graphql::ID {
                ::async_graphql::ID(self.to_string())
            }
        }

        #[::async_graphql::Scalar(name = "ID")]
        impl ::async_graphql::ScalarType for $name {
            fn parse(value: ::async_graphql::Value) -> ::async_graphql::InputValueResult<Self> {
                match value {
                    ::async_graphql::Value::String(text) => {
                        text.parse().map_err(|error: $crate::id::InvalidId| {
                            ::async_graphql::InputValueError::custom(error.to_string())
                        })
                    }
                    other => Err(::async_graphql::InputValueError::expected_type(other)),
                }
            }

            fn to_value(&self) -> ::async_graphql::Value {
                ::async_graphql::Value::String(self.to_string())
            }
        }
    };
}

/// An id without GraphQL is nothing more.
#[cfg(not(feature = "graphql"))]
#[doc(hidden)]
#[macro_export]
macro_rules! id_in_graphql {
    ($name:ident) => {};
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
    ShipmentId, SlotId, CourierId, DeliveryZoneId, DeliveryServiceId, PickUpPointId,
    // reviews
    ReviewId,
    // platform
    EventId, JobId, SagaId, UploadId,
}
