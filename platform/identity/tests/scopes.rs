//! Scopes, and what a caller reaches by them.

use std::collections::BTreeSet;

use platform_core::id::{PartnerId, VendorId};
use platform_identity::{Identity, Scope, UnknownScope};
use uuid::Uuid;

const ONE: VendorId = VendorId(Uuid::from_u128(1));
const OTHER: VendorId = VendorId(Uuid::from_u128(2));

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
