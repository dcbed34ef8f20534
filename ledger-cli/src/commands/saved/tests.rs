use clap::Parser;
use serde_json::json;

use super::*;

#[derive(Args, Debug, Clone, PartialEq)]
struct Flags {
    #[arg(required_unless_present_any = INSTEAD)]
    account: Option<String>,
    #[arg(long)]
    as_of: Option<String>,
    #[arg(long, default_value_t = 365)]
    days: u32,
    #[arg(long, conflicts_with = "days")]
    to: Option<String>,
    #[arg(long, overrides_with = "flat")]
    tree: bool,
    #[arg(long)]
    flat: bool,
    #[arg(long = "kind", value_delimiter = ',')]
    kinds: Vec<String>,
    #[arg(long, group = "basis")]
    native: bool,
    #[arg(long = "in", group = "basis")]
    valued_in: Option<String>,
}

#[derive(Parser, Debug)]
struct Probe {
    #[command(flatten)]
    flags: Saved<Flags>,
}

fn probe(words: &str) -> Saved<Flags> {
    Probe::try_parse_from(std::iter::once("report").chain(words.split_whitespace())).unwrap().flags
}

fn saved(words: &str) -> SavedSetting {
    SavedSetting { name: "x".into(), settings: probe(words).given.to_json() }
}

fn merged(now: &str, saved: &SavedSetting) -> String {
    probe(now).given.over::<Flags>(saved).unwrap().1.to_string()
}

#[test]
fn flags_are_saved_as_they_were_given_and_come_back() {
    let given = "Assets:Bank --as-of yesterday --tree --kind asset,income --in EUR";
    let settings = saved(given);
    assert_eq!(
        settings.settings,
        json!({
            "account": "Assets:Bank",
            "as_of": "yesterday",
            "tree": true,
            "kind": ["asset", "income"],
            "in": "EUR",
        })
    );
    let (flags, _) = probe("--saved x").given.over::<Flags>(&settings).unwrap();
    assert_eq!(flags, probe(given).flags);
}

#[test]
fn what_is_given_now_goes_over_what_was_saved() {
    let then = saved("Assets --as-of 2026-01 --days 30 --kind asset");
    assert_eq!(merged("--saved x", &then), "Assets --as-of 2026-01 --days 30 --kind asset");
    assert_eq!(
        merged("Income --saved x --as-of 2026-02 --kind income,expense", &then),
        "Income --as-of 2026-02 --days 30 --kind income --kind expense"
    );
}

#[test]
fn a_default_is_given_only_when_it_is_typed() {
    let then = saved("Assets --days 30");
    let days = |now: &str| probe(now).given.over::<Flags>(&then).unwrap().0.days;
    assert_eq!((days("--saved x"), days("--saved x --days 365")), (30, 365));
}

#[test]
fn what_cannot_stand_beside_a_flag_is_left_out() {
    let then = saved("Assets --days 30 --tree --native");
    assert_eq!(merged("--saved x --to 2027 --in EUR", &then), "Assets --to 2027 --tree --in EUR");
    // One that takes another back is typed later.
    let (flags, given) = probe("--saved x --flat").given.over::<Flags>(&then).unwrap();
    assert!(flags.flat && !flags.tree, "{flags:?}");
    assert_eq!(given.to_string(), "Assets --days 30 --flat --native");
}

#[test]
fn a_value_that_looks_like_a_flag_stays_a_value() {
    let then = SavedSetting { name: "x".into(), settings: json!({"account": "--in", "as_of": "-1 day"}) };
    let (flags, _) = probe("--saved x").given.over::<Flags>(&then).unwrap();
    assert_eq!((flags.account.as_deref(), flags.as_of.as_deref()), (Some("--in"), Some("-1 day")));
}

#[test]
fn settings_of_earlier_versions_are_read_and_those_of_others_refused_by_name() {
    let earlier = json!({"account": "a", "days": 7, "in": "EUR", "kinds": ["asset"], "tree": true});
    let earlier = SavedSetting { name: "x".into(), settings: earlier };
    assert_eq!(merged("--saved x", &earlier), "a --days 7 --tree --kind asset --in EUR");
    for (settings, reason) in [
        (json!({"account": "a", "colour": 1}), "unknown flag `colour`"),
        (json!({"account": "a", "days": [1]}), "`days` cannot be [1]"),
        (json!({"account": "a", "days": "many"}), "invalid value 'many' for '--days <DAYS>'"),
        (json!({"days": 1}), "the following required arguments were not provided: <ACCOUNT>"),
    ] {
        let odd = SavedSetting { name: "odd".into(), settings };
        let error = Given::default().over::<Flags>(&odd).unwrap_err().to_string();
        assert!(error.starts_with("saved setting \"odd\" is refused") && error.contains(reason), "{error}");
    }
}

#[test]
fn a_report_without_its_subject_is_refused_unless_settings_are_named() {
    assert!(Probe::try_parse_from(["report"]).is_err());
    assert!(Probe::try_parse_from(["report", "--list-saved"]).is_ok());
}
