//! Writing a tree as JSON text, and reading one where serde is at work. Both are for serde_json's text alone: no other
//! form has a place for the digits of every number.

use serde::de::Error as _;
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{Node, Number, Object, Reader};

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items.iter()),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, node) in self.entries() {
            map.serialize_entry(&**key, node)?;
        }
        map.end()
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_i64() {
            Some(integer) => serializer.serialize_i64(integer),
            None => {
                let text = self.text();
                serde_json::from_str::<&RawValue>(&text).map_err(S::Error::custom)?.serialize(serializer)
            }
        }
    }
}

/// Of fields with one name the last counts, as elsewhere where serde reads.
impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match Reader::distinct(raw.get()).only().map_err(D::Error::custom)? {
            Node::Object(object) => Ok(std::sync::Arc::unwrap_or_clone(object)),
            _ => Err(D::Error::custom("an object is expected")),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Reader::distinct(raw.get()).only().map_err(D::Error::custom)
    }
}
