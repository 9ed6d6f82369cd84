//! The postal address that an order goes to, as it was when the order was placed.

use async_graphql::{InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct PostalAddress {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub region: Option<String>,
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, InputObject)]
pub struct PostalAddressInput {
    #[graphql(validator(min_length = 1, max_length = 200))]
    pub name: String,
    #[graphql(validator(min_length = 1, max_length = 200))]
    pub line1: String,
    #[graphql(validator(max_length = 200))]
    pub line2: Option<String>,
    #[graphql(validator(min_length = 1, max_length = 100))]
    pub city: String,
    #[graphql(validator(max_length = 100))]
    pub region: Option<String>,
    #[graphql(validator(min_length = 1, max_length = 20))]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2.
    #[graphql(validator(regex = "^[A-Z]{2}$"))]
    pub country: String,
    #[graphql(validator(max_length = 40))]
    pub phone: Option<String>,
}

impl From<PostalAddressInput> for PostalAddress {
    fn from(input: PostalAddressInput) -> Self {
        Self {
            name: input.name,
            line1: input.line1,
            line2: input.line2,
            city: input.city,
            region: input.region,
            postal_code: input.postal_code,
            country: input.country,
            phone: input.phone,
        }
    }
}
