//! What a CSV file leaves open, asked at the terminal until it can be read.
//!
//! As with reviews, what is asked and what an answer means is kept apart from the terminal.

use ledger_core::Result;
use ledger_core::import::CsvProfile;
use ledger_core::import::explain::OpenQuestion;

use super::review::Prompts;

/// How a file is to be read once its questions are answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answers {
    /// What was told, with the answers over it.
    pub profile: CsvProfile,
    /// The name to save it under, if the person gave one.
    pub save_as: Option<String>,
}

/// Asks what a file leaves open, one question after the other, and with `may_save` for a name to save the
/// answers under.
///
/// `open` tells the first thing that a profile leaves open. A question that is not answered stays open: reading the
/// file then refuses it with the same reason.
pub(super) fn settle(
    prompts: &mut dyn Prompts,
    file: &str,
    told: CsvProfile,
    may_save: bool,
    open: &dyn Fn(&CsvProfile) -> Result<Option<OpenQuestion>>,
) -> Answers {
    let mut profile = told.clone();
    let mut asked: Option<OpenQuestion> = None;
    // An error is the reading's to tell.
    while let Ok(Some(question)) = open(&profile) {
        // An answer that settles nothing would be asked for forever.
        if asked.as_ref() == Some(&question) {
            break;
        }
        let Some(settles) = answer(prompts, file, &question) else { break };
        profile = profile.merge(settles);
        asked = Some(question);
    }
    let settled = may_save && profile != told && matches!(open(&profile), Ok(None));
    let save_as = settled.then(|| {
        prompts
            .ask("name to save this way of reading under, as --save-profile does (nothing: do not save it)")
    });
    Answers { profile, save_as: save_as.flatten().filter(|name| !name.is_empty()) }
}

/// Asks until one of the answers is chosen; nothing where there is none to choose, or none is wanted.
fn answer(prompts: &mut dyn Prompts, file: &str, question: &OpenQuestion) -> Option<CsvProfile> {
    if question.choices.is_empty() {
        return None;
    }
    let (line, column) = question.place;
    prompts.say(&format!("{file}:{line}:{column}: {}", question.reason));
    for (number, choice) in (1..).zip(&question.choices) {
        prompts.say(&format!("  {number}: {}", choice.label));
    }
    loop {
        let text = prompts.ask("which (its number, or q to leave)")?;
        if text.eq_ignore_ascii_case("q") {
            return None;
        }
        let place = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        if let Some(choice) = place.and_then(|place| question.choices.get(place)) {
            return Some(choice.settles.clone());
        }
        prompts.say(&format!("\"{text}\" is none of 1 to {}", question.choices.len()));
    }
}

#[cfg(test)]
mod tests {
    use ledger_core::import::open_question;
    use ledger_core::money::Commodity;

    use super::super::review::testing::Script;
    use super::*;

    /// A date that can be read in two ways, and an amount too.
    const OPEN: &str = "Date,Text,Amount\n05/03/2026,Rent,1.234\n";

    fn settled(text: &str, answers: &[&'static str]) -> (Answers, String) {
        let eur = Commodity::iso("EUR").unwrap();
        let open =
            |profile: &CsvProfile| open_question(text.as_bytes(), "a.csv", profile, eur, &Commodity::iso);
        let mut script = Script::new(answers);
        let answers = settle(&mut script, "a.csv", CsvProfile::default(), true, &open);
        (answers, script.said)
    }

    #[test]
    fn each_open_question_is_asked_and_the_answers_can_be_saved() {
        let (answers, said) = settled(OPEN, &["1", "x", "0", "1", "giro"]);
        assert_eq!(answers.profile.date_format.as_deref(), Some("DD/MM/YYYY"));
        assert!(answers.profile.decimal_mark.is_some(), "{answers:?}");
        assert_eq!(answers.save_as.as_deref(), Some("giro"));
        for told in
            ["a.csv:2:1: ", "1: DD/MM/YYYY", "2: MM/DD/YYYY", "\"x\" is none of 1 to 2", "\"0\" is none"]
        {
            assert!(said.contains(told), "{told}: {said}");
        }
    }

    #[test]
    fn what_is_not_answered_stays_open_and_nothing_is_saved() {
        for answers in [&[][..], &["q", "giro"]] {
            let (answers, _) = settled(OPEN, answers);
            assert_eq!(answers, Answers { profile: CsvProfile::default(), save_as: None });
        }
        let (half, _) = settled(OPEN, &["2", "q", "giro"]);
        assert_eq!((half.profile.date_format.as_deref(), half.save_as), (Some("MM/DD/YYYY"), None));
    }

    #[test]
    fn a_file_that_leaves_nothing_open_is_not_asked_about() {
        let (answers, said) = settled("Date,Text,Amount\n2026-03-05,Rent,1.23\n", &["giro"]);
        assert_eq!((answers.save_as, said.as_str()), (None, ""));
        assert_eq!(settled("", &["giro"]).1, "", "and an error is told by the reading");
    }
}
