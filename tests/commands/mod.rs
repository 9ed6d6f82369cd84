//! The command line: what it prints, and how it fails.

mod data_folder;
mod demo;
mod documents;
mod keys;
mod password;
mod printed;
mod production;
mod settings;

use std::fs;
use std::net::TcpListener;

use serde_json::json;

use crate::architecture::root;
use crate::support::{Installation, Shape};

#[tokio::test]
async fn the_committed_supergraph_is_fresh_and_a_stale_one_is_noticed() {
    let shop = Installation::prepare(Shape::Whole, "");
    let committed = root().join("supergraph.graphql");
    let (fresh, text) = shop.run(&["compose", "--check", "--output", committed.to_str().unwrap()]).await;
    assert!(fresh, "{text}");
    let stale = shop.store.folder.path().join("stale.graphql");
    fs::write(&stale, fs::read_to_string(committed).unwrap().replace("cancelOrder", "callOff")).unwrap();
    let (fresh, text) = shop.run(&["compose", "--check", "--output", stale.to_str().unwrap()]).await;
    assert!(!fresh && text.contains("is stale; run `souk compose`"), "{text}");
}

#[tokio::test]
async fn a_plan_is_readable() {
    let shop = Installation::prepare(Shape::Whole, "");
    let (succeeded, plan) = shop.run(&["plan", "{ cart { lines { offer { product { name } } } } }"]).await;
    assert!(succeeded, "{plan}");
    assert!(plan.contains("orders") && plan.contains("catalog"), "{plan}");
    let (succeeded, text) = shop.run(&["plan", "{ nothingLikeIt }"]).await;
    assert!(!succeeded && text.contains("nothingLikeIt"), "{text}");
}

/// Check 57: a setting that is wrong, unknown or has no effect is refused at the start, by name.
#[tokio::test]
async fn each_fault_is_one_clear_sentence() {
    for (unknown, name) in [
        ("[cache]\nmax_mibs = 3\n", "`cache.max_mibs`"),
        ("[cache]\nurl = \"redis://127.0.0.1\"\n", "`cache.url`"),
        ("[events]\nurl = \"kafka://127.0.0.1\"\n", "`events.url`"),
    ] {
        expect_fault(&Installation::prepare(Shape::Whole, unknown), name).await;
    }

    let peers = "[peers]\ncatalogue = \"http://127.0.0.1:1\"\n";
    let unknown_peer = Installation::prepare(Shape::Whole, peers);
    expect_fault(&unknown_peer, "peers: `catalogue` is no subgraph; did you mean `catalog`?").await;
    for (section, setting, fault) in [
        ("[gateway.rate_limit]\n", "counted_fields = [\"guestOrdr\"]\n", "did you mean `guestOrder`?"),
        ("[gateway]\n", "error_extensions = [\"filed\"]\n", "did you mean `field`?"),
        ("[gateway]\n", "override_labels = [\"next\"]\n", "override_labels: `next`"),
    ] {
        let unknown_name = Installation::prepare(Shape::Whole, "");
        unknown_name.reconfigure(section, &format!("{section}{setting}"));
        expect_fault(&unknown_name, fault).await;
    }

    for (countries, fault) in
        [("[\"DE\", \"ZZ\"]", "`ZZ` is not an ISO 3166-1"), ("[]", "at least one country")]
    {
        let market = format!("[market]\ncountries = {countries}\n");
        expect_fault(&Installation::prepare(Shape::Whole, &market), fault).await;
    }

    for (setting, fault) in [
        ("countries = [\"DE\", \"ZZ\"]", "market.countries: `ZZ` is not a code of ISO 3166-1"),
        ("countries = [\"de\", \"FR\"]", "market.countries: `de` is not a code of ISO 3166-1"),
        ("countries = [\"JP\", \"FR\"]", "market.default.country: `DE` is not among the countries"),
        ("country_heder = \"x-land\"", "country_heder"),
        ("languages = \"de\"", "gateway.market.languages"),
    ] {
        let market = format!("[gateway.market]\n{setting}\n");
        expect_fault(&Installation::prepare(Shape::Whole, &market), fault).await;
    }

    let taken = Installation::prepare(Shape::Whole, "");
    let address = fs::read_to_string(taken.config_file()).unwrap();
    let address = address.split("listen = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let holder = TcpListener::bind(&address).unwrap();
    expect_fault(&taken, "cannot be listened on").await;
    drop(holder);

    let public = Installation::prepare(Shape::Whole, "");
    public.reconfigure("[gateway]\nlisten = \"127.0.0.1", "[gateway]\nlisten = \"0.0.0.0");
    expect_fault(&public, "demo data is for this machine alone").await;

    let public = Installation::prepare(Shape::Whole, "");
    public.reconfigure("[public_listen]\ncatalog = \"127.0.0.1", "[public_listen]\ncatalog = \"0.0.0.0");
    expect_fault(&public, "demo data is for this machine alone, but public_listen.catalog").await;

    let nameless = Installation::prepare(Shape::Whole, "");
    let key = nameless.store.folder.path().join("key.pem");
    nameless.reconfigure("[auth]\n", &format!("[auth]\ninternal_key_file = {key:?}\n"));
    expect_fault(&nameless, "key.pem does not exist").await;
    assert!(!key.exists(), "a key that is named is not made");

    for (section, faulty, fault) in [
        ("", "[mail]\nurl = \"smtp://mail.example.com\"\n", "mail.from must be the address"),
        ("", "[mail]\nurl = \"mail.example.com\"\nfrom = \"shop@example.com\"\n", "mail.url must be"),
        ("", "[mail]\nurl = \"folder\"\nfolder = \"/dev/null/mails\"\n", "set mail.folder"),
        ("", "[mail.limits]\nperiod_s = 0\n", "mail.limits.period_s must be at least 1"),
        ("", "[fulfilment]\nosrm_url = \"maps.example.com\"\n", "fulfilment.osrm_url: it is no address"),
        (
            "",
            "[fulfilment]\nnominatim_url = \"ftp://maps.example.com\"\n",
            "fulfilment.nominatim_url: it is no",
        ),
        ("", "[telemetry]\nfilter = \"souk=loud\"\n", "telemetry.filter"),
        ("", "[peers]\nreviews = \"http://127.0.0.1:9\"\n", "peers: `reviews` is no subgraph"),
        ("[gateway]\n", "[gateway]\npath = \"graphql\"\n", "must be a path such as /graphql"),
        ("[gateway]\n", "[gateway]\npath = \"/shop/:id\"\n", "must be a path such as /graphql"),
        (
            "",
            "[[gateway.forward]]\nprefix = \"/:hooks\"\nurl = \"http://127.0.0.1:9\"\n",
            "is not a free path such as /webhooks",
        ),
        (
            "",
            "[[gateway.forward]]\nprefix = \"/media/old\"\nurl = \"http://127.0.0.1:9\"\n",
            "catalog has its public routes at `/media`",
        ),
        ("", "[gateway.market]\nlanguage_header = \"x-souk-guest\"\n", "`x-souk-guest` says something else"),
        ("[gateway]\n", "[gateway]\nmax_body_bytes_open = 65536\n", "less than gateway.max_body_bytes"),
        ("[gateway]\n", "[gateway]\nlissten = \"127.0.0.1:1\"\n", "lissten"),
        ("[gateway]\n", "[gateway]\nmax_body_bytes = \"many\"\n", "gateway.max_body_bytes"),
        ("[gateway]\n", "[gateway]\ncsrf_headers = [\"no header\"]\n", "csrf_headers"),
        ("argon2_memory_kib = 64", "argon2_memory_kib = 1", "auth.argon2_memory_kib"),
        (
            "[auth]\n",
            "[auth]\nsigning_key_encryption_file = \"nowhere.key\"\n",
            "auth.signing_key_encryption_file: nowhere.key cannot be read",
        ),
    ] {
        let shop = Installation::prepare(Shape::Whole, if section.is_empty() { faulty } else { "" });
        if !section.is_empty() {
            shop.reconfigure(section, faulty);
        }
        expect_fault(&shop, fault).await;
    }

    let unwritable = Installation::prepare(Shape::Whole, "");
    let file = unwritable.store.folder.path().join("a-file");
    fs::write(&file, "").unwrap();
    let old = format!("data_dir = {:?}", unwritable.store.data_dir());
    unwritable.reconfigure(&old, &format!("data_dir = {:?}", file.join("data")));
    expect_fault(&unwritable, "a-file").await;

    let unreachable = Installation::prepare(Shape::Whole, "");
    let text = fs::read_to_string(unreachable.config_file()).unwrap();
    let (before, _) = text.split_once("[database]").unwrap();
    let database =
        "[database]\nurl = \"postgres://nobody:secret@127.0.0.1:1/none\"\nacquire_timeout_ms = 500\n";
    fs::write(unreachable.config_file(), format!("{before}{database}")).unwrap();
    expect_fault(&unreachable, "cannot be reached").await;
    let (_, text) = unreachable.run(&["doctor"]).await;
    assert!(!text.contains("secret"), "no password is shown: {text}");
}

/// Both `serve` and `doctor` name the fault and fail.
async fn expect_fault(shop: &Installation, what: &str) {
    expect_fault_of(shop, &[], what).await;
}

/// The same for a process that serves `parts`.
async fn expect_fault_of(shop: &Installation, parts: &[&str], what: &str) {
    for command in ["serve", "doctor"] {
        let arguments = [&[command], parts].concat();
        let (succeeded, text) = shop.run(&arguments).await;
        assert!(!succeeded, "souk {arguments:?} fails: {text}");
        assert!(text.contains(what), "souk {arguments:?} says `{what}`: {text}");
    }
}

/// Check 57: what a process that serves a part of the shop needs, doctor looks at when it is given the same parts.
#[tokio::test]
async fn doctor_looks_at_what_each_part_needs() {
    let shop = Installation::prepare(Shape::Apart, "");
    expect_fault_of(&shop, &["search"], "there is no part `search`").await;
    for setting in ["listen", "public_listen"] {
        let text = fs::read_to_string(shop.config_file()).unwrap();
        let (_, section) = text.split_once(&format!("\n[{setting}]\n")).unwrap();
        let address = section.lines().find(|line| line.starts_with("users = ")).unwrap();
        let holder = TcpListener::bind(address.split('"').nth(1).unwrap()).unwrap();
        expect_fault_of(&shop, &["users"], &format!("{setting}.users: 127.0.0.1:")).await;
        drop(holder);
    }
}

/// A folder that is named wrongly is not made a shop.
#[tokio::test]
async fn a_command_for_a_shop_that_is_there_makes_none() {
    let shop = Installation::prepare(Shape::Whole, "");
    if shop.store.postgres.is_some() {
        return;
    }
    let folder = shop.store.data_dir();
    let before = folder.exists();
    let saga = "0190b6a0-0000-7000-8000-123456789abc";
    for arguments in [
        &["saga", "list"][..],
        &["saga", "retry", saga],
        &["saga", "abandon", saga],
        &["saga", "fail-points"],
        &["dead-letters", "list"],
        &["reindex"],
        &["demo-rights"],
        &["demo-rights", "keep", saga],
        &["demo-rights", "end", saga],
    ] {
        let (succeeded, text) = shop.run(arguments).await;
        let told = "there is no shop in ";
        assert!(
            !succeeded && text.contains(told) && text.contains("set data_dir"),
            "souk {arguments:?}: {text}"
        );
        assert_eq!(folder.exists(), before, "souk {arguments:?}");
    }
}

/// What was given up is listed, and an operator has it tried again or forgets it.
#[tokio::test]
async fn dead_letters_are_listed_tried_again_and_forgotten() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let (succeeded, text) = shop.run(&["dead-letters", "list"]).await;
    assert!(succeeded && text.contains("nothing was given up"), "{text}");
    let job = "0190b6a0-0000-7000-8000-123456789abc";
    let (now, id) = ("CURRENT_TIMESTAMP", shop.store.uuid(job));
    let event = json!({ "specversion": "1.0", "id": job, "source": "/souk/orders", "type": "souk.orders.order-placed.v1", "subject": "key",
        "time": "2026-01-01T00:00:00Z", "datacontenttype": "application/json", "partitionkey": "key", "sequence": "1",
        "data": {} });
    let given_up = [
        format!(
            "INSERT INTO jobs (id, kind, payload, status, attempts, max_attempts, run_at, due_at, fence, last_error, created_at) \
             VALUES ({id}, 'orders.some-job', '{{}}', 'dead', 8, 8, {now}, {now}, 1, 'no answer', {now})"
        ),
        format!(
            "INSERT INTO held_events (consumer, topic, key, event_id, position, event, status, attempts, due_at, last_error, created_at) \
             VALUES ('some-consumer', 'orders', 'key', {id}, 1, '{event}', 'dead', 8, {now}, 'no reason', {now})"
        ),
    ];
    shop.store.tamper("orders", &given_up).await;
    let (succeeded, text) = shop.run(&["dead-letters", "list"]).await;
    assert!(succeeded && text.contains(&format!("orders  {job}  job orders.some-job: no answer")), "{text}");
    assert!(text.contains("orders  1  event order-placed for some-consumer: no reason"), "{text}");
    for (command, id) in [("retry", job), ("discard", "1")] {
        let (succeeded, text) = shop.run(&["dead-letters", command, "orders", id]).await;
        assert!(succeeded, "{command} {id}: {text}");
        let (succeeded, text) = shop.run(&["dead-letters", command, "orders", id]).await;
        assert!(
            !succeeded && text.contains("orders has no dead letter with the id"),
            "{command} {id}: {text}"
        );
    }
    let (_, text) = shop.run(&["dead-letters", "list"]).await;
    assert!(text.contains("nothing was given up"), "{text}");
    for (arguments, told) in [
        (["discard", "parcels", "1"], "there is no subgraph `parcels`"),
        (["retry", "orders", "first"], "`first` is no id of a dead letter"),
    ] {
        let (succeeded, text) = shop.run(&[&["dead-letters"], &arguments[..]].concat()).await;
        assert!(!succeeded && text.contains(told), "{arguments:?}: {text}");
    }
}

#[tokio::test]
async fn a_saga_that_there_is_not_is_neither_retried_nor_given_up() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    for (command, answer) in [("retry", "no stuck saga has the id"), ("abandon", "no saga has the id")] {
        let (succeeded, text) = shop.run(&["saga", command, "0190b6a0-0000-7000-8000-123456789abc"]).await;
        assert!(!succeeded && text.contains(answer), "souk saga {command}: {text}");
    }
}
