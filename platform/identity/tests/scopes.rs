//! Scopes, and what a caller reaches by them.

use std::collections::BTreeSet;

use platform_core::id::{PartnerId, UserId, VendorId};
use platform_identity::{Identity, Owner, Scope, UnknownScope};
use uuid::Uuid;

const ONE: VendorId = VendorId(Uuid::from_u128(1));
const OTHER: VendorId = VendorId(Uuid::from_u128(2));

fn user(id: u128) -> UserId {
    UserId(Uuid::from_u128(id))
}

fn key(scopes: &[Scope]) -> Identity {
    let scopes = scopes.iter().copied().map(String::from).collect();
    Identity { partner: Some(PartnerId(Uuid::nil())), scopes, ..Identity::guest() }
}

#[test]
fn a_key_acts_for_the_vendors_that_it_is_bound_to() {
    assert!(key(&[]).is_confined() && !key(&[]).acts_for(ONE));
    let bound = key(&[Scope::Vendor(ONE)]);
    assert!(bound.is_confined() && bound.acts_for(ONE) && !bound.acts_for(OTHER));
    assert_eq!(bound.vendors().collect::<Vec<_>>(), [ONE]);
    let all = key(&[Scope::Vendor(ONE), Scope::AllVendors]);
    assert!(!all.is_confined() && all.acts_for(OTHER));
    assert!(!Identity::guest().is_confined(), "who is no partner is held by other rules");
}

#[test]
fn what_is_nobodys_is_owned_by_no_one() {
    let nobody = Identity::guest();
    let ann =
        Identity { user: Some(user(1)), guest: Some("a-guest-of-the-shop".to_owned()), ..nobody.clone() };
    let of_guest = |guest| Owner { user: None, guest: Some(guest) };
    assert!(ann.owns(user(1)) && ann.owns(of_guest("a-guest-of-the-shop")));
    assert!(!ann.owns(user(2)) && !ann.owns(of_guest("another-guest-of-it")));
    assert!(ann.owns(Owner { user: Some(user(2)), guest: Some("a-guest-of-the-shop") }));
    assert!(
        !ann.owns(None::<UserId>) && !nobody.owns(None::<UserId>),
        "two that are not known are not the same"
    );
}

#[test]
fn what_is_anothers_is_seen_by_scope_and_by_services() {
    let staff = Identity { scopes: [Scope::OrdersRead.into()].into(), ..Identity::guest() };
    assert!(staff.may_see(user(1), Scope::OrdersRead) && !staff.may_see(user(1), Scope::UsersRead));
    assert!(Identity::service("orders").may_see(user(1), Scope::UsersRead));
    let bound = key(&[Scope::OrdersRead, Scope::Vendor(ONE)]);
    assert!(!bound.may_see(user(1), Scope::OrdersRead), "a bound key reads no order of several vendors");
    let all = key(&[Scope::OrdersRead, Scope::AllVendors]);
    assert!(all.may_see(user(1), Scope::OrdersRead));
}

#[test]
fn what_is_a_vendors_is_seen_by_its_people_and_by_keys_with_the_scope() {
    let seller = Identity { scopes: [Scope::Vendor(ONE).into()].into(), ..Identity::guest() };
    assert!(seller.may_see_of_vendor(ONE, Scope::OrdersRead));
    assert!(!seller.may_see_of_vendor(OTHER, Scope::OrdersRead));
    assert!(!key(&[Scope::Vendor(ONE)]).may_see_of_vendor(ONE, Scope::OrdersRead));
    let reads = key(&[Scope::Vendor(ONE), Scope::OrdersRead]);
    assert!(reads.may_see_of_vendor(ONE, Scope::OrdersRead));
    assert!(!reads.may_see_of_vendor(OTHER, Scope::OrdersRead));
    assert!(Identity::service("orders").may_see_of_vendor(ONE, Scope::OrdersRead));
}

#[test]
fn a_scope_is_read_from_its_own_word_alone() {
    let vendor = Scope::Vendor(VendorId(Uuid::from_u128(0xab)));
    for scope in Scope::ALL.iter().copied().chain([vendor]) {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
    let shouted = vendor.to_string().to_uppercase().replace("VENDOR", "vendor");
    for word in [
        "",
        "catalog",
        "catalog:",
        "Catalog:write",
        "catalog:write ",
        "vendor:",
        "vendor:7",
        shouted.as_str(),
    ] {
        assert_eq!(word.parse::<Scope>(), Err(UnknownScope), "{word}");
    }
}

#[test]
fn no_two_scopes_have_one_word() {
    let words: BTreeSet<_> = Scope::ALL.iter().map(|scope| scope.word()).collect();
    assert_eq!(words.len(), Scope::ALL.len());
}
