//! Making a rule of a line under review: what it asks is shown with the lines that it covers, and can be changed.

use ledger_core::Book;
use ledger_core::import::rule::{Conditions, Rule, TextTest, write_rules};

use super::review::Prompts;

/// How many covered lines are named.
const NAMED_MAX: usize = 10;

/// What making a rule has to know of the book and the import.
pub(super) trait RuleMaker {
    /// A rule that sends lines like this one to an account; nothing where its texts say too little.
    fn propose(&self, line: u32, account: &str) -> Option<Rule>;
    /// The open lines of the import that a rule decides.
    fn covered(&self, rule: &Rule) -> Result<Vec<u32>, String>;
    /// Stores a rule at the end of the book's rules.
    fn store(&self, rule: &Rule) -> Result<(), String>;
}

/// A rule that was made and stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// Where it sends lines.
    pub account: String,
    /// The open lines that it covers, the one that it was made of among them.
    pub covered: Vec<u32>,
}

/// Proposes a rule for a line and an account until it is stored or given up; nothing at the end of input.
pub(super) fn make(
    prompts: &mut dyn Prompts,
    maker: &dyn RuleMaker,
    line: u32,
    account: &str,
) -> Option<Option<Made>> {
    let Some(mut rule) = maker.propose(line, account) else {
        prompts.say("its texts say too little for a rule: change its account with c");
        return Some(None);
    };
    loop {
        let covered = match maker.covered(&rule) {
            Ok(covered) => covered,
            Err(error) => {
                prompts.say(&error);
                return Some(None);
            }
        };
        show(prompts, &rule, &covered, line);
        let answer = prompts.ask("store it? [y] yes, [n] no, or other words that the text has to have")?;
        match answer.to_lowercase().as_str() {
            "y" | "yes" => {}
            "n" | "no" | "" => return Some(None),
            _ => {
                let direction = rule.when.direction;
                rule.name.clone_from(&answer);
                let text = Some(TextTest::contains(answer));
                rule.when = Conditions { direction, text, ..Conditions::default() };
                continue;
            }
        }
        return Some(match maker.store(&rule) {
            Ok(()) => Some(Made { account: account.to_owned(), covered }),
            Err(error) => {
                prompts.say(&error);
                None
            }
        });
    }
}

fn show(prompts: &mut dyn Prompts, rule: &Rule, covered: &[u32], line: u32) {
    for part in write_rules(std::slice::from_ref(rule)).lines().filter(|part| !part.trim().is_empty()) {
        prompts.say(&format!("  {part}"));
    }
    let others: Vec<String> = covered.iter().filter(|at| **at != line).map(u32::to_string).collect();
    if !covered.contains(&line) {
        prompts.say("it does not cover this line");
    }
    let more = if others.len() > NAMED_MAX { " …" } else { "" };
    match others.len() {
        0 => prompts.say("it covers no other open line of this import"),
        count => prompts.say(&format!(
            "it also covers {count} other open line(s) of this import: {}{more}",
            others[..count.min(NAMED_MAX)].join(", ")
        )),
    }
}

/// The rules of a book, for the lines of one import.
pub(super) struct OfImport<'b> {
    pub book: &'b Book<'b>,
    pub id: i64,
}

impl RuleMaker for OfImport<'_> {
    fn propose(&self, line: u32, account: &str) -> Option<Rule> {
        self.book.imports().propose_rule(self.id, line, account).ok().flatten()
    }

    fn covered(&self, rule: &Rule) -> Result<Vec<u32>, String> {
        self.book.imports().covered(self.id, rule).map_err(|error| error.to_string())
    }

    fn store(&self, rule: &Rule) -> Result<(), String> {
        self.book.rules().add(rule, None).map(|_| ()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
pub(super) mod testing {
    use std::cell::RefCell;

    use super::*;

    /// Rules that cover lines 1 to 3, and more with other words.
    #[derive(Default)]
    pub struct Rules(pub RefCell<Vec<Rule>>);

    impl RuleMaker for Rules {
        fn propose(&self, line: u32, account: &str) -> Option<Rule> {
            let mut rule = Rule::new("cafe");
            rule.when.payee = Some(TextTest::equals("cafe"));
            rule.set.account = Some(account.to_owned());
            (line < 9).then_some(rule)
        }

        fn covered(&self, rule: &Rule) -> Result<Vec<u32>, String> {
            Ok(if rule.when.text.is_some() { vec![1, 2, 3, 4] } else { vec![1, 2, 3] })
        }

        fn store(&self, rule: &Rule) -> Result<(), String> {
            self.0.borrow_mut().push(rule.clone());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::review::testing::Script;
    use super::testing::Rules;
    use super::*;

    #[test]
    fn a_rule_is_shown_with_what_it_covers_and_stored_when_wanted() {
        let rules = Rules::default();
        let mut script = Script::new(&["y"]);
        let made = make(&mut script, &rules, 2, "Expenses:Food").unwrap().unwrap();
        assert_eq!(made, Made { account: "Expenses:Food".to_owned(), covered: vec![1, 2, 3] });
        assert_eq!(rules.0.borrow().len(), 1);
        assert!(script.said.contains("2 other open line(s) of this import: 1, 3"), "{}", script.said);
        assert!(script.said.contains("Expenses:Food"), "{}", script.said);
    }

    #[test]
    fn other_words_make_another_rule_and_no_makes_none() {
        let rules = Rules::default();
        let made = make(&mut Script::new(&["coffee", "y"]), &rules, 2, "Expenses:Food").unwrap().unwrap();
        assert_eq!(made.covered, [1, 2, 3, 4]);
        assert_eq!(rules.0.borrow()[0].when.text, Some(TextTest::contains("coffee")));
        assert_eq!(make(&mut Script::new(&["n"]), &rules, 2, "x"), Some(None));
        assert_eq!(make(&mut Script::new(&[]), &rules, 2, "x"), None);
        let mut script = Script::new(&[]);
        assert_eq!(make(&mut script, &rules, 9, "x"), Some(None));
        assert!(script.said.contains("too little"));
        assert_eq!(rules.0.borrow().len(), 1);
    }
}
