//! Times 200 import rules over 1,000,000 statement lines: words, patterns, amounts, directions, splits.
//!
//! `cargo bench -p ledger-core --bench import_rules`; the bar is 2 µs of processor time a line.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ledger_core::import::rule::{LineView, Rule, RuleSet, read_rules};
use ledger_core::money::Commodity;

const RULES: usize = 200;
const LINES: usize = 1_000_000;

fn main() {
    // `cargo test` builds and may run benches: there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<50} {:>12} {:>12}", format!("{RULES} rules, {LINES} lines"), "wall/line", "CPU/line");
    measure("words alone, most lines meet a rule", &rules(0), ascii);
    measure("one rule in ten a pattern", &rules(10), ascii);
    measure("one rule in two a pattern", &rules(2), ascii);
    measure("one rule in ten a pattern, texts beyond ASCII", &rules(10), beyond_ascii);
}

fn measure(what: &str, rules: &[Rule], text: fn(usize) -> (String, String)) {
    let started = Instant::now();
    let set = RuleSet::new(rules.iter().cloned()).expect("the rules are sound");
    let built = started.elapsed();
    let eur = Commodity::iso("EUR").expect("EUR is in ISO 4217");
    let day = "2026-03-02".parse().expect("it is a date");
    let texts: Vec<(String, String)> = (0..10_000).map(text).collect();
    let (started, cpu) = (Instant::now(), cpu_time());
    let mut decided = 0;
    for line in 0..LINES {
        let (payee, narrative) = &texts[line % texts.len()];
        let amount = eur.amount((line as i64 % 20_000) - 15_000);
        let view = LineView::new("Assets:Bank", day, amount);
        let view = LineView { payee: Some(payee), narrative: Some(narrative), ..view };
        decided += usize::from(black_box(set.apply(black_box(&view))).decision.is_some());
    }
    let (wall, cpu) = (started.elapsed(), cpu_time() - cpu);
    let each = |time: Duration| time / LINES as u32;
    println!(
        "{what:<50} {:>12.0?} {:>12.0?}   decided {decided}, made ready in {built:.1?}",
        each(wall),
        each(cpu)
    );
}

fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// Rules as people write them; one in `pattern_every` looks for a pattern.
fn rules(pattern_every: usize) -> Vec<Rule> {
    let mut text = String::new();
    for index in 0..RULES {
        let word = format!("merchant {index:03}");
        let when = match index {
            _ if pattern_every > 0 && index % pattern_every == 1 => {
                format!("text = {{ regex = 'merchant {index:03}\\b.*(card|transfer) \\d+' }}")
            }
            _ if index % 4 == 1 => format!("payee = ['{word}', 'shop no {index}'], direction = 'out'"),
            _ if index % 4 == 2 => format!("text = '{word}', amount = '< 500'"),
            _ if index % 4 == 3 => {
                format!("payee = {{ starts_with = '{word}' }}, not = {{ text = 'refund' }}")
            }
            _ => format!("payee = '{word}'"),
        };
        let set = match index % 10 {
            0 => {
                "split = [{ account = 'Expenses:A', percent = 70 }, { account = 'Expenses:B', remainder = true }]"
            }
            1 => "party = '{payee}', tags = 'kind:shop'",
            _ => "account = 'Expenses:Shop'",
        };
        text += &format!("[[rule]]\nname = 'rule {index}'\nwhen = {{ {when} }}\nset = {{ {set} }}\n");
    }
    read_rules(&text).expect("the rules are sound")
}

fn ascii(line: usize) -> (String, String) {
    let merchant = (line * 7) % (RULES * 5);
    let payee = format!("MERCHANT {merchant:04} Sample Street {}", line % 90);
    // Most are merchants that some rule knows, as a number of four digits holds several of three.
    let payee = if merchant < RULES { payee.replacen(" 0", " ", 1) } else { payee };
    (
        payee,
        format!("Card {} payment of 02.03.2026 14:05 DE-12345 Berlin terminal {}", line % 9_000, line % 77),
    )
}

fn beyond_ascii(line: usize) -> (String, String) {
    let (payee, narrative) = ascii(line);
    (payee.replace("Street", "Straße"), narrative.replace("payment", "Zahlung für Käufe"))
}
