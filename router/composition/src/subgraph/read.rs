//! Text to model: parse, add the definitions that Federation leaves implicit, validate as GraphQL,
//! and convert.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::{Definition, Document, Type};
use apollo_compiler::schema::{self, Component, ComponentOrigin, ExtendedType, Schema};
use apollo_compiler::validation::DiagnosticList;
use apollo_compiler::{Name, Node};
use indexmap::IndexMap;

use super::model::{
    Applied, DirectiveRole, EnumValueDef, FieldDef, InputDef, SubgraphModel, TypeDef, TypeKind,
};
use crate::Subgraph;
use crate::error::{CompositionError, ErrorCode, Location};
use crate::links::{self, FEDERATION_LATEST, FederationDirective, Link, Version};

type Errors = Vec<CompositionError>;

fn graphql_errors(subgraph: &str, list: &DiagnosticList) -> Errors {
    list.iter()
        .map(|diagnostic| {
            let at = diagnostic.line_column_range().map(|range| Location {
                subgraph: subgraph.to_owned(),
                line: range.start.line,
                column: range.start.column,
            });
            CompositionError::new(
                ErrorCode::InvalidGraphql,
                format!("[{subgraph}] {}", diagnostic.to_json().message),
            )
            .at(at)
        })
        .collect()
}

pub(super) fn read(subgraph: &Subgraph, graph: Name) -> Result<SubgraphModel, Errors> {
    let path = format!("{}.graphql", subgraph.name);
    let document = Document::parse(subgraph.sdl.as_str(), path)
        .map_err(|failed| graphql_errors(&subgraph.name, &failed.errors))?;
    let (link_name, links, link_errors) = links::read(&document);
    let locate = |span: Option<apollo_compiler::parser::SourceSpan>| {
        let at = span?.line_column(&document.sources)?;
        Some(Location { subgraph: subgraph.name.clone(), line: at.line, column: at.column })
    };
    let mut errors: Errors = link_errors
        .into_iter()
        .map(|error| {
            CompositionError::new(
                ErrorCode::InvalidLinkDirectiveUsage,
                format!("[{}] {}", subgraph.name, error.message),
            )
            .at(locate(error.location))
        })
        .collect();
    let federation = links.iter().find(|link| link.url.apollo_spec() == Some("federation"));
    if let Some(link) = federation {
        check_federation_link(subgraph, link, &mut errors, &locate);
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let version = federation.map(|link| link.url.version.unwrap_or(FEDERATION_LATEST));
    let directive_names = directive_names(federation, &links);
    let schema = build(&subgraph.name, &document, federation, &link_name, &directive_names)?;

    let definitions: HashSet<&Name> = document
        .definitions
        .iter()
        .filter(|definition| !definition.is_extension_definition())
        .filter_map(Definition::name)
        .collect();
    let converter = Converter {
        roles: roles(&directive_names),
        renames: root_renames(&subgraph.name, &schema)?,
        definitions,
        removed: removed_names(federation, &links),
    };
    let mut types = converter.types(&schema);
    types.sort_keys();
    Ok(SubgraphModel {
        name: subgraph.name.clone(),
        url: subgraph.url.clone(),
        graph,
        version,
        types,
        directive_definitions: schema
            .directive_definitions
            .iter()
            .filter(|(_, definition)| !definition.is_built_in())
            .map(|(name, definition)| (name.clone(), definition.clone()))
            .collect(),
        schema_directives: converter.components(&schema.schema_definition.directives),
        schema_description: schema.schema_definition.description.clone(),
        sources: schema.sources.clone(),
        directive_names,
        links,
    })
}

fn check_federation_link(
    subgraph: &Subgraph,
    link: &Link,
    errors: &mut Errors,
    locate: &impl Fn(Option<apollo_compiler::parser::SourceSpan>) -> Option<Location>,
) {
    let mut fail = |code, message: String| {
        errors.push(
            CompositionError::new(code, format!("[{}] {message}", subgraph.name)).at(locate(link.location)),
        );
    };
    let Some(version) = link.url.version else {
        fail(ErrorCode::InvalidLinkIdentifier, format!("the @link to {} has no version", link.url));
        return;
    };
    if version < Version::new(2, 0) || version > FEDERATION_LATEST {
        fail(
            ErrorCode::UnknownFederationLinkVersion,
            format!("Federation {version} is not known; the latest is {FEDERATION_LATEST}"),
        );
        return;
    }
    for import in &link.imports {
        let known = match import.name.strip_prefix('@') {
            Some(name) => FederationDirective::ALL
                .iter()
                .any(|directive| directive.name() == name && directive.since() <= version),
            None => links::SCALARS.iter().any(|(name, since)| *name == import.name && *since <= version),
        };
        if !known {
            fail(
                ErrorCode::InvalidLinkDirectiveUsage,
                format!("\"{}\" is no element of Federation {version}", import.name),
            );
        }
    }
}

/// The federation directives that the schema may apply, by the name it has for each.
fn directive_names(federation: Option<&Link>, links: &[Link]) -> Vec<(FederationDirective, String)> {
    let mut names = Vec::new();
    for directive in FederationDirective::ALL {
        let own = links
            .iter()
            .find(|link| link.url.apollo_spec().is_some() && link.url.apollo_spec() == directive.own_spec());
        let name = match (own, federation) {
            (Some(link), _) => link.directive_name(directive.name()),
            (None, Some(link)) => {
                let version = link.url.version.unwrap_or(FEDERATION_LATEST);
                if directive.since() > version {
                    continue;
                }
                link.directive_name(directive.name())
            }
            (None, None) if FederationDirective::FEDERATION_1.contains(&directive) => {
                directive.name().to_owned()
            }
            (None, None) => continue,
        };
        names.push((directive, name));
    }
    names
}

fn roles(names: &[(FederationDirective, String)]) -> HashMap<String, DirectiveRole> {
    let mut roles: HashMap<String, DirectiveRole> =
        names.iter().map(|(directive, name)| (name.clone(), DirectiveRole::Federation(*directive))).collect();
    roles.insert("deprecated".to_owned(), DirectiveRole::Deprecated);
    roles.insert("specifiedBy".to_owned(), DirectiveRole::SpecifiedBy);
    roles
}

/// Types that are machinery of the specs, not of the subgraph's domain.
fn removed_names(federation: Option<&Link>, links: &[Link]) -> HashSet<String> {
    let mut removed: HashSet<String> = ["_Any", "_Entity", "_Service", "_FieldSet"].map(str::to_owned).into();
    removed.insert(match federation {
        Some(link) => link.type_name("FieldSet"),
        None => "FieldSet".to_owned(),
    });
    for link in links.iter().filter(|link| link.url.apollo_spec().is_some()) {
        for import in link.imports.iter().filter(|import| !import.name.starts_with('@')) {
            removed.insert(import.alias.as_ref().unwrap_or(&import.name).clone());
        }
    }
    removed
}

/// The schema with implicit definitions, validated as GraphQL.
fn build(
    subgraph: &str,
    document: &Document,
    federation: Option<&Link>,
    link_name: &str,
    directive_names: &[(FederationDirective, String)],
) -> Result<Schema, Errors> {
    let mut present: HashSet<String> = HashSet::new();
    for definition in &document.definitions {
        if let Some(name) = definition.name() {
            match definition {
                Definition::DirectiveDefinition(_) => present.insert(format!("@{name}")),
                _ => present.insert(name.to_string()),
            };
        }
    }
    let mut additions = vec![
        (
            format!("@{link_name}"),
            format!(
                "directive @{link_name}(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA"
            ),
        ),
        ("link__Purpose".to_owned(), "enum link__Purpose { SECURITY EXECUTION }".to_owned()),
        ("link__Import".to_owned(), "scalar link__Import".to_owned()),
        ("_Service".to_owned(), "type _Service { sdl: String }".to_owned()),
    ];
    additions.extend(links::definitions(federation, directive_names));
    let mut text = String::new();
    for (name, definition) in &additions {
        if !present.contains(name) {
            text.push_str(definition);
            text.push('\n');
        }
    }
    // Every subgraph answers `_service`, so that Query is never missing and never empty.
    let query = query_name(document);
    let answers_service = document.definitions.iter().any(|definition| {
        let fields = match definition {
            Definition::ObjectTypeDefinition(ty) if ty.name == query.as_str() => &ty.fields,
            Definition::ObjectTypeExtension(ty) if ty.name == query.as_str() => &ty.fields,
            _ => return false,
        };
        fields.iter().any(|field| field.name == "_service")
    });
    if !answers_service {
        let keyword = if present.contains(&query) { "extend type" } else { "type" };
        text.push_str(&format!("{keyword} {query} {{ _service: _Service! }}\n"));
    }
    let builder =
        Schema::builder().adopt_orphan_extensions().add_ast(document).parse(text, "federation.graphql");
    let schema = builder.build().map_err(|failed| graphql_errors(subgraph, &failed.errors))?;
    let schema = schema.validate().map_err(|failed| graphql_errors(subgraph, &failed.errors))?;
    Ok(schema.into_inner())
}

fn query_name(document: &Document) -> String {
    let roots = document.definitions.iter().flat_map(|definition| match definition {
        Definition::SchemaDefinition(schema) => schema.root_operations.as_slice(),
        Definition::SchemaExtension(schema) => schema.root_operations.as_slice(),
        _ => &[],
    });
    for root in roots {
        if root.0.is_query() {
            return root.1.to_string();
        }
    }
    "Query".to_owned()
}

/// From the names of the root types in the document to Query, Mutation and Subscription.
fn root_renames(subgraph: &str, schema: &Schema) -> Result<HashMap<Name, Name>, Errors> {
    let roots = &schema.schema_definition;
    let mut renames = HashMap::new();
    let mut errors = Vec::new();
    for (root, default, code) in [
        (&roots.query, "Query", ErrorCode::RootQueryUsed),
        (&roots.mutation, "Mutation", ErrorCode::RootMutationUsed),
        (&roots.subscription, "Subscription", ErrorCode::RootSubscriptionUsed),
    ] {
        let Some(root) = root else { continue };
        if root.name == default {
            continue;
        }
        if schema.types.contains_key(default) {
            errors.push(CompositionError::new(
                code,
                format!(
                    "[{subgraph}] the root type is \"{}\", and another type is called \"{default}\": in the supergraph both would be",
                    root.name
                ),
            ));
        } else {
            renames.insert(root.name.clone(), Name::new_unchecked(default));
        }
    }
    if errors.is_empty() { Ok(renames) } else { Err(errors) }
}

struct Converter<'a> {
    roles: HashMap<String, DirectiveRole>,
    renames: HashMap<Name, Name>,
    definitions: HashSet<&'a Name>,
    removed: HashSet<String>,
}

impl Converter<'_> {
    fn name(&self, name: &Name) -> Name {
        self.renames.get(name).unwrap_or(name).clone()
    }

    fn ty(&self, ty: &Type) -> Type {
        match ty {
            Type::Named(name) => Type::Named(self.name(name)),
            Type::NonNullNamed(name) => Type::NonNullNamed(self.name(name)),
            Type::List(item) => Type::List(Box::new(self.ty(item))),
            Type::NonNullList(item) => Type::NonNullList(Box::new(self.ty(item))),
        }
    }

    fn is_machinery(&self, name: &Name) -> bool {
        self.removed.contains(name.as_str())
            || name.starts_with("link__")
            || name.starts_with("federation__")
            || name.starts_with("__")
            || name.starts_with("core__")
    }

    fn types(&self, schema: &Schema) -> IndexMap<Name, TypeDef> {
        schema
            .types
            .iter()
            .filter(|(name, ty)| !ty.is_built_in() && !self.is_machinery(name))
            .map(|(name, ty)| {
                let ty = self.type_def(name, ty);
                (ty.name.clone(), ty)
            })
            .collect()
    }

    fn role(&self, name: &Name) -> DirectiveRole {
        self.roles.get(name.as_str()).copied().unwrap_or(DirectiveRole::Custom)
    }

    fn components(&self, directives: &schema::DirectiveList) -> Vec<Applied> {
        directives
            .iter()
            .map(|component| Applied {
                role: self.role(&component.name),
                node: component.node.clone(),
                origin: component.origin.clone(),
            })
            .collect()
    }

    fn applied(&self, directives: &apollo_compiler::ast::DirectiveList) -> Vec<Applied> {
        directives
            .iter()
            .map(|node| Applied {
                role: self.role(&node.name),
                node: node.clone(),
                origin: ComponentOrigin::Definition,
            })
            .collect()
    }

    fn input(&self, input: &Node<apollo_compiler::ast::InputValueDefinition>) -> InputDef {
        InputDef {
            name: input.name.clone(),
            description: input.description.clone(),
            ty: self.ty(&input.ty),
            default: input.default_value.clone(),
            directives: self.applied(&input.directives),
            location: input.location(),
        }
    }

    fn field(&self, field: &Component<apollo_compiler::ast::FieldDefinition>) -> FieldDef {
        FieldDef {
            name: field.name.clone(),
            description: field.description.clone(),
            ty: self.ty(&field.ty),
            arguments: field
                .arguments
                .iter()
                .map(|argument| (argument.name.clone(), self.input(argument)))
                .collect(),
            directives: self.applied(&field.directives),
            origin: field.origin.clone(),
            location: field.node.location(),
            requires: None,
            provides: None,
            override_from: None,
            external: false,
            provided: false,
            shareable: false,
            selected: false,
        }
    }

    fn type_def(&self, name: &Name, ty: &ExtendedType) -> TypeDef {
        let has_definition = self.definitions.contains(name);
        let mut out = TypeDef {
            name: self.name(name),
            kind: TypeKind::Scalar,
            description: ty.description().cloned(),
            location: ty.location(),
            directives: self.components(ty.directives()),
            has_definition,
            has_extension: !has_definition || ty.iter_origins().any(|o| o.extension_id().is_some()),
            implements: Default::default(),
            fields: Default::default(),
            members: Default::default(),
            values: Default::default(),
            inputs: Default::default(),
            keys: Vec::new(),
            interface_object: false,
        };
        let is_query = out.name == "Query";
        let fields = |fields: &apollo_compiler::collections::IndexMap<
            Name,
            Component<apollo_compiler::ast::FieldDefinition>,
        >| {
            fields
                .values()
                .filter(|field| !(is_query && (field.name == "_service" || field.name == "_entities")))
                .map(|field| (field.name.clone(), self.field(field)))
                .collect()
        };
        match ty {
            ExtendedType::Scalar(_) => {}
            ExtendedType::Object(ty) => {
                out.kind = TypeKind::Object;
                out.implements = ty.implements_interfaces.iter().map(|i| i.name.clone()).collect();
                out.fields = fields(&ty.fields);
            }
            ExtendedType::Interface(ty) => {
                out.kind = TypeKind::Interface;
                out.implements = ty.implements_interfaces.iter().map(|i| i.name.clone()).collect();
                out.fields = fields(&ty.fields);
            }
            ExtendedType::Union(ty) => {
                out.kind = TypeKind::Union;
                out.members = ty.members.iter().map(|member| self.name(&member.name)).collect();
            }
            ExtendedType::Enum(ty) => {
                out.kind = TypeKind::Enum;
                out.values = ty
                    .values
                    .values()
                    .map(|value| {
                        let def = EnumValueDef {
                            name: value.value.clone(),
                            description: value.description.clone(),
                            directives: self.applied(&value.directives),
                            location: value.node.location(),
                        };
                        (def.name.clone(), def)
                    })
                    .collect();
            }
            ExtendedType::InputObject(ty) => {
                out.kind = TypeKind::InputObject;
                out.inputs =
                    ty.fields.values().map(|field| (field.name.clone(), self.input(&field.node))).collect();
            }
        }
        out
    }
}
