//! How things of the catalog are named: slugs in web addresses, codes for filters, and texts in several languages.
//!
//! Owns what every feature asks of a name, and which of several languages is read. What a feature asks beyond it (that a
//! slug is free, how long a description may be) is the feature's own.

use std::collections::BTreeMap;

use async_graphql::{Context, InputObject, Result, SimpleObject};
use catalog_entities::LocalizedText;
use platform_commerce::Market;
use platform_core::page::{Page, PageError};
use platform_core::{ApiError, ErrorCode};
use platform_server::caller;
use platform_text::{TextError, line};

/// Language of the texts that everything with texts has.
pub const DEFAULT_LANGUAGE: &str = "en";
/// The most characters of a name in one language.
pub const MAX_NAME: usize = 100;
const MAX_SLUG: usize = 100;
const MAX_LANGUAGES: usize = 30;

#[derive(Debug, thiserror::Error)]
pub enum NameError {
    #[error("a slug consists of 1 to {MAX_SLUG} lower-case letters, digits and hyphens")]
    InvalidSlug,
    /// By the field of the input.
    #[error("`{0}` consists of 1 to 40 lower-case letters, digits, hyphens and underscores")]
    InvalidCode(&'static str),
    /// By the field of the input.
    #[error(
        "give each language once, at most {MAX_LANGUAGES}, {DEFAULT_LANGUAGE} among them, each by its tag"
    )]
    InvalidLanguages(&'static str),
    #[error(transparent)]
    Text(#[from] TextError),
}

impl ApiError for NameError {
    fn code(&self) -> ErrorCode {
        ErrorCode::BadUserInput
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::InvalidSlug => "slug",
            Self::InvalidCode(field) => field,
            Self::InvalidLanguages(field) => field,
            Self::Text(error) => error.field(),
        })
    }
}

platform_core::api_error!(NameError);

/// A text in one language.
#[derive(Debug, InputObject)]
pub struct LocalizedTextInput {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// One line of at most 100 characters.
    pub text: String,
}

/// A text in one language.
#[derive(Debug, SimpleObject)]
#[graphql(name = "LocalizedText")]
pub struct Translation {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// The text in it.
    pub text: String,
}

/// A text in all its languages, by their tags.
pub fn translations(text: &LocalizedText) -> Vec<Translation> {
    let translation =
        |(language, text): (&String, &String)| Translation { language: language.clone(), text: text.clone() };
    text.0.iter().map(translation).collect()
}

/// Names, and other lines, as they are stored; `field` of the input gives them.
pub fn localized_text(
    field: &'static str,
    texts: Vec<LocalizedTextInput>,
) -> Result<LocalizedText, NameError> {
    let count = texts.len();
    let named = |text: LocalizedTextInput| Ok((text.language, line(field, &text.text, MAX_NAME)?));
    let map = texts.into_iter().map(named).collect::<Result<BTreeMap<String, String>, TextError>>()?;
    let tags = map.keys().all(|language| is_language_tag(language));
    if map.len() != count || count > MAX_LANGUAGES || !map.contains_key(DEFAULT_LANGUAGE) || !tags {
        return Err(NameError::InvalidLanguages(field));
    }
    Ok(LocalizedText(map))
}

/// Whether a text has the form of a BCP 47 primary tag.
pub fn is_language_tag(text: &str) -> bool {
    (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

pub fn check_slug(slug: &str) -> Result<(), NameError> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=MAX_SLUG).contains(&slug.len()) && slug.bytes().all(allowed) {
        Ok(())
    } else {
        Err(NameError::InvalidSlug)
    }
}

pub fn check_code(field: &'static str, code: &str) -> Result<(), NameError> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if (1..=40).contains(&code.len()) && code.bytes().all(allowed) {
        Ok(())
    } else {
        Err(NameError::InvalidCode(field))
    }
}

/// A page of a list that is in the order of codes. What is no code is no cursor of such a list, and never asked for.
pub fn page_by_code(first: Option<i32>, after: Option<&str>) -> Result<Page<String>, PageError> {
    let page = Page::<String>::parse(first, after)?;
    match &page.after {
        Some(code) if check_code("after", code).is_err() => Err(PageError::InvalidCursor),
        _ => Ok(page),
    }
}

/// The text in the language that a field was asked for in; in none, in that of the request's market.
pub fn read_in<'a>(ctx: &Context<'_>, text: &'a LocalizedText, language: Option<&str>) -> Result<&'a str> {
    let market = Market::of(caller(ctx)?);
    Ok(localized(text, language.unwrap_or(&market.language)))
}

/// The text in `language`, else in the default language, else any.
pub fn localized<'a>(text: &'a LocalizedText, language: &str) -> &'a str {
    let found =
        text.0.get(language).or_else(|| text.0.get(DEFAULT_LANGUAGE)).or_else(|| text.0.values().next());
    found.map_or("", String::as_str)
}
