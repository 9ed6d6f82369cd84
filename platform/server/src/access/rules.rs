//! The access rules of a schema, read from its SDL and laid out for looking up.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, DirectiveList, Document, FieldDefinition, OperationType, Value};
use platform_identity::{AccessRule, Identity, policy_holds};

/// What is wrong with a schema's rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    #[error("the root field `{0}` has no access rule; give it one, `access::public` if anybody may use it")]
    Missing(String),
    #[error("the policy `{policy}` on `{place}` does not exist")]
    UnknownPolicy { place: String, policy: String },
    #[error("the rule on `{0}` has no scopes or policies, so nobody would satisfy it")]
    Empty(String),
}

/// One field as the walk over an operation needs it.
pub(crate) struct FieldRules {
    /// The named type that the field returns.
    pub(crate) returns: Arc<str>,
    /// All that its reader must satisfy: the field's own rules, its type's, and for a field of an interface those of
    /// every type that implements it. Empty where anybody may read.
    pub(crate) demands: Arc<[AccessRule]>,
}

pub(crate) struct Rules {
    types: HashMap<Arc<str>, HashMap<Arc<str>, FieldRules>>,
    query: Arc<str>,
    mutation: Arc<str>,
    subscription: Arc<str>,
    faults: Vec<RuleFault>,
}

#[derive(Default)]
struct Declared {
    interface: bool,
    implements: Vec<String>,
    own: Vec<AccessRule>,
    fields: Vec<(String, String, Vec<AccessRule>)>,
}

impl Rules {
    /// Reads the rules of a composed or internal schema.
    pub(crate) fn read(document: &Document) -> Self {
        let mut faults = Vec::new();
        let declared = declarations(document, &mut faults);
        let (query, mutation, subscription) = roots(document);
        for root in [&query, &mutation, &subscription] {
            let Some(declared) = declared.get(&**root) else { continue };
            let unruled =
                declared.fields.iter().filter(|(_, _, rules)| rules.is_empty() && declared.own.is_empty());
            faults.extend(unruled.map(|(name, ..)| RuleFault::Missing(format!("{root}.{name}"))));
        }
        let types = declared
            .iter()
            .map(|(name, this)| {
                let fields = this.fields.iter().map(|(field, returns, rules)| {
                    let mut demands: Vec<AccessRule> = Vec::new();
                    let implementers =
                        declared.values().filter(|d| this.interface && d.implements.contains(name));
                    let inherited = implementers.flat_map(|d| {
                        let same = d.fields.iter().filter(|(other, ..)| other == field);
                        d.own.iter().chain(same.flat_map(|(_, _, rules)| rules))
                    });
                    for rule in this.own.iter().chain(rules).chain(inherited) {
                        if *rule != AccessRule::Public && !demands.contains(rule) {
                            demands.push(rule.clone());
                        }
                    }
                    let rules = FieldRules { returns: returns.as_str().into(), demands: demands.into() };
                    (Arc::from(field.as_str()), rules)
                });
                (Arc::from(name.as_str()), fields.collect())
            })
            .collect();
        Self { types, query, mutation, subscription, faults }
    }

    pub(crate) fn field(&self, parent: &str, name: &str) -> Option<&FieldRules> {
        self.types.get(parent)?.get(name)
    }

    pub(crate) fn root(&self, operation: async_graphql::parser::types::OperationType) -> &str {
        use async_graphql::parser::types::OperationType as Kind;
        match operation {
            Kind::Query => &self.query,
            Kind::Mutation => &self.mutation,
            Kind::Subscription => &self.subscription,
        }
    }

    /// Root fields without a rule, and rules that make no sense.
    pub(crate) fn faults(&self) -> &[RuleFault] {
        &self.faults
    }
}

fn declarations(document: &Document, faults: &mut Vec<RuleFault>) -> HashMap<String, Declared> {
    let mut declared: HashMap<String, Declared> = HashMap::new();
    let mut add = |name: &str,
                   interface,
                   implements: &[_],
                   directives: &DirectiveList,
                   fields: &[Node<FieldDefinition>]| {
        let entry = declared.entry(name.to_owned()).or_default();
        entry.interface |= interface;
        entry.implements.extend(implements.iter().map(|name: &apollo_compiler::Name| name.to_string()));
        entry.own.extend(read_rules(directives, name, faults));
        for field in fields {
            let place = format!("{name}.{}", field.name);
            let rules = read_rules(&field.directives, &place, faults);
            entry.fields.push((field.name.to_string(), field.ty.inner_named_type().to_string(), rules));
        }
    };
    for definition in &document.definitions {
        match definition {
            Definition::ObjectTypeDefinition(d) => {
                add(&d.name, false, &d.implements_interfaces, &d.directives, &d.fields);
            }
            Definition::ObjectTypeExtension(d) => {
                add(&d.name, false, &d.implements_interfaces, &d.directives, &d.fields);
            }
            Definition::InterfaceTypeDefinition(d) => {
                add(&d.name, true, &d.implements_interfaces, &d.directives, &d.fields);
            }
            Definition::InterfaceTypeExtension(d) => {
                add(&d.name, true, &d.implements_interfaces, &d.directives, &d.fields);
            }
            _ => {}
        }
    }
    declared
}

fn read_rules(directives: &DirectiveList, place: &str, faults: &mut Vec<RuleFault>) -> Vec<AccessRule> {
    let mut rules = Vec::new();
    for directive in directives.iter() {
        let groups =
            |argument| directive.specified_argument_by_name(argument).map(|v| words(v)).unwrap_or_default();
        let rule = match directive.name.as_str() {
            "public" => AccessRule::Public,
            "authenticated" => AccessRule::Authenticated,
            "requiresScopes" => AccessRule::Scopes(groups("scopes")),
            "policy" => AccessRule::Policies(groups("policies")),
            _ => continue,
        };
        faults.extend(faults_of(&rule, place));
        rules.push(rule);
    }
    rules
}

fn faults_of(rule: &AccessRule, place: &str) -> Vec<RuleFault> {
    let (AccessRule::Scopes(groups) | AccessRule::Policies(groups)) = rule else { return Vec::new() };
    if groups.is_empty() || groups.iter().any(Vec::is_empty) {
        return vec![RuleFault::Empty(place.to_owned())];
    }
    let AccessRule::Policies(groups) = rule else { return Vec::new() };
    let nobody = Identity::guest();
    let unknown: BTreeSet<&String> =
        groups.iter().flatten().filter(|policy| policy_holds(policy, &nobody).is_none()).collect();
    unknown
        .into_iter()
        .map(|policy| RuleFault::UnknownPolicy { place: place.to_owned(), policy: policy.clone() })
        .collect()
}

fn words(value: &Value) -> Vec<Vec<String>> {
    let list = |value: &Value| value.as_list().map(<[_]>::to_vec).unwrap_or_default();
    let text = |value: &Node<Value>| value.as_str().map(str::to_owned);
    list(value).iter().map(|group| list(group).iter().filter_map(text).collect()).collect()
}

fn roots(document: &Document) -> (Arc<str>, Arc<str>, Arc<str>) {
    let mut names = ("Query".to_owned(), "Mutation".to_owned(), "Subscription".to_owned());
    for definition in &document.definitions {
        let Definition::SchemaDefinition(schema) = definition else { continue };
        for root in &schema.root_operations {
            let (operation, name) = (&root.0, root.1.to_string());
            match operation {
                OperationType::Query => names.0 = name,
                OperationType::Mutation => names.1 = name,
                OperationType::Subscription => names.2 = name,
            }
        }
    }
    (names.0.into(), names.1.into(), names.2.into())
}
