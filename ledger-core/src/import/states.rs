//! Rows that are listed and move no money (yet): pending, declined, reverted.

use super::layout::Layout;
use super::profile::CsvProfile;
use super::words::key;

/// Which rows a column of states leaves out.
pub(super) struct States {
    column: Option<usize>,
    /// The words of the profile, compared as whole cells; without them the usual words are looked for.
    told: Vec<String>,
    /// Whether the column is called pending, and so says yes or no.
    is_switch: bool,
}

impl States {
    /// The states of a column; none where there is no such column.
    pub fn new(layout: &Layout<'_>, column: Option<usize>, profile: &CsvProfile) -> States {
        let written =
            layout.header.as_ref().zip(column).and_then(|(header, index)| header.written.get(index));
        let is_switch = written.is_some_and(|name| key(name) == "pending");
        States { column, told: profile.skip_states.iter().map(|word| key(word)).collect(), is_switch }
    }

    /// The column of the states.
    pub const fn column(&self) -> Option<usize> {
        self.column
    }

    /// Whether a row in this state is left out.
    pub fn leaves_out(&self, state: &str) -> bool {
        if state.is_empty() {
            return false;
        }
        if !self.told.is_empty() {
            return self.told.contains(&key(state));
        }
        if self.is_switch {
            return matches!(key(state).as_str(), "true" | "yes" | "1" | "y");
        }
        let says = |word: &str| LEFT_OUT.split('|').any(|known| known.eq_ignore_ascii_case(word));
        says(&state.to_lowercase())
            || state.split(|c: char| !c.is_alphanumeric()).take(4).any(|word| says(&word.to_lowercase()))
    }
}

/// The words for what is not booked, or not any more.
const LEFT_OUT: &str = "pending|authorised|authorized|processing|scheduled|vorgemerkt|geplant|en attente|attente|\
    pendiente|in attesa|pendente|w toku|väntande|declined|failed|reverted|cancelled|canceled|rejected|refused|denied|\
    voided|void|expired|removed|blocked|abgelehnt|storniert|fehlgeschlagen|annulé|annulée|refusé|refusée|rechazado|\
    cancelado|annullato|rifiutato|geweigerd|geannuleerd|odrzucona|anulowana|交易关闭|已关闭|支付失败|отклонено|отменено";

#[cfg(test)]
mod tests {
    use super::*;

    fn states(words: &[&str], is_switch: bool) -> States {
        States { column: Some(0), told: words.iter().map(|word| key(word)).collect(), is_switch }
    }

    #[test]
    fn only_what_is_not_booked_is_left_out() {
        let usual = states(&[], false);
        for state in ["PENDING", "Declined", "Umsatz vorgemerkt", "REVERTED", "交易关闭", "Payment failed"]
        {
            assert!(usual.leaves_out(state), "{state}");
        }
        for state in ["", "COMPLETED", "Posted", "Sent", "Umsatz gebucht", "BOOKED", "支付成功", "Refunded"]
        {
            assert!(!usual.leaves_out(state), "{state}");
        }
        assert!(states(&["In Arbeit"], false).leaves_out("in arbeit"));
        assert!(!states(&["In Arbeit"], false).leaves_out("pending"));
        assert!(states(&[], true).leaves_out("True") && !states(&[], true).leaves_out("False"));
    }
}
