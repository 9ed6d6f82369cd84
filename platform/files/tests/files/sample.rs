//! A small subgraph that takes pictures for numbered things and keeps which thing has which.

use async_graphql::{Context, EmptySubscription, InputObject, Object, Result, SimpleObject};
use async_trait::async_trait;
use platform_core::id::UploadId;
use platform_database::{Database, Migrations};
use platform_files::{Files, Kind, NewUpload, OpenUpload, Readers, RemoveUploads, SignedFile};
use platform_identity::Identity;
use platform_jobs::JobHandlers;
use platform_server::{BuildError, Platform, Subgraph, SubgraphDefinition, access, caller, schema_builder};
use uuid::Uuid;

/// The most bytes of a file.
pub const MAX_BYTES: u32 = 200_000;

/// Takes pictures that everybody reads, or, where `INVITED`, who is given a URL.
pub struct Sample<const INVITED: bool>;

#[async_trait]
impl<const INVITED: bool> SubgraphDefinition for Sample<INVITED> {
    const NAME: &'static str = "sample";
    const SCHEMA: &'static str = "";
    const PORT: u16 = 0;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/files/"];
    const MAX_FILE_BYTES: Option<u32> = Some(MAX_BYTES);
    const MIGRATIONS: fn() -> Migrations = platform_files::migrations;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let readers = if INVITED { Readers::Invited } else { Readers::Everybody };
        let files = Files::new(&platform, "files", "/files/", readers);
        let schema = schema_builder(Query, Mutation, EmptySubscription)
            .data(files.clone())
            .data(platform.database.clone())
            .finish();
        let jobs = JobHandlers::new().every(RemoveUploads(files.clone()));
        Ok(Subgraph::new(schema).routes(files.routes()).jobs(jobs))
    }
}

#[derive(InputObject)]
struct OpenInput {
    thing: i32,
    #[graphql(default)]
    only_png: bool,
}

#[derive(InputObject)]
struct AttachInput {
    thing: i32,
    upload_id: UploadId,
    /// Whether the transaction fails after all.
    #[graphql(default)]
    fails: bool,
}

#[derive(SimpleObject)]
struct Picture {
    file: String,
    width: i32,
    height: i32,
}

fn subject(thing: i32) -> Uuid {
    Uuid::from_u128(u128::from(thing.unsigned_abs()))
}

struct Query;

#[Object]
impl Query {
    #[graphql(directive = access::public::apply())]
    async fn signed(&self, ctx: &Context<'_>, file: String) -> SignedFile {
        ctx.data_unchecked::<Files>().signed(&file)
    }
}

struct Mutation;

#[Object]
impl Mutation {
    #[graphql(directive = access::public::apply())]
    async fn open(&self, ctx: &Context<'_>, input: OpenInput) -> Result<OpenUpload> {
        let kinds: &[Kind] = if input.only_png { &[Kind::Png] } else { &Kind::ALL };
        let new = NewUpload { purpose: "sample", subject: subject(input.thing), kinds, max_bytes: MAX_BYTES };
        Ok(ctx.data_unchecked::<Files>().open_upload(caller(ctx)?, new).await?)
    }

    #[graphql(directive = access::public::apply())]
    async fn attach(&self, ctx: &Context<'_>, input: AttachInput) -> Result<Option<Picture>> {
        let (files, caller): (&Files, &Identity) = (ctx.data_unchecked(), caller(ctx)?);
        let of = subject(input.thing);
        files.serve_upload(caller, input.upload_id, "sample", of).await?;
        let tx = ctx.data_unchecked::<Database>().begin().await?;
        let attached = files.attach(&tx, caller, input.upload_id, "sample", of).await?;
        if input.fails {
            return Ok(None);
        }
        tx.commit().await?;
        let (file, width, height) = (attached.name.as_str().to_owned(), attached.width, attached.height);
        Ok(Some(Picture { file, width, height }))
    }
}
