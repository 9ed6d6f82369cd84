//! Reading JSON text in one pass.

use std::sync::Arc;

use serde_json::value::RawValue;

use crate::{Keys, Node, Number, Object, number};

/// Lists and objects in one another; what is deeper is refused.
const MAX_DEPTH: usize = 127;

/// Why a text is not read. Names the place, and repeats nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct ReadError {
    what: &'static str,
    at: usize,
}

/// A text, and how far it was read.
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    keys: Keys,
    is_distinct: bool,
}

impl<'t> Reader<'t> {
    /// Keeps all fields of an object, also those with the same name.
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: 0, keys: Keys::default(), is_distinct: false }
    }

    /// Of fields with one name the last counts.
    pub fn distinct(text: &'t str) -> Self {
        Self { is_distinct: true, ..Self::new(text) }
    }

    /// The one value of the text.
    pub fn only(mut self) -> Result<Node, ReadError> {
        let node = self.node()?;
        self.end()?;
        Ok(node)
    }

    /// Refuses what is left, if it is more than white space.
    pub fn end(mut self) -> Result<(), ReadError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.wrong("more follows than one value")),
        }
    }

    /// The next value.
    pub fn node(&mut self) -> Result<Node, ReadError> {
        match self.peek() {
            Some(b'"') => self.string().map(Node::String),
            Some(b'{') => {
                let mut entries = Vec::new();
                self.fields(|reader, key| {
                    entries.push((key, reader.node()?));
                    Ok(())
                })?;
                Ok(Node::from(if self.is_distinct { Object::distinct(entries) } else { Object::of(entries) }))
            }
            Some(b'[') => self.list(),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => Err(self.wrong("a value is expected")),
            None => Err(self.wrong("the text ends too early")),
        }
    }

    /// The fields of the next value, an object: `field` reads each value, and is told its name.
    pub fn fields(
        &mut self,
        mut field: impl FnMut(&mut Self, Arc<str>) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        self.enter(b'{')?;
        if self.leave(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            self.take(b':')?;
            field(self, key)?;
            if self.leave(b'}') {
                return Ok(());
            }
            self.take(b',')?;
        }
    }

    /// The text of the next value, of which no more is looked at than that it is JSON.
    pub fn raw(&mut self) -> Result<&'t str, ReadError> {
        self.peek();
        let rest = self.rest();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&'t RawValue>();
        match values.next() {
            Some(Ok(raw)) => {
                self.at += values.byte_offset();
                Ok(raw.get())
            }
            _ => Err(self.wrong("a value is expected")),
        }
    }

    /// Something about the value that was read last, or is read next, is wrong.
    pub fn wrong(&self, what: &'static str) -> ReadError {
        ReadError { what, at: self.at }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is no white space, which is left behind.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                next => return next.copied(),
            }
        }
    }

    fn take(&mut self, wanted: u8) -> Result<(), ReadError> {
        if self.peek() == Some(wanted) {
            self.at += 1;
            return Ok(());
        }
        Err(self.wrong(match wanted {
            b':' => "a colon is expected",
            b',' => "a comma or the end of the list or object is expected",
            b'{' => "an object is expected",
            _ => "another character is expected",
        }))
    }

    fn enter(&mut self, bracket: u8) -> Result<(), ReadError> {
        self.take(bracket)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong("the text is too deep"));
        }
        Ok(())
    }

    fn leave(&mut self, bracket: u8) -> bool {
        let is_end = self.peek() == Some(bracket);
        if is_end {
            self.at += 1;
            self.depth -= 1;
        }
        is_end
    }

    fn list(&mut self) -> Result<Node, ReadError> {
        self.enter(b'[')?;
        let mut items = Vec::new();
        if self.leave(b']') {
            return Ok(items.into_iter().collect());
        }
        loop {
            items.push(self.node()?);
            if self.leave(b']') {
                return Ok(Node::List(Arc::new(items)));
            }
            self.take(b',')?;
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Result<Node, ReadError> {
        if !self.rest().starts_with(word) {
            return Err(self.wrong("a value is expected"));
        }
        self.at += word.len();
        Ok(node)
    }

    fn number(&mut self) -> Result<Node, ReadError> {
        let rest = self.rest();
        let text = number::scan(rest.as_bytes()).and_then(|length| rest.get(..length));
        let text = text.ok_or_else(|| self.wrong("a number is expected"))?;
        self.at += text.len();
        Ok(Node::Number(Number::of(text)))
    }

    fn key(&mut self) -> Result<Arc<str>, ReadError> {
        match self.quoted()? {
            Quoted::Plain(text) => Ok(self.keys.intern(text)),
            Quoted::Escaped(text) => Ok(self.keys.intern(&text)),
        }
    }

    fn string(&mut self) -> Result<String, ReadError> {
        Ok(match self.quoted()? {
            Quoted::Plain(text) => text.to_owned(),
            Quoted::Escaped(text) => text,
        })
    }

    fn quoted(&mut self) -> Result<Quoted<'t>, ReadError> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("a string is expected"));
        }
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut end = 1;
        let mut is_plain = true;
        loop {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\') || *byte < 0x20;
            let plain = bytes.iter().skip(end).position(special);
            end += plain.ok_or_else(|| self.wrong("a string has no end"))?;
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    is_plain = false;
                    end += 2;
                }
                _ => return Err(self.wrong("a string has a control character")),
            }
        }
        let quoted = if is_plain {
            rest.get(1..end).map(Quoted::Plain)
        } else {
            rest.get(..=end).and_then(|text| serde_json::from_str(text).ok()).map(Quoted::Escaped)
        };
        let quoted = quoted.ok_or_else(|| self.wrong("a string has an escape that means nothing"))?;
        self.at += end + 1;
        Ok(quoted)
    }
}

enum Quoted<'t> {
    Plain(&'t str),
    Escaped(String),
}
