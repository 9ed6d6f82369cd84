//! Check 14: internal tokens are believed only as this installation mints them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform_core::clock::ShiftedClock;
use platform_core::{Clock, Ids};
use platform_identity::{
    Caller, Context, Identity, InternalKeys, KeyError, Role, TOKEN_TYPE, TokenError, generate_signing_key,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What an application keeps of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Place {
    country: String,
}

struct World {
    clock: Arc<ShiftedClock>,
    keys: InternalKeys,
    /// The same key, to forge with.
    pem: String,
    caller: Caller,
}

fn world() -> World {
    let clock = Arc::new(ShiftedClock::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("internal.pem");
    let pem = generate_signing_key().unwrap();
    std::fs::write(&path, &pem).unwrap();
    let keys = InternalKeys::load_or_create(&path, clock.clone()).unwrap();
    let ids = Ids::new(clock.clone());
    let identity = Identity {
        user: Some(ids.next()),
        session: Some(ids.next()),
        roles: [Role::Buyer, Role::Support].into(),
        scopes: ["orders:read".to_owned()].into(),
        guest: Some("device".to_owned()),
        context: Context::new(Place { country: "DE".to_owned() }),
        ..Identity::guest()
    };
    World { clock, keys, pem, caller: Caller::new(identity) }
}

impl World {
    /// Header and claims of a genuine token.
    fn genuine(&self) -> (Value, Value) {
        let token = self.keys.mint(&self.caller, "catalog").unwrap();
        let part = |n: usize| {
            let part = token.split('.').nth(n).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        (part(0), part(1))
    }

    /// A token with this header and these claims, signed with the installation's own key.
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let key = EncodingKey::from_ed_pem(self.pem.as_bytes()).unwrap();
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    }

    fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        self.keys.verify::<Place>(token, "catalog")
    }
}

#[test]
fn an_identity_survives_the_journey() {
    let world = world();
    let token = world.keys.mint(&world.caller, "catalog").unwrap();
    assert_eq!(world.verify(&token), Ok(world.caller.clone()));
    let (header, claims) = world.genuine();
    assert_eq!(header["typ"], TOKEN_TYPE);
    assert_eq!(claims["identity"]["market"], json!({ "country": "DE" }), "the name that all releases read");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 60);
    assert_eq!(
        world.verify(&world.sign(&header, &claims)),
        Ok(world.caller.clone()),
        "the forge forges well"
    );
}

#[test]
fn a_context_that_is_none_of_the_readers_is_refused() {
    #[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
    struct Season(u8);

    let world = world();
    let token = world.keys.mint(&world.caller, "catalog").unwrap();
    for _ in 0..2 {
        let read = world.verify(&token).unwrap();
        assert_eq!(read.context.get(), Some(&Place { country: "DE".to_owned() }));
        assert_eq!(read.context.get::<Season>(), None);
        assert_eq!(world.keys.verify::<Season>(&token, "catalog"), Err(TokenError::Untrusted));
    }
    let without = Caller::new(Identity::service("orders"));
    let token = world.keys.mint(&without, "catalog").unwrap();
    assert_eq!(world.verify(&token), Ok(without));
}

#[test]
fn callers_in_different_contexts_get_different_tokens() {
    let world = world();
    let at = |country: &str| {
        let context = Context::new(Place { country: country.to_owned() });
        Caller::new(Identity::clone(&world.caller).in_context(context))
    };
    let mint = |caller: &Caller| world.keys.mint(caller, "catalog").unwrap();
    assert_eq!(mint(&at("DE")), mint(&world.caller));
    assert_ne!(mint(&at("FR")), mint(&world.caller));
    assert_eq!(world.verify(&mint(&at("FR"))), Ok(at("FR")));
}

#[test]
fn a_token_for_one_subgraph_is_refused_by_another() {
    let world = world();
    let token = world.keys.mint(&world.caller, "orders").unwrap();
    assert_eq!(world.verify(&token), Err(TokenError::Untrusted));
    assert!(world.keys.verify::<Place>(&token, "orders").is_ok());
    assert_eq!(world.verify(&token), Err(TokenError::Untrusted), "not even once it is known elsewhere");
}

#[test]
fn every_departure_in_the_header_is_refused() {
    let world = world();
    let (header, claims) = world.genuine();
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header.as_object_mut().unwrap().insert(name.to_owned(), value);
        header
    };
    let without = |name: &str| {
        let mut header = header.clone();
        header.as_object_mut().unwrap().remove(name);
        header
    };
    let headers = [
        with("alg", json!("none")),
        with("alg", json!("HS256")),
        with("alg", json!("RS256")),
        with("typ", json!("JWT")),
        with("typ", json!("at+jwt")),
        with("kid", json!("other")),
        with("jku", json!("https://evil.example/keys")),
        with("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" })),
        with("x5u", json!("https://evil.example/chain")),
        with("crit", json!(["exp"])),
        without("typ"),
        without("kid"),
        without("alg"),
    ];
    for header in headers {
        assert_eq!(world.verify(&world.sign(&header, &claims)), Err(TokenError::Header), "{header}");
    }
}

#[test]
fn every_departure_in_the_claims_is_refused() {
    let world = world();
    let (header, claims) = world.genuine();
    let now = world.clock.now().timestamp();
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
        };
        claims
    };
    let cases = [
        (with("aud", json!("orders")), TokenError::Untrusted),
        (with("aud", Value::Null), TokenError::Untrusted),
        (with("iss", json!("souk")), TokenError::Untrusted),
        (with("iss", Value::Null), TokenError::Untrusted),
        (with("exp", Value::Null), TokenError::Untrusted),
        (with("iat", Value::Null), TokenError::Untrusted),
        (with("identity", Value::Null), TokenError::Untrusted),
        (with("exp", json!(now)), TokenError::Lifetime),
        (with("exp", json!(now + 3_600)), TokenError::Lifetime),
        (with("exp", json!(i64::MAX)), TokenError::Lifetime),
        (with("iat", json!(i64::MIN)), TokenError::Lifetime),
        (with("iat", json!(now + 30)), TokenError::Lifetime),
        (with("sub", json!("00000000-0000-0000-0000-000000000000")), TokenError::Malformed),
        (with("sub", Value::Null), TokenError::Malformed),
    ];
    for (claims, error) in cases {
        assert_eq!(world.verify(&world.sign(&header, &claims)), Err(error), "{claims}");
    }
}

#[test]
fn other_keys_and_other_signatures_are_refused() {
    let world = world();
    let (header, claims) = world.genuine();
    let genuine = world.sign(&header, &claims);
    let (message, signature) = genuine.rsplit_once('.').unwrap();

    let other = EncodingKey::from_ed_pem(generate_signing_key().unwrap().as_bytes()).unwrap();
    let forged = jsonwebtoken::crypto::sign(message.as_bytes(), &other, Algorithm::EdDSA).unwrap();
    assert_eq!(world.verify(&format!("{message}.{forged}")), Err(TokenError::Untrusted));
    assert_eq!(world.verify(&format!("{message}.")), Err(TokenError::Untrusted));

    let mut raised = claims.clone();
    raised["identity"]["roles"] = json!(["admin"]);
    let payload = URL_SAFE_NO_PAD.encode(raised.to_string());
    let head = message.split('.').next().unwrap();
    assert_eq!(world.verify(&format!("{head}.{payload}.{signature}")), Err(TokenError::Untrusted));

    // The public key as an HMAC secret: the classic confusion of algorithms.
    let secret = EncodingKey::from_secret(world.pem.as_bytes());
    let mut hmac = Header::new(Algorithm::HS256);
    hmac.typ = Some(TOKEN_TYPE.to_owned());
    hmac.kid = header["kid"].as_str().map(str::to_owned);
    let confused = jsonwebtoken::encode(&hmac, &claims, &secret).unwrap();
    assert_eq!(world.verify(&confused), Err(TokenError::Header));

    for nonsense in ["", ".", "..", "a.b.c", "ey.ey.ey", &"x".repeat(100_000)] {
        assert!(world.verify(nonsense).is_err());
    }
}

#[test]
fn a_token_expires_even_when_it_was_verified_before() {
    let world = world();
    let token = world.keys.mint(&world.caller, "catalog").unwrap();
    assert!(world.verify(&token).is_ok());
    world.clock.advance(Duration::from_secs(59));
    assert!(world.verify(&token).is_ok());
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(world.verify(&token), Err(TokenError::Lifetime));
}

#[test]
fn tokens_are_kept_per_identity_and_audience_and_renewed_in_time() {
    let world = world();
    let token = world.keys.mint(&world.caller, "catalog").unwrap();
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(world.keys.mint(&world.caller, "catalog").unwrap(), token);
    assert_ne!(world.keys.mint(&world.caller, "orders").unwrap(), token);
    let mut other = Identity::clone(&world.caller);
    other.scopes.insert("orders:manage".to_owned());
    assert_ne!(world.keys.mint(&Caller::new(other), "catalog").unwrap(), token);
    world.clock.advance(Duration::from_secs(15));
    let renewed = world.keys.mint(&world.caller, "catalog").unwrap();
    assert_ne!(renewed, token);
    assert!(world.verify(&renewed).is_ok());
    // Check 40: a clock that is set back does not make old tokens of the future.
    world.clock.step_back(Duration::from_secs(300));
    let after = world.keys.mint(&world.caller, "catalog").unwrap();
    assert!(world.verify(&after).is_ok());
}

#[test]
fn processes_that_start_together_share_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys").join("internal.pem");
    let clock = Arc::new(ShiftedClock::default());
    let caller = Caller::new(Identity::service("orders"));
    let keys: Vec<InternalKeys> = std::thread::scope(|scope| {
        let load = || InternalKeys::load_or_create(&path, clock.clone()).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(load)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for minting in &keys {
        let token = minting.mint(&caller, "catalog").unwrap();
        assert!(keys.iter().all(|verifying| verifying.verify::<Place>(&token, "catalog").is_ok()));
    }
    let entries: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(entries.len(), 1, "no drafts are left behind");
}

#[cfg(unix)]
#[test]
fn the_key_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("internal.pem");
    InternalKeys::load_or_create(&path, Arc::new(ShiftedClock::default())).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_holds_no_key_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("internal.pem");
    std::fs::write(&path, "nothing").unwrap();
    let error = InternalKeys::load_or_create(&path, Arc::new(ShiftedClock::default())).err().unwrap();
    assert!(matches!(error, KeyError::Malformed(_)), "{error}");
}

/// Every process that has the key has the secret, and none of another purpose.
#[test]
fn a_secret_is_of_one_key_and_one_purpose() {
    let World { clock, keys, pem, .. } = world();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("internal.pem");
    std::fs::write(&path, pem).unwrap();
    let elsewhere = InternalKeys::load(&path, clock.clone()).unwrap();
    let secret = keys.secret("labels").unwrap();
    assert_eq!(elsewhere.secret("labels").unwrap(), secret);
    assert_ne!(keys.secret("webhooks").unwrap(), secret);
    assert_ne!(InternalKeys::ephemeral(clock).unwrap().secret("labels").unwrap(), secret);
}
