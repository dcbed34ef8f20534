//! Which kind each account of a journal is: what the journal declares, what its roots tell in many languages, what
//! the caller says.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::model::JournalFile;
use crate::account::{AccountKind, AccountName, guess_subtype};
use crate::text::normalize;
use crate::{ErrorKind, Result};

use AccountKind::{Asset, Equity, Expense, Income, Liability};

/// How many roots a refusal names.
const ROOTS_SHOWN: usize = 10;

/// First segments in the languages that journals use, without accents.
const ROOTS: [(AccountKind, &str); 5] = [
    (
        Asset,
        "aktiva aktivum aktywa vermogen actif actifs activo activos activa ativo ativos attivita attivo bezittingen \
         tillgangar eiendeler aktiver varat varallisuus varliklar активы 资产 資産 資產 자산",
    ),
    (
        Liability,
        "passiva verbindlichkeiten schulden fremdkapital passif passifs dettes pasivo pasivos passivo passivos passivita \
         deudas debiti dividas pasywa zobowiazania pasiva skulder gjeld velat borclar обязательства пассивы долги 负债 負債 부채 \
         debt debts",
    ),
    (
        Equity,
        "eigenkapital kapital anfangsbestand capitaux capital patrimonio patrimonium kapitaly capitale \
         egenkapital omapaaoma ozkaynak капитал 权益 所有者权益 純資産 資本 權益 자본 vlastnikapital",
    ),
    (
        Income,
        "einnahmen ertrage ertrag einkommen einkunfte revenus revenu produits recettes ingresos ingreso entrate ricavi \
         receitas renda rendimentos inkomsten opbrengsten intakter inkomster inntekter indtaegter przychody dochody prijmy \
         tulot gelirler доходы доход 收入 収益 収入 수익 earnings",
    ),
    (
        Expense,
        "ausgaben aufwendungen aufwand aufwande kosten depenses depense charges gastos gasto egresos uscite spese costi \
         despesas uitgaven kostnader utgifter udgifter wydatki koszty vydaje menot giderler расходы расход 支出 费用 費用 지출 비용 \
         costs spending",
    ),
];

/// The kinds of a journal's accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindPlan {
    /// By the journal's index.
    pub kinds: Vec<AccountKind>,
    /// What was assumed, each a sentence.
    pub notes: Vec<String>,
}

impl KindPlan {
    /// Finds the kind of every account.
    ///
    /// `told` are the caller's kinds by name; each counts for the accounts below as well, the longest name first, and
    /// `*` for all that nothing else tells. `known` gives the kind of an account that the book has.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] with the roots whose kind nothing tells.
    pub fn new(
        file: &JournalFile<'_>,
        told: &HashMap<String, AccountKind>,
        known: &dyn Fn(&str) -> Option<AccountKind>,
    ) -> Result<KindPlan> {
        let told: HashMap<String, AccountKind> =
            told.iter().map(|(name, kind)| (normalize(name), *kind)).collect();
        let declared: HashMap<String, AccountKind> = file
            .accounts
            .iter()
            .filter_map(|account| Some((normalize(&account.name), account.kind?)))
            .collect();
        let mut plan = KindPlan::default();
        let (mut open, mut guessed) = (BTreeSet::new(), BTreeSet::new());
        for account in &file.accounts {
            let root = account.name.split(':').next().unwrap_or("");
            let by_name = known(&account.name)
                // A name whose root tells a kind can have no other in a book.
                .or_else(|| AccountKind::from_root(root))
                .or_else(|| nearest(&told, &account.name))
                .or_else(|| nearest(&declared, &account.name))
                .or_else(|| of_root(root));
            let kind = by_name.or_else(|| {
                let (name, kind) = told_below(&account.name).or_else(|| Some((root, guess(root)?)))?;
                guessed.insert((name.to_owned(), kind));
                Some(kind)
            });
            let kind = kind.or_else(|| told.get("*").copied());
            if kind.is_none() && (account.used || account.opened_on.is_some()) {
                open.insert(root.to_owned());
            }
            plan.kinds.push(kind.unwrap_or(Asset));
        }
        if !open.is_empty() {
            return Err(undecided(&open));
        }
        for (name, kind) in guessed {
            plan.notes
                .push(format!("\"{name}\" is taken for {kind} (say otherwise with --kind '{name}=KIND')"));
        }
        Ok(plan)
    }
}

fn undecided(roots: &BTreeSet<String>) -> crate::Error {
    let shown: Vec<&str> = roots.iter().take(ROOTS_SHOWN).map(String::as_str).collect();
    let more = roots.len().saturating_sub(ROOTS_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let first = roots.first().map_or("NAME", String::as_str);
    let reason = format!(
        "the names do not tell what these accounts are (say it with --kind '{first}=asset', for each, or --kind '*=asset' \
         for all of them; kinds are asset, liability, equity, income, expense)"
    );
    ErrorKind::InvalidSetting {
        what: "account kind",
        value: format!("{}{more}", shown.join("\", \"")),
        reason,
    }
    .into()
}

/// The kind of the nearest name at or above an account.
fn nearest(kinds: &HashMap<String, AccountKind>, name: &str) -> Option<AccountKind> {
    if kinds.is_empty() {
        return None;
    }
    let name = normalize(name);
    let mut prefix = name.as_str();
    loop {
        if let Some(kind) = kinds.get(prefix) {
            return Some(*kind);
        }
        prefix = prefix.rsplit_once(':')?.0;
    }
}

/// The kind that a first segment tells in another language, or in English with accents.
fn of_root(root: &str) -> Option<AccountKind> {
    let plain: String = root.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let plain = normalize(&plain).replace([' ', '-', '_'], "");
    AccountKind::from_root(&plain).or_else(|| {
        let fits = |words: &&str| words.split(' ').any(|word| word == plain || word == normalize(root));
        ROOTS.iter().find(|(_, words)| fits(words)).map(|(kind, _)| *kind)
    })
}

/// The kind that a later segment tells, with the name up to it: `Shared:Expenses:Food` is an expense.
fn told_below(name: &str) -> Option<(&str, AccountKind)> {
    let mut end = 0;
    name.split(':').find_map(|segment| {
        end += segment.len() + 1;
        Some((&name[..end - 1], of_root(segment)?))
    })
}

/// The kind whose subtypes a first segment names, where it is only one: `Dining` is an expense.
fn guess(root: &str) -> Option<AccountKind> {
    let name = AccountName::parse(root).ok()?;
    let mut fitting = AccountKind::ALL.into_iter().filter(|kind| guess_subtype(*kind, &name).is_some());
    match (fitting.next(), fitting.next()) {
        (Some(kind), None) => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::journal::model::JournalAccount;

    fn plan(names: &[&'static str], told: &[(&str, AccountKind)]) -> Result<KindPlan> {
        let account = |name: &&'static str| JournalAccount {
            name: (*name).into(),
            used: true,
            ..JournalAccount::default()
        };
        let file = JournalFile { accounts: names.iter().map(account).collect(), ..JournalFile::default() };
        let told = told.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        KindPlan::new(&file, &told, &|_| None)
    }

    #[test]
    fn roots_tell_kinds_in_many_languages() {
        let names =
            ["expenses:food", "Aktiva:Bank", "Asséts:x", "Расходы:Еда", "资产:现金", "Dépenses", "Vermögen"];
        let kinds = plan(&names, &[]).unwrap().kinds;
        assert_eq!(kinds, [Expense, Asset, Asset, Expense, Asset, Expense, Asset]);
    }

    #[test]
    fn a_guess_is_noted_and_what_nothing_tells_is_refused_with_the_flag() {
        let guessed = plan(&["Dining", "Shared:Расходы:x"], &[]).unwrap();
        assert_eq!((guessed.kinds, guessed.notes.len()), (vec![Expense, Expense], 2));
        let refused = plan(&["Foo:a", "Qux"], &[]).unwrap_err().to_string();
        assert!(refused.contains("Foo\", \"Qux\"") && refused.contains("--kind 'Foo=asset'"), "{refused}");
        let told =
            plan(&["Foo:a", "Foo:b:c", "Qux"], &[("foo", Income), ("Foo:B", Equity), ("*", Liability)])
                .unwrap();
        assert_eq!(told.kinds, [Income, Equity, Liability]);
    }
}
