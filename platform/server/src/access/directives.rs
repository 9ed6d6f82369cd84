//! The directives by which a field or type declares its rule:
//! `#[graphql(directive = access::scope::apply(Scope::CatalogWrite))]`.

use std::borrow::Cow;

use async_graphql::TypeDirective;
use async_graphql::registry::location_traits::{
    Directive_At_FIELD_DEFINITION, Directive_At_INTERFACE, Directive_At_OBJECT,
};
use async_graphql::registry::{MetaDirectiveInvocation, Registry};
use platform_identity::{Policy, Scope};

/// Anybody may read the field.
#[TypeDirective(location = "FieldDefinition", location = "Object", location = "Interface")]
pub fn public() {}

/// The caller is a user, a partner or a service.
#[TypeDirective(location = "FieldDefinition", location = "Object", location = "Interface")]
pub fn authenticated() {}

/// The caller has all scopes of at least one group.
#[TypeDirective(
    name = "requiresScopes",
    location = "FieldDefinition",
    location = "Object",
    location = "Interface"
)]
fn words_of_scopes(scopes: Vec<Vec<String>>) {}

/// The caller satisfies all policies of at least one group; `platform_identity::Policy` lists them.
#[TypeDirective(name = "policy", location = "FieldDefinition", location = "Object", location = "Interface")]
fn words_of_policies(policies: Vec<Vec<String>>) {}

/// `@requiresScopes`: the caller has all scopes of at least one group.
#[expect(non_camel_case_types, reason = "stands where async-graphql expects the name of a directive")]
pub struct requires_scopes;

impl requires_scopes {
    pub fn apply(groups: Vec<Vec<Scope>>) -> MetaDirectiveInvocation {
        let words = |group: Vec<Scope>| group.into_iter().map(String::from).collect();
        words_of_scopes::apply(groups.into_iter().map(words).collect())
    }
}

/// `@requiresScopes` of one scope: `scope::apply(Scope::CatalogWrite)`.
#[expect(non_camel_case_types, reason = "stands where async-graphql expects the name of a directive")]
pub struct scope;

impl scope {
    pub fn apply(demanded: Scope) -> MetaDirectiveInvocation {
        requires_scopes::apply(vec![vec![demanded]])
    }
}

/// `@policy` of one policy: `policy::apply(Policy::User)`.
#[expect(non_camel_case_types, reason = "stands where async-graphql expects the name of a directive")]
pub struct policy;

impl policy {
    pub fn apply(demanded: Policy) -> MetaDirectiveInvocation {
        words_of_policies::apply(vec![vec![demanded.word().to_owned()]])
    }
}

/// Gives what stands for a directive its name, its definition and its places.
macro_rules! written_as {
    ($directive:ident: $($name:ident),+) => { $(
        impl TypeDirective for $name {
            fn name(&self) -> Cow<'static, str> {
                $directive.name()
            }

            fn register(&self, registry: &mut Registry) {
                $directive.register(registry);
            }
        }

        impl Directive_At_FIELD_DEFINITION for $name {}
        impl Directive_At_OBJECT for $name {}
        impl Directive_At_INTERFACE for $name {}
    )+ };
}

written_as!(words_of_scopes: requires_scopes, scope);
written_as!(words_of_policies: policy);
