//! A schema whose root types are erased.

use std::sync::Arc;

use async_graphql::{ObjectType, Request, Response, SDLExportOptions, Schema, SubscriptionType};
use futures::future::BoxFuture;
use futures::stream::BoxStream;

trait ErasedSchema: Send + Sync {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
    fn sdl(&self) -> String;
    fn federation_sdl(&self) -> String;
}

impl<Q, M, S> ErasedSchema for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(Schema::execute(self, request))
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Schema::execute_stream(self, request)
    }

    fn sdl(&self) -> String {
        self.sdl_with_options(SDLExportOptions::new().use_space_ident())
    }

    fn federation_sdl(&self) -> String {
        self.sdl_with_options(SDLExportOptions::new().federation().compose_directive().use_space_ident())
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct AnySchema(Arc<dyn ErasedSchema>);

impl AnySchema {
    pub(crate) fn new<Q, M, S>(schema: Schema<Q, M, S>) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        Self(Arc::new(schema))
    }

    pub(crate) fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        self.0.execute(request)
    }

    pub(crate) fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.0.execute_stream(request)
    }

    pub(crate) fn sdl(&self) -> String {
        self.0.sdl()
    }

    pub(crate) fn federation_sdl(&self) -> String {
        self.0.federation_sdl()
    }
}
