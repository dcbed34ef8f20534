//! A journal as text, so that tests can say what they expect in a few lines.

use super::model::{JournalFile, LineRate, LineState};

/// Entries with their lines, then prices, problems and what is left out; a line each.
pub(super) fn shown(file: &JournalFile<'_>) -> String {
    let mut out = String::new();
    for entry in &file.entries {
        out += &format!("{} {}", entry.on, entry.description);
        if let Some(detail) = &entry.detail {
            out += &detail.party.iter().map(|party| format!(" by {party}")).collect::<String>();
            out += &detail.tags.iter().map(|(key, value)| format!(" [{key}={value}]")).collect::<String>();
            out += &detail.comments.iter().map(|comment| format!(" ;{comment}")).collect::<String>();
        }
        out += "\n";
        for line in &file.lines[entry.range()] {
            let amount = match line.state {
                LineState::Elided => "?".to_owned(),
                LineState::Assigned => "=".to_owned(),
                _ => format!("{} {}", line.quantity, file.symbol(line.commodity)),
            };
            out += &format!("  {} {amount}", file.account_name(line.account));
            if let Some(detail) = &line.detail {
                let rates = [detail.rate, detail.other_rate].into_iter().flatten();
                out += &rates.map(|rate| show_rate(file, rate)).collect::<String>();
                out += if detail.virtual_unbalanced { " virtual" } else { "" };
                out += &detail.lot.iter().map(|lot| format!(" lot {lot}")).collect::<String>();
                if let Some(claim) = &detail.assertion {
                    let below = if claim.with_below { "*" } else { "" };
                    let sole = if claim.sole { "==" } else { "=" };
                    out += &format!(" {sole}{below} {} {}", claim.quantity, file.symbol(claim.commodity));
                }
                out += &detail.comment.iter().map(|comment| format!(" ;{comment}")).collect::<String>();
            }
            out += "\n";
        }
    }
    for price in &file.prices {
        out += &format!(
            "P {} {} {} {}\n",
            price.on,
            file.symbol(price.commodity),
            price.rate,
            file.symbol(price.quote)
        );
    }
    for problem in &file.problems {
        out += &format!("! {}:{} {}\n", problem.problem.line, problem.problem.column, problem.problem.code);
    }
    for left in &file.not_imported {
        out += &format!("- {} {}\n", left.place.line, left.what);
    }
    out
}

fn show_rate(file: &JournalFile<'_>, rate: LineRate) -> String {
    match rate {
        LineRate::Unit(rate, quote) => format!(" @ {rate} {}", file.symbol(quote)),
        LineRate::Total(total, quote) => format!(" @@ {total} {}", file.symbol(quote)),
    }
}
