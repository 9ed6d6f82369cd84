//! The response to a client, its data already written as JSON.

use bytes::Bytes;
use router_json::Number;
use router_schema::JsonObject;
use router_transport::GraphqlError;
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

const HEAD: &[u8] = b"{\"data\":";

/// The data is kept as the text that goes out, so that writing a response is copying it.
#[derive(Debug, Clone)]
pub struct Response {
    /// [`HEAD`] and the JSON text of `data`; `None` when the request was refused before execution.
    body: Option<Vec<u8>>,
    pub errors: Vec<GraphqlError>,
    pub extensions: JsonObject,
    /// Bytes that were written for it and given up, for they were more than there was room for.
    given_up: usize,
}

impl Response {
    /// A response without `data`: nothing was executed.
    pub fn refused(errors: Vec<GraphqlError>) -> Self {
        Self { body: None, errors, extensions: JsonObject::new(), given_up: 0 }
    }

    pub(crate) fn new(data: DataWriter, errors: Vec<GraphqlError>) -> Self {
        Self { body: Some(data.body), errors, extensions: JsonObject::new(), given_up: 0 }
    }

    /// A response that took the work of `given_up` bytes and has none of them.
    pub(crate) fn overflown(error: GraphqlError, given_up: usize) -> Self {
        let mut out = DataWriter::with_capacity(0);
        out.raw(b"null");
        Self { given_up, ..Self::new(out, vec![error]) }
    }

    /// About as many bytes as were written for it, whether it has them or not.
    pub fn written(&self) -> usize {
        self.size().max(self.given_up)
    }

    /// The JSON text of `data`; `None` when the request was refused.
    pub fn data(&self) -> Option<&[u8]> {
        self.body.as_deref().and_then(|body| body.get(HEAD.len()..))
    }

    /// About as many bytes as it has as JSON.
    pub fn size(&self) -> usize {
        /// Of an error, beside its message and path.
        const ERROR: usize = 128;
        const STEP: usize = 16;
        let errors = self.errors.iter().map(|error| ERROR + error.message.len() + error.path.len() * STEP);
        self.body.as_ref().map_or(0, Vec::len) + errors.sum::<usize>() + self.extensions.len() * ERROR
    }

    /// The whole response as JSON.
    pub fn into_bytes(self) -> Bytes {
        let Self { body, errors, extensions, .. } = self;
        let mut out = body.unwrap_or_else(|| b"{".to_vec());
        write_rest(&mut out, &errors, &extensions);
        Bytes::from(out)
    }

    /// Appends the whole response as JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.body.as_deref().unwrap_or(b"{"));
        write_rest(out, &self.errors, &self.extensions);
    }
}

fn write_rest(out: &mut Vec<u8>, errors: &[GraphqlError], extensions: &JsonObject) {
    let separate = |out: &mut Vec<u8>| {
        if out.last() != Some(&b'{') {
            out.push(b',');
        }
    };
    if !errors.is_empty() {
        separate(out);
        out.extend_from_slice(b"\"errors\":");
        write_json(out, errors);
    }
    if !extensions.is_empty() {
        separate(out);
        out.extend_from_slice(b"\"extensions\":");
        write_json(out, extensions);
    }
    out.push(b'}');
}

/// Appends a value as JSON.
pub fn write_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if let Err(error) = serde_json::to_writer(&mut *out, value) {
        // Strings, numbers and their containers are always representable, and a vector takes any number of bytes.
        tracing::error!(%error, "a value cannot be written as JSON");
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

impl Serialize for Response {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(data) = self.data() {
            let raw: &RawValue = serde_json::from_slice(data).map_err(S::Error::custom)?;
            map.serialize_entry("data", raw)?;
        }
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &self.errors)?;
        }
        if !self.extensions.is_empty() {
            map.serialize_entry("extensions", &self.extensions)?;
        }
        map.end()
    }
}

/// Takes the text of `data`, and takes back what turned out to be `null` further up.
pub struct DataWriter {
    body: Vec<u8>,
}

/// A point to return to.
#[derive(Clone, Copy)]
pub struct Mark(usize);

impl DataWriter {
    pub fn with_capacity(capacity: usize) -> Self {
        let mut body = Vec::with_capacity(capacity + HEAD.len());
        body.extend_from_slice(HEAD);
        Self { body }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.body.len())
    }

    pub fn len(&self) -> usize {
        self.body.len()
    }

    pub fn undo(&mut self, to: Mark) {
        self.body.truncate(to.0);
    }

    pub fn raw(&mut self, text: &[u8]) {
        self.body.extend_from_slice(text);
    }

    pub fn number(&mut self, number: &Number) {
        match number.as_i64() {
            Some(integer) => self.json(&integer),
            None => self.raw(number.text().as_bytes()),
        }
    }

    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) {
        write_json(&mut self.body, value);
    }
}
