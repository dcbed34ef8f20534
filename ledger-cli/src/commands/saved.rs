//! Flags of a report kept under a name: `--save`, `--saved`, `--list-saved` and `--delete-saved` for every report.
//!
//! A report flattens [`Saved`] around its own flags and is called with those that count:
//!
//! ```ignore
//! #[derive(clap::Args, Debug)]
//! pub struct Args {
//!     #[command(flatten)]
//!     flags: Saved<Flags>,
//! }
//! args.flags.run(context, &book, "net-worth", |flags| show(context, &book, flags))
//! ```
//!
//! Flags are kept as they were typed (`last month` is another month when it is used later), and read by clap again. So
//! the report declares nothing besides its arguments: what is given now goes over what was saved, and what cannot stand
//! beside it (a group, a conflict) is left out. What names the subject of a report and is required needs
//! `required_unless_present_any = saved::INSTEAD`.

use std::ffi::OsString;
use std::fmt;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use ledger_core::text::check_name;
use ledger_core::{Book, ErrorKind, Result, SavedSetting};
use serde_json::{Map, Value};

use super::Context;
use super::facts::print_done;
use crate::render::{self, Cell, Column, Table};

/// The flags in whose presence a report needs no subject on the command line.
pub const INSTEAD: [&str; 3] = ["saved", "list_saved", "delete_saved"];

/// The longest name that settings are saved under.
const NAME_MAX: usize = 100;

/// The flags of a report, those of them that were typed, and what is to be done with saved ones.
#[derive(Debug, Clone)]
pub struct Saved<F> {
    flags: F,
    given: Given,
    request: Request,
}

/// What to do with saved flags.
#[derive(Args, Debug, Clone)]
struct Request {
    /// Keep the flags as they were given under a name (a relative date stays relative), and show the report
    #[arg(long, value_name = "NAME", help_heading = "Saved settings")]
    save: Option<String>,

    /// Use the flags that were saved under a name; those that are given now go over them
    #[arg(long, value_name = "NAME", help_heading = "Saved settings")]
    saved: Option<String>,

    /// List the saved settings
    #[arg(long, help_heading = "Saved settings", conflicts_with_all = ["save", "saved", "delete_saved"])]
    list_saved: bool,

    /// Forget the settings that were saved under a name
    #[arg(long, value_name = "NAME", help_heading = "Saved settings", conflicts_with_all = ["save", "saved"])]
    delete_saved: Option<String>,
}

/// Flags as they were typed.
#[derive(Debug, Clone, Default, PartialEq)]
struct Given(Vec<Typed>);

/// One of them.
#[derive(Debug, Clone, PartialEq)]
struct Typed {
    /// Under what it is saved: its name with underscores; a subject's id.
    key: String,
    /// Its name; none for a subject.
    long: Option<String>,
    words: Words,
}

/// What was typed for a flag.
#[derive(Debug, Clone, PartialEq)]
enum Words {
    /// A flag without a value.
    Switch,
    /// The values of one that is given once.
    One(String),
    /// Those of one that can be repeated.
    Many(Vec<String>),
}

impl<F: Args> Saved<F> {
    /// Shows a report with the flags that count and saves them where that was asked, or looks after what is saved.
    ///
    /// `report` is the words of its command, such as `receivable aging`: what the settings are saved for.
    ///
    /// # Errors
    /// Those of `show`, before anything is saved; [`ErrorKind::NotFound`] for a name under which nothing is saved, and
    /// [`ErrorKind::InvalidSetting`] for saved flags that this version does not know.
    pub fn run(
        self,
        context: &Context,
        book: &Book<'_>,
        report: &'static str,
        show: impl FnOnce(F) -> Result<ExitCode>,
    ) -> Result<ExitCode> {
        if self.request.list_saved {
            return list::<F>(context, book, report);
        }
        if let Some(name) = &self.request.delete_saved {
            return delete(context, book, report, name);
        }
        if let Some(name) = &self.request.save {
            // Before the report is shown: what cannot be kept should not look as if it was.
            check_name("name", name, NAME_MAX)?;
        }
        let (flags, given) = match &self.request.saved {
            Some(name) => {
                let saved = book.settings(report).get(name)?;
                self.given.over::<F>(&saved)?
            }
            None => (self.flags, self.given),
        };
        let code = show(flags)?;
        if let Some(name) = &self.request.save {
            save(context, book, report, name, &given)?;
        }
        Ok(code)
    }
}

fn save(context: &Context, book: &Book<'_>, report: &'static str, name: &str, given: &Given) -> Result<()> {
    if context.settings.dry_run {
        context.note(format_args!("would save these flags as \"{name}\""));
        return Ok(());
    }
    book.settings(report).save(name, &given.to_json())?;
    context.note(format_args!("saved: show it again with `ledger {report} --saved {name:?}`"));
    Ok(())
}

fn list<F: Args>(context: &Context, book: &Book<'_>, report: &'static str) -> Result<ExitCode> {
    let mut rows = Vec::new();
    for saved in book.settings(report).list()? {
        // Settings that this version cannot read are listed all the same, so that they can be deleted.
        let read = Given::default().over::<F>(&saved);
        let flags = read.map_or_else(|error| error.to_string(), |(_, flags)| flags.to_string());
        rows.push(vec![Cell::text(saved.name), Cell::text(flags)]);
    }
    let columns = vec![Column::text("name"), Column::text("flags")];
    render::print(&context.settings, Table { columns, rows, ..Table::default() })?;
    Ok(ExitCode::SUCCESS)
}

fn delete(context: &Context, book: &Book<'_>, report: &'static str, name: &str) -> Result<ExitCode> {
    let settings = book.settings(report);
    let saved = settings.get(name)?;
    let deletes = if context.settings.dry_run { "would delete" } else { "deleted" };
    if !context.settings.dry_run {
        settings.remove(name)?;
    }
    let done = format!("{deletes} the saved settings \"{}\"", saved.name);
    print_done(context, done, vec![("name", Cell::text(saved.name)), ("flags", Cell::Json(saved.settings))])?;
    Ok(ExitCode::SUCCESS)
}

impl Given {
    /// What was typed of the flags of `F`.
    fn of<F: Args>(matches: &ArgMatches) -> Self {
        let command = own::<F>();
        let typed =
            |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
        let words = |arg: &Arg| {
            let raw = matches.get_raw(arg.get_id().as_str()).into_iter().flatten();
            let raw = raw.map(|text| text.to_string_lossy().into_owned());
            Typed::of(
                arg,
                match arg.get_action() {
                    ArgAction::Append => Words::Many(raw.collect()),
                    action if action.takes_values() => Words::One(raw.collect()),
                    _ => Words::Switch,
                },
            )
        };
        Given(command.get_arguments().filter(typed).map(words).collect())
    }

    /// These flags, and those of `saved` that can stand beside them.
    fn over<F: Args>(&self, saved: &SavedSetting) -> Result<(F, Given)> {
        let refused = |reason: String| -> ledger_core::Error {
            let reason = format!("this version cannot read it ({reason})");
            ErrorKind::InvalidSetting { what: "saved setting", value: saved.name.clone(), reason }.into()
        };
        let command = own::<F>();
        let rules = whole::<F>();
        let mut both: Vec<Typed> = Vec::new();
        for (key, value) in saved.settings.as_object().into_iter().flatten() {
            let arg = find(&command, key).ok_or_else(|| refused(format!("unknown flag `{key}`")))?;
            let words =
                Words::read(arg, value).ok_or_else(|| refused(format!("`{key}` cannot be {value}")))?;
            let left_out = self.0.iter().filter_map(|now| find(&command, &now.key));
            if let Some(words) = words.filter(|_| !left_out.into_iter().any(|now| excludes(&rules, now, arg)))
            {
                both.push(Typed::of(arg, words));
            }
        }
        // What is typed last wins, where one flag takes another back.
        both.extend(self.0.iter().cloned());
        let asked = rules.try_get_matches_from(Given(both).words());
        let mut matches = asked.map_err(|error| refused(told(&error)))?;
        let given = Given::of::<F>(&matches);
        let flags = F::from_arg_matches_mut(&mut matches).map_err(|error| refused(told(&error)))?;
        Ok((flags, given))
    }

    /// The command line, with the name of a program in front.
    fn words(&self) -> Vec<OsString> {
        let mut words = vec!["ledger".to_owned()];
        let mut subjects = vec!["--".to_owned()];
        for Typed { long, words: typed, .. } in &self.0 {
            let mut put = |value: &String| match long {
                Some(long) => words.push(format!("--{long}={value}")),
                None => subjects.push(value.clone()),
            };
            match typed {
                Words::Switch => words.extend(long.as_ref().map(|long| format!("--{long}"))),
                Words::One(value) => put(value),
                Words::Many(values) => values.iter().for_each(put),
            }
        }
        words.into_iter().chain(subjects).map(OsString::from).collect()
    }

    /// The form in which they are saved: by key, `true` for a switch.
    fn to_json(&self) -> Value {
        let value = |words: &Words| match words {
            Words::Switch => Value::Bool(true),
            Words::One(value) => Value::String(value.clone()),
            Words::Many(values) => values.iter().cloned().map(Value::String).collect(),
        };
        let pairs = self.0.iter().map(|typed| (typed.key.clone(), value(&typed.words)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    }
}

/// As one would type them.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = Vec::new();
        for Typed { long, words, .. } in &self.0 {
            let flag = long.as_ref().map_or_else(String::new, |long| format!("--{long} "));
            let put = |value: &String| match value.contains(' ') {
                true => format!("{flag}{value:?}"),
                false => format!("{flag}{value}"),
            };
            match words {
                Words::Switch => shown.push(flag.trim_end().to_owned()),
                Words::One(value) => shown.push(put(value)),
                Words::Many(values) => shown.extend(values.iter().map(put)),
            }
        }
        f.write_str(&shown.join(" "))
    }
}

impl Typed {
    fn of(arg: &Arg, words: Words) -> Self {
        let long = arg.get_long().map(str::to_owned);
        let key = long.as_ref().map_or_else(|| arg.get_id().to_string(), |long| long.replace('-', "_"));
        Typed { key, long, words }
    }
}

impl Words {
    /// What was saved for a flag, if that is something: an empty list is nothing. Outside, nothing for what the flag
    /// cannot be.
    fn read(arg: &Arg, value: &Value) -> Option<Option<Words>> {
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        Some(match (arg.get_action(), value) {
            (_, Value::Null | Value::Bool(false)) => None,
            (ArgAction::SetTrue, Value::Bool(true)) => Some(Words::Switch),
            (ArgAction::Append, Value::Array(values)) => {
                let values: Vec<String> = values.iter().map(text).collect::<Option<_>>()?;
                (!values.is_empty()).then_some(Words::Many(values))
            }
            (ArgAction::Set, value) => Some(Words::One(text(value)?)),
            _ => return None,
        })
    }
}

/// The flags of a report alone.
fn own<F: Args>() -> Command {
    F::augment_args(Command::new("ledger"))
}

/// The flags of a report with those that look after saved ones, as they are typed.
fn whole<F: Args>() -> Command {
    let mut command = Saved::<F>::augment_args(Command::new("ledger"));
    // Groups that are named at their flags alone are there from then on.
    command.build();
    command
}

/// The flag that is saved under a key: its name, or its id, as some were in earlier versions.
fn find<'c>(command: &'c Command, key: &str) -> Option<&'c Arg> {
    let by_name = |arg: &&Arg| arg.get_long().is_some_and(|long| long.replace('-', "_") == key);
    let by_id = |arg: &&Arg| arg.get_id().as_str() == key;
    command.get_arguments().find(by_name).or_else(|| command.get_arguments().find(by_id))
}

/// Whether one flag leaves no place for another: it is the same, they conflict, or are of a group of which one is taken.
fn excludes(command: &Command, one: &Arg, other: &Arg) -> bool {
    let conflict = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|arg| arg.get_id() == other.get_id())
    };
    let grouped = command.get_groups().any(|group| {
        let has = |of: &Arg| group.get_args().any(|id| id == of.get_id());
        !group.clone().is_multiple() && has(one) && has(other)
    });
    one.get_id() == other.get_id() || grouped || conflict(one, other) || conflict(other, one)
}

/// What clap found wrong, on one line.
fn told(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let told = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    told.strip_prefix("error: ").unwrap_or(&told).to_owned()
}

impl<F: Args> FromArgMatches for Saved<F> {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> std::result::Result<Self, clap::Error> {
        let given = Given::of::<F>(matches);
        Ok(Saved {
            given,
            flags: F::from_arg_matches_mut(matches)?,
            request: Request::from_arg_matches_mut(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<F: Args> Args for Saved<F> {
    fn augment_args(command: Command) -> Command {
        Request::augment_args(F::augment_args(command))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Request::augment_args_for_update(F::augment_args_for_update(command))
    }
}

#[cfg(test)]
#[path = "saved/tests.rs"]
mod tests;
