//! A small shop split over five subgraphs, and a library over four that use the rest of Federation's directives. All of them read the same data; the schemas decide who knows what. A
//! representation with a wrong value finds no entity, so what @requires brings is checked too.

use serde_json::{Value, json};

const PRODUCTS: &str = r#"
    type Query { products: [Product] product(id: ID!): Product node: Node nodes: [Node!]! top: [Top] }
    interface Node { id: ID! }
    union Top = Product | Seller | Bundle
    type Product implements Node @key(fields: "id") @key(fields: "sku") {
        id: ID! sku: String name: String! price(currency: String): Int weight: Int size: Size
        seller: Seller related: [Product!] kind: Kind media: [Media]
    }
    enum Kind { PLAIN FANCY }
    type Size { w: Int h: Int unit: String @shareable }
    type Bundle implements Node @key(fields: "id") { id: ID! items: [[Product]] label: String }
    type Seller implements Node @key(fields: "id") { id: ID! }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
"#;

const SELLERS: &str = r#"
    type Query { sellers: [Seller!] best: Seller }
    type Seller @key(fields: "id") { id: ID! name: String email: String products: [Product] home: Home }
    type Product @key(fields: "sku") { sku: String stock: Int! warehouse: String }
    type Home { city: String seller: Seller unit: String @shareable }
"#;

const REVIEWS: &str = r#"
    type Query { review: Review }
    type Product @key(fields: "id") {
        id: ID! reviews(first: Int): [Review!] score: Int
        weight: Int @external size: Size @external
        fee: String @requires(fields: "weight size { w h }")
    }
    type Size { w: Int @external h: Int @external unit: String @shareable }
    type Review { stars: Int! text: String product: Product author: Author }
    union Author = Seller | Guest
    type Guest { name: String nick: String! }
    type Seller @key(fields: "id") { id: ID! reviews: [Review] }
    type Bundle @key(fields: "id") { id: ID! verdict: String }
"#;

const RATINGS: &str = r#"
    type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int! comments: [String] }
    type Film @key(fields: "id") @shareable { id: ID! @shareable }
    type Book @key(fields: "id") { id: ID! @shareable author: String }
"#;

pub fn subgraphs() -> Vec<(&'static str, &'static str, Value)> {
    // An interface object and its implementations cannot stand in one subgraph.
    let (ratings, books) = RATINGS.split_once("type Film").unwrap();
    let books = books.split_once("type Book").unwrap().1;
    let books: &'static str =
        Box::leak(format!("type Book{books}").replace("@shareable", "").into_boxed_str());
    vec![
        ("products", PRODUCTS, data()),
        ("sellers", SELLERS, data()),
        ("reviews", REVIEWS, data()),
        ("ratings", ratings, data()),
        ("books", books, data()),
    ]
}

fn of(reference: &str) -> Value {
    json!({ "$of": reference })
}

pub fn data() -> Value {
    let product = |id: &str, name: Value, seller: Value, extra: Value| {
        let mut product = json!({
            "__typename": "Product", "id": id, "sku": format!("sku-{id}"), "name": name, "price": 1,
            "price(EUR)": 500, "price(JPY)": 80_000, "weight": 10, "size": { "w": 1, "h": 2, "unit": "cm" },
            "seller": seller, "kind": "PLAIN", "stock": 3, "warehouse": "north", "score": 4, "fee": "fee",
            "related": [of("Product:p1"), of("Product:p2")], "media": [of("Book:b1"), of("Film:f1")],
            "reviews": [
                { "__typename": "Review", "stars": 5, "text": "good", "product": of("Product:p1"), "author": of("Seller:s1") },
                { "__typename": "Review", "stars": 1, "text": null, "product": of("Product:p2"),
                  "author": { "__typename": "Guest", "name": "G", "nick": "g" } },
            ],
            "reviews(1)": [{ "__typename": "Review", "stars": 5, "text": "good", "author": null }],
        });
        let (Value::Object(product), Value::Object(extra)) = (&mut product, extra) else { panic!("objects") };
        product.extend(extra);
        Value::Object(std::mem::take(product))
    };
    json!({
        "Query": {
            "products": [of("Product:p1"), of("Product:p2"), null, of("Product:p3"), of("Product:p1")],
            "product": of("Product:p1"), "product(p2)": of("Product:p2"), "product(none)": null,
            "node": of("Seller:s1"),
            "nodes": [of("Product:p1"), of("Seller:s2"), of("Bundle:u1"), of("Product:p3")],
            "top": [of("Seller:s1"), of("Product:p2"), null, of("Bundle:u1"), of("Seller:s1")],
            "sellers": [of("Seller:s1"), of("Seller:s2")], "best": of("Seller:s2"),
            "review": { "stars": 3, "text": "so so", "product": of("Product:p3"), "author": of("Seller:s2") },
        },
        "entities": [
            product("p1", json!("Cup"), of("Seller:s1"), json!({})),
            product("p2", json!("Pot"), of("Seller:s2"), json!({
                "reviews": [], "related": null, "kind": null, "stock": 0, "media": [null, of("Film:f1"), of("Book:b2")],
                "warehouse": { "$error": "no warehouse" },
            })),
            product("p3", json!("Pan"), Value::Null, json!({
                "related": [of("Product:p3")], "kind": "FANCY", "size": null, "media": [], "weight": null,
                "score": { "$error": "no score" },
            })),
            { "__typename": "Seller", "id": "s1", "name": "Ann", "email": "a@x", "home": null,
              "products": [of("Product:p1"), null, of("Product:p3")],
              "reviews": [{ "stars": 2, "text": "late", "product": null, "author": null }, null] },
            { "__typename": "Seller", "id": "s2", "name": null, "email": { "$error": "no email" },
              "products": [], "reviews": null, "home": { "city": "Lima", "unit": "km", "seller": of("Seller:s2") } },
            { "__typename": "Bundle", "id": "u1", "label": "All", "verdict": "fine",
              "items": [[of("Product:p1"), null], [], null, [of("Product:p2"), of("Product:p1")]] },
            { "__typename": "Book", "id": "b1", "title": "B1", "pages": 10, "author": "X", "rating": 5, "comments": ["a", null] },
            { "__typename": "Book", "id": "b2", "title": null, "pages": null, "author": null, "rating": 4, "comments": [] },
            { "__typename": "Film", "id": "f1", "title": "F1", "minutes": 90, "rating": 3, "comments": null },
            { "__typename": "Media", "id": "b1", "rating": 5, "comments": ["a", null] },
            { "__typename": "Media", "id": "b2", "rating": 4, "comments": [] },
            { "__typename": "Media", "id": "f1", "rating": 3, "comments": null },
        ],
    })
}

const CATALOG: &str = r#"
    type Query { books: [Book!] shelf: Shelf items: [Item] owned: [Owned] }
    type Book @key(fields: "isbn") @key(fields: "author { id }") {
        isbn: ID! title: String @shareable author: Author! lang: Lang @inaccessible pages: Int facts: Facts state: State
        copies: [Copy] moved: String
    }
    enum Lang { EN JA }
    enum State { NEW OLD LOST @inaccessible }
    scalar Facts
    type Author @key(fields: "id") { id: ID! name: String @shareable }
    type Copy @key(fields: "no library { id }") { no: Int! library: Library! worn: Boolean }
    type Library @key(fields: "id") { id: ID! city: String @shareable }
    type Shelf @key(fields: "id") { id: ID! books: [Book] query: Query top: Item }
    union Item = Book | Copy | Shelf
    interface Owned { owner: Author }
    type Map implements Owned @key(fields: "id") { id: ID! owner: Author scale: Int }
    type Globe implements Owned @key(fields: "id") { id: ID! owner: Author radius: Int }
    type Relic implements Owned @key(fields: "id") @inaccessible { id: ID! owner: Author }
"#;

const AUTHORS: &str = r#"
    type Query { authors: [Author] }
    type Author @key(fields: "id") { id: ID! name: String @shareable born: Int rival: Author best: Book @provides(fields: "title") }
    type Book @key(fields: "isbn") { isbn: ID! title: String @external sequel: Book }
    interface Owned { owner: Author }
    type Map implements Owned @key(fields: "id") { id: ID! owner: Author @external year: Int drawn: String @requires(fields: "owner { id }") }
"#;

const LOANS: &str = r#"
    type Query { loans: [Loan] }
    type Loan { copy: Copy at: Library @provides(fields: "city") due: String }
    type Library @key(fields: "id") { id: ID! city: String @external open: Boolean }
    type Copy @key(fields: "no library { id }") { no: Int! library: Library! loaned: Boolean! loan: Loan }
    type Book @key(fields: "isbn") {
        isbn: ID! pages: Int @external weight: Int @requires(fields: "pages") moved: String @override(from: "catalog")
    }
"#;

const POST: &str = r#"
    type Book @key(fields: "isbn") {
        isbn: ID! weight: Int @external author: Author! @external
        postage: String @requires(fields: "weight author { id born }")
    }
    type Author @key(fields: "id") { id: ID! born: Int @external }
    type Shelf @key(fields: "id") { id: ID! label: String sorted: [Book] }
"#;

pub fn library_subgraphs() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("catalog", CATALOG, library()),
        ("authors", AUTHORS, library()),
        ("loans", LOANS, library()),
        ("post", POST, library()),
    ]
}

pub fn library() -> Value {
    let book = |isbn: &str, author: &str, pages: Value, state: &str| {
        json!({
            "__typename": "Book", "id": isbn, "isbn": isbn, "title": format!("Title {isbn}"), "author": of(author),
            "lang": "EN", "pages": pages, "facts": { "z": [1, { "id": null }], "a": "b" }, "state": state,
            "copies": [of("Copy:c1"), null, of("Copy:c2")], "moved": "by loans", "weight": 7, "postage": "paid",
            "sequel": of("Book:b2"),
        })
    };
    json!({
        "Query": {
            "books": [of("Book:b1"), of("Book:b2"), of("Book:b3")], "shelf": of("Shelf:s"),
            "items": [of("Copy:c1"), of("Book:b3"), null, of("Shelf:s"), of("Copy:c1")],
            "owned": [of("Map:m1"), of("Globe:g1"), of("Relic:r1"), of("Map:m2")],
            "authors": [of("Author:a1"), of("Author:a2"), null],
            "loans": [
                { "copy": of("Copy:c2"), "at": of("Library:l1"), "due": "now" },
                { "copy": null, "at": of("Library:l2"), "due": null },
            ],
        },
        "entities": [
            book("b1", "Author:a1", json!(10), "NEW"),
            book("b2", "Author:a2", Value::Null, "LOST"),
            book("b3", "Author:a3", json!(30), "OLD"),
            { "__typename": "Author", "id": "a1", "name": "Ada", "born": 1815, "rival": of("Author:a2"), "best": of("Book:b1") },
            { "__typename": "Author", "id": "a2", "name": null, "born": null, "rival": null, "best": of("Book:b3") },
            { "__typename": "Author", "id": "a3", "name": "Cy", "born": 1900, "rival": of("Author:a3"), "best": null },
            { "__typename": "Copy", "id": "c1", "no": 1, "library": of("Library:l1"), "worn": true, "loaned": false, "loan": null },
            { "__typename": "Copy", "id": "c2", "no": 1, "library": of("Library:l2"), "worn": null, "loaned": true,
              "loan": { "due": "soon", "copy": of("Copy:c2"), "at": of("Library:l1") } },
            { "__typename": "Library", "id": "l1", "city": "Oslo", "open": true },
            { "__typename": "Library", "id": "l2", "city": null, "open": { "$error": "nobody answers" } },
            { "__typename": "Shelf", "id": "s", "books": [of("Book:b3"), null], "query": {}, "top": of("Copy:c2"),
              "label": "S", "sorted": [of("Book:b2"), of("Book:b1")] },
            { "__typename": "Map", "id": "m1", "owner": of("Author:a1"), "scale": 5, "year": 1700, "drawn": "yes" },
            { "__typename": "Map", "id": "m2", "owner": null, "scale": 6, "year": null, "drawn": "no" },
            { "__typename": "Globe", "id": "g1", "owner": of("Author:a2"), "radius": 1 },
            { "__typename": "Relic", "id": "r1", "owner": of("Author:a1") },
        ],
    })
}
