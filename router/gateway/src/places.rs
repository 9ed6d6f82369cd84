//! The places of open subscriptions and event streams: so many in all, and a share of these for each network and for each
//! signed-in user, over all of its addresses.

use std::sync::Arc;

use platform_listener::{Full, Share, Shares};

use crate::answer::Refusal;
use crate::config::SubscriptionConfig;
use crate::context::Context;
use crate::edge::QuotaKey;

pub struct Places {
    by_network: Arc<Shares>,
    by_user: Arc<Shares<QuotaKey>>,
}

/// Given back when it is dropped.
pub struct Place {
    _of_network: Share,
    /// Guests are told apart by their network alone.
    _of_user: Option<Share<QuotaKey>>,
}

impl Places {
    pub fn new(config: &SubscriptionConfig) -> Self {
        let total = config.max_subscriptions;
        Self {
            by_network: Shares::new(total, config.max_subscriptions_per_address),
            by_user: Shares::new(total, config.max_subscriptions_per_user),
        }
    }

    /// One for a caller, or why it gets none.
    pub fn take(&self, context: &Context) -> Result<Place, Refusal> {
        let key = QuotaKey::of(&context.authentication.caller, context.client);
        let of_user = match key {
            QuotaKey::User(_) | QuotaKey::Partner(_) => {
                let taken = self.by_user.try_take(key, 1);
                Some(
                    taken
                        .map_err(|full| refusal(full, "yours", "subscriptions.max_subscriptions_per_user"))?,
                )
            }
            QuotaKey::Address(_) | QuotaKey::Forwarded(_) => None,
        };
        let of_network = self.by_network.try_take(context.client.network(), 1).map_err(|full| {
            refusal(full, "those of your network", "subscriptions.max_subscriptions_per_address")
        })?;
        Ok(Place { _of_network: of_network, _of_user: of_user })
    }
}

fn refusal(full: Full, whose: &str, setting: &str) -> Refusal {
    let message = match full {
        Full::All => {
            "too many subscriptions are open (`subscriptions.max_subscriptions`); try again".to_owned()
        }
        Full::Part => {
            format!("too many subscriptions are open, {whose} (`{setting}`); end some, or try again")
        }
    };
    Refusal::unavailable(message)
}
