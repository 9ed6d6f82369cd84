//! What each role may do, as the scopes that fields require.

use std::collections::BTreeSet;

use platform_core::id::VendorId;
use platform_identity::ALL_VENDORS;
use users_entities::user_role::Role;

/// Every scope there is. `vendor:<id>` comes beside them, for each vendor that a seller acts for.
pub const ALL: [&str; 20] = [
    "audit:read",
    "catalog:read-all",
    "catalog:write",
    "coupons:write",
    "customers:read",
    "events:manage",
    "ledger:read",
    "notifications:send",
    "orders:manage",
    "orders:read",
    "partners:manage",
    "payments:manage",
    "payments:read",
    "roles:grant",
    "sagas:manage",
    "stock:read",
    "stock:write",
    "users:manage",
    "users:read",
    ALL_VENDORS,
];

/// Scopes that a partner's key may have: those on goods and orders, none on accounts, money or the installation.
/// `customers:read` shows the names and addresses that orders go to.
pub const FOR_PARTNERS: [&str; 8] = [
    "catalog:read-all",
    "catalog:write",
    "coupons:write",
    "customers:read",
    "orders:read",
    "stock:read",
    "stock:write",
    ALL_VENDORS,
];

const fn of_role(role: Role) -> &'static [&'static str] {
    match role {
        Role::Buyer | Role::Courier => &[],
        // Only ever beside `vendor:<id>`, which narrows them to that vendor's goods.
        Role::Seller => &["catalog:write", "stock:read", "stock:write"],
        Role::Support => &[
            "catalog:read-all",
            "customers:read",
            "notifications:send",
            "orders:manage",
            "orders:read",
            "payments:read",
            "stock:read",
            "users:read",
        ],
        Role::Admin => &ALL,
    }
}

/// The scopes of a user with `roles` who acts for `vendors`.
pub fn granted(roles: &[Role], vendors: &[VendorId]) -> BTreeSet<String> {
    let mut scopes: BTreeSet<String> =
        roles.iter().flat_map(|role| of_role(*role)).map(|scope| (*scope).to_owned()).collect();
    if roles.contains(&Role::Seller) {
        scopes.extend(vendors.iter().map(|vendor| format!("vendor:{vendor}")));
    }
    scopes
}

/// The role as the identity carries it.
pub const fn identity_role(role: Role) -> platform_identity::Role {
    match role {
        Role::Buyer => platform_identity::Role::Buyer,
        Role::Seller => platform_identity::Role::Seller,
        Role::Courier => platform_identity::Role::Courier,
        Role::Support => platform_identity::Role::Support,
        Role::Admin => platform_identity::Role::Admin,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn roles_grant_known_scopes_and_only_staff_sees_people() {
        for role in Role::iter() {
            for scope in of_role(role) {
                assert!(ALL.contains(scope), "{scope}");
            }
            let sees_people = of_role(role).contains(&"users:read");
            assert_eq!(sees_people, matches!(role, Role::Support | Role::Admin), "{role:?}");
            assert_eq!(of_role(role).contains(&"roles:grant"), role == Role::Admin, "{role:?}");
        }
        for scope in FOR_PARTNERS {
            assert!(ALL.contains(&scope), "{scope}");
        }
    }

    #[test]
    fn a_membership_counts_for_sellers_alone() {
        let vendor = VendorId(uuid::Uuid::from_u128(7));
        assert!(granted(&[Role::Buyer, Role::Seller], &[vendor]).contains(&format!("vendor:{vendor}")));
        assert!(granted(&[Role::Buyer], &[vendor]).is_empty());
    }
}
