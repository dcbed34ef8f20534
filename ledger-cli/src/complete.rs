//! Completion of what is typed at a shell: the shell asks the program, because only that knows the accounts.
//!
//! Everything here is silent: a completion that cannot be made offers nothing, whatever the reason.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use clap::{Arg, Command, CommandFactory};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};
use ledger_core::Result;
use ledger_core::account::MatchKind;
use ledger_core::receivable::ReceivableKind;

use crate::Cli;
use crate::commands::Context;
use crate::config::{self, Environment};
use crate::globals::Globals;

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";
/// How many accounts are offered at most.
const OFFERED_MAX: usize = 50;
/// The names of the values of arguments that are accounts, or may be: a WORD of `ledger post` is one of several things.
const ACCOUNTS: [&str; 3] = ["ACCOUNT", "ACCOUNT[=AMOUNT]", "WORD"];
/// The name of the values of arguments that are rows of the schedule.
const ROW: &str = "ROW";
/// The name of the values of arguments that are parties.
const PARTY: &str = "PARTY";
/// The names of arguments without a flag that are parties as well: of a payment in a group, and of parties joined.
const PARTIES: [&str; 3] = ["FROM", "TO", "INTO"];
/// The name of the values of arguments that are groups of people who share.
const GROUP: &str = "GROUP";
/// Arguments of the verbs of receivables and payables that name one of them; the first only where it has no flag, as
/// with one it is a new name.
const OWED: [&str; 4] = ["name", "old", "receivable", "only"];

/// Answers the shell and ends the program, if it is a shell that asks.
pub fn answer() {
    CompleteEnv::with_factory(|| with_accounts(Cli::command())).var(VARIABLE).complete();
}

/// Writes the script that makes a shell ask.
///
/// # Errors
/// Those of the writer.
pub fn write_script(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    let program = program();
    if shell == Shell::Bash {
        let quoted = format!("'{}'", program.replace('\'', r"'\''"));
        return out.write_all(BASH.replace("PROGRAM", &quoted).as_bytes());
    }
    let shells = Shells::builtins();
    match shells.completer(&shell.to_string()) {
        Some(shell) => shell.write_registration(VARIABLE, "ledger", "ledger", &program, out),
        None => Err(io::Error::other(format!("there are no completions for {shell}"))),
    }
}

/// The program as it was called; by an absolute path where it was called by a path.
fn program() -> String {
    let called = std::env::args_os().next().unwrap_or_else(|| OsString::from("ledger"));
    let has_folder = std::path::Path::new(&called).components().count() > 1;
    let path = if has_folder { std::env::current_exe().map_or(called, Into::into) } else { called };
    path.to_string_lossy().into_owned()
}

/// The command with accounts offered for every argument that is one.
fn with_accounts(command: Command) -> Command {
    let is_account = |arg: &Arg| {
        let names = arg.get_value_names().unwrap_or_default();
        matches!(names, [only] if ACCOUNTS.contains(&only.as_str()))
    };
    let is_named =
        |arg: &Arg, name: &str| matches!(arg.get_value_names().unwrap_or_default(), [only] if only == name);
    let is_party = |arg: &Arg| {
        is_named(arg, PARTY) || arg.is_positional() && PARTIES.iter().any(|name| is_named(arg, name))
    };
    let completed = |arg: Arg| match arg {
        arg if arg.get::<ArgValueCompleter>().is_some() => arg,
        arg if is_account(&arg) => arg.add(ArgValueCompleter::new(accounts)),
        arg if is_named(&arg, ROW) => arg.add(ArgValueCompleter::new(rows)),
        arg if is_party(&arg) => arg.add(ArgValueCompleter::new(parties)),
        arg if is_named(&arg, GROUP) => arg.add(ArgValueCompleter::new(groups)),
        arg => arg,
    };
    let command = match command.get_name() {
        "receivable" => command.mut_subcommands(|verb| with_owed(verb, Some(ReceivableKind::Receivable))),
        "payable" => command.mut_subcommands(|verb| with_owed(verb, Some(ReceivableKind::Payable))),
        "repay" => with_owed(command, None),
        "group" => command.mut_subcommands(|verb| match verb.get_name() {
            "link" | "unlink" => with_owed(verb, None),
            _ => verb,
        }),
        _ => command,
    };
    command.mut_args(completed).mut_subcommands(with_accounts)
}

/// The command with receivables and payables offered where one is named, beside parties where it may be either.
fn with_owed(command: Command, kind: Option<ReceivableKind>) -> Command {
    let is_repay = command.get_name() == "repay";
    command.mut_args(|arg| {
        // Of one side already: `receivable repay` is met as `repay` again.
        if arg.get::<ArgValueCompleter>().is_some() {
            return arg;
        }
        let names_one =
            OWED.contains(&arg.get_id().as_str()) && (arg.is_positional() || arg.get_id() == "only");
        if names_one {
            return arg.add(ArgValueCompleter::new(move |typed: &OsStr| owed(typed, kind)));
        }
        if is_repay && arg.get_id() == "party" {
            return arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
                let mut found = parties(typed);
                let known: Vec<_> = found.iter().map(|known| known.get_value().to_owned()).collect();
                let more = owed(typed, kind).into_iter();
                found.extend(more.filter(|more| !known.iter().any(|known| known == more.get_value())));
                found
            }));
        }
        arg
    })
}

fn accounts(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let found = find(typed, &globals(std::env::args_os())).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

fn rows(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let found = find_rows(typed, &globals(std::env::args_os())).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

fn parties(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let found = find_parties(typed, &globals(std::env::args_os())).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

fn groups(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let found = find_groups(typed, &globals(std::env::args_os())).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

fn owed(typed: &OsStr, kind: Option<ReceivableKind>) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else { return Vec::new() };
    let found = find_owed(typed, kind, &globals(std::env::args_os())).unwrap_or_default();
    found.into_iter().map(CompletionCandidate::new).collect()
}

/// The names of groups that begin with what was typed.
fn find_groups(typed: &str, globals: &Globals) -> Result<Vec<String>> {
    let settings = config::resolve(globals, &Environment::real())?;
    let context = Context::new(settings);
    let ledger = context.ledger()?;
    Ok(beginning(typed, context.book(&ledger)?.groups().names()?))
}

/// The names of receivables, payables or both that begin with what was typed.
fn find_owed(typed: &str, kind: Option<ReceivableKind>, globals: &Globals) -> Result<Vec<String>> {
    let settings = config::resolve(globals, &Environment::real())?;
    let context = Context::new(settings);
    let ledger = context.ledger()?;
    Ok(beginning(typed, context.book(&ledger)?.receivables().names(kind)?))
}

/// The names that begin with what was typed, in any case, each once and in their order.
fn beginning(typed: &str, mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| name.to_lowercase().starts_with(&typed.to_lowercase()));
    names.sort();
    names.dedup();
    names.truncate(OFFERED_MAX);
    names
}

/// The names of parties of which a name or alias holds what was typed.
fn find_parties(typed: &str, globals: &Globals) -> Result<Vec<String>> {
    let settings = config::resolve(globals, &Environment::real())?;
    let context = Context::new(settings);
    let ledger = context.ledger()?;
    let hits = context.book(&ledger)?.parties().search(typed, OFFERED_MAX)?;
    // A similar word would replace what was typed by something else.
    let hits = hits.into_iter().filter(|(_, hit)| hit.rank <= MatchKind::Substring);
    Ok(hits.map(|(party, _)| party.name).collect())
}

/// The names of rows that begin with what was typed, each once.
fn find_rows(typed: &str, globals: &Globals) -> Result<Vec<String>> {
    let settings = config::resolve(globals, &Environment::real())?;
    let context = Context::new(settings);
    let ledger = context.ledger()?;
    let plan = context.book(&ledger)?.schedules().plan()?;
    Ok(beginning(typed, plan.schedules().iter().map(|row| row.name().to_owned()).collect()))
}

fn find(typed: &str, globals: &Globals) -> Result<Vec<String>> {
    let settings = config::resolve(globals, &Environment::real())?;
    let context = Context::new(settings);
    let ledger = context.ledger()?;
    let book = context.book(&ledger)?;
    let accounts = book.accounts();
    if typed.is_empty() {
        return Ok(accounts.list()?.into_iter().map(|account| account.name).collect());
    }
    // A similar word would replace what was typed by something else.
    let hits = accounts.search(typed, OFFERED_MAX)?;
    let hits = hits.into_iter().filter(|(_, hit)| hit.rank <= MatchKind::Substring);
    Ok(offered(typed, hits.map(|(account, _)| account.name)))
}

/// The names that a shell can put in the place of what was typed. Behind a colon it goes on from there, so the name
/// has to begin with it; its case stays as it was typed, for which the ledger does not care.
fn offered(typed: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let kept = typed.rfind(':').map_or(0, |colon| colon + 1);
    let begins =
        |name: &str| name.get(..kept).is_some_and(|begin| begin.eq_ignore_ascii_case(&typed[..kept]));
    names.filter(|name| begins(name)).map(|name| format!("{}{}", &typed[..kept], &name[kept..])).collect()
}

/// The database and the book of the command line that is being typed.
fn globals(mut words: impl Iterator<Item = OsString>) -> Globals {
    // What was typed stands behind `--`.
    let typed: Vec<String> = words
        .by_ref()
        .skip_while(|word| word != "--")
        .skip(1)
        .filter_map(|word| word.into_string().ok())
        .collect();
    let value = |flag: &str| {
        let given = typed.iter().enumerate().rev().find_map(|(index, word)| {
            let rest = word.strip_prefix(flag)?;
            match rest.strip_prefix('=') {
                Some(value) => Some(value.to_owned()),
                None if rest.is_empty() => typed.get(index + 1).cloned(),
                None => None,
            }
        });
        given.filter(|value| !value.is_empty())
    };
    Globals { db: value("--db"), book: value("--book"), ..Globals::default() }
}

/// Bash cuts words at `:` and `=` and puts completions behind the last of them, so words are put together again
/// before the program is asked, and what stands already is taken off its answers.
const BASH: &str = r#"_ledger_complete() {
    local typed=${COMP_LINE:0:COMP_POINT} gap word kept i
    local -a words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        gap=${typed%%[![:blank:]]*}
        typed=${typed#"$gap"}
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)); then word=$typed; fi
        typed=${typed#"$word"}
        if ((i == 0)) || [[ -n $gap ]]; then
            words+=("$word")
        else
            words[${#words[@]} - 1]+=$word
        fi
    done
    word=${words[${#words[@]} - 1]}
    kept=${word%"$2"}
    local IFS=$'\013'
    COMPREPLY=($(COMPLETE=bash _CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) \
        PROGRAM -- "${words[@]}" 2>/dev/null))
    for i in "${!COMPREPLY[@]}"; do
        word=${COMPREPLY[i]#"$kept"}
        if [[ $word == *[[:blank:]]* ]]; then printf -v word %q "$word"; fi
        COMPREPLY[i]=$word
    done
    if [[ ${COMPREPLY-} == *[=/:] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o bashdefault -F _ledger_complete ledger
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> impl Iterator<Item = String> {
        ["Assets:Bank", "Assets:Bank:Savings", "Expenses:Bank Fees"].map(str::to_owned).into_iter()
    }

    #[test]
    fn behind_a_colon_only_names_that_begin_so_are_offered_with_the_typed_case() {
        assert_eq!(offered("bank", names()), ["Assets:Bank", "Assets:Bank:Savings", "Expenses:Bank Fees"]);
        assert_eq!(offered("assets:b", names()), ["assets:Bank", "assets:Bank:Savings"]);
        assert_eq!(offered("Assets:Bank:", names()), ["Assets:Bank:Savings"]);
        assert_eq!(offered("ä:b", names()), Vec::<String>::new());
    }

    #[test]
    fn database_and_book_are_taken_from_the_typed_line() {
        let words = |line: &str| globals(line.split(' ').map(OsString::from).collect::<Vec<_>>().into_iter());
        let found = words("ledger -- ledger --db a.sqlite import csv --book=home --into x");
        assert_eq!((found.db.as_deref(), found.book.as_deref()), (Some("a.sqlite"), Some("home")));
        assert_eq!(words("ledger -- ledger --db ").db, None);
    }

    #[test]
    fn every_shell_has_a_script_and_accounts_are_offered_where_one_is_asked_for() {
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let mut script = Vec::new();
            write_script(shell, &mut script).unwrap();
            assert!(String::from_utf8(script).unwrap().contains(VARIABLE), "{shell}");
        }
        let command = with_accounts(Cli::command());
        let import =
            command.find_subcommand("import").and_then(|import| import.find_subcommand("csv")).unwrap();
        let into = import.get_arguments().find(|arg| arg.get_id() == "into").unwrap();
        assert!(into.get::<ArgValueCompleter>().is_some());
    }
}
