//! The directives by which a field or type declares its rule:
//! `#[graphql(directive = access::scope::apply("catalog:write"))]`.

use std::borrow::Cow;

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::location_traits::{
    Directive_At_FIELD_DEFINITION, Directive_At_INTERFACE, Directive_At_OBJECT,
};
use async_graphql::registry::{MetaDirectiveInvocation, Registry};
use async_graphql::{TypeDirective, Value};

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
pub fn requires_scopes(scopes: Vec<Vec<String>>) {}

/// The caller satisfies all policies of at least one group; `platform_identity::policy_holds` lists them.
#[TypeDirective(location = "FieldDefinition", location = "Object", location = "Interface")]
pub fn policy(policies: Vec<Vec<String>>) {}

/// `@requiresScopes` of one scope: `scope::apply("catalog:write")`.
#[expect(non_camel_case_types, reason = "stands where async-graphql expects the name of a directive")]
pub struct scope;

impl scope {
    pub fn apply(name: &str) -> MetaDirectiveInvocation {
        let groups = Value::List(vec![Value::List(vec![Value::String(name.to_owned())])]);
        MetaDirectiveInvocation {
            name: "requiresScopes".to_owned(),
            args: IndexMap::from_iter([("scopes".to_owned(), groups)]),
        }
    }
}

impl TypeDirective for scope {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("requiresScopes")
    }

    fn register(&self, registry: &mut Registry) {
        requires_scopes.register(registry);
    }
}

impl Directive_At_FIELD_DEFINITION for scope {}
impl Directive_At_OBJECT for scope {}
impl Directive_At_INTERFACE for scope {}
