//! How often the suggested account is right on the last fifth of five years of bank lines, how many lines are left
//! uncategorised, whether a confidence means what it says, and how fast it goes.
//!
//! `cargo bench -p ledger-core --bench suggestions -- [--seed N]`. The aim: at least 90 % of the suggestions given
//! right and less than 25 % of the lines left out; 100,000 choices learned in about a second, 3 µs for a suggestion.

#![allow(clippy::float_arithmetic, reason = "shares and ratios of times, no money")]

mod support;

use std::collections::HashMap;
use std::hint::black_box;

use ledger_core::account::{AccountId, NewAccount};
use ledger_core::import::learn::{Features, Learner};
use ledger_core::money::Commodity;
use ledger_core::{EntryDraft, Imports, Ledger, NewBook};
use support::bank_history::payees::SOURCES;
use support::bank_history::{PastLine, bank_history};
use support::data;
use support::figure::{grouped, print_fact, rate};
use support::process::Cost;

/// The seeds of the histories that are looked at unless one is given.
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

fn main() {
    // `cargo test` builds and may run benches: there is nothing to measure then.
    let arguments: Vec<String> = std::env::args().collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let given =
        arguments.iter().position(|argument| argument == "--seed").and_then(|at| arguments.get(at + 1));
    let seeds = given.map_or(SEEDS.to_vec(), |seed| vec![seed.parse().expect("--seed takes a number")]);
    let folder = tempfile::tempdir().expect("a folder for a book");
    let (mut all, mut frozen) = (Outcome::default(), Outcome::default());
    for seed in &seeds {
        let lines = bank_history(*seed);
        let path = folder.path().join(format!("{seed}.sqlite"));
        let ledger = Ledger::open_or_create(path.to_str().expect("its name is UTF-8"), data::session())
            .expect("it opens");
        let world = World::new(&ledger, &lines);
        let (past, tail) = lines.split_at(lines.len() * 4 / 5);
        let mut learner = Learner::new();
        world.learn(&mut learner, past);
        let threshold = learner.threshold();
        frozen.add(&world.test(&mut learner.clone(), past, tail, true));
        let outcome = world.test(&mut learner, past, tail, false);
        let (count, tested) = (grouped(lines.len() as u64), grouped(tail.len() as u64));
        outcome.print(&format!(
            "seed {seed}: {count} lines, the last {tested} one by one, threshold {threshold}"
        ));
        all.add(&outcome);
        if seed == &seeds[0] {
            world.speed(past);
            world.book_speed(&ledger, past);
        }
    }
    frozen.print("all together, the whole tail without learning from it");
    all.print("all together, each line learned after it was guessed, as in daily use");
    all.print_calibration();
}

/// The accounts of a history, opened in a book.
struct World {
    accounts: HashMap<String, AccountId>,
}

impl World {
    fn new(ledger: &Ledger, lines: &[PastLine]) -> World {
        let book = ledger.create_book(NewBook::personal("history", "EUR")).expect("a fresh book");
        let mut accounts = HashMap::new();
        for name in SOURCES.into_iter().chain(lines.iter().map(|line| line.account)) {
            if !accounts.contains_key(name) {
                let account = book.accounts().open(NewAccount::new(name)).expect("it can be opened");
                accounts.insert(name.to_owned(), account.id);
            }
        }
        World { accounts }
    }

    fn features<'a>(&self, line: &'a PastLine) -> Features<'a> {
        Features {
            source: self.accounts[SOURCES[line.source]],
            payee: line.payee.as_deref(),
            narrative: Some(&line.narrative),
            memo: None,
            amount: Commodity::iso("EUR").expect("the euro is in ISO 4217").amount(line.minor),
            posted_on: line.posted_on,
        }
    }

    fn learn(&self, learner: &mut Learner, lines: &[PastLine]) {
        for line in lines {
            learner.learn(&self.features(line), self.accounts[line.account]);
        }
    }

    /// Suggests for each line of the tail in turn; the right account is learned after each, as a reviewer would
    /// confirm it, unless the learner is frozen.
    fn test(&self, learner: &mut Learner, past: &[PastLine], tail: &[PastLine], frozen: bool) -> Outcome {
        let mut outcome = Outcome::default();
        let mut last_of: HashMap<String, &str> = HashMap::new();
        let mut counts: HashMap<(usize, bool), HashMap<&str, usize>> = HashMap::new();
        for line in past {
            last_of.insert(plain_text(line), line.account);
            *counts.entry((line.source, line.minor < 0)).or_default().entry(line.account).or_default() += 1;
        }
        for line in tail {
            let right = self.accounts[line.account];
            let features = self.features(line);
            let suggested = learner.suggest(&features);
            let likeliest = learner.likeliest(&features);
            outcome.lines += 1;
            outcome.knowable += usize::from(line.knowable == Some(line.account));
            outcome.given += usize::from(suggested.is_some());
            outcome.given_right += usize::from(suggested.is_some_and(|it| it.account == right));
            if let Some(likeliest) = likeliest {
                let hit = likeliest.account == right;
                outcome.forced_right += usize::from(hit);
                let decile = &mut outcome.deciles[usize::from(likeliest.confidence.per_mille() / 100)];
                decile.0 += 1;
                decile.1 += usize::from(likeliest.confidence.per_mille());
                decile.2 += usize::from(hit);
            }
            let same = last_of.get(&plain_text(line)).copied();
            outcome.same_given += usize::from(same.is_some());
            outcome.same_right += usize::from(same == Some(line.account));
            let most = counts.get(&(line.source, line.minor < 0)).and_then(|counts| {
                let most = counts.iter().max_by_key(|(name, count)| (**count, **name));
                most.map(|(name, _)| *name)
            });
            outcome.most_right += usize::from(most == Some(line.account));
            if !frozen {
                learner.learn(&features, right);
                last_of.insert(plain_text(line), line.account);
                *counts.entry((line.source, line.minor < 0)).or_default().entry(line.account).or_default() +=
                    1;
            }
        }
        outcome
    }

    /// Posts the history again and again, and times the learner that is made of the book.
    fn book_speed(&self, ledger: &Ledger, past: &[PastLine]) {
        let book = ledger.book("history").expect("it was created");
        let eur = Commodity::iso("EUR").expect("the euro is in ISO 4217");
        let entries = past.iter().cycle().take(Imports::LEARNED_ENTRIES as usize).map(|line| {
            let text = format!("{} {}", line.payee.as_deref().unwrap_or(""), line.narrative);
            let draft = EntryDraft::new(line.posted_on, text.trim());
            draft.debit(SOURCES[line.source], eur.amount(line.minor)).infer(line.account).balance()
        });
        book.journal().post_stream(entries, data::BATCH, |_| ()).expect("a history can be posted");
        let (cost, learner) =
            Cost::of(|| book.imports().learner(Imports::LEARNED_ENTRIES).expect("it reads"));
        let (count, seconds) = (grouped(learner.learned()), cost.cpu.as_secs_f64());
        print_fact("learning from a book", &format!("{count} choices in {seconds:.2} s of CPU"));
    }

    fn speed(&self, past: &[PastLine]) {
        let mut learner = Learner::new();
        let (cost, ()) = Cost::of(|| {
            for _ in 0..100_000 / past.len() + 1 {
                self.learn(&mut learner, past);
            }
        });
        let count = (100_000 / past.len() + 1) * past.len();
        print_fact(
            "learning",
            &format!(
                "{} choices in {:.2} s of CPU, {}",
                grouped(count as u64),
                cost.cpu.as_secs_f64(),
                rate(count, cost.cpu)
            ),
        );
        let features: Vec<Features<'_>> = past.iter().map(|line| self.features(line)).collect();
        let rounds = 200_000 / past.len() + 1;
        let (cost, ()) = Cost::of(|| {
            for _ in 0..rounds {
                features.iter().for_each(|features| drop(black_box(learner.suggest(features))));
            }
        });
        let count = rounds * past.len();
        let each = cost.cpu.as_secs_f64() * 1e6 / count as f64;
        print_fact("suggesting", &format!("{each:.2} µs of CPU each, {}", rate(count, cost.cpu)));
    }
}

/// What a test came to.
#[derive(Default)]
struct Outcome {
    lines: usize,
    given: usize,
    given_right: usize,
    forced_right: usize,
    /// Per tenth of confidence: lines, the sum of their confidences in thousandths, how many were right.
    deciles: [(usize, usize, usize); 10],
    same_given: usize,
    same_right: usize,
    most_right: usize,
    knowable: usize,
}

impl Outcome {
    fn add(&mut self, other: &Outcome) {
        self.lines += other.lines;
        self.given += other.given;
        self.given_right += other.given_right;
        self.forced_right += other.forced_right;
        self.same_given += other.same_given;
        self.same_right += other.same_right;
        self.most_right += other.most_right;
        self.knowable += other.knowable;
        for (own, other) in self.deciles.iter_mut().zip(other.deciles) {
            *own = (own.0 + other.0, own.1 + other.1, own.2 + other.2);
        }
    }

    fn print(&self, what: &str) {
        println!("{what}");
        let share = |part: usize, whole: usize| format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64);
        print_fact("  right among suggestions given", &share(self.given_right, self.given));
        print_fact("  left uncategorised", &share(self.lines - self.given, self.lines));
        print_fact("  right if every line has to be categorised", &share(self.forced_right, self.lines));
        print_fact("  the same by somebody who knows every habit", &share(self.knowable, self.lines));
        let same = format!(
            "{}, {} left out",
            share(self.same_right, self.same_given),
            share(self.lines - self.same_given, self.lines)
        );
        print_fact("  baseline: the last account of the same text, numbers aside", &same);
        print_fact("  baseline: the account used most, by direction", &share(self.most_right, self.lines));
    }

    fn print_calibration(&self) {
        println!("  confidence      lines   predicted    right");
        for (at, (lines, predicted, right)) in
            self.deciles.iter().enumerate().filter(|(_, decile)| decile.0 > 0)
        {
            let lines_f = *lines as f64;
            println!(
                "  {:>2} to {:>3} % {lines:>9} {:>9.1} % {:>7.1} %",
                at * 10,
                at * 10 + 10,
                *predicted as f64 / lines_f / 10.0,
                100.0 * *right as f64 / lines_f
            );
        }
    }
}

/// A line's text in capitals without the words that hold a digit: what a simple program would look up.
fn plain_text(line: &PastLine) -> String {
    let text =
        format!("{} {} {}", line.source, line.payee.as_deref().unwrap_or(""), line.narrative).to_uppercase();
    let words = text.split_whitespace().enumerate();
    words
        .filter(|(at, word)| *at == 0 || !word.contains(|c: char| c.is_ascii_digit()))
        .map(|(_, word)| word)
        .collect::<Vec<_>>()
        .join(" ")
}
