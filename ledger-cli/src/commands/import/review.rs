//! The review of an open import on a terminal, line by line.
//!
//! What is asked and what an answer means is kept apart from the terminal, so that it can be tested with a script.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use ledger_core::import::{Decision, Decisions, ImportLine, Question};
use ledger_core::journal::AccountRef;
use ledger_core::{Book, Result};

use super::super::Context;
use super::make_rule::{self, Made, OfImport, RuleMaker};
use super::{lines, take_in};
use crate::exit;
use crate::render::wrapped;

/// How many accounts a search shows.
const FOUND_MAX: usize = 5;
/// Fits on one line of 80 columns, with the answer.
const KEYS: &str = "[a]ccept [c]hange account [r]ule [s]plit s[k]ip [n]ew [l]ink [q]uit";
/// What the keys do, for who asks or mistypes.
const HELP: &[&str] = &[
    "  a: do what is proposed (it is that line, that entry, that transfer)",
    "  n: it is none of that, post it as new",
    "  c: post it against another account",
    "  r: the same, and keep a rule for lines like it",
    "  s: post it in parts",
    "  k: skip it, post nothing",
    "  l: name the entry that stands for it",
    "  q: stop here; the import stays open, and nothing of it is posted",
];

/// Where questions go and answers come from.
pub(super) trait Prompts {
    /// Says something.
    fn say(&mut self, text: &str);
    /// Asks, and returns the answer without blanks around it; nothing when there is nobody left to answer.
    fn ask(&mut self, question: &str) -> Option<String>;
}

/// What the review has to know of the book.
pub(super) trait Accounts {
    /// The names that fit a text best.
    fn search(&self, text: &str) -> Vec<String>;
    /// The decision for parts written as `ACCOUNT AMOUNT, ACCOUNT`.
    fn split(&self, text: &str) -> std::result::Result<Decision, String>;
    /// What an entry says, in a line.
    fn entry(&self, number: i64) -> String;
    /// Whether the book has an account for the fees of transfers.
    fn has_fee_account(&self) -> bool;
}

/// Asks about each question and returns the decisions; nothing when the import is to be left open.
pub(super) fn decide(
    prompts: &mut dyn Prompts,
    (accounts, rules): (&dyn Accounts, &dyn RuleMaker),
    questions: &[Question],
    shown: &[ImportLine],
    gaps: &[String],
) -> Option<Decisions> {
    let mut decisions = Decisions { lines: BTreeMap::new(), ..Decisions::default() };
    // Where rules that were made here send lines that are still to be asked about.
    let mut ruled: BTreeMap<u32, String> = BTreeMap::new();
    let is_question = |line: u32| questions.iter().any(|question| question.line == line);
    for (index, question) in questions.iter().enumerate() {
        // Who settled one side of a transfer settled the other.
        let settled = |line: u32| matches!(decisions.lines.get(&line), Some(Decision::Accept));
        if question.other_line.is_some_and(settled) {
            continue;
        }
        if let Some(line) = shown.iter().find(|line| line.line == question.line) {
            let (number, on, amount) = (line.line, line.posted_on, line.amount);
            let (done, all) = (index + 1, questions.len());
            prompts.say(&format!("({done} of {all}) line {number}: {on}  {amount}  {}", line.description));
        }
        prompts.say(&format!("  {}", question.reason));
        for entry in &question.candidates {
            prompts.say(&format!("  {entry}: {}", accounts.entry(*entry)));
        }
        if let Some(account) = ruled.get(&question.line) {
            prompts.say(&format!("  the new rule says {account}: n posts it there"));
        }
        let mut decision = match answer(prompts, (accounts, rules), question)? {
            Answer::Decided(decision) => decision,
            Answer::Ruled(made) => {
                for line in made.covered {
                    match is_question(line) {
                        // Whether it is new at all is still to be asked.
                        true => drop(ruled.insert(line, made.account.clone())),
                        false => drop(decisions.lines.insert(line, to_account(&made.account))),
                    }
                }
                to_account(&made.account)
            }
        };
        if let (Decision::New, Some(account)) = (&decision, ruled.get(&question.line)) {
            decision = to_account(account);
        }
        if question.fee.is_some()
            && decisions.fee_account.is_none()
            && matches!(decision, Decision::Accept | Decision::Link(_))
            && !accounts.has_fee_account()
        {
            decisions.fee_account = Some(fee_account(prompts, accounts)?);
        }
        decisions.lines.insert(question.line, decision);
    }
    if !gaps.is_empty() {
        gaps.iter().for_each(|gap| prompts.say(gap));
        decisions.accept_gaps = yes(prompts, "import it although it does not add up?")?;
        if !decisions.accept_gaps {
            return None;
        }
    }
    Some(decisions)
}

/// What a person said about a line.
enum Answer {
    Decided(Decision),
    Ruled(Made),
}

fn to_account(name: &str) -> Decision {
    Decision::Account(AccountRef::Name(name.to_owned()))
}

/// The account of the fee of a transfer, asked until there is one.
fn fee_account(prompts: &mut dyn Prompts, accounts: &dyn Accounts) -> Option<AccountRef> {
    prompts.say("the fee needs an account");
    loop {
        if let Some(name) = account(prompts, accounts)? {
            return Some(AccountRef::Name(name));
        }
    }
}

/// Asks until an answer is understood.
fn answer(
    prompts: &mut dyn Prompts,
    (accounts, rules): (&dyn Accounts, &dyn RuleMaker),
    question: &Question,
) -> Option<Answer> {
    loop {
        let key = prompts.ask(KEYS)?.to_lowercase();
        if key == "r" {
            let Some(name) = account(prompts, accounts)? else { continue };
            match make_rule::make(prompts, rules, question.line, &name)? {
                Some(made) => return Some(Answer::Ruled(made)),
                None => continue,
            }
        }
        let decision = match key.as_str() {
            "a" if question.candidates.len() <= 1 => Some(Decision::Accept),
            "a" => {
                prompts.say("several entries are proposed: choose one with l");
                None
            }
            "c" => account(prompts, accounts)?.map(|name| Decision::Account(AccountRef::Name(name))),
            "s" => {
                let text = prompts.ask("parts, as ACCOUNT AMOUNT, ACCOUNT")?;
                accounts.split(&text).map_err(|error| prompts.say(&error)).ok()
            }
            "k" => Some(Decision::Skip),
            "n" => Some(Decision::New),
            "l" => {
                let text = match question.candidates.as_slice() {
                    [only] => only.to_string(),
                    _ => prompts.ask("number of the entry")?,
                };
                let entry = text.parse().ok().map(Decision::Link);
                if entry.is_none() {
                    prompts.say(&format!("\"{text}\" is no number of an entry"));
                }
                entry
            }
            "q" => return None,
            _ => {
                HELP.iter().for_each(|line| prompts.say(line));
                None
            }
        };
        if let Some(decision) = decision {
            return Some(Answer::Decided(decision));
        }
    }
}

/// An account, found by typing a part of its name; nothing where the person changed their mind.
fn account(prompts: &mut dyn Prompts, accounts: &dyn Accounts) -> Option<Option<String>> {
    let text = prompts.ask("account, or a part of its name")?;
    let found = accounts.search(&text);
    match found.as_slice() {
        [] => {
            prompts.say(&format!("no account is like \"{text}\""));
            return Some(None);
        }
        [only] => return Some(Some(only.clone())),
        [first, ..] if *first == text => return Some(Some(first.clone())),
        _ => {}
    }
    for (number, name) in (1..).zip(&found) {
        prompts.say(&format!("  {number}: {name}"));
    }
    let choice = prompts.ask("which (its number)")?;
    let place = choice.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    Some(place.and_then(|place| found.get(place).cloned()))
}

fn yes(prompts: &mut dyn Prompts, question: &str) -> Option<bool> {
    let answer = prompts.ask(&format!("{question} [y/n]"))?.to_lowercase();
    Some(answer == "y" || answer == "yes")
}

/// Reviews an open import with the person at the terminal, and commits it when everything is decided.
pub(super) fn on_terminal(context: &Context, book: &Book<'_>, id: i64) -> Result<ExitCode> {
    let imports = book.imports();
    let report = imports.review(id)?;
    let shown = imports.lines(id)?;
    let decided = decide(
        &mut Terminal::of(context),
        (&OfBook(book), &OfImport { book, id }),
        &report.questions,
        &shown,
        &report.gaps,
    );
    let Some(decisions) = decided else {
        context.note(format_args!("import {id} stays open: go on with `ledger import commit {id}`"));
        return Ok(ExitCode::from(exit::NEEDS_REVIEW));
    };
    let report = imports.commit(id, &decisions)?;
    report.notes.iter().for_each(|note| context.note(note));
    take_in::print_posted(context, &report, &imports.lines(id)?)?;
    take_in::tell(context, &report);
    Ok(ExitCode::SUCCESS)
}

/// The person at the terminal.
pub(super) struct Terminal {
    width: u16,
}

impl Terminal {
    /// The terminal, as wide as the settings say.
    pub(super) fn of(context: &Context) -> Terminal {
        Terminal { width: context.settings.width }
    }
}

impl Prompts for Terminal {
    fn say(&mut self, text: &str) {
        // Standard error may be closed; the answer that nobody gives then ends the review.
        for line in indented(text, self.width) {
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    fn ask(&mut self, question: &str) -> Option<String> {
        let _ = write!(io::stderr(), "{question}: ");
        let _ = io::stderr().flush();
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_owned()),
        }
    }
}

/// Text on lines of a width, broken between words; what is broken goes on under where it began.
fn indented(text: &str, width: u16) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let room = width.saturating_sub(u16::try_from(indent).unwrap_or(0));
    let lines = wrapped(text.trim_start(), room);
    lines.into_iter().map(|line| format!("{:indent$}{line}", "")).collect()
}

struct OfBook<'b>(&'b Book<'b>);

impl Accounts for OfBook<'_> {
    fn search(&self, text: &str) -> Vec<String> {
        let found = self.0.accounts().search(text, FOUND_MAX).unwrap_or_default();
        found.into_iter().map(|(account, _)| account.name).collect()
    }

    fn split(&self, text: &str) -> std::result::Result<Decision, String> {
        lines::splits(self.0, text).map(Decision::Split).map_err(|error| error.to_string())
    }

    fn entry(&self, number: i64) -> String {
        self.0.journal().get(number).map_or_else(|error| error.to_string(), |entry| entry.to_string())
    }

    fn has_fee_account(&self) -> bool {
        self.0.accounts().get(Decisions::FEE_ACCOUNT).is_ok()
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::Prompts;

    /// Answers written down before, and what was said.
    pub struct Script {
        answers: Vec<&'static str>,
        pub said: String,
    }

    impl Script {
        pub fn new(answers: &[&'static str]) -> Script {
            Script { answers: answers.to_vec(), said: String::new() }
        }
    }

    impl Prompts for Script {
        fn say(&mut self, text: &str) {
            self.said.push_str(text);
            self.said.push('\n');
        }

        fn ask(&mut self, _: &str) -> Option<String> {
            (!self.answers.is_empty()).then(|| self.answers.remove(0).to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::make_rule::testing::Rules;
    use super::testing::Script;
    use super::*;

    struct Names;

    impl Accounts for Names {
        fn search(&self, text: &str) -> Vec<String> {
            let all = ["Expenses:Food", "Expenses:Food:Out", "Expenses:Rent"];
            all.into_iter().filter(|name| name.contains(text)).map(str::to_owned).collect()
        }

        fn split(&self, text: &str) -> std::result::Result<Decision, String> {
            if text.is_empty() { Err("no parts".to_owned()) } else { Ok(Decision::Split(Vec::new())) }
        }

        fn entry(&self, number: i64) -> String {
            format!("#{number} Meal")
        }

        fn has_fee_account(&self) -> bool {
            false
        }
    }

    fn question(line: u32, candidates: &[i64], other_line: Option<u32>) -> Question {
        Question { line, reason: "why".to_owned(), candidates: candidates.to_vec(), other_line, fee: None }
    }

    fn decided(answers: &[&'static str], questions: &[Question]) -> (Option<Vec<(u32, Decision)>>, String) {
        let mut script = Script::new(answers);
        let decisions = decide(&mut script, (&Names, &Rules::default()), questions, &[], &[]);
        (decisions.map(|decisions| decisions.lines.into_iter().collect()), script.said)
    }

    fn account(name: &str) -> Decision {
        Decision::Account(AccountRef::Name(name.to_owned()))
    }

    #[test]
    fn each_key_is_a_decision() {
        let one = question(3, &[7], None);
        for (answers, expected) in [
            (vec!["a"], Decision::Accept),
            (vec!["k"], Decision::Skip),
            (vec!["N"], Decision::New),
            (vec!["l"], Decision::Link(7)),
            (vec!["c", "Rent"], account("Expenses:Rent")),
            (vec!["c", "Food", "2"], account("Expenses:Food:Out")),
            (vec!["c", "Expenses:Food"], account("Expenses:Food")),
            (vec!["s", "x"], Decision::Split(Vec::new())),
        ] {
            let found = decided(&answers, std::slice::from_ref(&one)).0;
            assert_eq!(found, Some(vec![(3, expected)]), "{answers:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_asked_again() {
        let several = question(1, &[7, 8], None);
        let (found, said) = decided(&["x", "a", "c", "none", "s", "", "l", "y", "l", "8"], &[several]);
        assert_eq!(found, Some(vec![(1, Decision::Link(8))]));
        for told in
            ["7: #7 Meal", "several entries", "no account is like \"none\"", "no parts", "\"y\" is no number"]
        {
            assert!(said.contains(told), "{told}: {said}");
        }
    }

    #[test]
    fn leaving_or_an_end_of_input_leaves_the_import_open() {
        let two = [question(1, &[7], None), question(2, &[8], None)];
        assert_eq!(decided(&["a", "q"], &two).0, None);
        assert_eq!(decided(&["a"], &two).0, None);
    }

    #[test]
    fn the_other_side_of_an_accepted_transfer_is_not_asked_about() {
        let sides = [question(1, &[], Some(4)), question(4, &[], Some(1))];
        assert_eq!(decided(&["a"], &sides).0, Some(vec![(1, Decision::Accept)]));
    }

    #[test]
    fn a_rule_decides_the_lines_that_it_covers_and_asks_on_where_a_line_may_not_be_new() {
        let questions = [question(1, &[], None), question(3, &[7], None)];
        let (found, said) = decided(&["r", "Rent", "y", "n"], &questions);
        let rent = || account("Expenses:Rent");
        assert_eq!(
            found,
            Some(vec![(1, rent()), (2, rent()), (3, rent())]),
            "line 2 was new without a question"
        );
        assert!(said.contains("the new rule says Expenses:Rent"), "{said}");
        let (found, _) = decided(&["r", "Rent", "y", "a"], &questions);
        assert_eq!(found.unwrap()[2], (3, Decision::Accept), "a person still says what it is");
        let (found, _) = decided(&["r", "Rent", "n", "r", "nowhere", "k", "k"], &questions);
        assert_eq!(found, Some(vec![(1, Decision::Skip), (3, Decision::Skip)]));
    }

    #[test]
    fn a_fee_is_asked_an_account_for_once() {
        let amount = "1.00 EUR".parse().unwrap();
        let fee = |line| Question { fee: Some(amount), ..question(line, &[7], None) };
        let mut script = Script::new(&["a", "none", "Rent", "a"]);
        let rules = Rules::default();
        let decisions = decide(&mut script, (&Names, &rules), &[fee(1), fee(2)], &[], &[]).unwrap();
        assert_eq!(decisions.fee_account, Some("Expenses:Rent".into()));
        assert_eq!(decisions.lines.len(), 2);
    }

    #[test]
    fn a_long_reason_is_broken_between_words_and_keeps_its_indent() {
        assert_eq!(indented("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(indented("one", 9), ["one"]);
    }

    #[test]
    fn a_gap_has_to_be_accepted() {
        let gaps = ["line 4: the balance is off".to_owned()];
        for (answer, expected) in [("y", Some(true)), ("n", None)] {
            let mut script = Script::new(&[answer]);
            let found = decide(&mut script, (&Names, &Rules::default()), &[], &[], &gaps)
                .map(|decisions| decisions.accept_gaps);
            assert_eq!(found, expected);
        }
    }
}
