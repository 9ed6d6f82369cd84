//! How text is cut into words, in documents and queries alike, and how hits are marked in a name.
//!
//! Both are folded first ([`platform_text::fold`]), so that it does not matter in which form of Unicode, width or case a
//! text is written. Words of alphabetic scripts are then stripped of accents. Chinese, Japanese and Korean are written
//! without spaces; runs of them are cut into overlapping pairs of letters instead, which finds any part of a name.
//! Deliberately absent: stemming, which would make typos and prefixes miss.

use platform_text::fold;
use tantivy::tokenizer::{AsciiFoldingFilter, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenStream};

use super::folded::Folded;

/// The most words of a query that count.
pub const MAX_WORDS: usize = 10;
const MAX_WORD_BYTES: usize = 80;

/// Words of fewer letters than this must match exactly: most are one typo away from many others.
pub const MIN_LETTERS_FOR_TYPO: usize = 4;

/// Cuts a folded text into words.
pub fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(MAX_WORD_BYTES))
        .filter(AsciiFoldingFilter)
        .build()
}

/// Whether a letter belongs to a script that is written without spaces.
pub fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{2FA1F}')
}

/// The stretches of a text in scripts without spaces.
pub fn cjk_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_cjk(letter)).filter(|run| !run.is_empty())
}

/// What a person looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryTerm {
    Word(String),
    /// A run of a script without spaces.
    Cjk(String),
}

/// The terms of a query, in order, at most [`MAX_WORDS`].
pub fn query_terms(query: &str) -> Vec<QueryTerm> {
    let mut terms = Vec::new();
    let query = fold(query);
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(&query);
    while let Some(token) = stream.next() {
        terms.extend(split_scripts(&token.text).map(|(cjk, part)| {
            if cjk { QueryTerm::Cjk(part.to_owned()) } else { QueryTerm::Word(part.to_owned()) }
        }));
        if terms.len() >= MAX_WORDS {
            terms.truncate(MAX_WORDS);
            break;
        }
    }
    terms
}

/// Cuts a text where its script changes between those with and without spaces.
fn split_scripts(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let cjk = is_cjk(rest.chars().next()?);
        let end = rest.find(|letter| is_cjk(letter) != cjk).unwrap_or(rest.len());
        let (part, after) = rest.split_at_checked(end)?;
        rest = after;
        Some((cjk, part))
    })
}

/// `name` as HTML with the parts that `terms` hit in `<em>`; `None` when none does.
pub fn highlight(name: &str, terms: &[QueryTerm]) -> Option<String> {
    let folded = Folded::new(name);
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(&folded.text);
    while let Some(token) = stream.next() {
        let hit = terms.iter().any(|term| match term {
            QueryTerm::Word(word) => word_matches(word, &token.text),
            QueryTerm::Cjk(_) => false,
        });
        if hit {
            marks.push((token.offset_from, token.offset_to));
        }
    }
    for term in terms {
        if let QueryTerm::Cjk(run) = term {
            marks.extend(folded.text.match_indices(run.as_str()).map(|(at, found)| (at, at + found.len())));
        }
    }
    let mut marks: Vec<_> = marks.into_iter().map(|(from, to)| folded.origin(from, to)).collect();
    if marks.is_empty() {
        return None;
    }
    marks.sort_unstable();
    let mut html = String::with_capacity(name.len() + marks.len() * 9);
    let mut done = 0;
    for (from, to) in marks {
        let from = from.max(done);
        if let (Some(before), Some(hit)) = (name.get(done..from), name.get(from..to)) {
            escape(before, &mut html);
            html.push_str("<em>");
            escape(hit, &mut html);
            html.push_str("</em>");
            done = to;
        }
    }
    escape(name.get(done..).unwrap_or_default(), &mut html);
    Some(html)
}

fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

/// Whether a word of a document is the query's word, begins with it, or is one typo away.
fn word_matches(query: &str, word: &str) -> bool {
    word.starts_with(query) || (query.chars().count() >= MIN_LETTERS_FOR_TYPO && one_typo_apart(query, word))
}

/// Whether two words differ by one letter inserted, left out, replaced, or by two neighbours swapped.
fn one_typo_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same_start = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    let (short_rest, long_rest) =
        (short.get(same_start..).unwrap_or(&[]), long.get(same_start..).unwrap_or(&[]));
    match (short_rest, long_rest) {
        ([], []) => true,
        ([x, y, short_tail @ ..], [p, q, long_tail @ ..]) if short.len() == long.len() => {
            (x == q && y == p && short_tail == long_tail) || (y == q && short_tail == long_tail)
        }
        ([_], [_]) => true,
        (rest, [_, tail @ ..]) => rest == tail,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_cut_by_script() {
        let word = |text: &str| QueryTerm::Word(text.to_owned());
        assert_eq!(query_terms("Café-au Lait"), [word("cafe"), word("au"), word("lait")]);
        assert_eq!(query_terms("抹茶Bowl"), [QueryTerm::Cjk("抹茶".to_owned()), word("bowl")]);
        assert_eq!(query_terms("  !? "), []);
        assert_eq!(query_terms(&"a ".repeat(50)).len(), MAX_WORDS);
    }

    #[test]
    fn one_typo_is_one_edit() {
        for (a, b) in [
            ("kettle", "ketle"),
            ("kettle", "kettel"),
            ("kettle", "kattle"),
            ("kettle", "kettles"),
            ("ab", "ba"),
        ] {
            assert!(one_typo_apart(a, b) && one_typo_apart(b, a), "{a} {b}");
        }
        for (a, b) in [("kettle", "kttel"), ("kettle", "cattle"), ("kettle", "kettless"), ("abcd", "badc")] {
            assert!(!one_typo_apart(a, b) && !one_typo_apart(b, a), "{a} {b}");
        }
    }

    #[test]
    fn hits_are_marked_and_the_rest_is_escaped() {
        let mark = |name, query| highlight(name, &query_terms(query));
        assert_eq!(mark("Tea Kettle <1 l>", "ketle").as_deref(), Some("Tea <em>Kettle</em> &lt;1 l&gt;"));
        assert_eq!(mark("京都の抹茶茶碗", "抹茶").as_deref(), Some("京都の<em>抹茶</em>茶碗"));
        assert_eq!(mark("Tea", "coffee"), None);
        assert_eq!(
            mark("Cre\u{300}me de the\u{301}", "creme").as_deref(),
            Some("<em>Cre\u{300}me</em> de the\u{301}")
        );
        assert_eq!(mark("赤いｶﾞﾗｽ玉", "ガラス").as_deref(), Some("赤い<em>ｶﾞﾗｽ</em>玉"));
        assert_eq!(mark("Lange Straße 1", "STRASSE").as_deref(), Some("Lange <em>Straße</em> 1"));
    }
}
