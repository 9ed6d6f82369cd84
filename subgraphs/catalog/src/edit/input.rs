//! Inputs of the product mutations.

use async_graphql::{InputObject, MaybeUndefined};
use catalog_entities::offer::OfferStatus;
use catalog_entities::product::ProductStatus;
use platform_commerce::money::{Decimal, MoneyInput};
use platform_core::id::{CategoryId, ProductId, VariantId, VendorId};

/// Texts in one language.
#[derive(Debug, Clone, InputObject)]
pub struct TranslationInput {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// One line of at most 200 characters.
    pub name: String,
    /// Text or HTML of at most 20000 characters, as sent and as stored; what is more than formatting is taken out.
    #[graphql(default)]
    pub description: String,
    /// Title for search engines, one line of at most 500 characters; the name unless given.
    pub seo_title: Option<String>,
    /// Description for search engines, one line of at most 500 characters; the words of `description` unless given.
    pub seo_description: Option<String>,
}

/// A value of an attribute: exactly the field of its kind.
#[derive(Debug, Clone, InputObject)]
pub struct AttributeValueInput {
    /// Code of the attribute.
    pub code: String,
    /// For a TEXT attribute: one line of at most 200 characters.
    pub text: Option<String>,
    /// For a NUMBER attribute, in its unit.
    pub number: Option<f64>,
    /// For a BOOLEAN attribute.
    pub boolean: Option<bool>,
    /// For an ENUM attribute: the code of one of its options.
    pub option: Option<String>,
}

/// A product to make, as yet without variants.
#[derive(Debug, Clone, InputObject)]
pub struct CreateProductInput {
    /// The vendor that makes the product.
    pub vendor_id: VendorId,
    /// Name in web addresses, unique among products: 1 to 100 lower-case letters, digits and hyphens.
    pub slug: String,
    /// The category that lists it; none unless given.
    pub category_id: Option<CategoryId>,
    /// Its kind of goods, by which tax zones tax it, such as `reduced`. A new shop has none: `setTaxZone` makes those that its
    /// rates name.
    #[graphql(default_with = "\"standard\".to_owned()")]
    pub tax_class: String,
    /// DRAFT or ACTIVE.
    #[graphql(default_with = "ProductStatus::Draft")]
    pub status: ProductStatus,
    /// One for each language, English among them; at most 30.
    pub translations: Vec<TranslationInput>,
    /// One value for each attribute that it has; at most 100.
    #[graphql(default)]
    pub attributes: Vec<AttributeValueInput>,
    /// Weight of one piece for shipping, in grams; not negative.
    #[graphql(default)]
    pub weight_grams: i64,
    /// In millimetres, not negative; unknown unless given.
    pub length_mm: Option<i32>,
    /// In millimetres, not negative; unknown unless given.
    pub width_mm: Option<i32>,
    /// In millimetres, not negative; unknown unless given.
    pub height_mm: Option<i32>,
}

/// A change of a product. What is absent stays as it is; `translations` and `attributes` replace all there were.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateProductInput {
    /// The product to change.
    pub id: ProductId,
    /// Name in web addresses, as in `CreateProductInput`; its old one finds nothing any more.
    pub slug: MaybeUndefined<String>,
    /// The category that lists it; null for none.
    pub category_id: MaybeUndefined<CategoryId>,
    /// Its kind of goods, by which tax zones tax it, such as `reduced`: one that a rate of `setTaxZone` has named.
    pub tax_class: MaybeUndefined<String>,
    /// DRAFT hides it, ACTIVE shows it. ARCHIVED takes it off sale for good: the product gets no other status after it.
    pub status: MaybeUndefined<ProductStatus>,
    /// One for each language, English among them; at most 30.
    pub translations: MaybeUndefined<Vec<TranslationInput>>,
    /// One value for each attribute that it has; at most 100. Empty for a product without any.
    pub attributes: MaybeUndefined<Vec<AttributeValueInput>>,
    /// Weight of one piece for shipping, in grams; not negative.
    pub weight_grams: MaybeUndefined<i64>,
    /// In millimetres, not negative; null if it is not known any more.
    pub length_mm: MaybeUndefined<i32>,
    /// In millimetres, not negative; null if it is not known any more.
    pub width_mm: MaybeUndefined<i32>,
    /// In millimetres, not negative; null if it is not known any more.
    pub height_mm: MaybeUndefined<i32>,
}

impl UpdateProductInput {
    /// A change of nothing but the status.
    pub fn of_status(id: ProductId, status: ProductStatus) -> Self {
        Self {
            id,
            status: MaybeUndefined::Value(status),
            slug: MaybeUndefined::Undefined,
            category_id: MaybeUndefined::Undefined,
            tax_class: MaybeUndefined::Undefined,
            translations: MaybeUndefined::Undefined,
            attributes: MaybeUndefined::Undefined,
            weight_grams: MaybeUndefined::Undefined,
            length_mm: MaybeUndefined::Undefined,
            width_mm: MaybeUndefined::Undefined,
            height_mm: MaybeUndefined::Undefined,
        }
    }
}

/// One choice that makes a variant, such as Size: M.
#[derive(Debug, Clone, InputObject)]
pub struct VariantOptionInput {
    /// What is chosen, such as `Size`: one line of at most 100 characters, once in a variant.
    pub name: String,
    /// The choice, such as `M`: one line of at most 100 characters.
    pub value: String,
}

/// A variant to add to a product, on sale at once. A product has at most 200.
#[derive(Debug, Clone, InputObject)]
pub struct CreateVariantInput {
    /// The product that it is a form of.
    pub product_id: ProductId,
    /// Stock-keeping unit, unique in the shop however it is written: 1 to 64 characters without spaces.
    pub sku: String,
    /// The choices that tell it from the product's other variants, at most 5, in the order of its name.
    #[graphql(default)]
    pub options: Vec<VariantOptionInput>,
    /// Weight of one piece in grams, where it differs from the product's; not negative.
    pub weight_grams: Option<i64>,
    /// Its place among the variants; the last unless given.
    pub position: Option<i32>,
}

/// A change of a variant. What is absent stays as it is.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateVariantInput {
    /// The variant to change.
    pub id: VariantId,
    /// Stock-keeping unit, as in `CreateVariantInput`.
    pub sku: MaybeUndefined<String>,
    /// Its choices, in place of all there were; as in `CreateVariantInput`. Empty for the only form of a product.
    pub options: MaybeUndefined<Vec<VariantOptionInput>>,
    /// Weight of one piece in grams, not negative; null where it is the product's.
    pub weight_grams: MaybeUndefined<i64>,
    /// Its place among the variants, the lowest first.
    pub position: MaybeUndefined<i32>,
    /// False takes it off sale.
    pub active: MaybeUndefined<bool>,
}

/// The price of one piece. Of all prices that a buyer and a quantity reach, the lowest counts.
#[derive(Debug, Clone, InputObject)]
pub struct PriceInput {
    /// Not negative, at most 100000000000 of the currency's smallest unit. With tax or without as prices in the
    /// currency's own country are written, or else in the shop's home country.
    pub price: MoneyInput,
    /// A former or recommended price to show beside it, in the same currency and not lower.
    pub compare_at: Option<Decimal>,
    /// For this group of customers only.
    pub customer_group: Option<String>,
    /// From how many pieces on, at least 1.
    #[graphql(default = 1)]
    pub min_quantity: i32,
}

/// A vendor's offer of a variant, to make or to put in the place of the one there is, with all its prices.
#[derive(Debug, Clone, InputObject)]
pub struct SetOfferInput {
    /// The variant that is offered; that of another vendor's product once the product is ACTIVE.
    pub variant_id: VariantId,
    /// Who offers it.
    pub vendor_id: VendorId,
    /// Whether it can be bought.
    #[graphql(default_with = "OfferStatus::Active")]
    pub status: OfferStatus,
    /// Each currency, customer group and quantity once, at most 200. In a currency without a price it is not sold.
    pub prices: Vec<PriceInput>,
}
