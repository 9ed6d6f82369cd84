//! Decides what may be done to a cart.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use orders_entities::cart_line::LineSnapshot;
use orders_entities::{cart, cart_line};
use platform_commerce::Money;
use platform_core::id::{CartLineId, OfferId, UserId};
use platform_core::{ApiError, Clock, ErrorCode, Ids};
use platform_database::{Database, StoreError, Transaction, Violation};
use platform_identity::{Caller, is_guest_id};
use platform_server::PeerError;
use platform_text::TextError;
use sea_orm::ActiveValue::Set;

use super::store::{self, claims};
use crate::peers::catalog::{PricedLine, WantedLine};

/// The most lines of one cart; catalog prices at most this many at once.
pub const MAX_LINES: usize = 200;
/// The most of one offer in a cart.
pub const MAX_QUANTITY: i32 = 9_999;
/// The most characters of a coupon's code that a cart takes.
pub const MAX_COUPON_CODE: usize = 64;

#[derive(Debug, thiserror::Error)]
pub enum CartError {
    #[error(
        "sign in, or send a guest id of your own in the header X-Souk-Guest (16 to 128 letters, digits, `-` and `_`)"
    )]
    NoOwner,
    #[error("sign in to take over a guest's cart")]
    NotSignedIn,
    #[error("the quantity must be between 1 and {MAX_QUANTITY}")]
    InvalidQuantity,
    #[error("the quantity must be between 1 and {MAX_QUANTITY}, or 0 to remove the line")]
    InvalidNewQuantity,
    #[error("a cart holds at most {MAX_LINES} different offers")]
    TooManyLines,
    #[error("the cart has no such line")]
    NoSuchLine,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("a guest id has 16 to 128 letters, digits, `-` and `_`")]
    InvalidGuest,
    #[error("whether this can be bought cannot be told now; try again")]
    Catalog(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CartError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoOwner
            | Self::InvalidQuantity
            | Self::InvalidNewQuantity
            | Self::InvalidGuest
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Catalog(error) => error.code(),
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::TooManyLines => ErrorCode::LimitExceeded,
            Self::NoSuchLine => ErrorCode::NotFound,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            // The header, not a field: nothing else names a guest.
            Self::NoOwner => Some("X-Souk-Guest"),
            Self::InvalidQuantity | Self::InvalidNewQuantity => Some("quantity"),
            Self::InvalidGuest => Some("guestId"),
            Self::Text(error) => Some(error.field()),
            Self::Catalog(error) => error.field(),
            Self::NoSuchLine => Some("lineId"),
            Self::NotSignedIn | Self::TooManyLines | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CartError);
platform_sagas::step_error!(CartError);

/// Whose cart it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    User(UserId),
    Guest(String),
}

impl Owner {
    /// The guest of an id that a caller sends.
    pub fn guest(id: &str) -> Result<Self, CartError> {
        if is_guest_id(id) { Ok(Self::Guest(id.to_owned())) } else { Err(CartError::InvalidGuest) }
    }

    pub fn of(caller: &Caller) -> Result<Self, CartError> {
        match (caller.user, &caller.guest) {
            (Some(user), _) => Ok(Self::User(user)),
            (None, Some(guest)) => Ok(Self::Guest(guest.clone())),
            (None, None) => Err(CartError::NoOwner),
        }
    }
}

/// A cart with its lines.
#[derive(Debug, Clone)]
pub struct CartRows {
    pub cart: cart::Model,
    pub lines: Vec<cart_line::Model>,
}

/// A user's cart after a guest's was taken over.
#[derive(Debug)]
pub struct Merged {
    pub cart: CartRows,
    /// Offers that both carts together hold too many pieces of, with how many: those that did not fit are in the guest's.
    pub too_many: Vec<WantedLine>,
}

#[derive(Clone)]
pub struct Carts {
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub ids: Ids,
}

impl Carts {
    pub async fn find(&self, owner: &Owner) -> Result<Option<CartRows>, CartError> {
        let found = store::find(self.database.read(), owner).await?;
        Ok(found.map(|(cart, lines)| CartRows { cart, lines }))
    }

    /// Adds `quantity` of an offer; more of one that is there already.
    #[tracing::instrument(name = "orders.cart.add", skip_all, fields(offer.id = %offer))]
    pub async fn add(
        &self,
        owner: &Owner,
        offer: OfferId,
        quantity: i32,
        snapshot: Option<LineSnapshot>,
    ) -> Result<CartRows, CartError> {
        check_quantity(quantity)?;
        let tx = self.database.begin().await?;
        let cart = self.open(&tx, owner, None).await?;
        let row = cart_line::ActiveModel {
            id: Set(self.ids.next()),
            cart_id: Set(cart.id),
            offer_id: Set(offer),
            quantity: Set(quantity),
            claimed: Set(0),
            seen_price_minor: Set(None),
            seen_currency: Set(None),
            created_at: Set(self.clock.now()),
            snapshot: Set(snapshot),
        };
        store::add_line(&tx, row).await.map_err(quantity_error)?;
        finish(tx, cart).await
    }

    /// Sets the quantity of a line; zero removes it.
    pub async fn update(
        &self,
        owner: &Owner,
        line: CartLineId,
        quantity: i32,
    ) -> Result<CartRows, CartError> {
        if quantity != 0 && check_quantity(quantity).is_err() {
            return Err(CartError::InvalidNewQuantity);
        }
        let tx = self.database.begin().await?;
        let cart = store::lock(&tx, owner).await?.ok_or(CartError::NoSuchLine)?;
        let found = match quantity {
            0 => store::remove_line(&tx, cart.id, line).await?,
            _ => store::set_quantity(&tx, cart.id, line, quantity).await?,
        };
        if !found {
            return Err(CartError::NoSuchLine);
        }
        let cart = store::touch(&tx, cart.id, self.clock.now(), None).await?.ok_or(CartError::NoSuchLine)?;
        finish(tx, cart).await
    }

    pub async fn clear(&self, owner: &Owner) -> Result<CartRows, CartError> {
        let tx = self.database.begin().await?;
        let cart = self.open(&tx, owner, Some(None)).await?;
        store::clear(&tx, cart.id).await?;
        finish(tx, cart).await
    }

    /// Sets or removes the cart's coupon; whether it applies is said by each quote.
    pub async fn set_coupon(&self, owner: &Owner, code: Option<String>) -> Result<CartRows, CartError> {
        let tx = self.database.begin().await?;
        let cart = self.open(&tx, owner, Some(code)).await?;
        finish(tx, cart).await
    }

    /// Moves a guest's cart into the user's: quantities add up, the user's own coupon stays. The guest's is gone after,
    /// unless something is to stay in it: `stays` names the offers that cannot be bought, and pieces stay that do not fit
    /// into the user's. An order that is being made of it takes what it buys out of the user's.
    #[tracing::instrument(name = "orders.cart.merge", skip_all)]
    pub async fn merge(
        &self,
        user: UserId,
        theirs: &Owner,
        stays: &HashSet<OfferId>,
    ) -> Result<Merged, CartError> {
        let mine = Owner::User(user);
        let tx = self.database.begin().await?;
        let mut cart = self.open(&tx, &mine, None).await?;
        let mut too_many = Vec::new();
        if let Some(other) = store::lock(&tx, theirs).await? {
            let have: HashMap<OfferId, i32> =
                store::lines(&*tx, cart.id).await?.into_iter().map(|l| (l.offer_id, l.quantity)).collect();
            let (left, moved): (Vec<_>, Vec<_>) = store::lines(&*tx, other.id)
                .await?
                .into_iter()
                .partition(|line| stays.contains(&line.offer_id) && line.claimed == 0);
            let mut taken = Vec::with_capacity(moved.len());
            for line in moved {
                let present = have.get(&line.offer_id).copied().unwrap_or(0);
                let quantity = line.quantity.min(MAX_QUANTITY.saturating_sub(present));
                let rest = line.quantity.saturating_sub(quantity);
                if rest > 0 {
                    let both = present.saturating_add(line.quantity);
                    too_many.push(WantedLine { offer_id: line.offer_id, quantity: both });
                    // What is being bought of the line goes where the order looks for it.
                    claims::set_line(&tx, line.id, rest, 0).await?;
                } else {
                    taken.push(line.offer_id);
                }
                if quantity > 0 {
                    let row = cart_line::ActiveModel {
                        id: Set(self.ids.next()),
                        cart_id: Set(cart.id),
                        quantity: Set(quantity),
                        claimed: Set(line.claimed.min(quantity)),
                        ..line.into()
                    };
                    store::take_line(&tx, row).await?;
                }
            }
            claims::move_claims(&tx, other.id, Some(cart.id)).await?;
            if left.is_empty() && too_many.is_empty() {
                store::delete(&tx, other.id).await?;
            } else {
                store::remove_offers(&tx, other.id, &taken).await?;
                store::touch(&tx, other.id, self.clock.now(), Some(None)).await?;
            }
            if cart.coupon_code.is_none() && other.coupon_code.is_some() {
                cart = self.open(&tx, &mine, Some(other.coupon_code)).await?;
                if let Some(order) = other.coupon_order_id {
                    claims::claim_coupon(&tx, cart.id, order).await?;
                }
            }
        }
        Ok(Merged { cart: finish(tx, cart).await?, too_many })
    }

    /// Notes the prices that the customer sees now, so that a later change can be told.
    pub async fn note_prices(&self, rows: &CartRows, priced: &[PricedLine]) -> Result<(), CartError> {
        let now: HashMap<OfferId, Money> = priced.iter().map(|l| (l.offer_id, l.listed_price)).collect();
        let changed: Vec<_> = rows
            .lines
            .iter()
            .filter_map(|line| now.get(&line.offer_id).map(|price| (line, *price)))
            .filter(|(line, price)| seen_price(line) != Some(*price))
            .collect();
        if changed.is_empty() {
            return Ok(());
        }
        let tx = self.database.begin().await?;
        for (line, price) in changed {
            store::set_seen_price(&tx, line.id, price.minor(), price.currency().as_str()).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The owner's cart, made if need be, with its version counted up; locked until the end of `tx`.
    async fn open(
        &self,
        tx: &Transaction,
        owner: &Owner,
        coupon: Option<Option<String>>,
    ) -> Result<cart::Model, CartError> {
        let now = self.clock.now();
        let (user_id, guest_id) = match owner {
            Owner::User(id) => (Some(*id), None),
            Owner::Guest(id) => (None, Some(id.clone())),
        };
        let fresh = cart::ActiveModel {
            id: Set(self.ids.next()),
            user_id: Set(user_id),
            guest_id: Set(guest_id),
            coupon_code: Set(coupon.clone().flatten()),
            coupon_order_id: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        Ok(store::open(tx, owner, fresh, coupon).await?)
    }
}

/// Commits a changed cart, unless it has grown too long.
async fn finish(tx: Transaction, cart: cart::Model) -> Result<CartRows, CartError> {
    let lines = store::lines(&*tx, cart.id).await?;
    if lines.len() > MAX_LINES {
        return Err(CartError::TooManyLines);
    }
    tx.commit().await?;
    Ok(CartRows { cart, lines })
}

/// The price that the customer saw last, as entered.
pub fn seen_price(line: &cart_line::Model) -> Option<Money> {
    let currency = line.seen_currency.as_deref()?.parse().ok()?;
    Some(Money::from_minor(line.seen_price_minor?, currency))
}

pub fn check_quantity(quantity: i32) -> Result<(), CartError> {
    if (1..=MAX_QUANTITY).contains(&quantity) { Ok(()) } else { Err(CartError::InvalidQuantity) }
}

/// A sum of quantities above the limit breaks the CHECK of the table.
fn quantity_error(error: StoreError) -> CartError {
    if error.is_check_violation() { CartError::InvalidQuantity } else { error.into() }
}
