//! The rows of the demo data, worked out from each product's number alone.

use catalog_entities::attribute::{AttributeKind, AttributeOption, AttributeOptions};
use catalog_entities::offer::OfferStatus;
use catalog_entities::product::ProductStatus;
use catalog_entities::stock_movement::MovementKind;
use catalog_entities::variant::{VariantOption, VariantOptions};
use catalog_entities::{
    LocalizedText, attribute, category, media, offer, offer_price, product, product_attribute, product_price,
    product_translation, stock_level, stock_movement, variant,
};
use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::{OfferId, StockMovementId, VendorId};
use platform_files::FileName;

use super::content::{Axis, COLOURS, MATERIALS, ROOTS, SHELVES, SIZES, STYLES, Shelf, Word};
use super::{ids, pictures};
use crate::pricing::lowest_public;
use crate::product::data::list_price;

/// Everything of one product.
pub struct Rows {
    pub product: product::Model,
    pub texts: Vec<product_translation::Model>,
    pub variants: Vec<variant::Model>,
    pub offers: Vec<offer::Model>,
    pub prices: Vec<offer_price::Model>,
    pub lowest: Vec<product_price::Model>,
    pub attributes: Vec<product_attribute::Model>,
    pub media: Vec<media::Model>,
    pub pictures: Vec<String>,
    pub levels: Vec<stock_level::Model>,
    pub movements: Vec<stock_movement::Model>,
}

const GOODS: u32 = 5;
const PER_SHELF: u32 = 25;

fn at<T: Copy>(items: &[T], n: u32) -> Option<T> {
    items.get(usize::try_from(n).ok()? % items.len().max(1)).copied()
}

pub fn text((english, japanese): Word) -> LocalizedText {
    LocalizedText(
        [("en", english), ("ja", japanese)].map(|(tag, word)| (tag.to_owned(), word.to_owned())).into(),
    )
}

pub fn categories() -> Vec<category::Model> {
    let place = |n: usize| i32::try_from(n).unwrap_or_default();
    let roots = ROOTS.iter().enumerate().map(|(n, root)| category::Model {
        id: ids::category(n, None),
        parent_id: None,
        slug: root.slug.to_owned(),
        position: place(n),
        names: text(root.name),
        name_key: Some(category::name_key(None, root.name.0)),
    });
    let shelves = SHELVES.iter().enumerate().map(|(n, shelf)| category::Model {
        id: ids::category(shelf.root, Some(n)),
        parent_id: Some(ids::category(shelf.root, None)),
        slug: shelf.slug.to_owned(),
        position: place(n),
        names: text(shelf.name),
        name_key: Some(category::name_key(Some(ids::category(shelf.root, None)), shelf.name.0)),
    });
    roots.chain(shelves).collect()
}

pub fn attributes() -> Vec<attribute::Model> {
    let row = |n, code: &str, kind, names, unit: Option<&str>, options: Vec<(&str, Word)>| {
        let option =
            |(code, name): (&str, Word)| AttributeOption { code: code.to_owned(), names: text(name) };
        attribute::Model {
            id: ids::attribute(n),
            code: code.to_owned(),
            kind,
            unit: unit.map(str::to_owned),
            filterable: true,
            names: text(names),
            options: AttributeOptions(options.into_iter().map(option).collect()),
        }
    };
    let colours = COLOURS.iter().map(|(code, name, _)| (*code, *name)).collect();
    vec![
        row(0, "material", AttributeKind::Enum, ("Material", "素材"), None, MATERIALS.to_vec()),
        row(1, "colour", AttributeKind::Enum, ("Colour", "色"), None, colours),
        row(2, "handmade", AttributeKind::Boolean, ("Handmade", "手作り"), None, vec![]),
        row(3, "warranty", AttributeKind::Number, ("Warranty in years", "保証年数"), None, vec![]),
        row(4, "origin", AttributeKind::Text, ("Origin", "産地"), None, vec![]),
    ]
}

/// The `n`-th product, made a little earlier than those after it.
pub fn product(n: u32, now: DateTime<Utc>) -> Option<Rows> {
    let shelf_number = usize::try_from(n / PER_SHELF).ok()?;
    let shelf = SHELVES.get(shelf_number)?;
    let (style_number, good) = (n % PER_SHELF / GOODS, n % GOODS);
    let (good, cents) = at(&shelf.goods, good)?;
    let (style, material) = (at(&STYLES, style_number)?, at(&MATERIALS, n * 7 + style_number)?);
    let (_, _, hue) = at(&COLOURS, n * 5 + style_number)?;
    let id = ids::product(n);
    let vendor = *ids::VENDORS.get(shelf.vendor)?;
    let created_at = now - TimeDelta::minutes(i64::from(ids::PRODUCTS - n) * 90);
    let name = format!("{} {} {}", style.0, material.1.0, good.0);
    let slug = name.to_lowercase().replace(' ', "-");
    let product = product::Model {
        id,
        vendor_id: vendor,
        slug: slug.clone(),
        status: ProductStatus::Active,
        category_id: Some(ids::category(shelf.root, Some(shelf_number))),
        tax_class: shelf.tax_class.to_owned(),
        weight_grams: 120 + i64::from(n * 37 % 40) * 60,
        length_mm: Some(100 + i32::try_from(n * 13 % 30).ok()? * 10),
        width_mm: Some(80 + i32::try_from(n * 7 % 20).ok()? * 10),
        height_mm: Some(40 + i32::try_from(n * 11 % 25).ok()? * 10),
        version: 1,
        created_at,
        updated_at: created_at,
    };
    let mut rows = Rows {
        texts: texts(n, style, material.1, good, shelf),
        variants: variants(n, shelf, hue),
        offers: vec![],
        prices: vec![],
        lowest: vec![],
        attributes: values(n, style_number, material.0),
        media: vec![],
        pictures: vec![],
        levels: vec![],
        movements: vec![],
        product,
    };
    let cents = cents + i64::from(style_number) * 150;
    for v in 0..u32::try_from(rows.variants.len()).ok()? {
        let dearer = cents + i64::from(v) * 200;
        rows.offer(ids::offer(n, v), v, shelf.vendor, vendor, dearer, created_at);
    }
    if n.is_multiple_of(5) {
        let rival = (shelf.vendor + 1) % ids::VENDORS.len();
        let price = cents + if n.is_multiple_of(2) { 300 } else { -200 };
        rows.offer(ids::rival_offer(n), 0, rival, *ids::VENDORS.get(rival)?, price, created_at);
    }
    rows.lowest_prices();
    rows.draw(n, shelf, hue, &name);
    Some(rows)
}

fn texts(n: u32, style: Word, material: Word, good: Word, shelf: &Shelf) -> Vec<product_translation::Model> {
    let english = product_translation::Model {
        product_id: ids::product(n),
        language: "en".to_owned(),
        name: format!("{} {} {}", style.0, material.0, good.0),
        description: format!(
            "A {} of {}, made in small batches by people who use it themselves. Part of our {} range.",
            good.0.to_lowercase(),
            material.0.to_lowercase(),
            shelf.name.0.to_lowercase()
        ),
        seo_title: None,
        seo_description: None,
    };
    // Every third is sold under its English name in Japan too.
    let japanese = (n % 3 != 2).then(|| product_translation::Model {
        language: "ja".to_owned(),
        name: format!("{}{}の{}", style.1, material.1, good.1),
        description: format!("{}で作られた{}です。少量ずつ丁寧に仕上げています。", material.1, good.1),
        ..english.clone()
    });
    std::iter::once(english).chain(japanese).collect()
}

fn variants(n: u32, shelf: &Shelf, hue: u32) -> Vec<variant::Model> {
    let option = |name: &str, value: &str| {
        VariantOptions(vec![VariantOption { name: name.to_owned(), value: value.to_owned() }])
    };
    let options: Vec<VariantOptions> = match shelf.axis {
        Axis::None => vec![VariantOptions::default()],
        Axis::Size => SIZES.iter().map(|size| option("Size", size)).collect(),
        Axis::Colour => {
            let own = COLOURS.iter().filter(|(_, _, colour)| *colour == hue);
            let others = COLOURS.iter().filter(|(_, _, colour)| *colour != hue);
            let count = usize::try_from(2 + n % 2).unwrap_or(2);
            own.chain(others).take(count).map(|(_, name, _)| option("Colour", name.0)).collect()
        }
    };
    let row = |(v, options): (u32, VariantOptions)| {
        let sku = format!("SK-{n:04}-{v}");
        variant::Model {
            id: ids::variant(n, v),
            product_id: ids::product(n),
            position: i32::try_from(v).unwrap_or_default(),
            weight_grams: None,
            active: true,
            options_key: Some(options.key()),
            options,
            sku_key: Some(variant::sku_key(&sku)),
            sku,
        }
    };
    (0..).zip(options).map(row).collect()
}

fn values(n: u32, style: u32, material: &str) -> Vec<product_attribute::Model> {
    let value = |attribute: u128| product_attribute::Model {
        product_id: ids::product(n),
        attribute_id: ids::attribute(attribute),
        text_value: None,
        number_value: None,
        boolean_value: None,
        option_code: None,
    };
    let colour = at(&COLOURS, n * 5 + style).map(|(code, _, _)| code.to_owned());
    let origin = at(&["Kyoto", "Porto", "Lyon", "Graz", "Turku"], n * 3).map(str::to_owned);
    vec![
        product_attribute::Model { option_code: Some(material.to_owned()), ..value(0) },
        product_attribute::Model { option_code: colour, ..value(1) },
        product_attribute::Model { boolean_value: Some(n.is_multiple_of(3)), ..value(2) },
        product_attribute::Model { number_value: Some(f64::from(1 + n % 5)), ..value(3) },
        product_attribute::Model { text_value: origin, ..value(4) },
    ]
}

impl Rows {
    fn offer(
        &mut self,
        id: OfferId,
        v: u32,
        vendor_number: usize,
        vendor: VendorId,
        cents: i64,
        created_at: DateTime<Utc>,
    ) {
        let Some(variant) = usize::try_from(v).ok().and_then(|v| self.variants.get(v)) else { return };
        let seed = ids::number(id);
        self.offers.push(offer::Model {
            id,
            variant_id: variant.id,
            product_id: self.product.id,
            vendor_id: vendor,
            status: OfferStatus::Active,
            created_at,
            updated_at: created_at,
        });
        let mut price = |currency: &str, amount: i64, compare_at, group: &str, min_quantity| {
            self.prices.push(offer_price::Model {
                offer_id: id,
                currency: currency.to_owned(),
                customer_group: group.to_owned(),
                min_quantity,
                amount,
                compare_at,
            });
        };
        let reduced = (seed.is_multiple_of(6)).then_some(cents * 5 / 4);
        price("EUR", cents, reduced, "", 1);
        price("USD", cents * 11 / 10, reduced.map(|cents| cents * 11 / 10), "", 1);
        price("JPY", cents * 8 / 50 * 10, None, "", 1);
        if seed.is_multiple_of(4) {
            price("EUR", cents * 9 / 10, None, "", 10);
        }
        if seed.is_multiple_of(10) {
            price("EUR", cents * 4 / 5, None, "trade", 1);
        }
        // Where there is stock, it is in one warehouse or two.
        let pieces = if ids::is_sold_out(id) { 0 } else { 20 + i64::from(seed * 31 % 180) };
        let parts = if seed.is_multiple_of(4) {
            vec![(false, pieces), (true, pieces / 2)]
        } else {
            vec![(false, pieces)]
        };
        for (second, on_hand) in parts {
            let warehouse_id = ids::warehouse(vendor_number, second);
            self.levels.push(stock_level::Model { offer_id: id, warehouse_id, on_hand, reserved: 0 });
            // Own and rival offers count alike: the kind of the offer's id tells their movements apart.
            let (kind, number) = (id.0.as_u128() >> 32 & 0xFF, id.0.as_u128() & 0xFFFF);
            self.movements.push(stock_movement::Model {
                id: StockMovementId(ids::other(20 + kind, number * 2 + u128::from(second))),
                offer_id: id,
                warehouse_id,
                kind: MovementKind::Receipt,
                on_hand_delta: on_hand,
                reserved_delta: 0,
                reference: "opening stock".to_owned(),
                created_at,
            });
        }
    }

    fn lowest_prices(&mut self) {
        let listed = self.prices.iter().filter_map(|row| Some((row.offer_id, list_price(row.clone())?)));
        let listed: Vec<_> = listed.collect();
        let prices = listed.iter().map(|(offer, price)| (!ids::is_sold_out(*offer), price));
        for (currency, amount) in lowest_public(prices) {
            let (product_id, currency) = (self.product.id, currency.to_string());
            self.lowest.push(product_price::Model { product_id, currency, amount });
        }
    }

    fn draw(&mut self, n: u32, shelf: &Shelf, hue: u32, name: &str) {
        for view in 0..2 {
            let picture = pictures::draw(shelf.shape, hue, n, view);
            let file = FileName::of_drawing(picture.as_bytes());
            self.media.push(media::Model {
                id: ids::media(n, view),
                product_id: self.product.id,
                variant_id: None,
                position: i32::try_from(view).unwrap_or_default(),
                alt: LocalizedText([("en".to_owned(), name.to_owned())].into()),
                file: file.as_str().to_owned(),
                content_type: file.content_type().to_owned(),
                width: pictures::SIZE,
                height: pictures::SIZE,
                created_at: self.product.created_at,
            });
            self.pictures.push(picture);
        }
    }
}
