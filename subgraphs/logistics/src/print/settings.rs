//! What an installation says of its labels.

use std::path::{Path, PathBuf};

use platform_config::FulfilmentConfig;
use url::Url;

use super::{FontError, Printer};

const MAX_LINES: usize = 5;
const MAX_LINE: usize = 60;

/// Why labels cannot be printed so.
#[derive(Debug, thiserror::Error)]
pub enum LabelSettingsError {
    #[error("fulfilment.label_sender has at most {MAX_LINES} lines of {MAX_LINE} characters")]
    Sender,
    #[error("fulfilment.tracking_url must be such as https://shop.example.com/track/")]
    TrackingUrl,
    #[error("fulfilment.label_font_file: {0}")]
    Font(#[from] FontError),
}

/// What prints the labels of an installation.
pub fn printer(config: &FulfilmentConfig) -> Result<Printer, LabelSettingsError> {
    let is_too_long = |line: &String| line.chars().nth(MAX_LINE).is_some();
    if config.label_sender.len() > MAX_LINES || config.label_sender.iter().any(is_too_long) {
        return Err(LabelSettingsError::Sender);
    }
    let url = Url::parse(&config.tracking_url).ok();
    let is_link = url.is_some_and(|url| matches!(url.scheme(), "http" | "https"));
    if !config.tracking_url.is_empty() && !is_link {
        return Err(LabelSettingsError::TrackingUrl);
    }
    let font = (!config.label_font_file.is_empty()).then(|| PathBuf::from(&config.label_font_file));
    Ok(Printer::new(font.as_deref().map(Path::new))?)
}

/// Fails where labels cannot be printed as the configuration says.
pub fn check(config: &FulfilmentConfig) -> Result<(), LabelSettingsError> {
    printer(config).map(drop)
}
