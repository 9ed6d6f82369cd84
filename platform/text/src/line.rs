//! Lines and paragraphs, and the form in which texts are compared.

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

use crate::TextError;

/// The composed form (NFC) in which texts are stored.
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// The form in which texts are searched and compared: two texts that a reader takes for the same have the same. NFKC,
/// case folded, and NFKC again, as folding can leave it (Unicode Standard, chapter 3.13, definition D146 without the
/// removal of ignorable characters).
pub fn fold(text: &str) -> String {
    let nfkc = ComposingNormalizerBorrowed::new_nfkc();
    let compatible = nfkc.normalize(text);
    nfkc.normalize(&CaseMapper::new().fold_string(&compatible)).into_owned()
}

/// The first character that no text may contain: a control character other than tabulator and line feed, or one that
/// turns the direction of what follows it.
pub fn find_control(text: &str) -> Option<char> {
    text.chars().find(|c| is_control(*c) && !matches!(c, '\t' | '\n'))
}

/// A text of one line: without surrounding space, in NFC, of 1 to `max` characters.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    let text = nfc(text.trim());
    if text.chars().any(is_control) {
        return Err(TextError::Control { field });
    }
    if text.chars().all(shows_nothing) {
        return Err(TextError::Empty { field });
    }
    within(field, &text, max)?;
    Ok(text.into_owned())
}

/// A line that may be left out: nothing but space is nothing.
pub fn optional_line(
    field: &'static str,
    text: Option<&str>,
    max: usize,
) -> Result<Option<String>, TextError> {
    text.filter(|text| !text.chars().all(shows_nothing)).map(|text| line(field, text, max)).transpose()
}

/// A text of several lines, which may be empty: in NFC, with `\n` between its lines, of at most `max` characters.
pub fn paragraphs(field: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    let text = nfc(text.trim()).replace("\r\n", "\n");
    if find_control(&text).is_some() {
        return Err(TextError::Control { field });
    }
    within(field, &text, max)?;
    Ok(text)
}

fn within(field: &'static str, text: &str, max: usize) -> Result<(), TextError> {
    if text.chars().nth(max).is_some() { Err(TextError::TooLong { field, max }) } else { Ok(()) }
}

/// Control characters, separators of lines and paragraphs, and what cannot be seen or turns the direction of writing, by
/// which a name could show itself as another: of Unicode's Default_Ignorable_Code_Point all but what scripts and emoji
/// are written with, which are [marks](is_mark).
pub(crate) fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{200b}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        ) && !is_mark(c)
}

/// Joiners, marks of direction that turn nothing by themselves, and the selectors by which a character is shown in one of
/// its forms. They say something of the characters beside them, and show nothing alone.
const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200c}'..='\u{200f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// The last is the empty pattern of Braille.
fn shows_nothing(c: char) -> bool {
    c.is_whitespace() || is_mark(c) || c == '\u{2800}'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_characters() {
        let japanese = "東".repeat(67);
        assert_eq!(line("name", &japanese, 67), Ok(japanese.clone()));
        assert_eq!(line("name", &japanese, 66), Err(TextError::TooLong { field: "name", max: 66 }));
    }

    #[test]
    fn a_text_is_the_same_in_any_form() {
        let decomposed = "cre\u{300}me";
        assert_eq!(line("name", decomposed, 10).unwrap(), "crème");
        assert_eq!(fold("CRE\u{300}ME"), fold("crème"));
        assert_eq!(fold("ｶﾞﾗｽ"), fold("ガラス"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
    }

    #[test]
    fn control_characters_are_refused() {
        for text in [
            "a\0b",
            "a\nb",
            "a\u{7f}b",
            "a\u{85}b",
            "a\u{200b}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{feff}b",
            "a\u{e0001}b",
        ] {
            assert_eq!(line("name", text, 10), Err(TextError::Control { field: "name" }), "{text:?}");
        }
        assert_eq!(paragraphs("note", "a\r\nb\tc", 10).unwrap(), "a\nb\tc");
        assert_eq!(paragraphs("note", "a\0", 10), Err(TextError::Control { field: "note" }));
    }

    #[test]
    fn what_shows_nothing_is_refused_and_what_scripts_need_is_not() {
        for c in "\u{34f}\u{115f}\u{1160}\u{17b4}\u{2065}\u{206f}\u{3164}\u{ffa0}\u{fff0}\u{1bca0}\u{1d173}\u{e0080}\u{e0fff}".chars() {
            let refused = Err(TextError::Control { field: "name" });
            assert_eq!(line("name", &format!("a{c}b"), 10), refused, "{c:?}");
            assert_eq!(line("name", &c.to_string(), 10), refused, "{c:?}");
        }
        for text in
            ["نمی\u{200c}خواهم", "क्\u{200d}ष", "❤\u{fe0f}", "👩\u{200d}🚀", "葛\u{e0100}", "ᠠ\u{180b}"]
        {
            assert_eq!(line("name", text, 20).as_deref(), Ok(text));
        }
        for text in ["\u{200d}", "\u{fe0f}\u{fe0f}", "\u{200c} \u{200f}", "\u{2800}"] {
            assert_eq!(line("name", text, 10), Err(TextError::Empty { field: "name" }), "{text:?}");
            assert_eq!(optional_line("name", Some(text), 10), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn nothing_but_space_is_nothing() {
        assert_eq!(line("name", " \t ", 10), Err(TextError::Empty { field: "name" }));
        assert_eq!(optional_line("line2", Some("  "), 10), Ok(None));
        assert_eq!(optional_line("line2", Some(" x "), 10), Ok(Some("x".to_owned())));
    }
}
