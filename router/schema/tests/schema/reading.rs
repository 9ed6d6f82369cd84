//! Supergraphs of different age.

use router_schema::{SchemaError, Supergraph};

use crate::compose;

#[test]
fn facts_by_subgraph() {
    let supergraph = compose(&[
        (
            "a",
            r#"type Query { item: Item } type Item @key(fields: "id owner { id }") { id: ID!  owner: Owner! @shareable  name: String } type Owner @shareable { id: ID! }"#,
        ),
        (
            "b",
            r#"type Item @key(fields: "id owner { id }", resolvable: false) { id: ID!  owner: Owner! @shareable } type Owner @shareable { id: ID! }"#,
        ),
    ]);
    let [a, b] = supergraph.subgraphs() else { panic!("two subgraphs") };
    assert_eq!((&*a.name, &*a.url), ("a", "http://a"));
    let item = supergraph.facts("Item").unwrap();
    assert_eq!(item.subgraphs[&a.id].keys[0].fields.to_string(), "id owner { id }");
    assert!(item.subgraphs[&a.id].keys[0].resolvable && !item.subgraphs[&b.id].keys[0].resolvable);
    assert!(item.field("name", a.id).is_some() && item.field("name", b.id).is_none());
    assert!(item.field("id", b.id).is_some());
}

/// Federation 1: no `@link`, owners instead of a type's list of subgraphs.
#[test]
fn join_v0_1() {
    let supergraph = Supergraph::parse(
        r#"
        schema @core(feature: "https://specs.apollo.dev/core/v0.1") @core(feature: "https://specs.apollo.dev/join/v0.1") { query: Query }
        directive @core(feature: String!) repeatable on SCHEMA
        directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet) on FIELD_DEFINITION
        directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
        directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
        directive @join__graph(name: String!, url: String!) on ENUM_VALUE
        scalar join__FieldSet
        enum join__Graph { A @join__graph(name: "a", url: "http://a") B @join__graph(name: "b", url: "http://b") }
        type Query { me: User @join__field(graph: A) }
        type User @join__owner(graph: A) @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
            id: ID! @join__field(graph: A)
            name: String @join__field(graph: A)
            home: Home
            visits: Int @join__field(graph: B, requires: "name")
        }
        type Home { city: String }
        "#,
    )
    .unwrap();
    let [a, b] = supergraph.subgraphs() else { panic!("two subgraphs") };
    let user = supergraph.facts("User").unwrap();
    assert!(user.field("id", b.id).is_some(), "a key is known wherever it is a key");
    assert!(user.field("home", a.id).is_some() && user.field("home", b.id).is_none(), "the owner's");
    assert_eq!(user.field("visits", b.id).unwrap().requires.as_ref().unwrap().to_string(), "name");
    assert!(supergraph.facts("Home").unwrap().field("city", b.id).is_some());
    assert!(!supergraph.api().schema().to_string().contains("join"));
}

#[test]
fn what_is_no_supergraph_is_refused() {
    assert!(matches!(Supergraph::parse("type Query { a: Int }"), Err(SchemaError::NoSubgraphs)));
    assert!(matches!(Supergraph::parse("type Query {"), Err(SchemaError::Invalid(_))));
    let unknown = r#"
        directive @join__field(graph: join__Graph, requires: String) on FIELD_DEFINITION
        enum join__Graph { A }
        type Query { a: Int @join__field(graph: A, requires: "nothing") }
    "#;
    assert!(matches!(Supergraph::parse(unknown), Err(SchemaError::FieldSet { .. })));
}

/// What an argument takes from a context, by the object types that set it: those of an interface all do.
#[test]
fn arguments_from_context() {
    let sdl = |selection: &str| {
        format!(
            r#"
            directive @join__field(graph: join__Graph, contextArguments: [join__ContextArgument!]) on FIELD_DEFINITION
            directive @context(name: String!) repeatable on OBJECT | INTERFACE | UNION
            input join__ContextArgument {{ name: String! type: String! context: String! selection: String! }}
            enum join__Graph {{ A }}
            type Query {{ shops: [Shop] leaf: Leaf }}
            interface Shop @context(name: "a__c") {{ name: String }}
            type Big implements Shop {{ name: String seat: Seat }}
            type Seat {{ city: String }}
            type Small implements Shop {{ name: String }}
            type Stall @context(name: "a__c") @context(name: "a__other") {{ name: String }}
            type Other @context(name: "a__other") {{ name: String }}
            type Leaf {{ f: Int @join__field(graph: A, contextArguments: [
                {{ name: "x", type: "String!", context: "a__c", selection: "{selection}" }}
            ]) }}
            "#
        )
    };
    let read = |selection: &str| {
        let supergraph = Supergraph::parse(&sdl(selection))?;
        let graph = supergraph.subgraphs()[0].id;
        let [argument] = supergraph.facts("Leaf").unwrap().field("f", graph).unwrap().context.as_slice()
        else {
            panic!("one argument")
        };
        assert_eq!((argument.name.as_str(), argument.ty.to_string().as_str()), ("x", "String!"));
        let name = |index: usize| supergraph.object_name(index).unwrap().to_string();
        let of = |(types, value): &(router_schema::ObjectSet, router_schema::FieldSet)| {
            (types.iter().map(name).collect::<Vec<_>>().join(" "), value.to_string())
        };
        Ok::<_, SchemaError>(argument.values.iter().map(of).collect::<Vec<_>>())
    };
    let pairs = |expected: &[(&str, &str)]| -> Vec<(String, String)> {
        expected.iter().map(|(types, value)| ((*types).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(read(" { name }").unwrap(), pairs(&[("Big Small Stall", "name")]));
    let each = " ... on Big { seat { city } } ... on Small { name } ... on Stall { name }";
    assert_eq!(read(each).unwrap(), pairs(&[("Big", "seat { city }"), ("Small Stall", "name")]));
    assert_eq!(read("... on Shop { name }").unwrap(), pairs(&[("Big Small", "name"), ("Stall", "")]));
    assert!(matches!(read("{ nothing }"), Err(SchemaError::FieldSet { .. })));
}

/// Check 45: what a supergraph links for its security has to be understood, and so has each of its links.
#[test]
fn a_security_feature_that_is_not_known_is_refused() {
    let read = |links: &str| {
        Supergraph::parse(&format!(
            r#"schema @link(url: "https://specs.apollo.dev/link/v1.0") {links} {{ query: Query }}
            directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
            directive @guard on FIELD_DEFINITION
            scalar link__Import
            enum link__Purpose {{ SECURITY EXECUTION }}
            enum join__Graph {{ A }}
            type Query {{ a: Int @guard }}"#
        ))
    };
    let unknown = read(r#"@link(url: "https://guards.example/guard/v1.0", for: SECURITY)"#).unwrap_err();
    assert!(
        matches!(&unknown, SchemaError::UnknownSecurity { feature } if feature == "https://guards.example/guard/v1.0")
    );
    assert!(read(r#"@link(url: "https://guards.example/guard/v1.0")"#).is_ok(), "not for security");
    for known in
        ["inaccessible/v0.2", "authenticated/v0.1", "requiresScopes/v0.1", "policy/v0.1", "context/v0.1"]
    {
        let link = format!(r#"@link(url: "https://specs.apollo.dev/{known}", as: "x", for: SECURITY)"#);
        assert!(read(&link).is_ok(), "{known}");
    }
    let unreadable = r#"@link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{name: "@authenticated", as: 5}])"#;
    assert!(matches!(read(unreadable).unwrap_err(), SchemaError::Link(_)));
}

/// A name that another feature was given is not Federation's, though it sounds like it.
#[test]
fn names_belong_to_the_feature_that_is_linked_by_them() {
    let supergraph = Supergraph::parse(
        r#"schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", as: "j")
            @link(url: "https://guards.example/guard/v1.0", import: ["@authenticated"]) @link(url: "https://specs.apollo.dev/inaccessible/v0.2", as: "hidden")
        { query: Query }
        directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
        directive @j__graph(name: String!, url: String!) on ENUM_VALUE
        directive @j__type(graph: j__Graph!, key: j__FieldSet) repeatable on OBJECT
        directive @authenticated on FIELD_DEFINITION
        directive @inaccessible on FIELD_DEFINITION
        directive @hidden on FIELD_DEFINITION
        scalar link__Import
        scalar j__FieldSet
        enum link__Purpose { SECURITY EXECUTION }
        enum j__Graph { A @j__graph(name: "a", url: "http://a") }
        type Query @j__type(graph: A) { open: Int @authenticated  seen: Int @inaccessible  hidden: Int @hidden }"#,
    )
    .unwrap();
    assert_eq!(supergraph.subgraphs()[0].url.as_ref(), "http://a");
    assert!(supergraph.rules().of_field("Query", "open").is_none());
    let api = supergraph.api().schema().to_string();
    assert!(api.contains("seen") && !api.contains("hidden") && !api.contains("j__"), "{api}");
}
