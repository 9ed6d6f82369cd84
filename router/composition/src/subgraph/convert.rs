//! From a validated GraphQL schema to the model: names resolved, machinery left out.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::Type;
use apollo_compiler::schema::{self, Component, ComponentOrigin, ExtendedType, Schema};
use apollo_compiler::{Name, Node};
use indexmap::IndexMap;

use super::model::{Applied, DirectiveRole, EnumValueDef, FieldDef, InputDef, TypeDef, TypeKind};

pub(super) struct Converter<'a> {
    pub roles: HashMap<String, DirectiveRole>,
    pub renames: HashMap<Name, Name>,
    /// Types that the document defines rather than extends.
    pub definitions: HashSet<&'a Name>,
    /// Types that belong to the specs.
    pub removed: HashSet<String>,
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

    pub fn types(&self, schema: &Schema) -> IndexMap<Name, TypeDef> {
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

    pub fn components(&self, directives: &schema::DirectiveList) -> Vec<Applied> {
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
