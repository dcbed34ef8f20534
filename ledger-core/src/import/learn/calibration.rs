//! How often guesses come true: what a guess is worth is read off the guesses that were made before.

/// Into how many bins the share of the best account is put.
const BINS: usize = 25;
/// A share of 1.
pub(super) const WHOLE: u64 = 1 << 16;
/// How many guesses a bin is held to have seen before the first: until a book has its own history, a share is
/// believed as it is.
const PRIOR: u64 = 2;
/// With so many guesses of one kind the older ones begin to count half.
const GUESSES_MAX: u64 = 1 << 14;
/// No suggestion is made that is more likely wrong than right.
const THRESHOLD_MIN: u16 = 500;

/// What a guess rests on; each kind is measured for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// The very text or payee, several times on this account.
    TextOften,
    /// The very text or payee, on this account.
    Text,
    /// Words met on this account.
    Words,
    /// What was met on other accounts, or what is only close.
    Far,
}

const KINDS: usize = 4;

/// How many guesses a bin has seen, and how many were right.
#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    guesses: u64,
    right: u64,
}

/// The confidence of guesses, in thousandths.
#[derive(Debug, Clone)]
pub(super) struct Calibration {
    bins: [[Bin; BINS]; KINDS],
    guesses: [u64; KINDS],
    confidence: [[u16; BINS]; KINDS],
    /// What a suggestion has to reach so that enough of those given are right.
    pub threshold: u16,
}

impl Calibration {
    /// One that has seen no guess.
    pub fn new(precision: u16) -> Self {
        let empty = [[Bin::default(); BINS]; KINDS];
        let mut calibration =
            Calibration { bins: empty, guesses: [0; KINDS], confidence: [[0; BINS]; KINDS], threshold: 0 };
        calibration.settle(precision);
        calibration
    }

    /// How likely a guess of this kind and share is right, in thousandths.
    pub fn confidence(&self, evidence: Evidence, share: u64) -> u16 {
        self.confidence[evidence as usize][bin_of(share)]
    }

    /// Takes note of a guess.
    pub fn record(&mut self, evidence: Evidence, share: u64, right: bool) {
        let kind = evidence as usize;
        let bin = &mut self.bins[kind][bin_of(share)];
        // In sixteenths, so that halves are not lost.
        bin.guesses += 16;
        bin.right += if right { 16 } else { 0 };
        self.guesses[kind] += 1;
        if self.guesses[kind] == GUESSES_MAX {
            self.guesses[kind] /= 2;
            for bin in &mut self.bins[kind] {
                *bin = Bin { guesses: bin.guesses / 2, right: bin.right / 2 };
            }
        }
    }

    /// Works out the confidences again, so that a greater share never gives less, and the threshold at which so
    /// many in a thousand suggestions are right.
    pub fn settle(&mut self, precision: u16) {
        for (bins, confidence) in self.bins.iter().zip(&mut self.confidence) {
            let mut at = 0;
            for (bin, length) in rising(bins) {
                confidence[at..at + length].fill(per_mille(bin));
                at += length;
            }
        }
        self.threshold = self.threshold_for(precision);
    }

    fn threshold_for(&self, precision: u16) -> u16 {
        let pairs = self.bins.iter().flatten().zip(self.confidence.iter().flatten());
        let mut bins = pairs.filter(|(_, confidence)| **confidence >= THRESHOLD_MIN).collect::<Vec<_>>();
        bins.sort_by_key(|(_, confidence)| std::cmp::Reverse(**confidence));
        let mut threshold = precision;
        let mut all = Bin::default();
        for group in bins.chunk_by(|(_, left), (_, right)| left == right) {
            for (bin, _) in group {
                all = Bin { guesses: all.guesses + bin.guesses, right: all.right + bin.right };
            }
            let (_, confidence) = group[0];
            if all.right * 1000 >= all.guesses * u64::from(precision) {
                threshold = threshold.min(*confidence);
            }
        }
        threshold.max(THRESHOLD_MIN)
    }
}

fn bin_of(share: u64) -> usize {
    ((share * BINS as u64 / WHOLE) as usize).min(BINS - 1)
}

fn per_mille(bin: Bin) -> u16 {
    // A share of guesses is at most 1000; one that could not go wrong is never claimed.
    (bin.right * 1000 / bin.guesses.max(1)).clamp(1, 999) as u16
}

/// Bins put together with their neighbours until the share of right guesses rises from each to the next (isotonic
/// regression by pooling adjacent violators), with how many bins each came from.
fn rising(bins: &[Bin; BINS]) -> Vec<(Bin, usize)> {
    let mut pooled: Vec<(Bin, usize)> = Vec::with_capacity(BINS);
    for (at, bin) in bins.iter().enumerate() {
        // What a bin is believed to be before it has seen anything: its own middle.
        let prior = PRIOR * 16;
        let prior_right = prior * (2 * at as u64 + 1) / (2 * BINS as u64);
        let mut last = (Bin { guesses: bin.guesses + prior, right: bin.right + prior_right }, 1);
        while let Some((before, length)) = pooled.last().copied() {
            if before.right * last.0.guesses < last.0.right * before.guesses {
                break;
            }
            pooled.pop();
            last.0 = Bin { guesses: last.0.guesses + before.guesses, right: last.0.right + before.right };
            last.1 += length;
        }
        pooled.push(last);
    }
    pooled
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: Evidence = Evidence::Text;

    /// Guesses whose share says too much, and in the middle the more the less it is right.
    fn boastful() -> Calibration {
        let mut calibration = Calibration::new(900);
        for number in 0..10_000_u64 {
            let share = number * 7_919 % WHOLE;
            let right_of_ten = [0, 1, 3, 2, 5, 4, 4, 6, 7, 9][(share * 10 / WHOLE) as usize];
            calibration.record(KIND, share, number % 10 < right_of_ten);
        }
        calibration.settle(900);
        calibration
    }

    #[test]
    fn a_greater_share_never_gives_less_confidence() {
        let calibration = boastful();
        let confidences = (0..WHOLE).step_by(100).map(|share| calibration.confidence(KIND, share));
        assert!(confidences.is_sorted());
    }

    #[test]
    fn confidence_is_how_often_such_guesses_were_right() {
        let calibration = boastful();
        for (share, right) in [(5, 10), (45, 430), (75, 600), (95, 900)] {
            let confidence = calibration.confidence(KIND, share * WHOLE / 100);
            assert!(confidence.abs_diff(right) <= 60, "{share} %: {confidence}, {right} of 1000 were right");
        }
    }

    #[test]
    fn the_threshold_rises_with_the_precision_that_is_asked_for() {
        let mut calibration = boastful();
        let mut at = |precision| {
            calibration.settle(precision);
            calibration.threshold
        };
        let (low, middle, high) = (at(600), at(800), at(900));
        assert!(THRESHOLD_MIN <= low && low < middle && middle < high, "{low} {middle} {high}");
    }

    #[test]
    fn old_guesses_give_way_to_new_ones() {
        let mut calibration = Calibration::new(900);
        for number in 0..8 * GUESSES_MAX {
            calibration.record(KIND, WHOLE / 2, number < 4 * GUESSES_MAX);
        }
        calibration.settle(900);
        assert!(calibration.confidence(KIND, WHOLE / 2) < 200);
    }
}
