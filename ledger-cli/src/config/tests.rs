use clap::Parser;
use tempfile::TempDir;

use super::*;

#[derive(Parser)]
struct Probe {
    #[command(flatten)]
    globals: Globals,
}

fn globals(arguments: &[&str]) -> Globals {
    Probe::parse_from(std::iter::once(&"ledger").chain(arguments)).globals
}

/// A world in a temporary folder, where `work` is the current folder.
fn world() -> (TempDir, Environment) {
    let root = TempDir::new().unwrap();
    for folder in ["work", "config/ledger", "data"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    let environment = Environment {
        variables: HashMap::new(),
        folder: root.path().join("work"),
        config_folder: Some(root.path().join("config")),
        data_folder: Some(root.path().join("data")),
        today: NaiveDate::from_ymd_opt(2026, 3, 4).unwrap(),
        stdout_is_terminal: false,
        stderr_is_terminal: false,
        stdin_is_terminal: false,
        terminal_width: None,
    };
    (root, environment)
}

fn set(environment: &mut Environment, name: &str, value: &str) {
    environment.variables.insert(name.into(), value.into());
}

#[test]
fn flags_win_over_environment_over_the_folder_over_the_user() {
    let (root, mut environment) = world();
    let found = |environment: &Environment, arguments: &[&str]| {
        let settings = resolve(&globals(arguments), environment).unwrap();
        (settings.book.unwrap_or_default(), settings.db_from)
    };
    assert_eq!(found(&environment, &[]), (String::new(), FROM_DEFAULT));
    fs::write(root.path().join("config/ledger/config.toml"), "db = \"u.sqlite\"\nbook = \"user\"").unwrap();
    assert_eq!(found(&environment, &[]), ("user".into(), FROM_USER));
    fs::write(root.path().join("work/ledger.toml"), "db = \"l.sqlite\"\nbook = \"local\"").unwrap();
    assert_eq!(found(&environment, &[]), ("local".into(), FROM_LOCAL));
    set(&mut environment, "LEDGER_DB", "e.sqlite");
    set(&mut environment, "LEDGER_BOOK", "environment");
    assert_eq!(found(&environment, &[]), ("environment".into(), FROM_ENVIRONMENT));
    assert_eq!(found(&environment, &["--db", "f", "--book", "flag"]), ("flag".into(), FROM_FLAG));
}

#[test]
fn ledger_file_is_never_read() {
    let (_root, mut environment) = world();
    set(&mut environment, "LEDGER_FILE", "other.journal");
    let settings = resolve(&globals(&[]), &environment).unwrap();
    assert_eq!(settings.db_from, FROM_DEFAULT);
}

#[test]
fn the_default_database_lives_in_the_users_data_folder() {
    let (root, environment) = world();
    let settings = resolve(&globals(&[]), &environment).unwrap();
    assert_eq!(Path::new(&settings.db), root.path().join("data/ledger/ledger.sqlite"));
    settings.create_default_folder().unwrap();
    assert!(root.path().join("data/ledger").is_dir());
    assert!(settings.origins()[0].ends_with("ledger.sqlite (the default place)"));
}

#[test]
fn an_unknown_key_is_refused_with_file_and_line() {
    let (root, environment) = world();
    fs::write(root.path().join("work/ledger.toml"), "book = \"home\"\n\ncolour = \"never\"\n").unwrap();
    let error = resolve(&globals(&[]), &environment).unwrap_err();
    let sentence = error.to_string();
    assert!(sentence.starts_with("ledger.toml:3:1: unknown key `colour`"), "{sentence}");
}

#[test]
fn a_configuration_file_with_a_wrong_value_or_wrong_bytes_is_refused_with_its_place() {
    let (root, environment) = world();
    let path = root.path().join("work/ledger.toml");
    fs::write(&path, "book = \"home\"\noutput = \"xml\"\n").unwrap();
    let sentence = resolve(&globals(&[]), &environment).unwrap_err().to_string();
    assert!(sentence.starts_with("ledger.toml:2:10: "), "{sentence}");
    fs::write(&path, b"book = \"\xff\"").unwrap();
    let sentence = resolve(&globals(&[]), &environment).unwrap_err().to_string();
    assert_eq!(sentence, "ledger.toml:1:9: this is not UTF-8 text");
}

#[test]
fn a_relative_path_in_a_configuration_file_counts_from_its_folder() {
    let folder = Path::new("/home/ada/.config/ledger");
    let home = Some("/home/ada");
    assert_eq!(anchored("books.sqlite", folder, home), "/home/ada/.config/ledger/books.sqlite");
    assert_eq!(anchored("sqlite:books.sqlite", folder, home), "sqlite:/home/ada/.config/ledger/books.sqlite");
    assert_eq!(anchored("~/books.sqlite", folder, home), "/home/ada/books.sqlite");
    assert_eq!(anchored("/srv/books.sqlite", folder, home), "/srv/books.sqlite");
    assert_eq!(anchored("postgres://ada@db/books", folder, home), "postgres://ada@db/books");
    assert_eq!(anchored("books.sqlite", Path::new("."), home), "books.sqlite");
}

#[test]
fn color_follows_the_flag_then_no_color_then_the_file_then_the_terminal() {
    let (root, mut environment) = world();
    let colored = |environment: &Environment, arguments: &[&str]| {
        resolve(&globals(arguments), environment).unwrap().color
    };
    assert!(!colored(&environment, &[]));
    environment.stdout_is_terminal = true;
    assert!(colored(&environment, &[]));
    assert!(!colored(&environment, &["-o", "out.txt"]), "a file gets no colour by itself");
    fs::write(root.path().join("work/ledger.toml"), "color = \"always\"").unwrap();
    assert!(colored(&environment, &["-o", "out.txt"]));
    set(&mut environment, "NO_COLOR", "1");
    assert!(!colored(&environment, &[]));
    assert!(colored(&environment, &["--color", "always"]));
    set(&mut environment, "NO_COLOR", "");
    assert!(colored(&environment, &[]), "an empty NO_COLOR counts as not set");
}

#[test]
fn the_width_is_the_terminals_else_columns_else_80() {
    let (_root, mut environment) = world();
    let width = |environment: &Environment| resolve(&globals(&[]), environment).unwrap().width;
    environment.terminal_width = Some(120);
    assert_eq!(width(&environment), 80, "the width of a terminal that the output does not go to is no guide");
    set(&mut environment, "COLUMNS", "100");
    assert_eq!(width(&environment), 100);
    environment.stdout_is_terminal = true;
    assert_eq!(width(&environment), 120);
}

#[test]
fn today_is_injected_and_may_be_given_in_words() {
    let (_root, environment) = world();
    let today =
        |arguments: &[&str]| resolve(&globals(arguments), &environment).map(|settings| settings.today);
    assert_eq!(today(&[]).unwrap(), environment.today);
    assert_eq!(today(&["--today", "yesterday"]).unwrap().to_string(), "2026-03-03");
    assert!(today(&["--today", "soon"]).is_err());
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    assert_eq!(redacted("postgres://ada:s:ecret@db:5432/books"), "postgres://ada:***@db:5432/books");
    assert_eq!(
        redacted("postgres://db/books?user=ada&password=x&a=b"),
        "postgres://db/books?user=ada&password=***&a=b"
    );
    assert_eq!(redacted("host=db password=x dbname=books"), "host=db password=*** dbname=books");
    assert_eq!(redacted("postgres://ada@db/books"), "postgres://ada@db/books");
    assert_eq!(redacted("a@b:c.sqlite"), "a@b:c.sqlite");
}
