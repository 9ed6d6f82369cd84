//! A seller sends a picture from a phone, and buyers see it: without where it was taken.

use platform_testkit::pictures::{Metadata, jpeg, jpeg_of_bytes, tells_place};
use serde_json::{Value, json};

use super::paid::PASSWORD;
use crate::support::{Client, Installation, Shape};

const PRODUCTS: &str = "{ products(first: 40) { nodes { id variants { id } bestOffer { vendor { id } } } } }";
const MEDIA: &str =
    "query ($id: ID!) { product(id: $id) { thumbnail { url alt } media { id url width height } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_changes_a_products_pictures_in_one_process() {
    change(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_changes_a_products_pictures_with_every_part_in_a_process_of_its_own() {
    change(Shape::Apart).await;
}

async fn change(shape: Shape) {
    let mut shop = Installation::start(shape).await;
    let anyone = shop.client();
    let seller = anyone.log_in("seller@demo.souk.example", PASSWORD).await;
    let (product, asked) = own_product(&anyone, &seller).await;

    // Larger than any other body that the router takes.
    let photo = jpeg_of_bytes(3 << 20);
    let sent = send(&seller, &asked, photo).await;
    assert_eq!(sent["width"], 8, "{sent:#}");
    let again = send(&seller, &asked, jpeg(8, 8, &[])).await;
    assert_eq!(again["errors"][0]["extensions"]["reason"], "SENT_ALREADY", "{again:#}");

    let upload = ask(&seller, &product).await;
    let page = send(&seller, &upload, b"<svg onload='alert(1)'/>".to_vec()).await;
    assert_eq!(page["errors"][0]["extensions"]["reason"], "OTHER_KIND", "{page:#}");
    let huge = seller.http().put(seller.url(upload["url"].as_str().unwrap())).body(vec![0; (10 << 20) + 1]);
    assert_eq!(huge.send().await.unwrap().status(), 413);
    let photo = jpeg(32, 16, &[Metadata::Exif(6), Metadata::Xmp, Metadata::Comment]);
    assert!(tells_place(&photo));
    assert_eq!(send(&seller, &upload, photo).await["width"], 16, "it is shown upright");
    kill_catalog(&mut shop).await;
    let create = "mutation ($input: CreateMediaInput!) { createMedia(input: $input) { media { id } product { media { id } } } }";
    let alt = json!([{ "language": "en", "text": "As it came from the kiln" }]);
    let input = json!({ "productId": product, "uploadId": upload["id"], "alt": alt });
    let created = seller.execute(create, json!({ "input": input })).await.data()["createMedia"].clone();
    let mut ids: Vec<Value> =
        created["product"]["media"].as_array().unwrap().iter().map(|media| media["id"].clone()).collect();
    assert_eq!(ids.last(), Some(&created["media"]["id"]));
    ids.rotate_right(1);
    let reorder = "mutation ($input: ReorderMediaInput!) { reorderMedia(input: $input) { product { id } } }";
    let input = json!({ "productId": product, "mediaIds": ids });
    seller.execute(reorder, json!({ "input": input })).await.data();

    let shown = anyone.execute(MEDIA, json!({ "id": product })).await.data()["product"].clone();
    assert_eq!(shown["thumbnail"]["alt"], "As it came from the kiln");
    assert_eq!((&shown["media"][0]["width"], &shown["media"][0]["height"]), (&json!(16), &json!(32)));
    let url = anyone.url(shown["thumbnail"]["url"].as_str().unwrap());
    let read = anyone.http().get(&url).send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "image/jpeg");
    assert!(!tells_place(&read.bytes().await.unwrap()));

    let remove = "mutation ($id: ID!) { removeMedia(input: { id: $id }) { product { media { id } } } }";
    seller.execute(remove, json!({ "id": created["media"]["id"] })).await.data();
    crate::support::eventually("the file is gone", || async {
        (anyone.http().get(&url).send().await.unwrap().status() == 404).then_some(())
    })
    .await;
}

/// The process that serves the catalog dies between the file and what it is attached to, and comes again.
async fn kill_catalog(shop: &mut Installation) {
    let (name, arguments) = match shop.shape {
        Shape::Whole => ("router", vec!["serve"]),
        Shape::Apart => ("catalog", vec!["serve", "catalog"]),
    };
    shop.processes.get_mut(name).unwrap().kill().await;
    shop.start_process(name, &arguments, None).await;
}

/// A product that the seller may change, and an upload for it.
async fn own_product(anyone: &Client, seller: &Client) -> (Value, Value) {
    let found = anyone.execute(PRODUCTS, json!({})).await;
    for node in found.data()["products"]["nodes"].as_array().unwrap() {
        let ask = seller.execute(ASK, json!({ "id": node["id"] })).await;
        if ask.codes().is_empty() {
            return (node["id"].clone(), ask.data()["createMediaUpload"]["upload"].clone());
        }
    }
    panic!("the demo's seller sells nothing");
}

const ASK: &str =
    "mutation ($id: ID!) { createMediaUpload(input: { productId: $id }) { upload { id url method } } }";

async fn ask(seller: &Client, product: &Value) -> Value {
    seller.execute(ASK, json!({ "id": product })).await.data()["createMediaUpload"]["upload"].clone()
}

/// Sends a file to an upload; what is answered.
async fn send(client: &Client, upload: &Value, file: Vec<u8>) -> Value {
    let url = client.url(upload["url"].as_str().unwrap());
    client.http().put(url).body(file).send().await.unwrap().json().await.unwrap()
}
