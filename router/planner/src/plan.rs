//! The query plan: the contract between planner and executor.
//!
//! Owns: the fetches of one operation, what each waits for, and how the client's response is read out of what they
//! bring. Invariant: an executor needs no schema and no planning knowledge to run a plan. Deliberately absent:
//! `@skip` and `@include`. A plan is made for one outcome of the operation's conditions (`router_schema::Flags`), so
//! what is skipped is neither fetched nor projected; whoever caches plans makes the flags part of the key.
//!
//! # The tree
//!
//! The executor keeps one tree of JSON values, at first an empty object. Every fetch merges objects into it. Keys of
//! the tree are *internal names*: the planner chose them so that two different values never want one name, and the
//! documents sent to subgraphs use them as response names. So an answer is merged as it stands, without renaming,
//! and the client's aliases do not occur before the projection. [`QueryPlan::output`] says how the response is read.
//!
//! Merging `new` into `old`: objects key by key; lists of equal length element by element; `null` or an absent key
//! gives way to anything; otherwise `old` stays.

use std::sync::Arc;

use router_schema::{OperationKind, SubgraphId};
use serde::Serialize;

/// Position of a fetch in [`QueryPlan::fetches`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FetchId(pub usize);

/// How one operation, under one outcome of its conditions, is answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QueryPlan {
    pub kind: OperationKind,
    /// In an order in which every fetch comes after those it waits for. A fetch may start as soon as all of its
    /// `after` have ended, well or badly; there are no waves. Mutations that must run in series are told by `after`: one
    /// is not sent once the fields before it, in the order of `output`, have made the whole answer `null`.
    ///
    /// For a subscription, the first is the primary: it is opened as a stream, and for each event a new tree is
    /// begun with that event's data and completed by running the others.
    pub fetches: Vec<Fetch>,
    /// The response, read from the root of the tree.
    pub output: OutputObject,
}

/// One request to one subgraph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fetch {
    pub id: FetchId,
    pub subgraph: SubgraphId,
    /// The subgraph's name, as in the supergraph.
    pub subgraph_name: Arc<str>,
    /// Fetches that must have ended before this one starts; transitively reduced.
    pub after: Vec<FetchId>,
    /// What kind of operation the document is. Entities are always fetched by a query.
    pub operation: OperationKind,
    /// The document, complete: it has one operation.
    pub document: Arc<str>,
    /// The operation's name in the document, when it has one.
    pub operation_name: Option<Arc<str>>,
    /// The client's variables the document uses: those that have a (coerced) value are sent on under the same name.
    pub variables: Vec<Arc<str>>,
    pub call: Call,
}

/// What is asked, and where the answer goes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// The fields of a root type. `data` is merged into each object found at `at` (empty: the root of the tree;
    /// otherwise a field that returns the Query type led there: the request is sent once if there is any such object).
    Root { at: Vec<Step>, selection: SelectionSet },
    /// One or several `_entities` calls in one document.
    ///
    /// The request is not sent if no call has a representation. A call without representations beside one that has
    /// some is sent with an empty list.
    Entities { calls: Vec<EntityCall> },
}

/// One `_entities` field of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityCall {
    /// Key of its list in `data`.
    pub response_key: Arc<str>,
    /// The variable that takes the representations; it clashes with none of [`Fetch::variables`].
    pub variable: Arc<str>,
    /// Objects to complete. All targets contribute to the one list; equal representations are sent once, and the
    /// entity at index *i* of the answer is merged into every object whose representation stood at *i*. A `null`
    /// entity merges nothing.
    pub targets: Vec<EntityTarget>,
    /// What is selected on each entity.
    pub selection: SelectionSet,
    /// Variables that take their values from objects above the targets. Objects for which these differ go in different
    /// requests of the same document. A call that has some is its fetch's only one, and has one target.
    pub context: Vec<ContextVariable>,
}

/// A variable for an argument with `@fromContext`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ContextVariable {
    pub variable: Arc<str>,
    /// As the document declares it.
    pub type_name: Arc<str>,
    /// Where the value may stand. The first whose object is of its types counts, even if its value is `null`; without
    /// any, the value is `null`.
    pub sources: Vec<ContextSource>,
    /// What to do about `null`.
    pub null: NullInput,
}

/// An object above the target of an entity call, and a value in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct ContextSource {
    /// How many steps of the target's path lead to the object.
    pub steps: usize,
    /// Only if the object's `__typename` in the tree is one of these.
    pub on: Option<TypeSet>,
    /// Ways from the object to the value, of which the first that is not `null` counts; none for no value. A list on
    /// the way makes a list of values.
    pub paths: Vec<Vec<Step>>,
}

/// A set of objects in the tree, and how each is described to the subgraph.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityTarget {
    /// Where the objects are.
    pub path: Vec<Step>,
    pub representation: Representation,
}

/// A step from the objects reached so far to the next ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// The value under this internal name. Lists, nested to any depth, are replaced by their elements; what is
    /// `null` or absent leads nowhere.
    Field(Arc<str>),
    /// Keeps the objects whose `__typename` in the tree is one of these. Objects without `__typename` are dropped.
    On(TypeSet),
}

/// Names of object types, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TypeSet(Arc<[Arc<str>]>);

impl TypeSet {
    pub fn contains(&self, name: &str) -> bool {
        self.0.binary_search_by(|each| (**each).cmp(name)).is_ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter()
    }
}

impl FromIterator<Arc<str>> for TypeSet {
    fn from_iter<I: IntoIterator<Item = Arc<str>>>(names: I) -> Self {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort();
        names.dedup();
        Self(names.into())
    }
}

/// How an object of the tree is described in `_entities(representations:)`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Representation {
    pub typename: RepresentationType,
    pub fields: Vec<RepresentationField>,
}

/// `__typename` of a representation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RepresentationType {
    /// This name, whatever the tree says (an interface object's subgraph is told the interface's name).
    Fixed(Arc<str>),
    /// The object's `__typename` in the tree. An object without one is left out.
    OfObject,
}

/// A field of a representation, copied from the tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct RepresentationField {
    /// Its key in the representation.
    pub name: Arc<str>,
    /// Where the value stands in the object: an internal name.
    pub source: Arc<str>,
    /// Only for objects whose `__typename` in the tree is one of these; for others the field is left out.
    pub on: Option<TypeSet>,
    /// What to do about `null` (or an absent value, which counts as `null`).
    pub null: NullInput,
    /// For objects and lists of objects: what to copy of each. Empty for leaves, which are copied whole.
    pub fields: Vec<RepresentationField>,
}

/// What a `null` that a request should bring means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NullInput {
    /// The subgraph accepts `null` here: send it.
    Send,
    /// The entity cannot be described: leave the object out of the call. Its fields stay absent.
    LeaveOut,
}

/// The selections of a subgraph's document. Texts are already in [`Fetch::document`]; this form is for executors
/// that parse an answer guided by its shape, and for printing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct SelectionSet {
    pub selections: Vec<Selection>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Selection {
    Field(SelectedField),
    InlineFragment { on: Arc<str>, selection: SelectionSet },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct SelectedField {
    /// Key in the answer: the internal name.
    pub internal: Arc<str>,
    /// The field's name in the schema.
    pub name: Arc<str>,
    /// Arguments as GraphQL text with parentheses, or empty.
    pub arguments: Arc<str>,
    pub selection: Option<SelectionSet>,
}

/// How a client's object is read out of an object of the tree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputObject {
    pub runtime_type: RuntimeType,
    /// In the order of the operation. For any one runtime type, no response key occurs twice among the fields that
    /// apply to it: nothing is left to merge.
    pub fields: Vec<OutputField>,
}

/// How the runtime type of an object is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum RuntimeType {
    Static(Arc<str>),
    /// It is the object's `__typename` in the tree. If that is absent or none of `possible` (a type that clients must
    /// not see), the object is `null`, and no error tells why.
    Fetched {
        possible: TypeSet,
    },
    /// Nothing depends on it: no field is `__typename` or has an `on`, and every type it may be is visible.
    Irrelevant,
}

/// A key of a client's object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputField {
    /// The response key: alias or name.
    pub key: Arc<str>,
    /// Only for these runtime types; `None`: for all.
    pub on: Option<TypeSet>,
    pub value: OutputValue,
}

/// Where a client's value comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OutputValue {
    /// The runtime type's name.
    Typename,
    /// The value under `internal`; absent counts as `null`.
    Field {
        internal: Arc<str>,
        shape: Shape,
        /// The client's type of the field in GraphQL notation, for messages.
        type_name: Arc<str>,
    },
    /// `__schema` or `__type`: the value under the response key in `Supergraph::introspect`.
    Introspection,
    /// The caller may not see the value: it is `null`, whatever the tree has. The error for it exists already.
    Denied { shape: Shape, type_name: Arc<str> },
}

/// The client's type of a value, by which it is completed: a `null` where `NonNull` stands makes its parent `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Shape {
    NonNull(Box<Shape>),
    List(Box<Shape>),
    Leaf(Leaf),
    Object(Arc<OutputObject>),
}

/// Leaves, as far as their completion differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Leaf {
    Int,
    Float,
    String,
    Boolean,
    Id,
    /// A value that is none of these (clients must not see it) is `null`, and no error tells why.
    Enum(TypeSet),
    /// A custom scalar: anything.
    Custom,
}
