//! Pictures of products: sent, attached, ordered and removed by who may change the product.

use contracts::catalog::ProductUpdated;
use platform_identity::Scope;
use platform_testkit::pictures::{Metadata, jpeg, tells_place};
use platform_testkit::{Answer, TestClient, eventually};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, vendor};

const SHOWN: &str =
    "query ($id: ID!) { product(id: $id) { thumbnail { id } media { id url alt contentType width height }
    variants { media { id } } } }";

/// A shop with a product, and the seller of its vendor.
struct Studio {
    shop: Shop,
    made: Made,
    seller: TestClient,
}

impl Studio {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let made = shop.product("tea", "Tea", "10.00", 2).await;
        let seller = shop.seller(shop.vendor);
        Self { shop, made, seller }
    }

    /// Sends a picture for the product; the id of its upload.
    async fn send(&self, picture: Vec<u8>) -> Value {
        let ask =
            "mutation ($id: ID!) { createMediaUpload(input: { productId: $id }) { upload { id url } } }";
        let asked = self.seller.execute(ask, json!({ "id": self.made.product })).await;
        let url = self.shop.app.url(&asked.text("createMediaUpload.upload.url"));
        let sent = self.shop.app.http().put(url).body(picture).send().await.unwrap();
        assert_eq!(sent.status(), 200, "{}", sent.text().await.unwrap());
        asked.at("createMediaUpload.upload.id").clone()
    }

    async fn create(&self, client: &TestClient, upload: &Value, more: Value) -> Answer {
        let create = "mutation ($input: CreateMediaInput!) { createMedia(input: $input) { media { id } product { id } } }";
        let mut input =
            json!({ "productId": self.made.product, "uploadId": upload, "alt": alt("A tin of tea") });
        input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        client.execute(create, json!({ "input": input })).await
    }

    /// Sends and attaches a picture; its id.
    async fn attached(&self, more: Value) -> Value {
        let upload = self.send(jpeg(16, 8, &[])).await;
        self.create(&self.seller, &upload, more).await.at("createMedia.media.id").clone()
    }

    /// What buyers see of the product.
    async fn product(&self) -> Value {
        self.shop
            .app
            .as_guest()
            .execute(SHOWN, json!({ "id": self.made.product }))
            .await
            .at("product")
            .clone()
    }

    async fn ids(&self) -> Vec<Value> {
        let product = self.product().await;
        product["media"].as_array().unwrap().iter().map(|media| media["id"].clone()).collect()
    }
}

/// The field of the input that is at fault.
fn field(answer: &Answer) -> Value {
    answer.body["errors"][0]["extensions"]["field"].clone()
}

fn alt(english: &str) -> Value {
    json!([{ "language": "en", "text": english }, { "language": "ja", "text": "お茶の缶" }])
}

#[tokio::test]
async fn a_picture_is_shown_as_soon_as_it_is_attached() {
    let studio = Studio::open().await;
    let guest = studio.shop.app.as_guest();
    let list = "{ products(first: 1) { nodes { thumbnail { id } } } search(first: 1) { nodes { thumbnail { id } } } }";
    eventually(|| async { guest.execute(list, json!({})).await.at("search.nodes.0").is_object() }).await;
    assert_eq!(studio.product().await["thumbnail"], Value::Null);
    let before = studio.shop.app.published_of::<ProductUpdated>().await.len();

    let upload = studio.send(jpeg(16, 8, &[Metadata::Exif(1), Metadata::Xmp])).await;
    let created = studio.create(&studio.seller, &upload, json!({})).await;
    let id = created.at("createMedia.media.id");
    assert_eq!(created.at("createMedia.product.id"), &json!(studio.made.product));
    let shown = studio.product().await;
    let media = &shown["media"][0];
    assert_eq!((&shown["thumbnail"]["id"], &media["id"], &media["alt"]), (id, id, &json!("A tin of tea")));
    assert_eq!(
        (&media["contentType"], &media["width"], &media["height"]),
        (&json!("image/jpeg"), &json!(16), &json!(8))
    );
    assert_eq!(
        &shown["variants"][0]["media"][0]["id"], id,
        "a variant without own pictures shows the product's"
    );
    let listed = guest.execute(list, json!({})).await;
    for path in ["products", "search"] {
        assert_eq!(listed.at(&format!("{path}.nodes.0.thumbnail.id")), id);
    }
    let url = studio.shop.app.url(media["url"].as_str().unwrap());
    let read = studio.shop.app.http().get(url).send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "image/jpeg");
    assert!(!tells_place(&read.bytes().await.unwrap()));
    assert_eq!(studio.shop.app.published_of::<ProductUpdated>().await.len(), before + 1);
}

#[tokio::test]
async fn a_picture_of_a_variant_is_shown_with_it() {
    let studio = Studio::open().await;
    let (general, own) = (studio.attached(json!({})).await, json!({ "variantId": studio.made.variant }));
    let of_variant = studio.attached(own).await;
    assert_eq!(studio.product().await["variants"][0]["media"], json!([{ "id": of_variant }]));
    let update = "mutation ($input: UpdateMediaInput!) { updateMedia(input: $input) { media { alt } } }";
    let change = async |input: Value| studio.seller.execute(update, json!({ "input": input })).await;
    let changed = change(json!({ "id": of_variant, "variantId": null, "alt": alt("A lid") })).await;
    assert_eq!(changed.text("updateMedia.media.alt"), "A lid");
    assert_eq!(
        studio.product().await["variants"][0]["media"],
        json!([{ "id": general }, { "id": of_variant }])
    );
    let other = studio.shop.product("pot", "Pot", "10.00", 1).await;
    let foreign = change(json!({ "id": of_variant, "variantId": other.variant })).await;
    assert_eq!((foreign.codes(), field(&foreign)), (vec!["NOT_FOUND"], json!("variantId")));
    let upload = studio.send(jpeg(8, 8, &[])).await;
    let foreign = studio.create(&studio.seller, &upload, json!({ "variantId": other.variant })).await;
    assert_eq!(foreign.codes(), ["NOT_FOUND"]);
}

#[tokio::test]
async fn pictures_are_put_in_another_order() {
    let studio = Studio::open().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(studio.attached(json!({})).await);
    }
    assert_eq!(studio.ids().await, ids);
    let order = async |ids: &[Value]| {
        let input = json!({ "productId": studio.made.product, "mediaIds": ids });
        studio.seller.mutate("reorderMedia", input).await
    };
    ids.rotate_left(1);
    order(&ids).await.data();
    assert_eq!(studio.ids().await, ids);
    assert_eq!(studio.product().await["thumbnail"]["id"], ids[0]);
    let foreign = json!(studio.made.product);
    for wrong in [
        vec![],
        ids[..2].to_vec(),
        vec![ids[0].clone(), ids[1].clone(), ids[1].clone()],
        vec![ids[0].clone(), ids[1].clone(), foreign.clone()],
        [ids.as_slice(), &[foreign]].concat(),
    ] {
        let refused = order(&wrong).await;
        assert_eq!((refused.codes(), field(&refused)), (vec!["BAD_USER_INPUT"], json!("mediaIds")));
    }
    assert_eq!(studio.ids().await, ids);
}

#[tokio::test]
async fn a_picture_that_is_removed_has_no_file_any_more() {
    let studio = Studio::open().await;
    let (first, second) = (studio.attached(json!({})).await, studio.attached(json!({})).await);
    let shown = studio.product().await;
    let [gone, stays] = [0, 1].map(|n| studio.shop.app.url(shown["media"][n]["url"].as_str().unwrap()));
    let removed = studio.seller.mutate("removeMedia", json!({ "id": first })).await;
    removed.data();
    assert_eq!(studio.ids().await, [second]);
    let status = async |url: &String| studio.shop.app.http().get(url).send().await.unwrap().status();
    eventually(|| async { status(&gone).await == 404 }).await;
    assert_eq!(status(&stays).await, 200);
    assert_eq!(studio.seller.mutate("removeMedia", json!({ "id": first })).await.codes(), ["NOT_FOUND"]);
}

/// Check 55: who may not change the product changes none of its pictures, by whichever way.
#[tokio::test]
async fn pictures_are_changed_by_who_may_change_their_product() {
    let studio = Studio::open().await;
    let id = studio.attached(json!({})).await;
    let upload = studio.send(jpeg(8, 8, &[])).await;
    let (product, app) = (&studio.made.product, &studio.shop.app);
    let unbound = app.as_partner(app.ids().next()).with_scopes([Scope::CatalogWrite]);
    let bound = unbound.clone().with_scopes([Scope::Vendor(vendor(2))]);
    for stranger in
        [studio.shop.seller(vendor(2)), unbound, bound, app.as_user(app.ids().next()), app.as_guest()]
    {
        for (mutation, input) in [
            ("createMediaUpload", json!({ "productId": product })),
            ("createMedia", json!({ "productId": product, "uploadId": upload, "alt": alt("Mine") })),
            ("updateMedia", json!({ "id": id, "alt": alt("Mine") })),
            ("reorderMedia", json!({ "productId": product, "mediaIds": [id] })),
            ("removeMedia", json!({ "id": id })),
        ] {
            let answer = stranger.mutate(mutation, input).await;
            let refused = ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"];
            assert!(refused.iter().any(|code| answer.codes() == [*code]), "{mutation}: {}", answer.body);
        }
    }
    assert_eq!(studio.ids().await, [id]);
    // Staff may, and yet attaches no upload but its own.
    let foreign = studio.create(&studio.shop.admin(), &upload, json!({})).await;
    assert_eq!((foreign.codes(), field(&foreign)), (vec!["NOT_FOUND"], json!("uploadId")));
    let other = studio.shop.product("pot", "Pot", "10.00", 1).await;
    let elsewhere = studio.create(&studio.seller, &upload, json!({ "productId": other.product })).await;
    assert_eq!(elsewhere.codes(), ["NOT_FOUND"], "it was sent for another product");
    studio.create(&studio.seller, &upload, json!({})).await.data();
    let twice = studio.create(&studio.seller, &upload, json!({})).await;
    assert_eq!(twice.codes(), ["CONFLICT"]);
}

#[tokio::test]
async fn a_picture_has_words_for_who_cannot_see_it() {
    let studio = Studio::open().await;
    let upload = studio.send(jpeg(8, 8, &[])).await;
    for wrong in [
        json!([]),
        json!([{ "language": "ja", "text": "お茶" }]),
        json!([{ "language": "en", "text": " " }]),
        json!([{ "language": "en", "text": "two\nlines" }]),
        json!([{ "language": "en", "text": "x".repeat(101) }]),
        json!([{ "language": "en", "text": "a" }, { "language": "en", "text": "b" }]),
    ] {
        let refused = studio.create(&studio.seller, &upload, json!({ "alt": wrong })).await;
        assert_eq!((refused.codes(), field(&refused)), (vec!["BAD_USER_INPUT"], json!("alt")), "{wrong}");
    }
    let id = studio.create(&studio.seller, &upload, json!({})).await.at("createMedia.media.id").clone();
    let emptied = studio.seller.mutate("updateMedia", json!({ "id": id, "alt": null })).await;
    assert_eq!(emptied.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn a_product_has_fifty_pictures_at_most() {
    let studio = Studio::open().await;
    for _ in 0..50 {
        studio.attached(json!({})).await;
    }
    let upload = studio.send(jpeg(8, 8, &[])).await;
    let refused = studio.create(&studio.seller, &upload, json!({})).await;
    assert_eq!(refused.codes(), ["LIMIT_EXCEEDED"]);
    let first = studio.ids().await[0].clone();
    studio.seller.mutate("removeMedia", json!({ "id": first })).await.data();
    studio.create(&studio.seller, &upload, json!({})).await.data();
    assert_eq!(studio.ids().await.len(), 50);
}
