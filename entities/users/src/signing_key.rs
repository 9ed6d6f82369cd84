//! A key pair that signs access tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// RFC 7638 thumbprint of the public key: `kid` of the tokens it signs.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// Ed25519, PEM (PKCS#8); encrypted where the installation has a key for that.
    pub private_pem: String,
    /// The public key as a JSON Web Key.
    pub public_jwk: Json,
    pub created_at: DateTimeUtc,
    /// Published before, signs from then on: verifiers that keep a key set for a while know it by its first token.
    pub signs_from: DateTimeUtc,
    /// When it is no longer published; `None` until a successor is made.
    pub expires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
