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
/// Tags that stay open until they are closed: whatever begins meanwhile opens them again inside of itself (the HTML
/// standard's list of active formatting elements).
const REOPENED: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// How many of them may be open at a place. A thousand, and as many paragraphs, would be a million tags.
const MAX_OPEN: usize = 16;
/// Tags in which those from outside are not seen, so that a closing tag there need not close one.
const SCREENS: [&str; 7] = ["applet", "caption", "marquee", "object", "td", "template", "th"];
/// Where there are such: formatting tags times tags, the most that repairing can come to.
const MAX_REPAIRED: usize = 300_000;
/// Tags that hold nothing, or that the next of their kind closes: they nest only in others.
const UNNESTED: [&str; 20] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "p",
    "source", "tbody", "td", "th", "tr", "wbr",
];
/// How many of all others may be open at a place. Each tag is looked for among those that are open, so that a text of such
/// tags alone would take time by the square of its length.
const MAX_DEPTH: usize = 64;
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

/// A text of several lines with or without HTML, of at most `max` characters as written and as returned: HTML that a page
/// can show as it is. A text without `<` and `&` stays as it is. Refused where repairing it would make it many times
/// longer, or take long. What is returned keeps each rule that is for what is written: it can be written again, and what
/// its entities stand for is held to them too.
pub fn html(field: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    let shown = sanitised(&checked(field, text, max)?);
    let kept = checked(field, &shown, max)?;
    // A tag and an entity after it can be one letter in NFC (`>` and U+0338): a tag less, and another text.
    Ok(if kept == shown { kept } else { sanitised(&kept) })
}

fn checked(field: &'static str, text: &str, max: usize) -> Result<String, TextError> {
    let text = paragraphs(field, text, max)?;
    if is_multiplied(&text) || is_deep(&text) { Err(TextError::Nested { field }) } else { Ok(text) }
}

/// Whether repairing could make a text many times longer.
fn is_multiplied(html: &str) -> bool {
    let (mut open, mut most) = ([0_usize; REOPENED.len()], 0_usize);
    let (mut begun, mut tags, mut screened) = (0_usize, 0_usize, false);
    for (closes, name) in written_tags(html) {
        tags += 1;
        screened |= SCREENS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
        let named = REOPENED.iter().zip(&mut open).find(|(tag, _)| tag.eq_ignore_ascii_case(name));
        let Some((_, count)) = named else { continue };
        if closes {
            *count = count.saturating_sub(1);
        } else {
            *count += 1;
            begun += 1;
            most = most.max(open.iter().sum());
        }
    }
    most > MAX_OPEN || (screened && begun.saturating_mul(tags) > MAX_REPAIRED)
}

/// Whether more tags are open at a place than may be. A closing tag closes one of its name.
fn is_deep(html: &str) -> bool {
    let (mut open, mut depth) = (HashMap::<String, usize>::new(), 0_usize);
    for (closes, name) in written_tags(html) {
        let name = name.to_ascii_lowercase();
        if name.is_empty() || UNNESTED.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        if !closes {
            (*count, depth) = (*count + 1, depth + 1);
        } else if *count > 0 {
            (*count, depth) = (*count - 1, depth - 1);
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// Whether each tag closes, and its name, which is empty for what only looks like one.
fn written_tags(html: &str) -> impl Iterator<Item = (bool, &str)> {
    html.split('<').skip(1).map(|tag| {
        let (closes, rest) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        (closes, rest.get(..end).unwrap_or_default())
    })
}

/// HTML without anything that acts, or that loads something from elsewhere. Sanitising twice changes nothing.
pub fn sanitised(html: &str) -> String {
    if html.contains(['<', '>', '&']) { FORMATTED.clean(html).to_string() } else { html.to_owned() }
}

/// The words of sanitised HTML, as plain text in one line. It is well formed, so that nothing has to be repaired: its tags are
/// left out, in linear time.
pub fn words_of_html(html: &str) -> String {
    let (mut text, mut rest) = (String::with_capacity(html.len()), html);
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // Where a tag ends a word, something has to stay between it and the next.
        text.push(' ');
        rest = after_tag(tag);
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    let escaped = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    escaped.iter().fold(words.join(" "), |text, (escape, letter)| text.replace(escape, letter))
}

/// What follows a tag, whose values may hold its last sign between quotes.
fn after_tag(tag: &str) -> &str {
    let mut is_quoted = false;
    let end = tag.find(|c: char| {
        is_quoted ^= c == '"';
        c == '>' && !is_quoted
    });
    end.and_then(|end| tag.get(end + 1..)).unwrap_or_default()
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
            assert_eq!(html("description", written, 100).as_deref(), Ok(kept), "{written}");
            assert_eq!(sanitised(kept), kept, "sanitising twice changes nothing");
        }
        let link = "<a href=\"https://example.org/\" rel=\"nofollow noopener noreferrer\">x</a>";
        let written = "<a href=\"https://example.org/\">x</a>";
        assert_eq!(html("description", written, 100).as_deref(), Ok(link));
    }

    #[test]
    fn lengths_are_of_what_was_written_and_of_what_is_kept() {
        assert_eq!(html("d", "&&&", 15).as_deref(), Ok("&amp;&amp;&amp;"));
        assert_eq!(html("d", "&amp;&amp;&amp;", 15).as_deref(), Ok("&amp;&amp;&amp;"));
        assert_eq!(html("d", "&&&", 14), Err(TextError::TooLong { field: "d", max: 14 }));
        assert_eq!(html("d", "<x>a</x>", 7), Err(TextError::TooLong { field: "d", max: 7 }));
        assert_eq!(html("d", "a\0", 5), Err(TextError::Control { field: "d" }));
    }

    #[test]
    fn what_entities_stand_for_is_held_to_the_rules_of_texts() {
        for text in [
            "a&#14;b",
            "a&#127;b",
            "a&#13;b",
            "a&#x202e;b",
            "a&#x200b;b",
            "a&#xFFFE;b",
            "<b title=\"a&#7;b\">c</b>",
            "<a href=\"https://example.org/&#x202e;\">c</a>",
        ] {
            assert_eq!(html("d", text, 100), Err(TextError::Control { field: "d" }), "{text}");
        }
        for (written, kept) in [
            ("a&#9;b&#10;c", "a\tb\nc"),
            ("&#x2764;&#xfe0f;", "❤\u{fe0f}"),
            ("cre&#x300;me", "crème"),
            ("&#32;<x> tea</x>", "tea"),
            ("&amp;#14;", "&amp;#14;"),
            ("<script>&#7;</script>tea", "tea"),
        ] {
            assert_eq!(html("d", written, 100).as_deref(), Ok(kept), "{written}");
        }
        let joined = html("d", "<b>&#x338;x</b>", 100);
        let again = joined.as_deref().map(|joined| html("d", joined, 100));
        assert_eq!(again, Ok(joined.clone()), "no tag is damaged");
    }

    #[test]
    fn what_repairing_would_multiply_is_refused() {
        let open: String = (0..900).map(|n| format!("<b id={n}>")).collect();
        let text = format!("<p>{open}{}", "<p>x".repeat(2_200));
        assert_eq!(html("d", &text, 20_000), Err(TextError::Nested { field: "d" }));
        let worst = format!("<p>{}{}", "<b><I>".repeat(MAX_OPEN / 2), "<p>x".repeat(4_900));
        assert!(html("d", &worst, 20_000).is_err());
        assert!(sanitised(&worst).len() < 1_000_000);
        let elsewhere: String = (0..900).map(|n| format!("<b id={n}></i>")).collect();
        assert!(html("d", &format!("{elsewhere}{}", "<p>x".repeat(1_000)), 30_000).is_err());
        let screened = format!("{}{}", "<b><table><td></b>".repeat(500), "</table><p>x".repeat(700));
        assert!(html("d", &screened, 30_000).is_err());
        for closed in [
            "<p><b>x</b> <i>y</i></p>".repeat(200),
            "<table><tbody><tr><td><b>1</b></td></tr></tbody></table>".repeat(100),
        ] {
            assert_eq!(html("d", &closed, 20_000).as_ref(), Ok(&closed));
        }
    }

    #[test]
    fn what_nests_deeply_is_refused() {
        for (tags, times) in
            [("<ul><li>", 2_500), ("<pre>", 4_000), ("<Dl><dd>", 2_000), ("<ul></ol>", 2_000), ("<x>", 65)]
        {
            assert_eq!(
                html("d", &tags.repeat(times), 20_000),
                Err(TextError::Nested { field: "d" }),
                "{tags}"
            );
        }
        let (open, close) = ("<ul><li>".repeat(MAX_DEPTH), "</li></ul>".repeat(MAX_DEPTH));
        for kept in [format!("{open}x{close}"), "<ul><li>x</li></ul>".repeat(1_000), "<p>x</p>".repeat(2_000)]
        {
            assert_eq!(html("d", &kept, 20_000).as_ref(), Ok(&kept));
        }
        assert!(html("d", &"<p>x<br>".repeat(1_500), 20_000).is_ok());
        assert!(html("d", &format!("<ul>{}", "<li>x".repeat(1_500)), 20_000).is_ok());
    }

    #[test]
    fn words_are_told_apart_by_tags() {
        let text = sanitised("<p>Tea &amp; <b>cups</b></p><ul><li>one</li><li>two < three</li></ul>");
        assert_eq!(words_of_html(&text), "Tea & cups one two < three");
        assert_eq!(words_of_html(" plain\n text "), "plain text");
        let link =
            sanitised("<a href=\"https://example.org/?a>b\" title='x \"> y'>Green &lt;tea&gt;</a>,&nbsp;hot");
        assert_eq!(words_of_html(&link), "Green <tea> , hot");
        assert_eq!(words_of_html(&"<ul><li>x".repeat(2_500)), vec!["x"; 2_500].join(" "));
    }
}
