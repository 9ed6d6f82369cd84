//! Events of users.

use platform_core::id::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events;

events! {
    topic: "users",
    UserRegistered { version: 1, key: user_id },
}

/// Someone registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    #[schemars(with = "Uuid")]
    pub user_id: UserId,
}
