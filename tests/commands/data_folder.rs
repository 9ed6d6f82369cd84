//! The data folder: for its owner's eyes, and for one process.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::ConnectionTrait;
use serde_json::json;
use tokio::process::Command;

use crate::support::{Installation, Shape, eventually};

const FORGOTTEN: &str = "mutation ($email: String!) {
    requestPasswordReset(input: { email: $email }) { __typename }
}";

/// Everything below a folder, and the folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    if folder.is_dir() {
        found.extend(fs::read_dir(folder).unwrap().flat_map(|entry| below(&entry.unwrap().path())));
    }
    found
}

/// What others can read, write or enter.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let is_open = |path: &PathBuf| {
        fs::symlink_metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    };
    below(folder).into_iter().filter(is_open).collect()
}

/// Check 52: databases with what lies beside them, keys, mail, pictures and the index, those of an older version too.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_data_folder_is_readable_by_others() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.seed().await;
    let folder = shop.store.data_dir();
    assert_eq!(open_to_others(&folder), Vec::<PathBuf>::new());
    for path in below(&folder) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let (healthy, text) = shop.run(&["doctor"]).await;
    assert!(healthy && text.contains("WARN   rights of files"), "{text}");
    shop.start_all(None).await;
    let email = "buyer@demo.souk.example";
    shop.client().execute(FORGOTTEN, json!({ "email": email })).await.data();
    let mail = folder.join("users/mail");
    let is_sent =
        || async { fs::read_dir(&mail).is_ok_and(|mut mails| mails.next().is_some()).then_some(()) };
    eventually("the mail is there", is_sent).await;
    assert_eq!(open_to_others(&folder), Vec::<PathBuf>::new());
}

/// A process that starts looks at a folder in which others write and take away.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_come_and_go_keep_no_process_from_starting() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let mail = shop.store.data_dir().join("users/mail");
    fs::create_dir_all(&mail).unwrap();
    fs::set_permissions(&mail, Permissions::from_mode(0o700)).unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let is_done = Arc::clone(&done);
    let writing = std::thread::spawn(move || {
        let files: Vec<PathBuf> = (0..300).map(|number| mail.join(format!("{number}.draft"))).collect();
        while !is_done.load(Ordering::Relaxed) {
            files.iter().for_each(|file| fs::write(file, "mail").unwrap());
            files.iter().for_each(|file| fs::remove_file(file).unwrap());
        }
    });
    for _ in 0..10 {
        let (healthy, text) = shop.run(&["doctor"]).await;
        assert!(healthy, "{text}");
    }
    done.store(true, Ordering::Relaxed);
    writing.join().unwrap();
}

/// The same command, for which rights hold also where the tests run as root.
fn powerless(command: Command) -> Command {
    if !rustix::process::geteuid().is_root() {
        return command;
    }
    let command = command.as_std();
    let mut powerless = Command::new("setpriv");
    powerless.args(["--bounding-set", "-all"]).arg(command.get_program()).args(command.get_args());
    for (name, _) in command.get_envs() {
        powerless.env_remove(name);
    }
    powerless
}

/// Check 57: what another user has made in the data folder, as by `sudo souk`, is told before the start, by its path.
#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_what_it_may_not_use_in_the_data_folder() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let folder = shop.store.data_dir();
    let doctor = async || {
        let output = powerless(shop.command(&["doctor"])).output().await.unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for name in ["keys", "catalog/search", "users/mail", "orders.lock"] {
        let path = folder.join(name);
        if name.contains('.') {
            fs::write(&path, "").unwrap();
        } else {
            fs::create_dir_all(&path).unwrap();
        }
        fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        let (healthy, text) = doctor().await;
        assert!(!healthy && text.contains(path.to_str().unwrap()), "{name}: {text}");
        fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    }
    let (healthy, text) = doctor().await;
    assert!(healthy, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_is_refused() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.seed().await;
    shop.start_all(None).await;
    for command in ["reindex", "seed"] {
        let (succeeded, text) = shop.run(&[command]).await;
        assert!(!succeeded && text.contains("is in use: the process "), "souk {command}: {text}");
    }
    let address = shop.processes["router"].address.replace("http://", "");
    shop.reconfigure(&address, "127.0.0.1:0");
    for arguments in [&["serve"][..], &["serve", "users"]] {
        let (succeeded, text) = shop.run(arguments).await;
        assert!(!succeeded && text.contains("set another data_dir"), "souk {arguments:?}: {text}");
    }
    // The first goes on, and its place is free when it is gone, however it went.
    assert!(shop.client().execute("{ __typename }", json!({})).await.codes().is_empty());
    shop.processes.get_mut("router").unwrap().kill().await;
    let (succeeded, text) = shop.run(&["reindex"]).await;
    assert!(succeeded, "{text}");
}

/// A file that a restore forgot, or a disk lost: the shop does not begin anew without its orders.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_gone_is_not_made_anew() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    if shop.store.postgres.is_some() {
        return;
    }
    shop.start_all(None).await;
    shop.processes.get_mut("router").unwrap().kill().await;
    let file = shop.store.data_dir().join("orders.db");
    let away = file.with_extension("away");
    fs::rename(&file, &away).unwrap();
    for command in ["doctor", "serve", "seed", "migrate"] {
        let (succeeded, text) = shop.run(&[command]).await;
        let told = "the database of orders is gone: ";
        assert!(!succeeded && text.contains(told), "souk {command}: {text}");
        assert!(!file.exists(), "souk {command} made it");
    }
    // A copy that ended early, and one of a young shop without the log: a header that knows of no table.
    let log = file.with_extension("db-wal");
    let kept = fs::read(&log).unwrap();
    let mut header = fs::read(&away).unwrap();
    header.truncate(4_096);
    header[40..44].fill(0);
    for empty in [Vec::new(), header] {
        fs::write(&file, &empty).unwrap();
        fs::remove_file(&log).ok();
        for command in ["doctor", "serve"] {
            let (succeeded, text) = shop.run(&[command]).await;
            assert!(!succeeded && text.contains("orders.db is empty"), "souk {command}: {text}");
        }
    }
    fs::rename(&away, &file).unwrap();
    fs::write(&log, &kept).unwrap();
    shop.start_all(None).await;
}

/// The folder of the databases is claimed as well as that of everything else.
#[tokio::test(flavor = "multi_thread")]
async fn two_data_folders_with_the_same_databases_are_refused() {
    let mut first = Installation::prepare(Shape::Whole, "");
    if first.store.postgres.is_some() {
        return;
    }
    let elsewhere = first.store.folder.path().join("databases");
    let url = format!("[database]\nurl = \"sqlite://{}/{{subgraph}}.db\"\n", elsewhere.display());
    first.reconfigure("[database]\n", &url);
    first.start_all(None).await;
    let data_dir = format!("data_dir = {:?}", first.store.data_dir());
    first.reconfigure(&data_dir, &format!("data_dir = {:?}", first.store.folder.path().join("other")));
    for command in ["doctor", "serve"] {
        let (succeeded, text) = first.run(&[command]).await;
        assert!(!succeeded && text.contains("databases is in use"), "souk {command}: {text}");
    }
    // One folder by two ways is no other folder.
    let mut second = Installation::prepare(Shape::Whole, "");
    let (folder, way) = (second.store.data_dir(), second.store.folder.path().join("way"));
    fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::symlink(&folder, &way).unwrap();
    second.reconfigure(
        "[database]\n",
        &format!("[database]\nurl = \"sqlite://{}/{{subgraph}}.db\"\n", way.display()),
    );
    second.start_all(None).await;
}

/// A release that was taken back says which one its data needs.
#[tokio::test]
async fn a_database_of_a_newer_release_is_told_as_such() {
    let shop = Installation::prepare(Shape::Whole, "");
    if shop.store.postgres.is_some() {
        return;
    }
    shop.migrate().await;
    let file = format!("sqlite://{}?mode=rw", shop.store.data_dir().join("orders.db").display());
    let database = sea_orm::Database::connect(file).await.unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_of_tomorrow', 1)";
    database.execute_unprepared(newer).await.unwrap();
    database.close().await.unwrap();
    let saga = "0190b6a0-0000-7000-8000-123456789abc";
    for command in [
        &["serve"][..],
        &["doctor"],
        &["migrate"],
        &["seed"],
        &["saga", "retry", saga],
        &["saga", "abandon", saga],
    ] {
        let (succeeded, text) = shop.run(command).await;
        let told = "made by a newer Souk; install that release or newer";
        assert!(!succeeded && text.contains(told), "souk {command:?}: {text}");
    }
}
