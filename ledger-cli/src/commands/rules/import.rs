//! `ledger rules import`: rules from a TOML file or from hledger's CSV rules.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ledger_core::import::Problem as Found;
use ledger_core::import::rule::{HledgerRules, Rule, RuleSet, Unmapped, read_hledger_rules, read_rules};
use ledger_core::{Book, Error, ErrorKind, Ledger, Result, RuleImport, RuleImported};
use serde_json::json;

use super::super::Context;
use super::super::facts::print_done;
use super::super::import::file;
use crate::input::{Problem, Problems};
use crate::render::Cell;

/// The arguments of `rules import`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// TOML file of rules, or hledger's CSV rules (- is standard input)
    file: PathBuf,

    /// What the file is [default: by its ending, else by its content]
    #[arg(long, value_enum)]
    format: Option<RuleFormat>,

    /// Put rules in the place of those of the same name
    #[arg(long, conflicts_with = "replace_all")]
    update: bool,

    /// Remove all rules that the file does not hold, and take its order
    #[arg(long)]
    replace_all: bool,

    /// Open the accounts that rules set when they are missing; names close to others have to be confirmed
    #[arg(long)]
    create: bool,

    /// Save how hledger's rules read the columns as a CSV profile under a name
    #[arg(long, value_name = "NAME")]
    save_profile: Option<String>,
}

/// The kinds of files.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleFormat {
    /// TOML with a table for each rule
    Toml,
    /// hledger's CSV rules
    Hledger,
}

impl Args {
    /// The files that the arguments name.
    pub fn files(&self) -> Vec<&Path> {
        vec![&self.file]
    }
}

/// Brings in rules.
///
/// # Errors
/// As [`ledger_core::Rules::import`], and [`ErrorKind::File`] for a file that cannot be read.
pub(super) fn run(context: &Context, ledger: &Ledger, book: &Book<'_>, args: &Args) -> Result<ExitCode> {
    let (name, read) = match read(&args.file, args.format)? {
        Ok(read) => read,
        Err(problems) => {
            let code = problems.report(context.settings.error_style());
            context.note("nothing was changed");
            return Ok(code);
        }
    };
    if args.save_profile.is_some() && !read.is_hledger {
        let advice =
            format!("{name} says nothing about columns: --save-profile goes with hledger's CSV rules");
        return Err(ErrorKind::Misuse(advice).into());
    }
    tell_unmapped(context, &read.hledger.unmapped);
    let mode = match (args.update, args.replace_all) {
        (true, _) => RuleImport::Update,
        (_, true) => RuleImport::ReplaceAll,
        _ => RuleImport::Add,
    };
    let done = context.change(ledger, || {
        book.transaction(|book| {
            super::open_accounts(context, book, &read.hledger.rules, args.create)?;
            let done = book.rules().import(&read.hledger.rules, mode)?;
            if let Some(name) = &args.save_profile {
                book.imports().save_csv_profile(name, &read.hledger.profile)?;
            }
            Ok(done)
        })
    });
    let done = done.inspect_err(|error| tell_unknown(context, book, &read.hledger.rules, error))?;
    if let Some(account) = &read.hledger.account {
        context.note(format_args!(
            "the statements of these rules are of {account}: import them with --into {account}"
        ));
    }
    tell(context, done, &read.hledger.unmapped)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(context: &Context, done: RuleImported, unmapped: &[Unmapped]) -> Result<()> {
    let RuleImported { added, changed, unchanged, removed } = done;
    let left = unmapped
        .iter()
        .map(|it| json!({ "file": it.file, "line": it.line, "text": it.text, "reason": it.reason }));
    let facts = vec![
        ("added", Cell::Number(added as i64)),
        ("changed", Cell::Number(changed as i64)),
        ("unchanged", Cell::Number(unchanged as i64)),
        ("removed", Cell::Number(removed as i64)),
        ("unmapped", Cell::Json(left.collect())),
    ];
    let sentence =
        format!("rules: added {added}, changed {changed}, unchanged {unchanged}, removed {removed}");
    print_done(context, sentence, facts)
}

/// Tells of every account that is not there which rule names it; the refusal itself names the first.
fn tell_unknown(context: &Context, book: &Book<'_>, rules: &[Rule], error: &Error) {
    if !matches!(error.kind(), ErrorKind::NotFound { what: "account", .. }) {
        return;
    }
    let unknown = RuleSet::new(rules.iter().cloned()).and_then(|set| book.rules().unknown_accounts(&set));
    for (rule, error) in unknown.unwrap_or_default() {
        context.note(format_args!("rule \"{rule}\": {error}"));
    }
}

/// Tells each line of hledger's rules that has no counterpart.
pub(super) fn tell_unmapped(context: &Context, unmapped: &[Unmapped]) {
    for Unmapped { file, line, text, reason } in unmapped {
        context.note(format_args!("{file}:{line}: not taken over: {reason} ({})", text.trim()));
    }
}

/// Rules from a file; those of a TOML file in a place of their own, with nothing known of columns.
#[derive(Debug, Default)]
pub(super) struct ReadRules {
    pub hledger: HledgerRules,
    pub is_hledger: bool,
}

/// The file's name with its rules, or with everything that is wrong in it.
pub(super) fn read(path: &Path, format: Option<RuleFormat>) -> Result<Result<(String, ReadRules), Problems>> {
    let (name, text) = text(path)?;
    let ending = path.extension().and_then(|ending| ending.to_str());
    let by_content = if text.contains("[[rule]]") { RuleFormat::Toml } else { RuleFormat::Hledger };
    let format = format.unwrap_or(match ending {
        Some("toml") => RuleFormat::Toml,
        Some("rules") => RuleFormat::Hledger,
        _ => by_content,
    });
    if format == RuleFormat::Toml {
        let rules: Vec<Rule> = match read_rules(&text) {
            Ok(rules) => rules,
            Err(found) => return Ok(Err(problems(&name, &found))),
        };
        let read = HledgerRules { rules, ..HledgerRules::default() };
        return Ok(Ok((name, ReadRules { hledger: read, is_hledger: false })));
    }
    let mut include = |included: &str, from: &str| {
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        self::text(&folder.join(included))
    };
    let hledger = read_hledger_rules(&text, &name, &mut include)?;
    Ok(Ok((name, ReadRules { hledger, is_hledger: true })))
}

fn text(path: &Path) -> Result<(String, String)> {
    let (name, bytes) = file::read(path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        let reason = "the file is not UTF-8 from here on: save it as UTF-8".to_owned();
        ErrorKind::Unreadable { file: name.clone(), line: line as u64 + 1, column: 0, reason }
    })?;
    Ok((name, text))
}

/// The problems of a file of rules as those of any input.
pub(super) fn problems(file: &str, found: &[Found]) -> Problems {
    let mut problems = Problems::new(file);
    for problem in found {
        let told = Problem::new(problem.line, problem.column, problem.to_error(file));
        problems.add_coded(told.with_excerpt(&problem.source), problem.code);
    }
    problems
}
