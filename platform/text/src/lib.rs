//! What people write, under one rule: lines, paragraphs and formatted text, email addresses, countries and their parts, telephone
//! numbers, postal addresses, VAT ids, addresses on the web, what machines write; and the numbers of cards, which none of
//! them may be.
//!
//! Invariants: what is accepted is in Unicode's form NFC and without control characters, so that the same text is the
//! same bytes and every database takes it; lengths are characters; a refusal is one sentence that names the field.
//! Deliberately absent: languages, and any IO.

mod card;
mod country;
mod email;
mod error;
mod html;
mod line;
mod phone;
mod postal;
mod postal_code;
mod subdivision;
mod token;
mod url;
mod vat_id;

pub use card::has_card_number;
pub use country::Country;
pub use email::Email;
pub use error::TextError;
pub use html::{html, sanitised, words_of_html};
pub use line::{find_control, fold, line, nfc, optional_line, paragraphs};
pub use phone::phone;
pub use postal::{PostalAddress, PostalDraft};
pub use subdivision::{has_subdivisions, part_of, subdivision};
pub use token::token;
pub use url::https_url;
pub use vat_id::VatId;
