//! What a throw-away server promises: no TCP, the durability that was asked for, and no trace afterwards.

use std::time::{Duration, Instant};

use super::*;
use crate::database::postgres_is_skipped;

/// Set for the process that `the_server_dies_with_a_killed_process` starts and kills.
const VICTIM_VARIABLE: &str = "LEDGER_TESTKIT_VICTIM";

fn setting(db: &TestDatabase, name: &str) -> String {
    db.sql(&format!("SHOW {name}")).unwrap().trim_end().to_owned()
}

#[test]
fn a_server_answers_without_a_tcp_port() {
    if postgres_is_skipped() {
        return;
    }
    let server = PgServer::start(Durability::Relaxed).unwrap();
    let db = server.create_database().unwrap();
    assert_eq!(db.sql("SELECT 1").as_deref(), Ok("1\n"));
    assert_eq!(setting(&db, "listen_addresses"), "");
    assert_eq!(setting(&db, "server_encoding"), "UTF8");
    assert_eq!(setting(&db, "lc_collate"), "C");
    assert_eq!(setting(&db, "fsync"), "off");
}

#[test]
fn a_durable_server_forces_commits_to_the_disk() {
    if postgres_is_skipped() {
        return;
    }
    let db = PgServer::durable().unwrap().create_database().unwrap();
    assert_eq!(setting(&db, "fsync"), "on");
    assert_eq!(setting(&db, "synchronous_commit"), "on");
    assert_eq!(setting(&db, "full_page_writes"), "on");
}

#[test]
fn a_dropped_server_leaves_nothing_behind() {
    if postgres_is_skipped() {
        return;
    }
    let server = PgServer::start(Durability::Relaxed).unwrap();
    let folder = server.folder().unwrap().to_owned();
    let admin = server.admin.clone();
    assert!(folder.join("data").exists());
    drop(server);
    assert!(!folder.exists(), "{} is still there", folder.display());
    assert!(admin.run("SELECT 1").is_err());
}

#[test]
fn the_server_dies_with_a_killed_process() {
    if postgres_is_skipped() {
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "postgres::tests::victim", "--ignored", "--nocapture"])
        .env(VICTIM_VARIABLE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let started =
        lines.map_while(Result::ok).find_map(|line| line.strip_prefix("folder ").map(PathBuf::from));
    let folder = started.expect("the victim names its folder");
    assert!(folder.exists());
    victim.kill().unwrap();
    victim.wait().unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    while folder.exists() {
        assert!(Instant::now() < patience, "{} is still there", folder.display());
        std::thread::yield_now();
    }
}

/// Starts a server and waits to be killed; no test by itself.
#[test]
#[ignore = "runs only as the victim of another test"]
fn victim() {
    if std::env::var_os(VICTIM_VARIABLE).is_none() {
        return;
    }
    let server = PgServer::start(Durability::Relaxed).unwrap();
    println!("\nfolder {}", server.folder().unwrap().display());
    // Ends with the killer's own pipe, should the killer die first.
    let _ = std::io::stdin().lines().next();
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let programs = tempfile::tempdir().unwrap();
    let error = Watchdog::start(programs.path(), Durability::Relaxed).unwrap_err();
    assert!(error.contains("did not start") && error.contains("initdb"), "{error}");
}

#[test]
fn a_server_elsewhere_is_named_by_a_url() {
    assert_eq!(PgServer::at("postgres://me@there/db").unwrap().url(), "postgres://me@there/db");
    let sentence = PgServer::at("host=there").unwrap_err();
    assert!(sentence.contains("host=there") && sentence.contains("postgres://"), "{sentence}");
}

#[test]
fn a_path_survives_in_a_url() {
    assert_eq!(percent_encoded(Path::new("/tmp/a b&c%é")), "/tmp/a%20b%26c%25%C3%A9");
}

#[test]
fn a_socket_path_is_one_that_server_and_client_accept() {
    assert!(can_hold_socket(Path::new("/tmp/with space")));
    assert!(!can_hold_socket(Path::new("/tmp/with,comma")));
    assert!(!can_hold_socket(Path::new(&format!("/{}", "long/".repeat(20)))));
    assert!(can_hold_socket(server_folder().unwrap().path()));
}
