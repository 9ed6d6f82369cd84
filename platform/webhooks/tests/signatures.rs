//! Check 22: an altered body, an old signature or one by another secret is refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue};
use platform_webhooks::{InvalidSecret, Secret, SignatureError};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

#[test]
fn only_a_fresh_signature_of_this_body_by_this_secret_is_believed() {
    let (secret, body) = (Secret::new(b"one".to_vec()), b"{}");
    let headers = secret.sign("msg_1", now(), body).unwrap();
    assert_eq!(secret.verify(&headers, body, now()), Ok("msg_1"));
    assert_eq!(secret.verify(&headers, b"{ }", now()), Err(SignatureError::Wrong));
    let other = Secret::new(b"two".to_vec());
    assert_eq!(other.verify(&headers, body, now()), Err(SignatureError::Wrong));
    for shift in [301, -301] {
        let then = now() + TimeDelta::seconds(shift);
        assert_eq!(secret.verify(&headers, body, then), Err(SignatureError::Stale));
    }
    assert_eq!(secret.verify(&HeaderMap::new(), body, now()), Err(SignatureError::Missing));
}

/// While a sender exchanges its secret it signs by both.
#[test]
fn one_of_several_signatures_is_enough() {
    let (old, new) = (Secret::new(b"old".to_vec()), Secret::new(b"new".to_vec()));
    let mut headers = old.sign("msg_1", now(), b"{}").unwrap();
    let second = new.sign("msg_1", now(), b"{}").unwrap();
    let both = [&headers, &second].map(|headers| headers["webhook-signature"].to_str().unwrap().to_owned());
    headers.insert("webhook-signature", HeaderValue::from_str(&format!("v2,x {}", both.join(" "))).unwrap());
    assert_eq!(new.verify(&headers, b"{}", now()), Ok("msg_1"));
}

/// The example of the specification.
#[test]
fn a_secret_is_read_as_it_is_written() {
    let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
    let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b"{\"test\": 2432232314}").unwrap();
    assert_eq!(signed["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    for wrong in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_???"] {
        assert_eq!(Secret::parse(wrong).err(), Some(InvalidSecret), "{wrong}");
    }
}
