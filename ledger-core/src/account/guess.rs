//! Guesses an account's subtype from the words of its name.

use AccountKind::{Asset, Equity, Expense, Income, Liability};

use super::near::singular;
use super::{AccountKind, AccountName, find_subtype};
use crate::text::normalize;

/// The subtype that the words of a name suggest; `None` when they suggest none.
///
/// The word nearest to the leaf decides, and of two neighbouring words the phrase before the word:
/// `Assets:Bank:Savings` is `savings`, `Expenses:Car:Insurance` is `insurance`. Words are read without case
/// and plural, and in `CamelCase` too.
///
/// ```
/// use ledger_core::account::{AccountKind, AccountName, guess_subtype};
///
/// let name = AccountName::parse("Liabilities:Credit Card:Visa")?;
/// assert_eq!(guess_subtype(AccountKind::Liability, &name), Some("credit-card"));
/// # Ok::<(), ledger_core::Error>(())
/// ```
pub fn guess_subtype(kind: AccountKind, name: &AccountName) -> Option<&'static str> {
    name.segments().rev().find_map(|segment| {
        let words = words(segment);
        let phrases = words.windows(2).map(|pair| pair.join("-"));
        phrases.chain(words.iter().rev().cloned()).find_map(|word| subtype_of(kind, &word))
    })
}

fn subtype_of(kind: AccountKind, word: &str) -> Option<&'static str> {
    let taught = WORDS
        .iter()
        .find(|(of, _, words)| *of == kind && words.split(' ').any(|known| known == word))
        .map(|(_, subtype, _)| *subtype);
    // A catalogue name is its own word, in the singular or the plural. "Other" tells nothing.
    taught.or_else(|| {
        find_subtype(kind, word)
            .or_else(|| find_subtype(kind, &format!("{word}s")))
            .map(|subtype| subtype.name)
            .filter(|&name| name != "other")
    })
}

/// The words of a segment, normalised and in the singular; a capital after a small letter starts one.
fn words(segment: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(segment.len() + 4);
    let mut after_small = false;
    for c in segment.chars() {
        if after_small && c.is_uppercase() {
            spaced.push(' ');
        }
        after_small = c.is_lowercase();
        spaced.push(c);
    }
    normalize(&spaced)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| singular(word).into_owned())
        .collect()
}

/// Words (in the singular) and phrases (joined by hyphens) that are not themselves names in the catalogue.
static WORDS: &[(AccountKind, &str, &str)] = &[
    (Asset, "cash", "petty-cash coin purse till safe"),
    (Asset, "savings", "saving deposit-account fixed-deposit term-deposit money-market emergency-fund"),
    (Asset, "bank", "checking chequing current giro girokonto banking"),
    (Asset, "wallet", "paypal venmo revolut wise mobile-money mpesa gift-card prepaid-card voucher"),
    (Asset, "investment", "broker brokerage stock share fund etf bond depot portfolio security trading isa"),
    (Asset, "pension", "retirement 401k ira roth sipp superannuation"),
    (Asset, "crypto", "bitcoin btc ethereum eth cryptocurrency"),
    (Asset, "receivable", "loan-given lent debtor owed-to reimbursable reimbursement loan"),
    (Asset, "deposit", "security-deposit rent-deposit"),
    (Asset, "prepaid", "prepayment prepaid-expense"),
    (Asset, "property", "house home flat apartment land building real-estate"),
    (Asset, "vehicle", "car motorcycle motorbike bicycle bike boat van"),
    (Asset, "equipment", "computer laptop furniture machine device tool"),
    (Asset, "inventory", "good merchandise"),
    (Asset, "valuables", "gold silver jewellery jewelry art collection"),
    (Asset, "tax", "vat input-tax input-vat tax-refund"),
    (Asset, "transfer", "clearing transit in-transit undeposited"),
    (Liability, "credit-card", "visa mastercard amex card american-express"),
    (Liability, "overdraft", "credit-line line-of heloc"),
    (Liability, "mortgage", "home-loan house-loan"),
    (Liability, "student-loan", "education-loan bafög"),
    (Liability, "vehicle-loan", "car-loan auto-loan leasing lease car-lease"),
    (Liability, "instalments", "instalment installment klarna afterpay"),
    (Liability, "loan", "borrowed debt family-loan"),
    (Liability, "payable", "account-payable bill creditor supplier owed"),
    (Liability, "tax", "vat sale-tax output-vat income-tax"),
    (Liability, "payroll", "wage salary social-security"),
    (Liability, "deferred-income", "unearned deferred prepaid-income"),
    (Equity, "opening", "opening-balance start starting-balance"),
    (Equity, "capital", "contribution owner-contribution share-capital"),
    (Equity, "drawings", "drawing withdrawal owner-draw draw"),
    (Equity, "retained-earnings", "retained retained-earning earning"),
    (Equity, "trading", "conversion exchange currency-trading"),
    (Equity, "rounding", "rounding-difference"),
    (Equity, "adjustment", "reconciliation correction"),
    (Income, "salary", "wage pay paycheck payroll job employment"),
    (Income, "bonus", "tip commission"),
    (Income, "self-employment", "freelance freelancing consulting client honorarium fee invoice"),
    (Income, "business", "sale revenue service shop"),
    (Income, "dividend", "distribution"),
    (Income, "gain", "capital-gain exchange-gain fx"),
    (Income, "rental", "rent letting tenant"),
    (Income, "pension", "annuity social-security"),
    (Income, "benefit", "child-benefit kindergeld unemployment allowance welfare"),
    (Income, "gift", "present inheritance"),
    (Income, "donation", "membership-fee grant"),
    (Income, "refund", "reimbursement cashback rebate"),
    (Income, "tax-refund", "tax"),
    (Expense, "housing", "rent house home flat apartment maintenance property repair"),
    (Expense, "utilities", "utility electricity power gas heating water waste energy rubbish"),
    (Expense, "communication", "phone telephone mobile internet broadband postage post"),
    (Expense, "household", "furniture cleaning garden appliance"),
    (Expense, "groceries", "grocery supermarket"),
    (Expense, "dining", "restaurant café cafe coffee lunch dinner takeaway canteen eating-out delivery bar"),
    (Expense, "transport", "bus train taxi public-transport transit transportation bicycle bike commuting"),
    (Expense, "vehicle", "car fuel petrol parking auto motorcycle toll"),
    (Expense, "travel", "holiday vacation hotel flight trip accommodation"),
    (Expense, "health", "doctor medicine pharmacy dentist medical fitness gym optician hospital"),
    (Expense, "education", "school course book tuition university training"),
    (Expense, "children", "child childcare kid nursery kindergarten daycare toy baby pocket-money"),
    (Expense, "pets", "dog cat vet"),
    (Expense, "clothing", "clothe cloth shoe apparel"),
    (Expense, "personal-care", "hairdresser hair cosmetic hygiene haircut beauty personal"),
    (Expense, "entertainment", "cinema concert game sport hobby leisure music film movie theatre"),
    (Expense, "subscriptions", "streaming netflix spotify newspaper magazine membership"),
    (Expense, "gifts", "present"),
    (Expense, "donations", "charity alm zakat tithe"),
    (Expense, "fees", "bank-fee bank-charge charge commission bank"),
    (Expense, "tax", "vat social-security"),
    (Expense, "payroll", "wage salary employee"),
    (Expense, "materials", "good cost-of cog raw-material"),
    (Expense, "office", "supply office-supply stationery coworking"),
    (Expense, "software", "hosting domain cloud"),
    (
        Expense,
        "professional",
        "lawyer legal accountant accounting tax-adviser tax-advisor subcontractor consulting",
    ),
    (Expense, "marketing", "advertising ad advertisement representation"),
    (Expense, "loss", "bad-debt write-off exchange-loss"),
    (Expense, "uncategorized", "uncategorised unknown unsorted"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::subtypes;

    fn guess(name: &str) -> Option<&'static str> {
        let name = AccountName::parse(name).unwrap();
        let kind = AccountKind::from_root(name.segments().next().unwrap()).unwrap();
        guess_subtype(kind, &name)
    }

    #[test]
    fn every_word_leads_to_a_subtype_of_the_catalogue() {
        for (kind, subtype, words) in WORDS {
            assert!(subtypes(*kind).any(|entry| entry.name == *subtype), "{kind} {subtype}");
            for word in words.split(' ') {
                assert_eq!(subtype_of(*kind, word), Some(*subtype), "{kind} {word} stands in two rows");
                assert_eq!(word.split('-').map(singular).collect::<Vec<_>>().join("-"), word, "not singular");
            }
        }
    }

    #[test]
    fn words_in_a_name_tell_its_subtype() {
        for (name, subtype) in [
            ("Assets:Bank:N26", "bank"),
            ("Assets:Checking", "bank"),
            ("Assets:Cash", "cash"),
            ("Assets:Bank:Savings", "savings"),
            ("Assets:Brokerage Accounts", "investment"),
            ("Assets:Savings Account", "savings"),
            ("Liabilities:Sales Tax", "tax"),
            ("Liabilities:Mortgage", "mortgage"),
            ("Liabilities:CreditCard:Chase", "credit-card"),
            ("Liabilities:Credit Cards", "credit-card"),
            ("Equity:Opening Balances", "opening"),
            ("Equity:Retained Earnings", "retained-earnings"),
            ("Income:Salary", "salary"),
            ("Expenses:Groceries", "groceries"),
            ("Expenses:Food:Restaurants", "dining"),
            ("Expenses:Car:Insurance", "insurance"),
            ("Expenses:Bank Fees", "fees"),
            ("Expenses:Uncategorized", "uncategorized"),
        ] {
            assert_eq!(guess(name), Some(subtype), "{name}");
        }
    }

    #[test]
    fn a_name_without_a_telling_word_has_no_guess() {
        for name in ["Assets", "Assets:Other", "Expenses:Xyz", "Liabilities:N26"] {
            assert_eq!(guess(name), None, "{name}");
        }
    }
}
