//! The tokens of GraphQL, as far as counting needs them.
//!
//! Invariant: where a text is lexically valid, the tokens begin and end where the specification says; where it is
//! not, the scanner still goes forward by at least one byte per token and so ends.

/// A token. Values keep no text: nothing that is counted depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token<'a> {
    Name(&'a str),
    /// `{`
    OpenBrace,
    /// `(` or `[`
    OpenGroup,
    /// `}`, `)` or `]`
    Close,
    Spread,
    Colon,
    At,
    /// A number, string, other punctuator, or a character that no token begins with.
    Other,
}

/// Iterates over the tokens of a text.
pub struct Lexer<'a> {
    text: &'a str,
    position: usize,
    ignored: usize,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0, ignored: 0 }
    }

    /// Commas and comments that were passed over so far, which a parser keeps as it keeps tokens. White space is not
    /// among them: what stands between two of these or of the tokens is one run of it.
    pub fn ignored(&self) -> usize {
        self.ignored
    }

    fn byte_at(&self, position: usize) -> Option<u8> {
        self.text.as_bytes().get(position).copied()
    }

    fn rest_starts_with(&self, position: usize, prefix: &[u8]) -> bool {
        self.text.as_bytes().get(position..).is_some_and(|rest| rest.starts_with(prefix))
    }

    fn advance_while(&mut self, accept: impl Fn(u8) -> bool) {
        while self.byte_at(self.position).is_some_and(&accept) {
            self.position += 1;
        }
    }

    fn skip_ignored(&mut self) {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        loop {
            match self.byte_at(self.position) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                Some(b',') => {
                    self.position += 1;
                    self.ignored += 1;
                }
                Some(b'#') => {
                    self.advance_while(|byte| byte != b'\n' && byte != b'\r');
                    self.ignored += 1;
                }
                Some(0xef) if self.rest_starts_with(self.position, BYTE_ORDER_MARK) => {
                    self.position += BYTE_ORDER_MARK.len();
                }
                _ => return,
            }
        }
    }

    fn name(&mut self) -> Token<'a> {
        let start = self.position;
        self.advance_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // A name is ASCII, so both ends are character boundaries.
        Token::Name(self.text.get(start..self.position).unwrap_or_default())
    }

    /// From the opening quote to behind the closing one. A line break ends an unclosed string: that is an error to
    /// every parser, so what follows is never run.
    fn string(&mut self) -> Token<'a> {
        self.position += 1;
        while let Some(byte) = self.byte_at(self.position) {
            match byte {
                b'"' => {
                    self.position += 1;
                    break;
                }
                b'\n' | b'\r' => break,
                b'\\' => self.position += 2,
                _ => self.position += 1,
            }
        }
        Token::Other
    }

    fn block_string(&mut self) -> Token<'a> {
        self.position += 3;
        while self.byte_at(self.position).is_some() {
            if self.rest_starts_with(self.position, br#"\""""#) {
                self.position += 4;
            } else if self.rest_starts_with(self.position, br#"""""#) {
                self.position += 3;
                break;
            } else {
                self.position += 1;
            }
        }
        Token::Other
    }

    fn number(&mut self) -> Token<'a> {
        self.position += 1;
        self.advance_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-'));
        Token::Other
    }

    fn punctuator(&mut self, token: Token<'a>) -> Token<'a> {
        self.position += 1;
        token
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.skip_ignored();
        let token = match self.byte_at(self.position)? {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            b'{' => self.punctuator(Token::OpenBrace),
            b'(' | b'[' => self.punctuator(Token::OpenGroup),
            b'}' | b')' | b']' => self.punctuator(Token::Close),
            b':' => self.punctuator(Token::Colon),
            b'@' => self.punctuator(Token::At),
            b'.' if self.rest_starts_with(self.position, b"...") => {
                self.position += 3;
                Token::Spread
            }
            b'"' if self.rest_starts_with(self.position, br#"""""#) => self.block_string(),
            b'"' => self.string(),
            b'0'..=b'9' | b'-' => self.number(),
            _ => self.punctuator(Token::Other),
        };
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    fn names(text: &str) -> Vec<&str> {
        Lexer::new(text)
            .filter_map(|token| match token {
                Token::Name(name) => Some(name),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn strings_comments_and_marks_hide_what_they_contain() {
        assert_eq!(names("\u{feff}a # b { c\rd \"e \\\" f { \" g"), ["a", "d", "g"]);
        assert_eq!(names("a \"\"\" b \" \\\"\"\" c \"\"\" d \"\" e \"\"\"\"\"\" f"), ["a", "d", "e", "f"]);
        assert_eq!(names("a \"unclosed b\nc"), ["a", "c"]);
    }

    #[test]
    fn a_block_string_may_end_in_an_escaped_looking_backslash() {
        // The closing quotes follow a backslash that escapes nothing but `"""`.
        assert_eq!(names(r#""""a \\""" b """ c"#), ["c"]);
    }

    #[test]
    fn numbers_are_one_token_and_dots_three() {
        assert_eq!(Lexer::new("-1.5e+10 ...a .. 0x1F").count(), 6);
    }

    #[test]
    fn text_beyond_ascii_ends_and_is_counted() {
        assert_eq!(names("é日本 a\u{1f600}b \"日本\" c \\"), ["a", "b", "c"]);
    }
}
