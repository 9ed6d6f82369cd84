//! Names of GraphQL as Rust writes them.

/// `expiresAt` → `expires_at`.
pub fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && after_small {
            snake.push('_');
        }
        after_small = !letter.is_ascii_uppercase();
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// The name of a field or variable: no keyword.
pub fn field(name: &str) -> String {
    let name = snake(name);
    let keywords = ["as", "for", "in", "loop", "match", "mod", "move", "ref", "type", "use", "where"];
    if keywords.contains(&name.as_str()) { format!("r#{name}") } else { name }
}

/// `NOT_FOR_SALE` → `NotForSale`.
pub fn variant(value: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect::<String>()
    };
    value.split('_').map(word).collect()
}

/// Which kind of id a field of type `ID` holds: `offerId` and `offerIds` are of offers, the `id` of an `Offer` too.
pub fn kind_of_id(owner: &str, field: &str) -> Option<String> {
    let named = |stem: &str| {
        let mut letters = stem.chars();
        let first = letters.next()?.to_ascii_uppercase();
        Some(format!("{first}{}Id", letters.as_str()))
    };
    match field {
        "id" => Some(format!("{owner}Id")),
        _ => field.strip_suffix("Ids").or_else(|| field.strip_suffix("Id")).and_then(named),
    }
}
