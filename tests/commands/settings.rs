//! Settings that each can be read, and with which the shop would not work.

use std::fs;
use std::os::unix::fs::symlink;

use tokio::process::Command;

use super::{expect_fault, expect_fault_of};
use crate::support::{Installation, Shape};

/// An installation with `setting` in `section`, which may be there already.
fn with(shape: Shape, section: &str, setting: &str) -> Installation {
    let shop = Installation::prepare(shape, "");
    let heading = format!("[{section}]\n");
    let text = fs::read_to_string(shop.config_file()).unwrap();
    let text = match text.contains(&heading) {
        // What is said before says it anew.
        true => {
            let name = setting.split(' ').next().unwrap();
            let (before, after) = text.split_once(&heading).unwrap();
            let (own, rest) = after.split_once("\n[").map_or((after, ""), |(own, rest)| (own, rest));
            let own: Vec<&str> = own.lines().filter(|line| line.split(' ').next() != Some(name)).collect();
            let rest = if rest.is_empty() { String::new() } else { format!("\n[{rest}") };
            format!("{before}{heading}{setting}\n{}{rest}", own.join("\n"))
        }
        false => format!("{text}{heading}{setting}\n"),
    };
    fs::write(shop.config_file(), text).unwrap();
    shop
}

/// Check 57: a number that nothing works with is refused, with what is allowed.
#[tokio::test]
async fn a_number_out_of_its_range_is_refused_by_name() {
    for (section, setting) in [
        ("gateway.timeouts", "request = 0"),
        ("gateway.timeouts", "header = 0"),
        ("gateway.timeouts", "idle = 0"),
        ("gateway.timeouts", "probe = 0"),
        ("gateway", "max_body_bytes = 0"),
        ("gateway", "max_connections = 0"),
        ("gateway.limits", "max_depth = 0"),
        ("server.limits", "max_cost = 0"),
        ("server", "peer_timeout_ms = 0"),
        ("server", "request_timeout_ms = 0"),
        ("gateway.rate_limit.user", "burst = 0\nper_second = 1"),
        ("gateway.rate_limit.address", "per_second = 0\nburst = 1"),
        ("gateway.subscriptions", "max_operations = 0"),
        ("gateway.subscriptions", "events_at_once = 0"),
        ("gateway.jwt", "max_lifetime = 0"),
        ("auth", "argon2_memory_kib = 99999999"),
        ("auth", "argon2_passes = 101"),
        ("auth", "access_ttl_s = 0"),
        ("events", "batch = 0"),
        ("events", "retention_days = 0"),
        ("events", "max_attempts = 0"),
        ("jobs", "concurrency = 0"),
        ("jobs", "lease_ms = 1"),
        ("mail", "timeout_ms = 0"),
        ("cache", "max_mib = 0"),
        ("database", "acquire_timeout_ms = 0"),
        ("database", "max_connections = -1"),
    ] {
        let name = setting.split(' ').next().unwrap();
        let fault = format!("{section}.{name} must be at least ");
        expect_fault(&with(Shape::Whole, section, setting), &fault).await;
    }
    let (succeeded, text) = Installation::prepare(Shape::Whole, "").run(&["config", "--reference"]).await;
    assert!(succeeded && text.contains("| `argon2_memory_kib` | integer, 8 to 1048576 |"), "{text}");
}

/// Check 57: a setting that is no host, origin or free path is refused.
#[tokio::test]
async fn a_text_that_is_not_what_it_should_be_is_refused_by_name() {
    for (section, setting, fault) in [
        ("auth", "issuer = \"\"", "auth.issuer must not be empty"),
        (
            "gateway",
            "allowed_hosts = [\"http://shop.example/\"]",
            "gateway.allowed_hosts: `http://shop.example/`",
        ),
        ("gateway.cors", "origins = [\"shop.example\"]", "gateway.cors.origins: `shop.example`"),
        ("gateway", "path = \"/metrics\"", "gateway.path: `/metrics` is taken"),
        ("gateway", "path = \"/health\"", "gateway.path: `/health` is taken"),
    ] {
        expect_fault(&with(Shape::Whole, section, setting), fault).await;
    }
    let shop = with(Shape::Apart, "server", "allowed_hosts = [\"users:4001\"]");
    expect_fault_of(&shop, &["users"], "server.allowed_hosts: `users:4001`").await;
}

/// Check 57: settings of which each is right, and which do not go together.
#[tokio::test]
async fn settings_that_contradict_one_another_are_refused_by_their_names() {
    for (section, setting, one, other) in [
        ("auth", "access_ttl_s = 7200", "auth.access_ttl_s", "gateway.jwt.max_lifetime"),
        ("auth", "refresh_ttl_s = 60", "auth.refresh_ttl_s", "auth.access_ttl_s"),
        ("gateway.jwt", "issuer = \"elsewhere\"", "gateway.jwt.issuer", "auth.issuer"),
        ("gateway.jwt", "audience = \"others\"", "gateway.jwt.audience", "auth.audience"),
        ("gateway.jwt", "jwks_url = \"http://127.0.0.1:1/keys\"", "gateway.jwt.jwks_url", "no effect"),
        ("events", "retry_base_ms = 60000\nretry_max_ms = 10", "events.retry_base_ms", "events.retry_max_ms"),
        ("market", "countries = [\"DE\"]\nhome_country = \"FR\"", "market.home_country", "market.countries"),
        ("gateway", "path = \"/media/x\"", "gateway.path is `/media/x`", "`/media`"),
        ("gateway", "path = \"/.well-known\"", "gateway.path is `/.well-known`", "users"),
        (
            "gateway.market",
            "country_header = \"bad header\"",
            "gateway.market.country_header",
            "no name of a header",
        ),
        (
            "gateway.market",
            "language_header = \"Authorization\"",
            "gateway.market.language_header",
            "says something else",
        ),
        (
            "gateway.market",
            "country_header = \"x-souk-currency\"",
            "gateway.market.currency_header",
            "another part",
        ),
        (
            "gateway.market",
            "countries = [\"DE\", \"BR\"]",
            "gateway.market.countries has BR",
            "market.countries",
        ),
    ] {
        let shop = with(Shape::Whole, section, setting);
        expect_fault(&shop, one).await;
        expect_fault(&shop, other).await;
    }
    let shop = Installation::prepare(Shape::Apart, "");
    let [router, orders] = ["router", "orders"].map(|name| shop.private_address(name));
    shop.reconfigure(&format!("orders = {orders:?}"), &format!("orders = {router:?}"));
    for parts in [&[][..], &["router"]] {
        expect_fault_of(&shop, parts, "gateway.listen and listen.orders are both").await;
    }
}

/// A shop whose section of the database says this.
fn with_database(lines: &str) -> Installation {
    let shop = Installation::prepare(Shape::Whole, "");
    let text = fs::read_to_string(shop.config_file()).unwrap();
    let (before, _) = text.split_once("[database]").unwrap();
    fs::write(shop.config_file(), format!("{before}[database]\n{lines}\n")).unwrap();
    shop
}

/// A database that the subgraphs cannot share is refused before any of them is half made in it.
#[tokio::test]
async fn one_sqlite_file_for_all_subgraphs_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.db");
    let shop = with_database(&format!("url = \"sqlite://{}\"", file.display()));
    let fault = "is one file for all subgraphs, and each has its own; write {subgraph} in it";
    expect_fault(&shop, fault).await;
    let (succeeded, text) = shop.run(&["migrate"]).await;
    assert!(!succeeded && text.contains(fault), "{text}");
    assert!(!file.exists(), "nothing is made");
}

/// The setting that is wrong is the one that is named.
#[tokio::test]
async fn a_replica_that_cannot_be_had_is_refused_by_its_setting() {
    let replica = "replica_url = \"postgres://nobody:secret@127.0.0.1:1/none\"";
    expect_fault(&with_database(replica), "database.replica_url is set, but database.url is SQLite").await;
    let server = Installation::prepare(Shape::Whole, "");
    if server.store.postgres.is_none() {
        return;
    }
    server.migrate().await;
    server.reconfigure("[database]\n", &format!("[database]\n{replica}\n"));
    server.reconfigure("acquire_timeout_ms = 30000", "acquire_timeout_ms = 2000");
    expect_fault(&server, "check that it runs and that database.replica_url is right").await;
}

/// Also where the process that reads it asks nobody there: another one will.
#[tokio::test]
async fn an_address_of_a_peer_is_one_of_http() {
    for setting in ["peers", "public_peers"] {
        for url in ["ftp://127.0.0.1:4001", "users", "http://"] {
            let shop = Installation::prepare(Shape::Whole, &format!("[{setting}]\nusers = {url:?}\n"));
            expect_fault(&shop, &format!("{setting}.users = `{url}` is no address")).await;
        }
    }
}

/// A list from the environment is the one value whose form nobody guesses.
#[tokio::test]
async fn a_list_in_the_environment_is_told_how_to_be_written() {
    let shop = Installation::prepare(Shape::Whole, "");
    let run = async |value: &str| {
        let mut command = shop.command(&["config"]);
        let output = command.env("SOUK_GATEWAY__TRUSTED_PROXIES", value).output().await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    };
    let (succeeded, text) = run("10.0.0.0/8").await;
    assert!(!succeeded && text.contains(r#"'["10.0.0.0/8"]'"#), "{text}");
    let (succeeded, text) = run(r#"["10.0.0.0/8"]"#).await;
    assert!(succeeded && text.contains("10.0.0.0/8"), "{text}");
}

/// Check 57: a configuration that is there and cannot be read is no absence of one: the defaults would make a demo.
#[tokio::test]
async fn a_default_file_that_cannot_be_read_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("souk.toml");
    let ways: [(&str, &dyn Fn(), &str); 3] = [
        ("a link that leads nowhere", &|| symlink("nowhere.toml", &file).unwrap(), "does not exist"),
        ("a link that leads to itself", &|| symlink("souk.toml", &file).unwrap(), "cannot be read"),
        ("a folder", &|| fs::create_dir(&file).unwrap(), "is no file"),
    ];
    for (what, make, told) in ways {
        make();
        for command in ["doctor", "serve", "config"] {
            let mut souk = Command::new(env!("CARGO_BIN_EXE_souk"));
            // A process that takes it for none does not come to serve either.
            souk.env("SOUK_GATEWAY__LISTEN", "203.0.113.1:1")
                .env("SOUK_DATA_DIR", folder.path().join("data"));
            let output = souk.current_dir(folder.path()).arg(command).output().await.unwrap();
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text);
            assert!(!output.status.success() && text.contains(told), "{what}, souk {command}: {text}");
        }
        let was_link = fs::symlink_metadata(&file).unwrap().is_symlink();
        if was_link { fs::remove_file(&file).unwrap() } else { fs::remove_dir(&file).unwrap() }
    }
    let mut souk = Command::new(env!("CARGO_BIN_EXE_souk"));
    let output = souk.current_dir(folder.path()).arg("config").output().await.unwrap();
    assert!(output.status.success(), "what is not there is absent");
}

/// Check 57: a pool that is refused connections which it counts on makes callers wait; the operator hears of it before.
#[tokio::test]
async fn doctor_warns_of_fewer_connections_than_the_pools_may_open() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    if shop.store.postgres.is_none() {
        return;
    }
    let (healthy, text) = shop.run(&["doctor"]).await;
    assert!(healthy && text.contains("ok     connections to PostgreSQL"), "{text}");
    let limit =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 14', current_database()); END $$";
    shop.store.tamper("orders", &[limit.to_owned()]).await;
    let (healthy, text) = shop.run(&["doctor"]).await;
    assert!(healthy && text.contains("WARN   connections to PostgreSQL: 14 are allowed in all"), "{text}");
}
