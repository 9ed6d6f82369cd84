//! What an event is: the typed payload of a contract, and the CloudEvent that carries it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_core::id::EventId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The payload of one kind of event. Payloads are shared by the subgraphs and carry ids, never personal data.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Such as `OrderPlaced`.
    const TYPE: &'static str;
    /// Raised when an old consumer could not read the payload any more; new optional fields do not raise it.
    const VERSION: u16;
    /// The subgraph that publishes it.
    const TOPIC: &'static str;

    /// The aggregate's id. Events with the same key reach a consumer in the order of their commits.
    fn key(&self) -> String;
}

/// An event with its metadata. In JSON it is a CloudEvent 1.0 with the extensions `partitionkey` and `sequence`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct CloudEvent {
    pub id: EventId,
    pub topic: Arc<str>,
    /// [`Event::TYPE`].
    pub kind: String,
    pub version: u16,
    pub key: String,
    pub time: DateTime<Utc>,
    /// Where the event stands in its topic's log; consecutive from 1.
    pub position: i64,
    pub data: Box<RawValue>,
}

/// Why a payload cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    #[error("version {found} of `{kind}` is newer than this release knows ({known})")]
    Newer { kind: String, found: u16, known: u16 },
    #[error("the payload of `{kind}` is not what its contract says")]
    Malformed {
        kind: String,
        #[source]
        source: serde_json::Error,
    },
}

impl CloudEvent {
    /// The payload as the type of its contract.
    pub fn payload<E: Event>(&self) -> Result<E, PayloadError> {
        if self.version > E::VERSION {
            return Err(PayloadError::Newer {
                kind: self.kind.clone(),
                found: self.version,
                known: E::VERSION,
            });
        }
        serde_json::from_str(self.data.get())
            .map_err(|source| PayloadError::Malformed { kind: self.kind.clone(), source })
    }

    pub fn is<E: Event>(&self) -> bool {
        self.kind == E::TYPE && &*self.topic == E::TOPIC
    }
}

/// The attributes as CloudEvents name them.
#[derive(Clone, Serialize, Deserialize)]
struct Wire {
    specversion: String,
    id: EventId,
    source: String,
    r#type: String,
    subject: String,
    time: DateTime<Utc>,
    datacontenttype: String,
    partitionkey: String,
    sequence: String,
    data: Box<RawValue>,
}

const SOURCE_PREFIX: &str = "/souk/";
const TYPE_PREFIX: &str = "souk.";

impl From<CloudEvent> for Wire {
    fn from(event: CloudEvent) -> Self {
        Self {
            specversion: "1.0".to_owned(),
            id: event.id,
            source: format!("{SOURCE_PREFIX}{}", event.topic),
            r#type: format!("{TYPE_PREFIX}{}.{}.v{}", event.topic, event.kind, event.version),
            subject: event.key.clone(),
            time: event.time,
            datacontenttype: "application/json".to_owned(),
            partitionkey: event.key,
            sequence: event.position.to_string(),
            data: event.data,
        }
    }
}

/// The JSON is a CloudEvent, but not one of Souk's.
#[derive(Debug, thiserror::Error)]
#[error("not an event of Souk: attribute `{0}`")]
struct ForeignEvent(&'static str);

impl TryFrom<Wire> for CloudEvent {
    type Error = ForeignEvent;

    fn try_from(wire: Wire) -> Result<Self, ForeignEvent> {
        let topic = wire.source.strip_prefix(SOURCE_PREFIX).ok_or(ForeignEvent("source"))?;
        let (kind, version) = wire
            .r#type
            .strip_prefix(TYPE_PREFIX)
            .and_then(|name| name.strip_prefix(topic))
            .and_then(|name| name.strip_prefix('.'))
            .and_then(|name| name.rsplit_once(".v"))
            .ok_or(ForeignEvent("type"))?;
        Ok(Self {
            id: wire.id,
            topic: topic.into(),
            kind: kind.to_owned(),
            version: version.parse().map_err(|_| ForeignEvent("type"))?,
            key: wire.partitionkey,
            time: wire.time,
            position: wire.sequence.parse().map_err(|_| ForeignEvent("sequence"))?,
            data: wire.data,
        })
    }
}
