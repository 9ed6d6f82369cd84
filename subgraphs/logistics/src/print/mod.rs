//! Prints labels: what stands on one, as a PDF of A6.
//!
//! Invariants: a label takes no more than [`AT_ONCE`] threads; what is written on it is shaped and ordered as its script
//! wants it. Deliberately absent: who may have one, and where its words come from.

mod codes;
mod page;
mod settings;
mod text;

use std::path::Path;
use std::sync::Arc;

use platform_commerce::PostalAddress;
use platform_text::Country;
use tokio::sync::Semaphore;
use tokio::task::JoinError;

pub use settings::{check, printer};
pub use text::FontError;

use text::Fonts;

/// How many labels are printed at once; others wait.
const AT_ONCE: usize = 2;

/// What stands on a label.
#[derive(Debug, Clone)]
pub struct Label {
    /// Lines with name and address of the sender.
    pub sender: Vec<String>,
    pub recipient: Recipient,
    /// As people read it out.
    pub order_number: Option<String>,
    /// Which of the order's parcels it is, from 1 on.
    pub parcel: i32,
    /// Digits and capital letters of ASCII.
    pub tracking_number: String,
    /// By which anybody may follow it.
    pub link: Option<String>,
}

/// For whom a parcel is.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub name: String,
    pub company: Option<String>,
    pub lines: Vec<String>,
    /// Postal code and town.
    pub town: String,
    pub region: Option<String>,
    pub country: String,
    pub phone: Option<String>,
}

impl Recipient {
    /// Whom an address names.
    pub fn of(address: PostalAddress) -> Self {
        let town = match address.postal_code {
            Some(code) => format!("{code} {}", address.city),
            None => address.city,
        };
        // As posts want it: the name of the country, in capitals.
        let country =
            Country::parse("country", &address.country).map(|country| country.name().to_uppercase());
        Self {
            name: address.recipient,
            company: address.company,
            lines: std::iter::once(address.line1).chain(address.line2).collect(),
            town,
            region: address.region,
            country: country.unwrap_or(address.country),
            phone: address.phone,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("the number cannot be a barcode")]
    Barcode(#[source] barcoders::error::Error),
    #[error("the link cannot be a QR code")]
    QrCode(#[source] qrcode::types::QrError),
    #[error("something lies outside of every page")]
    Geometry,
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
    #[error(transparent)]
    Font(#[from] FontError),
    #[error("the printing was ended")]
    Ended(#[from] JoinError),
    #[error("nothing is printed any more")]
    Closed,
}

/// Prints labels, few at once.
pub struct Printer {
    fonts: Arc<Fonts>,
    turns: Semaphore,
}

impl Printer {
    /// With the font of a file beside the own one; `None` for the own one alone.
    pub fn new(font: Option<&Path>) -> Result<Self, FontError> {
        Ok(Self { fonts: Arc::new(Fonts::load(font)?), turns: Semaphore::new(AT_ONCE) })
    }

    /// The label as a PDF.
    pub async fn print(&self, label: Label) -> Result<Vec<u8>, PrintError> {
        let _turn = self.turns.acquire().await.map_err(|_| PrintError::Closed)?;
        let fonts = self.fonts.clone();
        tokio::task::spawn_blocking(move || page::pdf(&label, &fonts)).await?
    }
}
