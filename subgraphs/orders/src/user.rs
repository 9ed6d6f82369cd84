//! What orders adds to a user: their orders and cart.

use async_graphql::{Context, ID, Object, Result};
use platform_core::id::UserId;
use platform_identity::Scope;
use platform_server::{access, caller};

use crate::cart::Cart;
use crate::order::{OrderConnection, orders_of_user};

/// A user, whose orders and cart live here.
pub struct User {
    id: ID,
}

impl User {
    pub fn new(id: UserId) -> Self {
        Self { id: id.to_graphql() }
    }

    /// The user's id, if the caller may see what is the user's and opened to others by `scope`.
    fn visible_to(&self, ctx: &Context<'_>, scope: Scope) -> Result<Option<UserId>> {
        let caller = caller(ctx)?;
        let id = self.id.parse::<UserId>().ok();
        Ok(id.filter(|id| caller.may_see(*id, scope)))
    }
}

/// A person with an account. Seen by its owner and by staff; what others see is `PublicProfile`.
#[Object]
impl User {
    /// Identifier of the user.
    async fn id(&self) -> &ID {
        &self.id
    }

    /// The user's orders, newest first, without attempts that nobody could pay for; null for strangers.
    #[graphql(directive = access::authenticated::apply())]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<OrderConnection>> {
        let Some(user) = self.visible_to(ctx, Scope::OrdersRead)? else { return Ok(None) };
        orders_of_user(ctx, user, first, after).await.map(Some)
    }

    /// The user's cart; null if there is none, for strangers, and for staff without the scope `customers:read`.
    #[graphql(directive = access::authenticated::apply())]
    async fn cart(&self, ctx: &Context<'_>) -> Result<Option<Cart>> {
        let seen = self.visible_to(ctx, Scope::OrdersRead)?;
        let Some(user) = seen.and(self.visible_to(ctx, Scope::CustomersRead)?) else { return Ok(None) };
        Cart::of_user(ctx, user).await
    }
}

#[derive(Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    #[graphql(entity)]
    async fn find_user_by_id(&self, id: ID) -> User {
        User { id }
    }
}
