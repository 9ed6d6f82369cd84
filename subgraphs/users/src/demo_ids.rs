//! Who is a demo user or partner, by id; and what the demo's users granted to others.

use platform_core::id::{ApiKeyId, PartnerId, UserId};
use platform_database::StoreError;
use platform_identity::Identity;
use sea_orm::ConnectionTrait;
use users_entities::user_role::Role;
use uuid::Uuid;

use crate::app::App;
use crate::store;

/// The password of every demo user.
pub const PASSWORD: &str = "souk-demo-2026";
/// The key of the demo partner.
pub const PARTNER_KEY: &str = "souk_key_demo-partner-key-for-local-use-only-0000000";

/// A demo user, as the start of the program shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoLogin {
    pub id: UserId,
    pub role: &'static str,
    pub email: &'static str,
    pub name: &'static str,
}

const fn login(number: u128, role: &'static str, email: &'static str, name: &'static str) -> DemoLogin {
    DemoLogin { id: UserId(Uuid::from_u128(BASE + number)), role, email, name }
}

/// Ids with this beginning are demo data; the version and variant are those of UUID v7.
pub(crate) const BASE: u128 = 0x0190_0000_0000_7000_8000_0075_0000_0000;
pub(crate) const PARTNER: PartnerId = PartnerId(Uuid::from_u128(BASE + 0x0100_0001));
pub(crate) const KEY: ApiKeyId = ApiKeyId(Uuid::from_u128(BASE + 0x0200_0001));

/// One login of each role, to be shown.
pub const LOGINS: [DemoLogin; 5] = [
    login(1, "buyer", "buyer@demo.souk.example", "Ann Buyer"),
    login(2, "seller", "seller@demo.souk.example", "Sam Seller"),
    login(3, "courier", "courier@demo.souk.example", "Cora Courier"),
    login(4, "support", "support@demo.souk.example", "Sue Support"),
    login(5, "admin", "admin@demo.souk.example", "Adam Admin"),
];

/// More buyers, for orders in every state.
pub const BUYERS: [DemoLogin; 8] = [
    login(11, "buyer", "ben@demo.souk.example", "Ben Okafor"),
    login(12, "buyer", "chiara@demo.souk.example", "Chiara Rossi"),
    login(13, "buyer", "daiki@demo.souk.example", "田中 大輝"),
    login(14, "buyer", "elif@demo.souk.example", "Elif Yılmaz"),
    login(15, "buyer", "farid@demo.souk.example", "Farid Rahimi"),
    login(16, "buyer", "greta@demo.souk.example", "Greta Lindqvist"),
    login(17, "buyer", "hugo@demo.souk.example", "Hugo Fernández"),
    login(18, "buyer", "ines@demo.souk.example", "Inês Carvalho"),
];

/// More couriers, who drive through the demo city.
pub const COURIERS: [DemoLogin; 7] = [
    login(31, "courier", "jonas@demo.souk.example", "Jonas"),
    login(32, "courier", "kofi@demo.souk.example", "Kofi"),
    login(33, "courier", "lena@demo.souk.example", "Lena"),
    login(34, "courier", "milan@demo.souk.example", "Milan"),
    login(35, "courier", "nadia@demo.souk.example", "Nadia"),
    login(36, "courier", "olga@demo.souk.example", "Olga"),
    login(37, "courier", "pedro@demo.souk.example", "Pedro"),
];

/// All demo users.
pub fn all() -> impl Iterator<Item = &'static DemoLogin> {
    LOGINS.iter().chain(&BUYERS).chain(&COURIERS)
}

/// Whether `id` is a demo user's or partner's.
pub(crate) const fn is_demo(id: Uuid) -> bool {
    id.as_u128() >> 32 == BASE >> 32
}

/// Whether `id` is a demo user or partner that may not be used here.
pub(crate) fn is_closed(app: &App, id: Uuid) -> bool {
    !app.config.demo && is_demo(id)
}

/// Whether what `actor` grants is the demo's doing: a demo user grants it, or whom one made an administrator.
pub(crate) async fn is_behind<C: ConnectionTrait>(db: &C, actor: &Identity) -> Result<bool, StoreError> {
    let Some(user) = actor.user else { return Ok(false) };
    if is_demo(user.0) {
        return Ok(true);
    }
    let role = store::user::role(db, user, Role::Admin).await?;
    Ok(role.is_some_and(|role| role.by_demo))
}
