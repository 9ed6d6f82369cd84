//! Why a text is refused.

/// A text breaks the rule of its field. `Display` is a sentence for whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("`{field}` must not be empty")]
    Empty { field: &'static str },
    #[error("`{field}` has more than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error(
        "`{field}` has formatting tags that are not closed where their text ends, or too many; close them, or use fewer"
    )]
    Nested { field: &'static str },
    #[error("`{field}` contains a control character")]
    Control { field: &'static str },
    #[error("`{field}` must be an email address such as `ann@example.com`")]
    Email { field: &'static str },
    #[error("`{field}` must be an ISO 3166-1 country code such as `DE`")]
    Country { field: &'static str },
    #[error("`{field}` must be a telephone number such as `+49 30 901820`")]
    Phone { field: &'static str },
    #[error("`{field}` must be an https URL such as `https://cdn.example.com/ann.png`, without a user name")]
    Url { field: &'static str },
    #[error("`{field}` must have {min} to {max} characters that can be seen, and none before or after them")]
    Token { field: &'static str, min: usize, max: usize },
    #[error("`{field}` must be a postal code of the country, such as `{example}`")]
    PostalCode { field: &'static str, example: &'static str },
    #[error("`{field}` must be a VAT id with its country's prefix, such as `DE123456789`")]
    VatId { field: &'static str },
}

impl TextError {
    /// The field at fault, in GraphQL spelling.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::Nested { field }
            | Self::Control { field }
            | Self::Email { field }
            | Self::Country { field }
            | Self::Phone { field }
            | Self::Url { field }
            | Self::Token { field, .. }
            | Self::PostalCode { field, .. }
            | Self::VatId { field } => field,
        }
    }
}
