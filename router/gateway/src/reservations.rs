//! The reserved and open event streams of this process, each its owner's alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::StatusCode;
use platform_identity::Identity;
use tokio::sync::mpsc;

use crate::answer::Refusal;
use crate::config::SubscriptionConfig;
use crate::context::Context;
use crate::operations::Operations;
use crate::outbox::{Outbox, Queued};
use crate::places::{Place, Places};

/// As many as subscriptions may be open.
pub struct EventStreams {
    by_token: Mutex<HashMap<String, EventStream>>,
    pub places: Places,
}

pub struct EventStream {
    /// Only who reserved it may use it.
    pub owner: Owner,
    pub outbox: Outbox<Bytes>,
    pub operations: Operations,
    /// Taken by the request that opens the stream.
    pub frames: Option<mpsc::Receiver<Queued<Bytes>>>,
    pub _place: Place,
}

/// Who a caller is, whatever token or context the request has.
#[derive(PartialEq, Eq)]
pub struct Owner(Option<String>);

impl Owner {
    pub fn of(identity: &Identity) -> Self {
        let partner = identity.partner.map(|partner| format!("partner {partner}"));
        let user = identity.user.map(|user| format!("user {user} {:?}", identity.session));
        Self(partner.or(user).or_else(|| identity.guest.clone()))
    }
}

impl EventStreams {
    pub fn new(config: &SubscriptionConfig) -> Self {
        Self { by_token: Mutex::default(), places: Places::new(config) }
    }

    pub fn lock(&self) -> MutexGuard<'_, HashMap<String, EventStream>> {
        self.by_token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A stream of somebody else is as unknown as one that never was.
    pub fn with<T>(
        &self,
        token: &str,
        context: &Context,
        act: impl FnOnce(&mut EventStream) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut streams = self.lock();
        let owner = Owner::of(&context.authentication.caller);
        match streams.get_mut(token).filter(|stream| stream.owner == owner) {
            Some(stream) => act(stream),
            None => Err(Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is no such event stream")),
        }
    }

    pub fn remove_if(&self, token: &str, condition: impl FnOnce(&EventStream) -> bool) {
        let mut streams = self.lock();
        if streams.get(token).is_some_and(condition)
            && let Some(stream) = streams.remove(token)
        {
            stream.operations.cancel_all();
        }
    }
}
