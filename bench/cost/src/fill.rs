//! A shop that is fuller than the demo: the longest texts that may be stored, and many variants with offers.
//!
//! Deliberately absent: pictures, which are uploaded, and what no subgraph has yet.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::client::Client;

/// Characters of a description: as many as the shop takes.
const DESCRIPTION: usize = 20_000;
const LANGUAGES: [&str; 4] = ["en", "de", "fr", "ja"];

const PRODUCTS: &str = "query Products($after: String) {
    products(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id name vendor { id } variants { options { name } } }
    }
}";
const UPDATE: &str =
    "mutation Fill($input: UpdateProductInput!) { updateProduct(input: $input) { __typename } }";
const VARIANT: &str = "mutation Fill($input: CreateVariantInput!) {
    createVariant(input: $input) { ... on VariantSuccess { variant { id } } }
}";
const OFFER: &str = "mutation Fill($input: SetOfferInput!) { setOffer(input: $input) { __typename } }";

/// Gives each product long texts in several languages, and `variants` more variants, each offered by `offers` vendors.
pub async fn fill(client: &Client, variants: usize, offers: usize) -> Result<usize> {
    let admin = client.log_in().await?;
    let products = products(client).await?;
    let mut vendors: Vec<&Value> = products.iter().filter_map(|each| each.pointer("/vendor/id")).collect();
    vendors.sort_by_key(|id| id.to_string());
    vendors.dedup();
    let description = "long words of praise ".chars().cycle().take(DESCRIPTION).collect::<String>();
    for product in &products {
        let (id, name) = (at(product, "/id"), at(product, "/name"));
        let texts: Vec<Value> = LANGUAGES
            .iter()
            .map(|language| json!({ "language": language, "name": name, "description": description }))
            .collect();
        let input = json!({ "input": { "id": id, "translations": texts } });
        client.ask_as(Some(&admin), UPDATE, input).await.with_context(|| format!("texts of {id}"))?;
        let option = product.pointer("/variants/0/options/0/name").cloned().unwrap_or(json!("Kind"));
        for number in 0..variants {
            let sku = format!("FILL-{}-{number}", id.as_str().unwrap_or_default());
            let options = json!([{ "name": option, "value": format!("filled {number}") }]);
            let input = json!({ "input": { "productId": id, "sku": sku, "options": options } });
            let made = client.ask_as(Some(&admin), VARIANT, input).await?;
            let Some(variant) = made.pointer("/createVariant/variant/id") else { continue };
            for vendor in vendors.iter().take(offers) {
                let price = json!({ "price": { "amount": "10.00", "currency": "EUR" } });
                let input =
                    json!({ "input": { "variantId": variant, "vendorId": vendor, "prices": [price] } });
                client.ask_as(Some(&admin), OFFER, input).await.context("an offer")?;
            }
        }
    }
    Ok(products.len())
}

async fn products(client: &Client) -> Result<Vec<Value>> {
    let mut products = Vec::new();
    let mut after = Value::Null;
    loop {
        let data = client.ask(PRODUCTS, json!({ "after": after })).await?;
        products.extend(at(&data, "/products/nodes").as_array().context("products")?.iter().cloned());
        if at(&data, "/products/pageInfo/hasNextPage") != true {
            return Ok(products);
        }
        after = at(&data, "/products/pageInfo/endCursor").clone();
    }
}

/// The value at a JSON pointer, or null.
fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}
