//! The schema that operations are made of: the shop's, composed of its subgraphs' committed SDLs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use apollo_compiler::ast::{Document, FieldDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use router_composition::{Subgraph, compose};
use router_limits::cost::{Cost, CostModel, Countable, DirectiveNames, Unsized};
use router_limits::{LimitError, Limits};
use router_schema::{Operation, OperationKind, Supergraph};
use serde_json::{Map, Value};

/// The directives by which a field is not for everybody.
const RULES: [&str; 3] = ["authenticated", "requiresScopes", "policy"];

/// A field that can be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub name: String,
    /// The type it returns, if it has fields; `None` for a leaf.
    pub returns: Option<String>,
    pub is_list: bool,
    pub arguments: Vec<Argument>,
}

#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub name: String,
    pub ty: Type,
    pub is_required: bool,
}

/// The composed schema with its limits.
pub struct Shop {
    pub supergraph: Supergraph,
    pub costs: CostModel,
    pub limits: Limits,
    pub(crate) root: String,
    /// Of objects, interfaces and unions: of the latter none but `__typename`.
    pub(crate) fields: BTreeMap<String, Vec<Asked>>,
    /// The objects that an interface or union may be.
    pub(crate) members: BTreeMap<String, Vec<String>>,
}

impl Shop {
    /// Reads `subgraphs/*/schema.graphql` below the repository's folder. Operations ask for what has an access rule only
    /// if `guarded` says so: for others one such field may leave nothing of an answer.
    pub fn read(repository: &Path, guarded: bool) -> Result<Self> {
        let folder = repository.join("subgraphs");
        let mut subgraphs = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
            let sdl = fs::read_to_string(path.join("schema.graphql"))
                .with_context(|| format!("the schema of {name}"))?;
            subgraphs.push(Subgraph { url: format!("http://{name}"), name, sdl });
        }
        let composed = compose(&subgraphs).map_err(|errors| anyhow!("{errors:?}"))?;
        Self::of(&composed.supergraph_sdl, guarded)
    }

    /// Of a supergraph that names the directives of costs as they are.
    fn of(sdl: &str, guarded: bool) -> Result<Self> {
        let supergraph = Supergraph::parse(sdl)?;
        let document =
            Document::parse(sdl, "supergraph.graphql").map_err(|error| anyhow!("{}", error.errors))?;
        let costs = CostModel::read(&document, &DirectiveNames::default());
        let root = supergraph.root_type(OperationKind::Query).context("a root")?.to_string();
        let mut shop = Self {
            costs,
            limits: Limits::default(),
            root,
            fields: BTreeMap::new(),
            members: BTreeMap::new(),
            supergraph,
        };
        shop.read_types(guarded);
        Ok(shop)
    }

    fn read_types(&mut self, guarded: bool) {
        let schema = self.supergraph.api().schema();
        let is_open = |ty: &str, field: &str| {
            let composed = self.supergraph.schema().type_field(ty, field);
            guarded || composed.is_ok_and(|field| !RULES.iter().any(|rule| field.directives.has(rule)))
        };
        let (mut fields, mut members) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
        for (name, ty) in &schema.types {
            let defined = match ty {
                ExtendedType::Object(object) => {
                    for interface in &object.implements_interfaces {
                        members.entry(interface.name.to_string()).or_default().push(name.to_string());
                    }
                    &object.fields
                }
                ExtendedType::Interface(interface) => &interface.fields,
                ExtendedType::Union(union) => {
                    let of_union = union.members.iter().map(|member| member.name.to_string());
                    members.insert(name.to_string(), of_union.collect());
                    fields.insert(name.to_string(), Vec::new());
                    continue;
                }
                _ => continue,
            };
            let open = defined.iter().filter(|(field, _)| !name.starts_with("__") && is_open(name, field));
            fields.insert(name.to_string(), open.map(|(_, field)| asked(schema, field)).collect());
        }
        (self.fields, self.members) = (fields, members);
    }

    /// What an operation may come to, if the gateway would run it.
    pub fn admit(&self, text: &str, variables: &Map<String, Value>) -> Result<Cost, LimitError> {
        self.limits.check(text)?;
        let cost = self.count(text, variables)?;
        self.limits.check_cost(cost)?;
        Ok(cost)
    }

    /// What an operation may come to, within limits or not.
    pub fn count(&self, text: &str, variables: &Map<String, Value>) -> Result<Cost, LimitError> {
        let Some(document) = Countable::parse(text) else { return Ok(Cost::default()) };
        self.costs.count(&document, None, variables, self.limits.default_list_size)
    }

    /// What is wrong with an operation by the schema.
    pub fn validate(&self, text: &str) -> Result<(), String> {
        let validated = Operation::parse(&self.supergraph, text, None);
        validated
            .map(|_| ())
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    /// Lists of objects of which nobody says how long they are.
    pub fn unsized_lists(&self) -> Vec<Unsized> {
        self.costs.unsized_lists()
    }
}

fn asked(schema: &apollo_compiler::Schema, field: &FieldDefinition) -> Asked {
    let returns = field.ty.inner_named_type();
    let is_leaf =
        matches!(schema.types.get(returns), Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)) | None);
    let arguments = field.arguments.iter().map(|argument| Argument {
        name: argument.name.to_string(),
        ty: (*argument.ty).clone(),
        is_required: argument.is_required(),
    });
    Asked {
        name: field.name.to_string(),
        returns: (!is_leaf).then(|| returns.to_string()),
        is_list: field.ty.is_list(),
        arguments: arguments.collect(),
    }
}
