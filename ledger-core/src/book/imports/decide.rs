//! What a person has to decide before an import is committed, and whether they did.

use super::judge::Verdicts;
use crate::import::{Decision, Decisions, ImportReport, Link, Verdict};
use crate::{ErrorKind, Result};

/// How many lines a refusal names.
const NAMED_MAX: usize = 10;

/// Refuses a decision about a line that is not there.
pub(super) fn check_decisions(decisions: &Decisions, count: usize, id: i64) -> Result<()> {
    let unknown = decisions.lines.keys().find(|line| **line == 0 || **line as usize > count);
    match unknown {
        None => Ok(()),
        Some(line) => {
            let name = format!("{line} of import {id}, which has lines 1 to {count}");
            Err(ErrorKind::NotFound { what: "line", name, suggestions: Vec::new() }.into())
        }
    }
}

/// Who accepts one side of a transfer accepts the other.
pub(super) fn accept_transfers(decisions: &Decisions, verdicts: &mut Verdicts) {
    let number = |place: usize| u32::try_from(place + 1).unwrap_or(u32::MAX);
    let decision = |place: usize| decisions.lines.get(&number(place));
    for place in 0..verdicts.judgements.len() {
        let judgement = &verdicts.judgements[place];
        let (Verdict::Ambiguous, Link::Line(other)) = (judgement.verdict, judgement.link) else { continue };
        let accepted = match (decision(place), decision(other)) {
            (Some(Decision::Accept), None | Some(Decision::Accept)) | (None, Some(Decision::Accept)) => true,
            (None, None) => decisions.accept_all,
            _ => false,
        };
        if accepted {
            for side in [place, other] {
                verdicts.judgements[side].verdict = Verdict::Transfer;
            }
        }
    }
}

/// Refuses to commit while a line is neither clear nor decided, or a gap is not accepted.
pub(super) fn refuse_undecided(
    id: i64,
    decisions: &Decisions,
    verdicts: &Verdicts,
    report: &ImportReport,
) -> Result<()> {
    let is_open = |place: &usize| {
        let number = u32::try_from(place + 1).unwrap_or(u32::MAX);
        verdicts.judgements[*place].verdict == Verdict::Ambiguous
            && !decisions.accept_all
            && !decisions.lines.contains_key(&number)
    };
    let open: Vec<usize> = (0..verdicts.judgements.len()).filter(is_open).collect();
    if let Some(first) = open.first() {
        let lines: Vec<String> = open.iter().take(NAMED_MAX).map(|place| (place + 1).to_string()).collect();
        let more = if open.len() > NAMED_MAX { " …" } else { "" };
        let (lines, reason) = (lines.join(", "), &verdicts.judgements[*first].reason);
        let line = first + 1;
        return Err(ErrorKind::NeedsReview(format!(
            "import {id} has {} undecided line(s): {lines}{more}; line {line}: {reason} (settle each with --accept LINE, \
             --new LINE, --link LINE=ENTRY, --set LINE=ACCOUNT or --skip LINE)",
            open.len()
        ))
        .into());
    }
    match report.gaps.first() {
        Some(gap) if !decisions.accept_gaps => Err(ErrorKind::NeedsReview(format!(
            "import {id} does not add up: {gap} (import it as it is with --accept-gap)"
        ))
        .into()),
        _ => Ok(()),
    }
}
