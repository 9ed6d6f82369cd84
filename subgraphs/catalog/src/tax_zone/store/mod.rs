//! Queries of tax zones, of what they cover, and of their rates.

mod read;
mod write;

pub use read::{
    AreasOfZone, CountriesOfZone, RatesOfZone, areas, classes_page, find_zone, without_places, zones_page,
};
pub use write::{Area, delete_zone, forget_area, id_of_zone, replace_places, replace_rates, replace_zone};
