//! A supergraph of the shape on which gateways are compared in public: four subgraphs, users who review products, and
//! one operation that goes through them and back several times.

use crate::corpus::Case;

pub fn benchmark() -> Case {
    let subgraphs = [
        (
            "accounts",
            "type Query { me: User user(id: ID!): User users: [User] }
             type User @key(fields: \"id\") { id: ID! name: String username: String @shareable birthday: Int }",
        ),
        (
            "inventory",
            "type Product @key(fields: \"upc\") {
                upc: String! weight: Int @external price: Int @external inStock: Boolean
                shippingEstimate: Int @requires(fields: \"price weight\")
             }",
        ),
        (
            "products",
            "type Query { topProducts(first: Int): [Product] }
             type Product @key(fields: \"upc\") { upc: String! name: String price: Int weight: Int }",
        ),
        (
            "reviews",
            "type Review @key(fields: \"id\") {
                id: ID! body: String product: Product author: User @provides(fields: \"username\")
             }
             type User @key(fields: \"id\") { id: ID! username: String @external reviews: [Review] }
             type Product @key(fields: \"upc\") { upc: String! reviews: [Review] }",
        ),
    ];
    let user = "id username name";
    let product = "inStock name price shippingEstimate upc weight";
    let nested = format!(
        "reviews {{ id body product {{ {product} reviews {{
            id body author {{ {user} reviews {{ id body product {{ {product} }} }} }} }} }} }}"
    );
    let top = format!(
        "reviews {{ id body author {{ {user} reviews {{ id body product {{ {product} }} }} }} }}"
    );
    Case {
        name: "users, their reviews, the products, and back".to_owned(),
        subgraphs: subgraphs.map(|(name, sdl)| (name.to_owned(), sdl.to_owned())).to_vec(),
        operation: format!("query Benchmark {{ users {{ {user} {nested} }} topProducts {{ {product} {top} }} }}"),
    }
}
