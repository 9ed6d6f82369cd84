//! Inboxes in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use futures::{Stream, StreamExt};
use platform_commerce::Market;
use platform_core::id::{NotificationId, UserId};
use platform_core::page::{Connection, Page};
use platform_identity::{Policy, Scope};
use platform_server::{access, caller};
use users_entities::notification::{self, Kind};

use crate::app::App;
use crate::notification::feed::{self, Update};
use crate::notification::{Content, NotificationError, service, store};

/// What a customer buys in one checkout, from one or several vendors.
#[derive(SimpleObject)]
#[graphql(name = "Order", unresolvable = "id")]
struct OrderStub {
    /// Identifier of the order.
    id: ID,
}

pub struct NotificationView(notification::Model);

impl NotificationView {
    fn content(&self) -> Result<Content, NotificationError> {
        Ok(serde_json::from_value(self.0.content.clone())?)
    }

    fn text(&self, ctx: &Context<'_>) -> Result<(String, String)> {
        Ok(self.content()?.render(self.0.kind, &Market::of(caller(ctx)?).language))
    }
}

/// A message in a user's inbox.
#[Object(name = "Notification")]
impl NotificationView {
    /// Identifier; see `markNotificationRead`.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// What it tells of.
    async fn kind(&self) -> Kind {
        self.0.kind
    }

    /// In the language of the request.
    async fn title(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.text(ctx)?.0)
    }

    /// In the language of the request.
    async fn body(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(self.text(ctx)?.1)
    }

    /// The order that it is about; null if it is about none.
    async fn order(&self) -> Result<Option<OrderStub>> {
        Ok(self.content()?.order().map(|order| OrderStub { id: order.to_graphql() }))
    }

    /// When it arrived.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// Null while it is unread.
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.0.read_at
    }
}

pub struct NotificationUpdate(Update);

/// A change of the inbox.
#[Object]
impl NotificationUpdate {
    /// Grows with each change. Pass the last one that you saw as `afterVersion` when you subscribe again.
    async fn version(&self) -> i64 {
        self.0.version
    }

    /// How many notifications are unread.
    async fn unread_count(&self) -> u64 {
        self.0.unread
    }

    /// The notification that arrived. Null in the first update, which is the state at the beginning, and when
    /// something was read.
    async fn notification(&self) -> Option<NotificationView> {
        self.0.notification.clone().map(NotificationView)
    }
}

/// A notification that was read.
#[derive(InputObject)]
struct MarkNotificationReadInput {
    /// One of the caller's own.
    id: NotificationId,
}

/// The notification is marked as read.
#[derive(SimpleObject)]
struct MarkNotificationReadPayload {
    /// The notification as it is now.
    notification: NotificationView,
    /// How many are unread still.
    unread_count: u64,
}

/// Which of the caller's notifications were read.
#[derive(InputObject)]
struct MarkAllNotificationsReadInput {
    /// Leaves what arrived after this version unread.
    up_to_version: Option<i64>,
}

/// The notifications are marked as read.
#[derive(SimpleObject)]
struct MarkAllNotificationsReadPayload {
    /// How many were unread.
    marked: u64,
}

/// A text to put into users' inboxes.
#[derive(InputObject)]
struct SendNotificationInput {
    /// Who gets it: 1 to 100 users.
    user_ids: Vec<UserId>,
    /// One line of at most 100 characters.
    title: String,
    /// At most 2,000 characters.
    body: String,
    /// Sent again with the same key, it arrives once.
    idempotency_key: Option<String>,
}

/// The text was sent.
#[derive(SimpleObject)]
struct SendNotificationPayload {
    /// How many users got it; those who are gone or had it already did not.
    sent: usize,
}

#[derive(Default)]
pub struct NotificationQuery;

#[Object]
impl NotificationQuery {
    /// The caller's inbox, the newest first.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Leaves out what was read.")] unread_only: bool,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<NotificationView>>> {
        let (app, user) = owner(ctx)?;
        let page = Page::parse(first, after.as_deref())?;
        let listed = store::list(app.database(), user, unread_only, &page).await;
        Ok(Some(page.connection(listed?, |row| row.sequence, NotificationView)))
    }

    /// How many of the caller's notifications are unread.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn unread_notification_count(&self, ctx: &Context<'_>) -> Result<Option<u64>> {
        let (app, user) = owner(ctx)?;
        Ok(Some(store::unread(app.database(), user).await?))
    }
}

fn owner<'a>(ctx: &Context<'a>) -> Result<(&'a App, UserId)> {
    Ok((ctx.data_unchecked::<App>(), caller(ctx)?.user.ok_or(NotificationError::NotAUser)?))
}

#[derive(Default)]
pub struct NotificationMutation;

#[Object]
impl NotificationMutation {
    /// Marks one of the caller's notifications as read.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn mark_notification_read(
        &self,
        ctx: &Context<'_>,
        input: MarkNotificationReadInput,
    ) -> Result<Option<MarkNotificationReadPayload>> {
        let (app, user) = owner(ctx)?;
        let marked = service::mark_read(app, user, input.id).await?;
        let unread_count = store::unread(app.database(), user).await?;
        Ok(Some(MarkNotificationReadPayload { notification: NotificationView(marked), unread_count }))
    }

    /// Marks the caller's notifications as read.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn mark_all_notifications_read(
        &self,
        ctx: &Context<'_>,
        input: Option<MarkAllNotificationsReadInput>,
    ) -> Result<Option<MarkAllNotificationsReadPayload>> {
        let (app, user) = owner(ctx)?;
        let up_to = input.and_then(|input| input.up_to_version);
        Ok(Some(MarkAllNotificationsReadPayload { marked: service::mark_all_read(app, user, up_to).await? }))
    }

    /// Sends a text to users.
    #[graphql(directive = access::scope::apply(Scope::NotificationsSend))]
    async fn send_notification(
        &self,
        ctx: &Context<'_>,
        input: SendNotificationInput,
    ) -> Result<Option<SendNotificationPayload>> {
        let SendNotificationInput { user_ids, title, body, idempotency_key } = input;
        let app = ctx.data_unchecked::<App>();
        let sent = service::send(app, caller(ctx)?, &user_ids, &title, &body, idempotency_key).await?;
        Ok(Some(SendNotificationPayload { sent }))
    }
}

pub struct Subscription;

#[async_graphql::Subscription]
impl Subscription {
    /// The caller's inbox: its state now, then each change. With `afterVersion` it begins with what happened since
    /// then instead, so that a client that reconnects misses nothing.
    #[graphql(directive = access::policy::apply(Policy::User))]
    async fn notification_received(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `version` of the last update that the client saw.")] after_version: Option<i64>,
    ) -> Result<impl Stream<Item = Result<NotificationUpdate>> + use<>> {
        let (app, user) = owner(ctx)?;
        let feed = feed::feed(app.clone(), caller(ctx)?.clone(), user, after_version).await;
        Ok(feed.map(|update| Ok(NotificationUpdate(update?))))
    }
}
