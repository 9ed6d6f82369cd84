//! What a caller may do, as the words that `@requiresScopes` demands, tokens carry and partners' keys are made with.
//!
//! Invariant: each word stands here and nowhere else. Deliberately absent: who has which. An identity carries words and
//! not these values, because a token of another release may bring some that this one does not know.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use platform_core::id::VendorId;

/// What the scope of a vendor begins with; the vendor's id follows.
const VENDOR: &str = "vendor:";

/// The word names no scope of this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scope")]
pub struct UnknownScope;

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Something that a caller may do. Code names the value and not the word, so that a scope that is misspelt does
        /// not compile. It says
        ///
        /// ```
        /// use platform_identity::{Identity, Scope};
        ///
        /// assert!(!Identity::guest().has_scope(Scope::CatalogWrite));
        /// ```
        ///
        /// and neither what there is not
        ///
        /// ```compile_fail,E0599
        /// use platform_identity::{Identity, Scope};
        ///
        /// assert!(!Identity::guest().has_scope(Scope::CatalogWirte));
        /// ```
        ///
        /// nor a text, however it is spelt:
        ///
        /// ```compile_fail,E0308
        /// use platform_identity::Identity;
        ///
        /// assert!(!Identity::guest().has_scope("catalog:write"));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope {
            $($(#[$doc])* $name,)+
            /// Act for this vendor: what the other scopes allow holds for what is the vendor's.
            Vendor(VendorId),
        }

        impl Scope {
            /// Every scope but those of single vendors.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// As it stands in rules, tokens and keys.
            pub fn word(self) -> Cow<'static, str> {
                match self {
                    $(Self::$name => Cow::Borrowed($word),)+
                    Self::Vendor(id) => Cow::Owned(format!("{VENDOR}{id}")),
                }
            }

            /// The vendor that it is about, if it is one vendor's.
            pub const fn vendor(self) -> Option<VendorId> {
                match self {
                    Self::Vendor(id) => Some(id),
                    _ => None,
                }
            }

            /// The scope of a word, if it is not a vendor's.
            fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

scopes! {
    /// Read the audit trail.
    AuditRead = "audit:read",
    /// See products that are not sold now, whoever's.
    CatalogReadAll = "catalog:read-all",
    /// Write products, variants and offers of the vendors that the caller acts for.
    CatalogWrite = "catalog:write",
    /// Read and write coupons.
    CouponsWrite = "coupons:write",
    /// See whom orders are for and where they go, and what lies in carts.
    CustomersRead = "customers:read",
    /// Read the ledger and what vendors are owed.
    LedgerRead = "ledger:read",
    /// Write into users' inboxes.
    NotificationsSend = "notifications:send",
    /// Call orders of others off, and end or repeat checkouts that are stuck.
    OrdersManage = "orders:manage",
    /// Read orders of others.
    OrdersRead = "orders:read",
    /// Read and write partners and their keys.
    PartnersManage = "partners:manage",
    /// Take, void and refund payments, and give points.
    PaymentsManage = "payments:manage",
    /// Read payments, means of payment and points of others.
    PaymentsRead = "payments:read",
    /// Give and take roles, and whom sellers act for.
    RolesGrant = "roles:grant",
    /// Write down what happened to shipments of whichever vendor, and take tracking links back.
    ShipmentsManage = "shipments:manage",
    /// Pack, split and hand over shipments of the vendors that the caller acts for.
    ShipmentsPack = "shipments:pack",
    /// Read shipments of others.
    ShipmentsRead = "shipments:read",
    /// Read stock and warehouses.
    StockRead = "stock:read",
    /// Read and write stock and warehouses.
    StockWrite = "stock:write",
    /// Block accounts, and mark VAT ids as valid.
    UsersManage = "users:manage",
    /// Read accounts of others.
    UsersRead = "users:read",
    /// Act for every vendor. A partner's key without it reaches what is of the vendors that it is bound to.
    AllVendors = "vendors:all",
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        if let Some(scope) = Self::of_word(word) {
            return Ok(scope);
        }
        let vendor = word.strip_prefix(VENDOR).and_then(|id| id.parse().ok()).map(Self::Vendor);
        // An id can be spelt in several ways, of which one is the scope's word.
        vendor.filter(|scope| scope.word() == word).ok_or(UnknownScope)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.word().into_owned()
    }
}
