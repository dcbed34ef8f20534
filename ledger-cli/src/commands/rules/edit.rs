//! `ledger rules edit`: rules as TOML in the user's editor.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode};

use ledger_core::import::rule::{Rule, read_rules, write_rules};
use ledger_core::{Book, Error, ErrorKind, Ledger, Result, RuleImport};

use super::super::Context;
use super::import::problems;

/// Edits a rule, or all of them.
///
/// # Errors
/// [`ErrorKind::Misuse`] without an editor or with one that fails, and as [`ledger_core::Rules::replace`].
pub(super) fn run(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    name: Option<&str>,
) -> Result<ExitCode> {
    let before: Vec<Rule> = match name {
        Some(name) => vec![book.rules().get(name)?.rule],
        None => book.rules().list()?.into_iter().map(|stored| stored.rule).collect(),
    };
    let mut file =
        tempfile::Builder::new().prefix("ledger-rules-").suffix(".toml").tempfile().map_err(failed)?;
    file.write_all(write_rules(&before).as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
    // Editors write a new file in the place of the old one, so that only the path counts from here on.
    let path = file.into_temp_path();
    open_editor(&path)?;
    let text = std::fs::read_to_string(&path).map_err(failed)?;
    let done = read_rules(&text)
        .map_err(Told::Problems)
        .and_then(|rules| apply(context, ledger, book, name, &before, &rules).map_err(Told::Refusal));
    match done {
        Ok(sentence) => {
            context.note(sentence);
            Ok(ExitCode::SUCCESS)
        }
        Err(told) => {
            // What was typed is worth more than a tidy folder.
            let kept = path.keep().map_err(|error| failed(error.error))?;
            let file = kept.display().to_string();
            context.hint(format!(
                "nothing was changed; what you wrote is in {file}: mend it, and bring it in with \
                                  `ledger rules import {file} --update`"
            ));
            match told {
                Told::Problems(found) => Ok(problems(&file, &found).report(context.settings.error_style())),
                Told::Refusal(error) => Err(error),
            }
        }
    }
}

enum Told {
    Problems(Vec<ledger_core::import::Problem>),
    Refusal(Error),
}

fn apply(
    context: &Context,
    ledger: &Ledger,
    book: &Book<'_>,
    name: Option<&str>,
    before: &[Rule],
    rules: &[Rule],
) -> Result<String> {
    if rules == before {
        return Ok("nothing was changed".to_owned());
    }
    let Some(name) = name else {
        let done = context.change(ledger, || book.rules().import(rules, RuleImport::ReplaceAll))?;
        return Ok(format!("added {}, changed {}, removed {}", done.added, done.changed, done.removed));
    };
    let [rule] = rules else {
        let advice = format!(
            "one rule was to be edited, and {} came back: edit all with `ledger rules edit`",
            rules.len()
        );
        return Err(ErrorKind::Misuse(advice).into());
    };
    let changed = context.change(ledger, || book.rules().replace(name, rule))?;
    Ok(format!("changed the rule \"{}\"", changed.rule.name))
}

fn open_editor(path: &Path) -> Result<()> {
    let mut named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let Some(editor) = named.find(|editor| !editor.trim().is_empty()) else {
        let advice = "no editor is named: set VISUAL or EDITOR, or use `ledger rules export` and `ledger rules import`";
        return Err(ErrorKind::Misuse(advice.to_owned()).into());
    };
    // The variable may hold arguments too, as in `code --wait`.
    let mut words = editor.split_whitespace();
    let status = Command::new(words.next().unwrap_or_default()).args(words).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ErrorKind::Misuse(format!(
            "the editor \"{editor}\" ended with {status}; nothing was changed"
        ))
        .into()),
        Err(error) => {
            Err(Error::from(ErrorKind::Misuse(format!("the editor \"{editor}\" cannot be run: {error}")))
                .caused_by(error))
        }
    }
}

fn failed(error: std::io::Error) -> Error {
    let kind =
        ErrorKind::File { verb: "write", path: "a file to edit".to_owned(), message: error.to_string() };
    Error::from(kind).caused_by(error)
}
