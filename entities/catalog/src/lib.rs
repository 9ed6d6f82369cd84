//! The catalog's tables as sea-orm models, and the values that their columns hold. No behaviour.

pub mod attribute;
pub mod category;
pub mod collection;
pub mod collection_product;
pub mod coupon;
pub mod coupon_use;
pub mod media;
pub mod offer;
pub mod offer_price;
pub mod product;
pub mod product_attribute;
pub mod product_price;
pub mod product_translation;
pub mod reservation;
pub mod reservation_line;
pub mod reservation_return;
pub mod stock_level;
pub mod stock_movement;
pub mod tax_class;
pub mod tax_rate;
pub mod tax_zone;
pub mod tax_zone_area;
pub mod tax_zone_country;
pub mod variant;
pub mod warehouse;

mod keys;
mod values;

pub use values::{HoldStatus, LocalizedText};
