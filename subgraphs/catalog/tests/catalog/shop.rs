//! A small shop made through the API, for the tests to buy from.

use catalog::CatalogSubgraph;
use platform_commerce::CurrencyCode;
use platform_commerce::market::{Market, TaxDisplay};
use platform_core::id::{OfferId, UserId, VendorId};
use platform_identity::{Role, Scope};
use platform_testkit::{Answer, TestClient, TestSubgraph};
use serde_json::{Value, json};
use uuid::Uuid;

pub struct Shop {
    pub app: TestSubgraph<CatalogSubgraph>,
    pub vendor: VendorId,
}

/// What `Shop::product` made.
#[derive(Debug, Clone)]
pub struct Made {
    pub product: String,
    pub variant: String,
    pub offer: String,
    pub warehouse: String,
}

pub fn vendor(n: u128) -> VendorId {
    VendorId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n))
}

pub fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 + n))
}

/// An offer that does not exist.
pub fn nobodys_offer() -> OfferId {
    OfferId(Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000))
}

pub fn market(country: &str, currency: CurrencyCode, language: &str) -> Market {
    Market { country: country.into(), currency, language: language.into(), ..Market::default() }
}

pub fn market_without_tax(country: &str, currency: CurrencyCode) -> Market {
    Market { tax_display: TaxDisplay::Exclusive, ..market(country, currency, "en") }
}

/// The input of a product with a tax class, for [`Shop::product_of`].
pub fn taxed(slug: &str, tax_class: &str) -> Value {
    json!({"slug": slug, "taxClass": tax_class, "translations": [{"language": "en", "name": slug}]})
}

impl Shop {
    pub async fn open() -> Self {
        let shop = Self { app: TestSubgraph::<CatalogSubgraph>::start().await, vendor: vendor(1) };
        shop.tax_zone("eu", true, &["DE", "FR"], &[("standard", 190_000), ("reduced", 70_000)]).await;
        shop.tax_zone("us", false, &["US"], &[("standard", 88_750)]).await;
        shop.tax_zone("jp", true, &["JP"], &[("standard", 100_000)]).await;
        shop
    }

    pub fn admin(&self) -> TestClient {
        let scopes = [Scope::CatalogWrite, Scope::CatalogReadAll, Scope::StockWrite, Scope::CouponsWrite];
        self.app.as_user(user(1)).with_roles([Role::Admin]).with_scopes(scopes)
    }

    pub fn seller(&self, of: VendorId) -> TestClient {
        let scopes = [Scope::CatalogWrite, Scope::StockWrite, Scope::Vendor(of)];
        self.app.as_user(user(2)).with_roles([Role::Seller]).with_scopes(scopes)
    }

    pub fn orders(&self) -> TestClient {
        self.app.as_service("orders")
    }

    pub async fn tax_zone(&self, code: &str, inclusive: bool, countries: &[&str], rates: &[(&str, i64)]) {
        let rates: Vec<Value> = rates
            .iter()
            .map(|(class, ppm)| json!({"taxClass": class, "name": "VAT", "ratePpm": ppm}))
            .collect();
        let input = json!({
            "code": code, "name": code, "pricesIncludeTax": inclusive, "countries": countries, "rates": rates,
        });
        let mutation = "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { __typename } }";
        let set = self.admin().execute(mutation, json!({"input": input})).await;
        assert_eq!(set.text("setTaxZone.__typename"), "TaxZoneSuccess", "{code}");
    }

    pub async fn warehouse(&self, code: &str, priority: i32) -> String {
        self.warehouse_of(self.vendor, code, priority).await
    }

    pub async fn warehouse_of(&self, vendor: VendorId, code: &str, priority: i32) -> String {
        let input =
            json!({"vendorId": vendor, "code": code, "name": code, "country": "DE", "priority": priority});
        let mutation = "mutation($input: CreateWarehouseInput!) { createWarehouse(input: $input) {
            ... on WarehouseSuccess { warehouse { id } } } }";
        let made = self.admin().execute(mutation, json!({"input": input})).await;
        made.text("createWarehouse.warehouse.id").to_owned()
    }

    /// Makes a product from an input without `vendorId`.
    pub async fn bare_product(&self, mut input: Value) -> String {
        input["vendorId"] = json!(self.vendor);
        let mutation = "mutation($input: CreateProductInput!) { createProduct(input: $input) {
            ... on ProductSuccess { product { id } } } }";
        self.admin()
            .execute(mutation, json!({"input": input}))
            .await
            .text("createProduct.product.id")
            .to_owned()
    }

    pub async fn variant(&self, product: &str, sku: &str) -> String {
        let mutation = "mutation($input: CreateVariantInput!) { createVariant(input: $input) {
            ... on VariantSuccess { variant { id } } } }";
        let input = json!({"productId": product, "sku": sku});
        self.admin()
            .execute(mutation, json!({"input": input}))
            .await
            .text("createVariant.variant.id")
            .to_owned()
    }

    pub async fn offer(&self, of: VendorId, variant: &str, prices: Value) -> String {
        let mutation = "mutation($input: SetOfferInput!) { setOffer(input: $input) { offer { id } } }";
        let input = json!({"vendorId": of, "variantId": variant, "prices": prices});
        self.admin().execute(mutation, json!({"input": input})).await.text("setOffer.offer.id").to_owned()
    }

    pub async fn adjust(&self, offer: &str, warehouse: &str, delta: i64) -> Answer {
        let mutation = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) { __typename
            ... on StockAdjusted { level { onHand reserved available } }
            ... on NotEnoughStock { onHand reserved } ... on TooMuchStock { onHand most } } }";
        let input = json!({"offerId": offer, "warehouseId": warehouse, "delta": delta, "reason": "count"});
        self.admin().execute(mutation, json!({"input": input})).await
    }

    /// An active product with one variant and one offer of `euros` with `stock` pieces.
    pub async fn product(&self, slug: &str, name: &str, euros: &str, stock: i64) -> Made {
        self.product_of(
            json!({"slug": slug, "translations": [{"language": "en", "name": name}]}),
            euros,
            stock,
        )
        .await
    }

    pub async fn product_of(&self, mut input: Value, euros: &str, stock: i64) -> Made {
        let slug = input["slug"].as_str().unwrap().to_owned();
        input["status"] = json!("ACTIVE");
        let product = self.bare_product(input).await;
        let variant = self.variant(&product, &format!("SKU-{slug}")).await;
        let prices = json!([{"price": {"amount": euros, "currency": "EUR"}}]);
        let offer = self.offer(self.vendor, &variant, prices).await;
        let warehouse = self.warehouse(&format!("W-{slug}"), 0).await;
        if stock > 0 {
            self.adjust(&offer, &warehouse, stock).await.data();
        }
        Made { product, variant, offer, warehouse }
    }

    /// On hand and reserved of an offer in a warehouse; the movements must sum to them. For stock that rests.
    pub async fn level(&self, made: &Made) -> (i64, i64) {
        let query = "query($offer: ID!) { stockMovements(offerId: $offer, first: 100) {
            nodes { onHandDelta reservedDelta warehouseId } pageInfo { hasNextPage } } }";
        let answer = self.admin().execute(query, json!({"offer": made.offer})).await;
        assert!(!answer.get::<bool>("stockMovements.pageInfo.hasNextPage"), "too many movements to sum");
        let movements = answer.at("stockMovements.nodes").as_array().unwrap();
        let own = || movements.iter().filter(|movement| movement["warehouseId"] == *made.warehouse);
        let sum = |field: &str| own().map(|movement| movement[field].as_i64().unwrap()).sum::<i64>();
        let found = self.moving_level(made).await;
        assert_eq!((sum("onHandDelta"), sum("reservedDelta")), found, "movements sum to the level");
        found
    }

    /// On hand and reserved of an offer in a warehouse.
    pub async fn moving_level(&self, made: &Made) -> (i64, i64) {
        let query =
            "query($offer: ID!) { stockLevels(offerId: $offer) { onHand reserved warehouse { id } } }";
        let answer = self.admin().execute(query, json!({"offer": made.offer})).await;
        let levels = answer.at("stockLevels").as_array().unwrap();
        let level = levels.iter().find(|level| level["warehouse"]["id"] == *made.warehouse).unwrap();
        (level["onHand"].as_i64().unwrap(), level["reserved"].as_i64().unwrap())
    }
}
