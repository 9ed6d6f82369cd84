//! An issuer of access tokens, and all the ways to get one wrong.

use std::sync::Arc;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform_core::clock::{Clock, ShiftedClock};
use router_gateway::auth::StaticJwks;
use router_gateway::config::JwtConfig;
use serde_json::{Value, json};

/// Made for these tests alone.
const ED25519: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIDBeyvH3smagvbUKEyDMvZUqHjhDljyNXT/uHcGP/M6/
-----END PRIVATE KEY-----";
const ED25519_STRANGER: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIDSVBsVAwree7L9eK2XzujOYXo4qCPob4Ub9AGBR6rJ2
-----END PRIVATE KEY-----";
const P256: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSoi4w1bg8VOs2T1r
Jl8nqiK4+ugWdUf4PB/It7PWyMqhRANCAAR0N4S4VIAVuTPq8YDusfoI2/KTij9C
QWA3anSmqt5X8Q+f89gVW97Lzc1wS2LNcklhHgu5so3u7ngvNRcAIwkn
-----END PRIVATE KEY-----";

pub const USER: &str = "0193a5b0-0000-7000-8000-000000000001";
pub const SESSION: &str = "0193a5b0-0000-7000-8000-000000000002";

pub fn jwt_config() -> JwtConfig {
    JwtConfig {
        issuer: "https://issuer.test".to_owned(),
        audience: "shop".to_owned(),
        ..JwtConfig::default()
    }
}

pub fn ed25519() -> EncodingKey {
    EncodingKey::from_ed_pem(ED25519.as_bytes()).unwrap()
}

pub fn stranger() -> EncodingKey {
    EncodingKey::from_ed_pem(ED25519_STRANGER.as_bytes()).unwrap()
}

pub fn p256() -> EncodingKey {
    EncodingKey::from_ec_pem(P256.as_bytes()).unwrap()
}

fn public(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Jwk {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some(kid.to_owned());
    jwk
}

/// The public keys `ed` and `ec`.
pub fn jwks() -> Arc<StaticJwks> {
    let keys = vec![public(&ed25519(), Algorithm::EdDSA, "ed"), public(&p256(), Algorithm::ES256, "ec")];
    Arc::new(StaticJwks(JwkSet { keys }))
}

pub fn header(algorithm: Algorithm, kid: &str) -> Header {
    let mut header = Header::new(algorithm);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(kid.to_owned());
    header
}

/// What a good token says, valid for ten minutes from now.
pub fn claims(clock: &ShiftedClock) -> Value {
    let now = clock.now().timestamp();
    json!({
        "iss": "https://issuer.test",
        "aud": "shop",
        "sub": USER,
        "sid": SESSION,
        "roles": ["buyer"],
        "scope": "orders:read",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
    })
}

pub fn sign(header: &Header, claims: &Value, key: &EncodingKey) -> String {
    jsonwebtoken::encode(header, claims, key).unwrap()
}

pub fn good(clock: &ShiftedClock) -> String {
    sign(&header(Algorithm::EdDSA, "ed"), &claims(clock), &ed25519())
}
