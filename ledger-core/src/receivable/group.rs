//! A loan group: people who share expenses, what each of them is to get or to pay, and the owner's tab with each.
//!
//! What happens between other members never touches the owner's books. What does is a tab with each of them: it rises by
//! a member's share of what the owner paid, and falls by the owner's share of what that member paid.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::parts::fit;
use super::{PartyId, Split, Transfer, settle_up};
use crate::money::{Amount, Commodity, format_minor};
use crate::{Error, ErrorKind, Result};

/// Somebody in a group: the owner of the book, or a party. The owner comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// The owner of the book.
    Owner,
    /// A party of the book.
    Party(PartyId),
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Person::Owner => f.write_str("the owner"),
            Person::Party(party) => write!(f, "party {party}"),
        }
    }
}

/// What one member paid for several, in minor units of the group's commodity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedExpense {
    /// The day.
    pub on: NaiveDate,
    /// Who paid.
    pub payer: Person,
    /// How much; below zero for money that came back to the payer.
    pub amount: i64,
    /// What each member has of it; they sum to the amount, and none has its other sign.
    pub shares: Vec<(Person, i64)>,
    /// What for.
    pub description: String,
    /// The number of the entry that posted the owner's side, if the expense touches the books.
    pub entry: Option<i64>,
}

/// What one member paid another to settle, in minor units above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPayment {
    /// The day.
    pub on: NaiveDate,
    /// Who paid.
    pub from: Person,
    /// Who was paid.
    pub to: Person,
    /// How much.
    pub amount: i64,
}

/// Everyone settles at once: the transfers, and the tabs that they close.
///
/// The fewest transfers may go past a tab (who owes the owner may pay another member whom the owner owes), so that tabs
/// close together and not one by one. What the owner gets by the transfers is the sum of the tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupSettleUp {
    /// The day.
    pub on: NaiveDate,
    /// Who pays whom.
    pub transfers: Vec<Transfer<Person>>,
    /// The tabs that were open, by party: above zero what a member owed the owner.
    pub tabs: Vec<(PartyId, i64)>,
}

impl SharedExpense {
    /// The share of a person; zero for one who has none.
    pub fn share_of(&self, person: Person) -> i64 {
        self.shares.iter().find(|(of, _)| *of == person).map_or(0, |(_, share)| *share)
    }

    /// By how much the owner's tabs rise: with each other member by their share where the owner paid, with the payer by
    /// the owner's share, negated, where another paid. Empty where the owner has no part in it.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a share has no opposite.
    pub fn tab_changes(&self) -> Result<Vec<(PartyId, i64)>> {
        match self.payer {
            Person::Party(payer) => {
                let share = fit(-i128::from(self.share_of(Person::Owner)))?;
                Ok(if share == 0 { Vec::new() } else { vec![(payer, share)] })
            }
            Person::Owner => {
                let of_party = |(person, share): &(Person, i64)| match person {
                    Person::Party(party) if *share != 0 => Some((*party, *share)),
                    _ => None,
                };
                Ok(self.shares.iter().filter_map(of_party).collect())
            }
        }
    }
}

impl GroupSettleUp {
    /// What the owner gets by the transfers, less what the owner pays: the sum of the tabs.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where it does not fit.
    pub fn owner_gets(&self) -> Result<i64> {
        let signed = self.transfers.iter().map(|transfer| match (transfer.from, transfer.to) {
            (_, Person::Owner) => i128::from(transfer.amount),
            (Person::Owner, _) => -i128::from(transfer.amount),
            _ => 0,
        });
        fit(signed.sum())
    }
}

/// A group with what happened in it, in one commodity; what is added is checked, and never half added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoanGroup {
    commodity: Commodity,
    members: Vec<Person>,
    expenses: Vec<SharedExpense>,
    payments: Vec<GroupPayment>,
    settle_ups: Vec<GroupSettleUp>,
}

impl LoanGroup {
    /// A group of the owner and parties, in the order in which remainders of a split are handed out.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for members without the owner, or one who is there twice.
    pub fn new(commodity: Commodity, members: Vec<Person>) -> Result<LoanGroup> {
        if !members.contains(&Person::Owner) {
            return Err(misuse("the owner of the book is a member of every group".to_owned()));
        }
        if let Some(twice) = first_twice(members.iter().copied()) {
            return Err(misuse(format!("{twice} is a member of the group already")));
        }
        let (expenses, payments, settle_ups) = Default::default();
        Ok(LoanGroup { commodity, members, expenses, payments, settle_ups })
    }

    /// The commodity that its amounts are in.
    pub fn commodity(&self) -> Commodity {
        self.commodity
    }

    /// Its members, in their order.
    pub fn members(&self) -> &[Person] {
        &self.members
    }

    /// What was paid for several, in the order in which it was added.
    pub fn expenses(&self) -> &[SharedExpense] {
        &self.expenses
    }

    /// What members paid each other, in the order in which it was added.
    pub fn payments(&self) -> &[GroupPayment] {
        &self.payments
    }

    /// When everyone settled at once, in the order in which it was added.
    pub fn settle_ups(&self) -> &[GroupSettleUp] {
        &self.settle_ups
    }

    /// The shares of some members in an amount, by a rule; nothing is added.
    ///
    /// The rule's numbers and its remainder follow the order of `among`; everyone where it is empty.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for somebody who is no member or is there twice; see [`Split::shares`].
    pub fn split(
        &self,
        split: &Split,
        payer: Person,
        amount: i64,
        among: &[Person],
    ) -> Result<Vec<(Person, i64)>> {
        let among = if among.is_empty() { &self.members } else { among };
        among.iter().chain([&payer]).try_for_each(|person| self.check_member(*person))?;
        if let Some(twice) = first_twice(among.iter().copied()) {
            return Err(misuse(format!("{twice} is to share an expense twice")));
        }
        let place = among.iter().position(|person| *person == payer);
        let shares = split.shares(self.commodity.amount(amount), among.len(), place)?;
        Ok(among.iter().copied().zip(shares).collect())
    }

    /// Adds an expense.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for an amount of zero and shares that have its other sign, [`ErrorKind::Misuse`] for
    /// somebody who is no member or shares twice, and shares that do not come to the amount.
    pub fn add_expense(&mut self, expense: SharedExpense) -> Result<()> {
        let shown = |minor: i128| format_minor(minor, self.commodity);
        let refuse =
            |reason: String| misuse(format!("expense {:?} is refused: {reason}", expense.description));
        let people = || expense.shares.iter().map(|(person, _)| *person);
        people().chain([expense.payer]).try_for_each(|person| self.check_member(person))?;
        if expense.amount == 0 {
            let reason = "there is nothing to share".to_owned();
            return Err(invalid("expense", self.commodity.amount(0), reason));
        }
        if let Some(twice) = first_twice(people()) {
            return Err(refuse(format!("{twice} has two shares")));
        }
        let is_odd = |share: i64| ![0, expense.amount.signum()].contains(&share.signum());
        if let Some((_, share)) = expense.shares.iter().find(|(_, share)| is_odd(*share)) {
            let reason = format!("it has the other sign than {}, the expense", shown(expense.amount.into()));
            return Err(invalid("share", self.commodity.amount(*share), reason));
        }
        let sum: i128 = expense.shares.iter().map(|(_, share)| i128::from(*share)).sum();
        if sum != i128::from(expense.amount) {
            let (sum, amount) = (shown(sum), shown(expense.amount.into()));
            return Err(refuse(format!("its shares come to {sum}, not to {amount}")));
        }
        self.expenses.push(expense);
        Ok(())
    }

    /// Adds a payment from one member to another.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidSetting`] for an amount of zero or less, [`ErrorKind::Misuse`] for somebody who is no member, and
    /// a payment to oneself.
    pub fn add_payment(&mut self, payment: GroupPayment) -> Result<()> {
        self.check_transfer(&Transfer { from: payment.from, to: payment.to, amount: payment.amount })?;
        self.payments.push(payment);
        Ok(())
    }

    /// Adds that everyone settled at once.
    ///
    /// It need not make every balance zero: an expense may be dated back later.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] for transfers that [`LoanGroup::add_payment`] would refuse, tabs of somebody who is no
    /// member or is there twice, and tabs that do not come to what the owner gets.
    pub fn add_settle_up(&mut self, settle_up: GroupSettleUp) -> Result<()> {
        settle_up.transfers.iter().try_for_each(|transfer| self.check_transfer(transfer))?;
        let parties = || settle_up.tabs.iter().map(|(party, _)| Person::Party(*party));
        parties().try_for_each(|party| self.check_member(party))?;
        if let Some(twice) = first_twice(parties()) {
            return Err(misuse(format!("a settle-up closes the tab of {twice} twice")));
        }
        let tabs: i128 = settle_up.tabs.iter().map(|(_, tab)| i128::from(*tab)).sum();
        let gets = i128::from(settle_up.owner_gets()?);
        if tabs != gets {
            let [tabs, gets] = [tabs, gets].map(|minor| format_minor(minor, self.commodity));
            return Err(misuse(format!(
                "a settle-up closes tabs of {tabs}, and the owner gets {gets} by it"
            )));
        }
        self.settle_ups.push(settle_up);
        Ok(())
    }

    /// What each member is to get (above zero) or to pay (below zero) as of a day, in their order; they sum to zero.
    ///
    /// It is what they paid less their shares, plus what they paid to settle, less what they got.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a balance does not fit.
    pub fn balances(&self, as_of: NaiveDate) -> Result<Vec<(Person, i64)>> {
        let mut sums: BTreeMap<Person, i128> = BTreeMap::new();
        let mut add = |person: Person, minor: i128| *sums.entry(person).or_default() += minor;
        for expense in self.expenses.iter().filter(|expense| expense.on <= as_of) {
            add(expense.payer, expense.amount.into());
            expense.shares.iter().for_each(|(person, share)| add(*person, -i128::from(*share)));
        }
        for transfer in self.transfers(as_of) {
            add(transfer.from, transfer.amount.into());
            add(transfer.to, -i128::from(transfer.amount));
        }
        let balance = |person: &Person| Ok((*person, fit(sums.get(person).copied().unwrap_or(0))?));
        self.members.iter().map(balance).collect()
    }

    /// The owner's tab with each other member as of a day, in their order: above zero what the member owes the owner.
    ///
    /// The tabs sum to the owner's balance.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a tab does not fit.
    pub fn tabs(&self, as_of: NaiveDate) -> Result<Vec<(PartyId, i64)>> {
        let mut sums: BTreeMap<PartyId, i128> = BTreeMap::new();
        let mut add = |party: PartyId, minor: i128| *sums.entry(party).or_default() += minor;
        for expense in self.expenses.iter().filter(|expense| expense.on <= as_of) {
            expense.tab_changes()?.into_iter().for_each(|(party, change)| add(party, change.into()));
        }
        for payment in self.payments.iter().filter(|payment| payment.on <= as_of) {
            match (payment.from, payment.to) {
                (Person::Owner, Person::Party(party)) => add(party, payment.amount.into()),
                (Person::Party(party), Person::Owner) => add(party, -i128::from(payment.amount)),
                _ => {}
            }
        }
        for settle_up in self.settle_ups.iter().filter(|settle_up| settle_up.on <= as_of) {
            settle_up.tabs.iter().for_each(|(party, tab)| add(*party, -i128::from(*tab)));
        }
        let tab = |person: &Person| match person {
            Person::Party(party) => Some(fit(sums.get(party).copied().unwrap_or(0)).map(|tab| (*party, tab))),
            Person::Owner => None,
        };
        self.members.iter().filter_map(tab).collect()
    }

    /// How everyone is even on a day: the fewest transfers, and the tabs that they close; nothing is added.
    ///
    /// # Errors
    /// [`ErrorKind::AmountOverflow`] where a balance or a tab does not fit.
    pub fn propose_settle_up(&self, on: NaiveDate) -> Result<GroupSettleUp> {
        let transfers = settle_up(&self.balances(on)?)?;
        let tabs = self.tabs(on)?.into_iter().filter(|(_, tab)| *tab != 0).collect();
        Ok(GroupSettleUp { on, transfers, tabs })
    }

    /// All transfers through a day, those of payments first.
    fn transfers(&self, as_of: NaiveDate) -> impl Iterator<Item = Transfer<Person>> {
        let payments = self.payments.iter().filter(move |payment| payment.on <= as_of);
        let payments =
            payments.map(|payment| Transfer { from: payment.from, to: payment.to, amount: payment.amount });
        let settle_ups = self.settle_ups.iter().filter(move |settle_up| settle_up.on <= as_of);
        payments.chain(settle_ups.flat_map(|settle_up| settle_up.transfers.iter().copied()))
    }

    fn check_transfer(&self, transfer: &Transfer<Person>) -> Result<()> {
        [transfer.from, transfer.to].into_iter().try_for_each(|person| self.check_member(person))?;
        if transfer.from == transfer.to {
            return Err(misuse(format!("{} cannot pay themselves", transfer.from)));
        }
        if transfer.amount <= 0 {
            let amount = self.commodity.amount(transfer.amount);
            return Err(invalid("payment", amount, "it has to be above zero".to_owned()));
        }
        Ok(())
    }

    fn check_member(&self, person: Person) -> Result<()> {
        if self.members.contains(&person) {
            return Ok(());
        }
        Err(misuse(format!("{person} is no member of the group")))
    }
}

/// The first person who is there twice.
fn first_twice(people: impl Iterator<Item = Person>) -> Option<Person> {
    let mut seen = std::collections::BTreeSet::new();
    people.into_iter().find(|person| !seen.insert(*person))
}

fn invalid(what: &'static str, amount: Amount, reason: String) -> Error {
    ErrorKind::InvalidSetting { what, value: amount.to_string(), reason }.into()
}

fn misuse(text: String) -> Error {
    ErrorKind::Misuse(text).into()
}

#[cfg(test)]
mod tests {
    use super::Person::{Owner, Party};
    use super::*;

    const ANNA: PartyId = PartyId::new(1);
    const BEN: PartyId = PartyId::new(2);

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn group() -> LoanGroup {
        LoanGroup::new(Commodity::iso("EUR").unwrap(), vec![Owner, Party(ANNA), Party(BEN)]).unwrap()
    }

    fn expense(group: &LoanGroup, on: &str, payer: Person, amount: i64) -> SharedExpense {
        let shares = group.split(&Split::default(), payer, amount, &[]).unwrap();
        let description = "Dinner".to_owned();
        SharedExpense { on: day(on), payer, amount, shares, description, entry: None }
    }

    fn pay(on: &str, from: Person, to: Person, amount: i64) -> GroupPayment {
        GroupPayment { on: day(on), from, to, amount }
    }

    #[test]
    fn a_tab_rises_by_shares_of_what_the_owner_paid_and_falls_by_the_owners_share_of_what_others_paid() {
        let mut trip = group();
        trip.add_expense(expense(&trip, "2026-05-01", Owner, 10_000)).unwrap();
        assert_eq!(trip.tabs(day("2026-05-01")).unwrap(), [(ANNA, 3_333), (BEN, 3_333)]);
        trip.add_expense(expense(&trip, "2026-05-02", Party(ANNA), 6_000)).unwrap();
        assert_eq!(trip.tabs(day("2026-05-02")).unwrap(), [(ANNA, 1_333), (BEN, 3_333)]);
        let balances = [(Owner, 4_666), (Party(ANNA), 667), (Party(BEN), -5_333)];
        assert_eq!(trip.balances(day("2026-05-02")).unwrap(), balances);
        // What passes between others is no matter of the owner's.
        trip.add_payment(pay("2026-05-03", Party(BEN), Party(ANNA), 667)).unwrap();
        assert_eq!(trip.tabs(day("2026-05-03")).unwrap(), [(ANNA, 1_333), (BEN, 3_333)]);
        trip.add_payment(pay("2026-05-04", Party(ANNA), Owner, 1_333)).unwrap();
        trip.add_payment(pay("2026-05-05", Owner, Party(BEN), 1_000)).unwrap();
        assert_eq!(trip.tabs(day("2026-05-05")).unwrap(), [(ANNA, 0), (BEN, 4_333)]);
        assert_eq!(
            trip.tabs(day("2026-05-01")).unwrap(),
            [(ANNA, 3_333), (BEN, 3_333)],
            "as of an earlier day"
        );
    }

    #[test]
    fn an_expense_without_a_share_of_the_owner_leaves_the_tabs_alone() {
        let mut trip = group();
        let shares = vec![(Party(ANNA), 50), (Party(BEN), 50)];
        let theirs = SharedExpense { shares, ..expense(&trip, "2026-05-01", Party(ANNA), 100) };
        assert_eq!(theirs.tab_changes().unwrap(), []);
        trip.add_expense(theirs).unwrap();
        assert_eq!(trip.tabs(NaiveDate::MAX).unwrap(), [(ANNA, 0), (BEN, 0)]);
        assert_eq!(trip.propose_settle_up(NaiveDate::MAX).unwrap().owner_gets().unwrap(), 0);
    }

    #[test]
    fn a_refund_mirrors_its_expense() {
        let mut trip = group();
        trip.add_expense(expense(&trip, "2026-05-01", Party(BEN), 1_001)).unwrap();
        trip.add_expense(expense(&trip, "2026-05-02", Party(BEN), -1_001)).unwrap();
        assert_eq!(trip.balances(NaiveDate::MAX).unwrap(), [(Owner, 0), (Party(ANNA), 0), (Party(BEN), 0)]);
        assert_eq!(trip.tabs(NaiveDate::MAX).unwrap(), [(ANNA, 0), (BEN, 0)]);
    }

    #[test]
    fn a_settle_up_closes_every_tab_at_once_even_where_a_transfer_goes_past_it() {
        let mut trip = group();
        // Anna owes the owner, the owner owes Ben as much, so that Anna pays Ben.
        for (payer, on_whom) in [(Owner, Party(ANNA)), (Party(BEN), Owner)] {
            let shares = vec![(on_whom, 900)];
            trip.add_expense(SharedExpense { shares, ..expense(&trip, "2026-05-01", payer, 900) }).unwrap();
        }
        let proposal = trip.propose_settle_up(day("2026-05-10")).unwrap();
        assert_eq!(proposal.transfers, [Transfer { from: Party(ANNA), to: Party(BEN), amount: 900 }]);
        assert_eq!(
            (&proposal.tabs[..], proposal.owner_gets().unwrap()),
            (&[(ANNA, 900), (BEN, -900)][..], 0)
        );
        trip.add_settle_up(proposal).unwrap();
        assert_eq!(trip.tabs(day("2026-05-10")).unwrap(), [(ANNA, 0), (BEN, 0)]);
        assert_eq!(trip.tabs(day("2026-05-09")).unwrap(), [(ANNA, 900), (BEN, -900)]);
        assert!(trip.balances(NaiveDate::MAX).unwrap().iter().all(|(_, balance)| *balance == 0));
    }

    #[test]
    fn what_does_not_add_up_is_refused_and_not_added() {
        let mut trip = group();
        let dinner = expense(&trip, "2026-05-01", Owner, 10_000);
        let mut refused = |expense: SharedExpense| trip.add_expense(expense).unwrap_err().to_string();
        assert_eq!(
            refused(SharedExpense { amount: 10_001, ..dinner.clone() }),
            "expense \"Dinner\" is refused: its shares come to 100.00 EUR, not to 100.01 EUR"
        );
        let stranger = Party(PartyId::new(7));
        assert!(
            refused(SharedExpense { payer: stranger, ..dinner.clone() }).contains("party 7 is no member")
        );
        let with_shares =
            |shares: &[(Person, i64)]| SharedExpense { shares: shares.to_vec(), ..dinner.clone() };
        assert!(refused(with_shares(&[(Owner, 5_000), (Owner, 5_000)])).contains("the owner has two shares"));
        assert!(refused(with_shares(&[(Owner, 10_100), (Party(BEN), -100)])).contains("the other sign"));
        assert!(refused(SharedExpense { amount: 0, ..with_shares(&[]) }).contains("nothing to share"));
        let mut refused = |payment| trip.add_payment(payment).unwrap_err().to_string();
        assert!(refused(pay("2026-05-01", Owner, Owner, 1)).contains("cannot pay themselves"));
        assert!(refused(pay("2026-05-01", Owner, Party(BEN), 0)).contains("it has to be above zero"));
        assert!(refused(pay("2026-05-01", Owner, stranger, 1)).contains("party 7 is no member"));
        let (on, transfers) = (day("2026-05-01"), Vec::new());
        let unequal = GroupSettleUp { on, transfers, tabs: vec![(ANNA, 5)] };
        let refused = trip.add_settle_up(unequal).unwrap_err().to_string();
        assert_eq!(refused, "a settle-up closes tabs of 0.05 EUR, and the owner gets 0.00 EUR by it");
        assert_eq!(trip, group());
    }

    #[test]
    fn the_owner_is_in_every_group_and_nobody_twice() {
        let euro = Commodity::iso("EUR").unwrap();
        assert!(LoanGroup::new(euro, vec![Party(ANNA)]).unwrap_err().to_string().contains("owner"));
        let twice = LoanGroup::new(euro, vec![Owner, Party(ANNA), Party(ANNA)]).unwrap_err();
        assert_eq!(twice.to_string(), "party 1 is a member of the group already");
        let trip = group();
        assert!(trip.split(&Split::default(), Owner, 5, &[Owner, Owner]).is_err());
        let shares = trip.split(&Split::default(), Owner, 5, &[Party(BEN), Owner]).unwrap();
        assert_eq!(shares, [(Party(BEN), 3), (Owner, 2)]);
    }
}
