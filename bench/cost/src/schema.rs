//! The schema that operations are made of: the shop's, composed of its subgraphs' committed SDLs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use apollo_compiler::ast::{Document, Type};
use apollo_compiler::schema::ExtendedType;
use router_composition::{Subgraph, compose};
use router_limits::cost::{Cost, CostModel, Countable, DirectiveNames, Unsized};
use router_limits::{LimitError, Limits};
use router_schema::{Operation, OperationKind, Supergraph};

/// The directives by which a field is not for everybody.
const RULES: [&str; 3] = ["authenticated", "requiresScopes", "policy"];

/// A field that can be asked for without knowing anything.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub name: String,
    /// The object type it returns; `None` for a leaf.
    pub object: Option<String>,
    pub has_first: bool,
}

/// The composed schema with its limits.
pub struct Shop {
    pub supergraph: Supergraph,
    pub costs: CostModel,
    pub limits: Limits,
    pub(crate) root: String,
    pub(crate) fields: BTreeMap<String, Vec<Asked>>,
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
        let schema = supergraph.api().schema();
        let is_open = |ty: &str, field: &str| {
            let composed = supergraph.schema().type_field(ty, field);
            guarded || composed.is_ok_and(|field| !RULES.iter().any(|rule| field.directives.has(rule)))
        };
        let fields =
            schema
                .types
                .iter()
                .filter_map(|(name, ty)| match ty {
                    ExtendedType::Object(object) => Some((name.to_string(), object)),
                    _ => None,
                })
                .map(|(name, object)| {
                    let free =
                        object.fields.iter().filter(|(field, _)| is_open(&name, field)).filter(
                            |(_, field)| field.arguments.iter().all(|argument| !argument.is_required()),
                        );
                    let asked = free.filter_map(|(field, definition)| {
                        let object = match schema.types.get(definition.ty.inner_named_type())? {
                            ExtendedType::Object(object) => Some(object.name.to_string()),
                            ExtendedType::Scalar(_) | ExtendedType::Enum(_) => None,
                            _ => return None,
                        };
                        let has_first = definition.arguments.iter().any(|argument| {
                            argument.name == "first" && matches!(&*argument.ty, Type::Named(_))
                        });
                        Some(Asked { name: field.to_string(), object, has_first })
                    });
                    (name.clone(), asked.collect())
                })
                .collect();
        Ok(Self { supergraph, costs, limits: Limits::default(), root, fields })
    }

    /// What an operation may come to, if the gateway would run it.
    pub fn admit(&self, text: &str) -> Result<Cost, LimitError> {
        self.limits.check(text)?;
        let cost = self.count(text)?;
        self.limits.check_cost(cost)?;
        Ok(cost)
    }

    /// What an operation may come to, within limits or not.
    pub fn count(&self, text: &str) -> Result<Cost, LimitError> {
        let variables = serde_json::Map::new();
        let Some(document) = Countable::parse(text) else { return Ok(Cost::default()) };
        self.costs.count(&document, None, &variables, self.limits.default_list_size)
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
