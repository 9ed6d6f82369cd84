//! Formatted text that people write, as HTML that does nothing but format.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use crate::url::has_credentials;
use crate::{TextError, paragraphs};

/// What formats text. Whatever else stands in it is taken out; the words in it stay, but for scripts and styles.
const TAGS: [&str; 34] = [
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
];
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

static FORMATTED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::from(["lang", "title"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .attribute_filter(|_, attribute, value| {
            (attribute != "href" || !has_credentials(value)).then(|| value.into())
        })
        .link_rel(Some("nofollow noopener noreferrer"));
    builder
});

static WORDS: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder.tags(HashSet::new()).tag_attributes(HashMap::new()).generic_attributes(HashSet::new());
    builder
});

/// A text of several lines with or without HTML, of at most `max` characters as written; what it returns is HTML that
/// a page can show as it is. A text without `<` and `&` stays as it is.
pub fn html(field: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    Ok(sanitised(&paragraphs(field, text, max)?))
}

/// HTML without anything that acts, or that loads something from elsewhere. Sanitising twice changes nothing.
pub fn sanitised(html: &str) -> String {
    if html.contains(['<', '>', '&']) { FORMATTED.clean(html).to_string() } else { html.to_owned() }
}

/// The words of sanitised HTML, as plain text in one line.
pub fn words_of_html(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    // Where a tag ends a word, something has to stay between it and the next.
    let words = WORDS.clean(&html.replace('<', " <")).to_string();
    let words: Vec<&str> = words.split_whitespace().collect();
    let escaped = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    escaped.iter().fold(words.join(" "), |text, (escape, letter)| text.replace(escape, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_formats_stays_and_what_acts_goes() {
        for (written, kept) in [
            ("Tea from Uji", "Tea from Uji"),
            ("<p>Tea <strong>from</strong> Uji</p>", "<p>Tea <strong>from</strong> Uji</p>"),
            ("Tea<script>alert(1)</script>", "Tea"),
            ("<img src=x onerror=alert(1)>Tea", "Tea"),
            ("<p onclick=\"alert(1)\" style=\"x\">Tea</p>", "<p>Tea</p>"),
            ("<a href=\"javascript:alert(1)\">Tea</a>", "<a rel=\"nofollow noopener noreferrer\">Tea</a>"),
            (
                "<a href=\"https://bank.example:pw@evil.example/\">Tea</a>",
                "<a rel=\"nofollow noopener noreferrer\">Tea</a>",
            ),
            ("5 < 6 & 7", "5 &lt; 6 &amp; 7"),
            ("<iframe src=\"https://evil.example\"></iframe>", ""),
        ] {
            assert_eq!(html("description", written, 100).unwrap(), kept, "{written}");
            assert_eq!(sanitised(kept), kept, "sanitising twice changes nothing");
        }
        let link = html("description", "<a href=\"https://example.org/\">x</a>", 100).unwrap();
        assert_eq!(link, "<a href=\"https://example.org/\" rel=\"nofollow noopener noreferrer\">x</a>");
    }

    #[test]
    fn lengths_are_of_what_was_written() {
        assert_eq!(html("d", "&&&", 3).unwrap(), "&amp;&amp;&amp;");
        assert_eq!(html("d", "&&&", 2), Err(TextError::TooLong { field: "d", max: 2 }));
        assert_eq!(html("d", "a\0", 5), Err(TextError::Control { field: "d" }));
    }

    #[test]
    fn words_are_told_apart_by_tags() {
        let text = sanitised("<p>Tea &amp; <b>cups</b></p><ul><li>one</li><li>two < three</li></ul>");
        assert_eq!(words_of_html(&text), "Tea & cups one two < three");
        assert_eq!(words_of_html(" plain\n text "), "plain text");
    }
}
