//! A session, user or partner whose access tokens and keys no longer count, for as long as one may be around.

use async_graphql::Enum;
use sea_orm::entity::prelude::*;

/// What was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "RevocationKind")]
pub enum Kind {
    /// All tokens of the session.
    #[sea_orm(string_value = "SESSION")]
    Session,
    /// The tokens of the user issued up to then: roles changed, or the account was blocked.
    #[sea_orm(string_value = "USER")]
    User,
    /// All keys of the partner.
    #[sea_orm(string_value = "PARTNER")]
    Partner,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub struct Model {
    /// Given out under a lock, so that positions become visible in their order and a reader's cursor skips none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    pub kind: Kind,
    pub subject_id: Uuid,
    pub revoked_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
