//! Entities of other subgraphs, by their keys alone.

/// Declares types of the composed schema that are entities at home in other subgraphs, whose key is an `id` of a kind. What
/// else is asked of them their own subgraph answers.
///
/// ```
/// use platform_core::id::ProductId;
///
/// platform_server::stubs! {
///     /// Something that a vendor sells.
///     Product(
///         /// Identifier, by which inputs name the product.
///         ProductId
///     ),
/// }
/// ```
#[macro_export]
macro_rules! stubs {
    ($($(#[$doc:meta])* $name:ident($(#[$id_doc:meta])* $id:ident)),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(::async_graphql::SimpleObject)]
        #[graphql(unresolvable = "id")]
        pub struct $name {
            $(#[$id_doc])*
            id: ::async_graphql::ID,
        }

        impl $name {
            pub fn new(id: $id) -> Self {
                Self { id: id.to_graphql() }
            }
        }
    )+ };
}
