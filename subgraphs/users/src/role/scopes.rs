//! What each role may do, as the scopes that fields require.

use std::collections::BTreeSet;

use platform_core::id::VendorId;
use platform_identity::Scope;
use users_entities::user_role::Role;

/// Scopes that a partner's key may have: those on goods and orders, none on accounts, money or the installation.
/// That on customers shows the names and addresses that orders go to.
pub const FOR_PARTNERS: [Scope; 10] = [
    Scope::CatalogReadAll,
    Scope::CatalogWrite,
    Scope::CouponsWrite,
    Scope::CustomersRead,
    Scope::OrdersRead,
    Scope::ShipmentsPack,
    Scope::ShipmentsRead,
    Scope::StockRead,
    Scope::StockWrite,
    Scope::AllVendors,
];

const fn of_role(role: Role) -> &'static [Scope] {
    match role {
        Role::Buyer | Role::Courier => &[],
        // Only ever beside those of vendors, which narrow them to these vendors' goods.
        Role::Seller => &[Scope::CatalogWrite, Scope::ShipmentsPack, Scope::StockRead, Scope::StockWrite],
        Role::Support => &[
            Scope::CatalogReadAll,
            Scope::CustomersRead,
            Scope::NotificationsSend,
            Scope::OrdersManage,
            Scope::OrdersRead,
            Scope::PaymentsRead,
            Scope::ShipmentsManage,
            Scope::ShipmentsRead,
            Scope::StockRead,
            Scope::UsersRead,
        ],
        Role::Admin => Scope::ALL,
    }
}

/// The scopes of a user with `roles` who acts for `vendors`.
pub fn granted(roles: &[Role], vendors: &[VendorId]) -> BTreeSet<Scope> {
    let mut scopes: BTreeSet<Scope> = roles.iter().flat_map(|role| of_role(*role)).copied().collect();
    if roles.contains(&Role::Seller) {
        scopes.extend(vendors.iter().copied().map(Scope::Vendor));
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
    fn only_staff_sees_people_and_only_administrators_grant_roles() {
        for role in Role::iter() {
            let sees_people = of_role(role).contains(&Scope::UsersRead);
            assert_eq!(sees_people, matches!(role, Role::Support | Role::Admin), "{role:?}");
            assert_eq!(of_role(role).contains(&Scope::RolesGrant), role == Role::Admin, "{role:?}");
        }
    }

    #[test]
    fn a_membership_counts_for_sellers_alone() {
        let vendor = VendorId(uuid::Uuid::from_u128(7));
        assert!(granted(&[Role::Buyer, Role::Seller], &[vendor]).contains(&Scope::Vendor(vendor)));
        assert!(granted(&[Role::Buyer], &[vendor]).is_empty());
    }
}
