use std::sync::{Arc, Mutex};

use platform_identity::Scope;
use platform_testkit::{TestSubgraph, eventually};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use users::UsersSubgraph;

use crate::support::{PASSWORD, code, login, refresh, register, staff, start};

/// Every row of every table as text, whichever database it is.
async fn dump(app: &TestSubgraph<UsersSubgraph>) -> String {
    let db = app.database().read();
    let backend = db.get_database_backend();
    let run = async |sql: String| db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
    if !app.database().is_postgres() {
        let platform_database::Backend::Sqlite { file } = app.database().backend() else {
            return String::new();
        };
        let mut bytes = std::fs::read(file).unwrap();
        bytes.extend(std::fs::read(format!("{}-wal", file.display())).unwrap_or_default());
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let tables =
        run("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()".to_owned())
            .await;
    let mut text = String::new();
    for table in tables {
        let name: String = table.try_get("", "name").unwrap();
        for row in run(format!("SELECT t::text AS row FROM \"{name}\" t")).await {
            text.push_str(&row.try_get::<String>("", "row").unwrap());
        }
    }
    text
}

/// What this process logs, of this test and of those beside it, however little it matters.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn capture() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Check 21: after use, no password and no token of any kind stands in the database, in an event or in the log, and
/// the address stands in the account alone.
#[tokio::test]
async fn no_secret_is_stored_published_or_logged() {
    let log = Log::capture();
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let rotated = refresh(&app, &ann.refresh).await;
    let logged_in = login(&app, "ann@example.com", PASSWORD).await;
    login(&app, "ann@example.com", "wrong-secret-guess").await;
    let manager = staff(&app, [Scope::PartnersManage, Scope::OrdersRead, Scope::NotificationsSend]).await;
    let partner = manager
        .execute("mutation { createPartner(input: { name: \"Acme\" }) { partner { id } } }", json!({}))
        .await
        .text("createPartner.partner.id");
    let create = "mutation ($id: ID!) { createApiKey(input: { partnerId: $id, name: \"k\", scopes: [\"orders:read\"] }) { key } }";
    let key = manager.execute(create, json!({ "id": partner })).await.text("createApiKey.key");
    let reset = "mutation { requestPasswordReset(input: { email: \"ann@example.com\" }) { message } }";
    app.as_guest().execute(reset, json!({})).await.data();
    let folder = app.data_dir().join("users/mail");
    let mails = || -> Vec<String> {
        let entries = std::fs::read_dir(&folder).into_iter().flatten();
        entries.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok()).collect()
    };
    eventually(|| async { mails().len() == 2 }).await;
    let mailed: Vec<String> = mails()
        .iter()
        .filter_map(|mail| {
            code(mail).or_else(|| mail.lines().find(|line| line.starts_with("souk_")).map(str::to_owned))
        })
        .collect();
    assert_eq!(mailed.len(), 2);

    let text = dump(&app).await;
    assert!(text.contains("ann@example.com") && text.contains("argon2id"), "the dump shows what is stored");
    let secrets = [
        PASSWORD.to_owned(),
        "wrong-secret-guess".to_owned(),
        ann.access.clone(),
        ann.refresh.clone(),
        rotated.text("refreshToken.tokens.refreshToken"),
        rotated.text("refreshToken.tokens.accessToken"),
        logged_in.text("login.tokens.refreshToken"),
        key,
    ];
    for secret in secrets.iter().chain(&mailed) {
        assert!(!text.contains(secret.as_str()), "{secret} is stored");
    }
    let logged = log.text();
    assert!(!logged.is_empty(), "something is logged at this level");
    assert!(!logged.contains("ann@example.com"), "{logged}");
    for secret in secrets.iter().chain(&mailed) {
        assert!(!logged.contains(secret.as_str()), "{secret} is logged");
    }
    for event in app.published().await {
        let event = serde_json::to_string(&event).unwrap();
        assert!(!event.contains("ann@example.com"), "{event}");
        for secret in secrets.iter().chain(&mailed) {
            assert!(!event.contains(secret.as_str()), "{event}");
        }
    }
}
