//! How a command ends: the exit codes, and an error told to a person or to a program.

use std::error::Error as _;
use std::io::{self, Write};
use std::process::ExitCode;

use ledger_core::{Error, ErrorClass, ErrorKind};
use serde_json::json;

/// Everything went well.
pub const FINE: u8 = 0;
/// The command ran and found something that the user asked to be told of (verify, `--fail-below`).
pub const FINDINGS: u8 = 1;
/// The command line itself is wrong; clap ends with the same code.
pub const USAGE: u8 = 2;
/// The input breaks a rule: unbalanced, unreadable, out of range.
pub const INVALID: u8 = 3;
/// A name or number that is not there, or that fits several things.
pub const NOT_FOUND: u8 = 4;
/// Something is there already, is locked or is closed.
pub const CONFLICT: u8 = 5;
/// The database or a file failed.
pub const STORAGE: u8 = 6;
/// A person has to decide first.
pub const NEEDS_REVIEW: u8 = 7;
/// Not allowed.
pub const DENIED: u8 = 8;

/// The exit codes in words, for the end of `ledger --help`.
pub const HELP: &str = "\
Exit codes:
  0  fine
  1  findings (verify, --fail-below)
  2  usage
  3  invalid input (unbalanced, unreadable, out of range)
  4  not found or ambiguous
  5  conflict, duplicate or locked
  6  storage
  7  needs review
  8  denied";

/// The exit code of an error.
pub fn code(error: &Error) -> u8 {
    // A misuse that the library reports is a wrong combination of arguments here.
    if matches!(error.kind(), ErrorKind::Misuse(_)) {
        return USAGE;
    }
    match error.kind().class() {
        ErrorClass::NotFound => NOT_FOUND,
        ErrorClass::Conflict => CONFLICT,
        ErrorClass::Storage => STORAGE,
        ErrorClass::NeedsReview => NEEDS_REVIEW,
        ErrorClass::Denied => DENIED,
        // The class is open for additions; what is not known here is closest to a refused input.
        _ => INVALID,
    }
}

/// A stable name for an exit code, as JSON errors carry it in `class`.
pub fn class_name(code: u8) -> &'static str {
    match code {
        FINE => "fine",
        FINDINGS => "findings",
        USAGE => "usage",
        NOT_FOUND => "not-found",
        CONFLICT => "conflict",
        STORAGE => "storage",
        NEEDS_REVIEW => "needs-review",
        DENIED => "denied",
        _ => "invalid",
    }
}

/// How errors are told.
#[derive(Debug, Clone, Copy, Default)]
pub struct ErrorStyle {
    /// One JSON object instead of sentences.
    pub json: bool,
    /// Also what caused the error, level by level.
    pub causes: bool,
    /// The word `error:` in red.
    pub color: bool,
}

/// Tells an error on standard error and returns the exit code that belongs to it.
pub fn report(error: &Error, style: ErrorStyle) -> ExitCode {
    // Standard error may be closed; there is nobody left to tell then.
    let _ = write_error(&mut io::stderr().lock(), error, style);
    ExitCode::from(code(error))
}

/// Writes an error as [`report`] does, to any place.
///
/// # Errors
/// Those of the writer.
pub fn write_error(out: &mut dyn Write, error: &Error, style: ErrorStyle) -> io::Result<()> {
    let causes = if style.causes { causes(error) } else { Vec::new() };
    if style.json {
        let code = code(error);
        let mut object = json!({
            "code": error.kind().code(),
            "class": class_name(code),
            "message": error.to_string(),
            "exit": code,
        });
        if style.causes {
            object["causes"] = json!(causes);
        }
        return writeln!(out, "{object}");
    }
    let (on, off) = if style.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{on}error:{off} {error}")?;
    for cause in causes {
        writeln!(out, "caused by: {cause}")?;
    }
    Ok(())
}

fn causes(error: &Error) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        sentences.push(cause.to_string());
        next = cause.source();
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unbalanced() -> Error {
        ErrorKind::Unbalanced { description: "Rent".into(), difference: "debits 900.00 EUR".into() }.into()
    }

    fn written(error: &Error, style: ErrorStyle) -> String {
        let mut out = Vec::new();
        write_error(&mut out, error, style).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_class_of_error_has_its_exit_code() {
        assert_eq!(code(&unbalanced()), 3);
        assert_eq!(code(&ErrorKind::NoDatabase { place: "x".into() }.into()), 4);
        let taken = ErrorKind::AlreadyExists { what: "book", name: "home".into(), hint: String::new() };
        assert_eq!(code(&taken.into()), 5);
        assert_eq!(code(&ErrorKind::DiskFull { place: "x".into() }.into()), 6);
        assert_eq!(code(&ErrorKind::Misuse("give either --debit or a one-liner".into()).into()), 2);
    }

    #[test]
    fn an_error_is_one_sentence_and_its_causes_come_with_verbose() {
        let error = unbalanced().caused_by(io::Error::other("the cause"));
        assert_eq!(
            written(&error, ErrorStyle::default()),
            "error: entry \"Rent\" does not balance: debits 900.00 EUR\n"
        );
        let all = written(&error, ErrorStyle { causes: true, ..ErrorStyle::default() });
        assert!(all.ends_with("\ncaused by: the cause\n"), "{all}");
    }

    #[test]
    fn an_error_in_json_is_one_object_with_code_class_and_message() {
        let line = written(&unbalanced(), ErrorStyle { json: true, ..ErrorStyle::default() });
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(value["code"], "unbalanced");
        assert_eq!(value["class"], "invalid");
        assert_eq!(value["exit"], 3);
        assert_eq!(value["message"], "entry \"Rent\" does not balance: debits 900.00 EUR");
    }
}
