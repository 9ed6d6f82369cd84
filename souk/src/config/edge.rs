//! The section `gateway`: the router's own settings, and beside them those of the shop's market, of which the router
//! knows nothing.

use std::borrow::Cow;
use std::fmt;

use router_gateway::GatewayConfig;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::market::MarketConfig;

/// The one key of the section that is not the router's.
const MARKET: &str = "market";

/// The edge of the installation.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EdgeConfig {
    #[serde(flatten)]
    pub router: GatewayConfig,
    pub market: MarketConfig,
}

/// By hand, since `flatten` loses where in the section a fault is, and which keys it may have.
impl<'de> Deserialize<'de> for EdgeConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Section)
    }
}

struct Section;

impl<'de> Visitor<'de> for Section {
    type Value = EdgeConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the section `gateway`")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<EdgeConfig, A::Error> {
        let mut market = None;
        let rest = WithoutMarket { map, market: &mut market };
        let router = GatewayConfig::deserialize(MapAccessDeserializer::new(rest))?;
        Ok(EdgeConfig { router, market: market.unwrap_or_default() })
    }
}

/// The section as the router reads it.
struct WithoutMarket<'m, A> {
    map: A,
    market: &'m mut Option<MarketConfig>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutMarket<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(key) = self.map.next_key::<String>()? {
            if key != MARKET {
                return seed.deserialize(key.into_deserializer()).map(Some);
            }
            *self.market = Some(self.map.next_value()?);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

impl JsonSchema for EdgeConfig {
    fn schema_name() -> Cow<'static, str> {
        GatewayConfig::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = GatewayConfig::json_schema(generator);
        let mut market = generator.subschema_for::<MarketConfig>();
        market.insert("default".to_owned(), json!(MarketConfig::default()));
        if let Some(Value::Object(settings)) = schema.get_mut("properties") {
            settings.insert(MARKET.to_owned(), market.into());
        }
        schema
    }
}
