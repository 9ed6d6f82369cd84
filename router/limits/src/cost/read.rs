//! Reads `@cost` and `@listSize` out of an SDL.

use apollo_compiler::Node;
use apollo_compiler::ast::{
    Definition, DirectiveList, Document, FieldDefinition, InputValueDefinition, OperationType, Type, Value,
};

use super::model::{CostModel, DirectiveNames, FieldCost, Kind, ListSize, TypeCost};

impl CostModel {
    /// Of a supergraph or of a subgraph. What the directives say wrongly, composition has refused: here it has no
    /// effect.
    pub fn read(document: &Document, names: &DirectiveNames) -> Self {
        let mut reader = Reader { model: Self::default(), names };
        for definition in &document.definitions {
            reader.definition(definition);
        }
        let mut model = reader.model;
        for (kind, name) in [
            (OperationType::Query, "Query"),
            (OperationType::Mutation, "Mutation"),
            (OperationType::Subscription, "Subscription"),
        ] {
            model.roots.entry(kind).or_insert_with(|| name.into());
        }
        model.add_entities();
        model.settle_abstract_types();
        model.sizable = model
            .types
            .values()
            .flat_map(|ty| ty.fields.values())
            .filter_map(|field| field.size.as_ref())
            .flat_map(|size| size.sized_fields.iter().cloned())
            .collect();
        model
    }

    /// `_entities` answers as many as it is asked for. No SDL of a subgraph shows it.
    fn add_entities(&mut self) {
        let Some(query) = self.roots.get(&OperationType::Query) else { return };
        let Some(query) = self.types.get_mut(query) else { return };
        let size = ListSize { slicing: vec![vec!["representations".into()]], ..ListSize::default() };
        let entities = FieldCost { of: "_Entity".into(), lists: 1, size: Some(size), ..FieldCost::default() };
        query.fields.entry("_entities".into()).or_insert(entities);
        let entity = TypeCost { kind: Kind::Abstract, ..TypeCost::default() };
        self.types.entry("_Entity".into()).or_insert(entity);
    }

    /// An interface's field is as dear and as long as that of the dearest object; likewise the type itself.
    fn settle_abstract_types(&mut self) {
        let mut settled: Vec<(Box<str>, TypeCost)> = Vec::new();
        for (name, ty) in self.types.iter().filter(|(_, ty)| ty.kind == Kind::Abstract) {
            let mut ty = ty.clone();
            let members: Vec<&TypeCost> =
                ty.members.iter().filter_map(|member| self.types.get(member)).collect();
            ty.weight = ty.weight.or_else(|| members.iter().map(|member| member.weight()).max());
            let assumed = |field: &FieldCost| field.size.as_ref().map(|size| size.assumed);
            for (name, field) in &mut ty.fields {
                for own in members.iter().filter_map(|member| member.fields.get(name)) {
                    field.weight = field.weight.max(own.weight);
                    if assumed(field) < assumed(own) {
                        field.size.clone_from(&own.size);
                    }
                }
            }
            settled.push((name.clone(), ty));
        }
        self.types.extend(settled);
    }
}

struct Reader<'n> {
    model: CostModel,
    names: &'n DirectiveNames,
}

impl Reader<'_> {
    fn definition(&mut self, definition: &Definition) {
        match definition {
            Definition::SchemaDefinition(schema) => self.roots(&schema.root_operations),
            Definition::SchemaExtension(schema) => self.roots(&schema.root_operations),
            Definition::ScalarTypeDefinition(ty) => self.ty(&ty.name, Kind::Leaf, &ty.directives),
            Definition::EnumTypeDefinition(ty) => self.ty(&ty.name, Kind::Leaf, &ty.directives),
            Definition::ObjectTypeDefinition(ty) => {
                self.ty(&ty.name, Kind::Object, &ty.directives);
                self.implements(&ty.name, &ty.implements_interfaces);
                self.fields(&ty.name, &ty.fields);
            }
            Definition::ObjectTypeExtension(ty) => {
                self.ty(&ty.name, Kind::Object, &ty.directives);
                self.implements(&ty.name, &ty.implements_interfaces);
                self.fields(&ty.name, &ty.fields);
            }
            Definition::InterfaceTypeDefinition(ty) => {
                self.ty(&ty.name, Kind::Abstract, &ty.directives);
                self.fields(&ty.name, &ty.fields);
            }
            Definition::InterfaceTypeExtension(ty) => {
                self.ty(&ty.name, Kind::Abstract, &ty.directives);
                self.fields(&ty.name, &ty.fields);
            }
            Definition::UnionTypeDefinition(ty) => {
                self.ty(&ty.name, Kind::Abstract, &ty.directives);
                let members = ty.members.iter().map(|member| member.as_str().into());
                self.entry(&ty.name).members.extend(members);
            }
            Definition::InputObjectTypeDefinition(ty) => {
                self.ty(&ty.name, Kind::Input, &ty.directives);
                for field in &ty.fields {
                    let input = self.input(field);
                    self.entry(&ty.name).fields.insert(field.name.as_str().into(), input);
                }
            }
            _ => {}
        }
    }

    fn roots(&mut self, roots: &[Node<(OperationType, apollo_compiler::Name)>]) {
        for root in roots {
            let (kind, name) = &**root;
            self.model.roots.insert(*kind, name.as_str().into());
        }
    }

    fn entry(&mut self, name: &str) -> &mut TypeCost {
        self.model.types.entry(name.into()).or_default()
    }

    fn ty(&mut self, name: &str, kind: Kind, directives: &DirectiveList) {
        let weight = self.weight(directives);
        let entry = self.entry(name);
        entry.kind = kind;
        entry.weight = entry.weight.max(weight);
    }

    fn implements(&mut self, object: &str, interfaces: &[apollo_compiler::Name]) {
        for interface in interfaces {
            self.entry(interface).members.push(object.into());
        }
    }

    fn fields(&mut self, name: &str, fields: &[Node<FieldDefinition>]) {
        for field in fields {
            let arguments = field.arguments.iter();
            let cost = FieldCost {
                of: field.ty.inner_named_type().as_str().into(),
                weight: self.weight(&field.directives),
                lists: lists(&field.ty),
                size: self.size(&field.directives),
                arguments: arguments.map(|each| (each.name.as_str().into(), self.input(each))).collect(),
                default: None,
            };
            self.entry(name).fields.insert(field.name.as_str().into(), cost);
        }
    }

    fn input(&self, input: &InputValueDefinition) -> FieldCost {
        FieldCost {
            of: input.ty.inner_named_type().as_str().into(),
            weight: self.weight(&input.directives),
            default: input.default_value.as_ref().map(|value| (**value).clone()),
            ..FieldCost::default()
        }
    }

    /// A negative weight is none.
    fn weight(&self, directives: &DirectiveList) -> Option<u64> {
        let weight = directives.get(&self.names.cost)?.specified_argument_by_name("weight")?.to_i32()?;
        Some(u64::try_from(weight).unwrap_or(0))
    }

    fn size(&self, directives: &DirectiveList) -> Option<ListSize> {
        let applied = directives.get(&self.names.list_size)?;
        let names = |argument: &str| {
            let list = applied.specified_argument_by_name(argument).and_then(|value| value.as_list());
            list.unwrap_or_default().iter().filter_map(|name| name.as_str())
        };
        let assumed = applied.specified_argument_by_name("assumedSize").and_then(|value| value.to_i32());
        let requires_one = applied.specified_argument_by_name("requireOneSlicingArgument");
        Some(ListSize {
            assumed: assumed.map(|size| u64::try_from(size).unwrap_or(0)),
            slicing: names("slicingArguments")
                .map(|path| path.split('.').map(Into::into).collect())
                .collect(),
            sized_fields: names("sizedFields").map(Into::into).collect(),
            requires_one: requires_one.and_then(|value: &Node<Value>| value.to_bool()).unwrap_or(true),
        })
    }
}

fn lists(ty: &Type) -> usize {
    match ty {
        Type::Named(_) | Type::NonNullNamed(_) => 0,
        Type::List(item) | Type::NonNullList(item) => 1 + lists(item),
    }
}
