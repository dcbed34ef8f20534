//! What hledger's CSV rules say of the columns of a file, as a profile of ours.

use std::collections::HashMap;

use super::Unmapped;
use super::lines::{Assignment, Directive, Located};
use crate::import::rule::{Template, TextField};
use crate::import::{ColumnRef, CsvProfile, DateFormat};
use crate::money::DecimalMark;

/// Where a column goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Text(TextField),
    Amount,
    MoneyIn,
    MoneyOut,
    Currency,
    Other,
}

/// The columns of a file and what is known of each.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub profile: CsvProfile,
    /// The statement's own account.
    pub account: Option<String>,
    /// What every entry is given unless a block says otherwise.
    pub defaults: Vec<Assignment>,
    by_name: HashMap<String, usize>,
    roles: HashMap<usize, Role>,
}

/// Names of columns that hold the other party.
const PAYEES: [&str; 9] = [
    "payee",
    "name",
    "counterparty",
    "merchant",
    "beneficiary",
    "recipient",
    "payer",
    "empfänger",
    "auftraggeber",
];
/// Settings of hledger's that change nothing here, because rows are told apart by content and not by order.
const NEEDLESS: [&str; 4] = ["newest-first", "intra-day-reversed", "balance-type", "archive"];

impl Columns {
    /// Gathers what stands outside of `if` blocks; what finds no place here is told.
    pub fn gather(directives: &[Located], unmapped: &mut Vec<Unmapped>) -> Columns {
        let mut columns = Columns::default();
        columns.profile.has_header = Some(false);
        for located in directives {
            if let Directive::Fields(names) = &located.directive {
                columns.fields(names);
            }
        }
        for located in directives {
            match &located.directive {
                Directive::Assign(assignment) => {
                    if let Err(reason) = columns.assign(assignment) {
                        unmapped.push(Unmapped::of(located, reason));
                    }
                }
                Directive::Unreadable(reason) => unmapped.push(Unmapped::of(located, *reason)),
                _ => {}
            }
        }
        columns.find_places(directives);
        columns
    }

    /// What a column name, a number or a field of hledger's own stands for.
    pub fn role(&self, name: &str) -> Option<Role> {
        let role = self.column(name).and_then(|column| self.roles.get(&column).copied());
        role.or(match name {
            "description" => Some(Role::Text(TextField::Narrative)),
            "amount" => Some(Role::Amount),
            _ => None,
        })
    }

    /// A value with `%name` places, whose names do not mind case, as a template.
    pub fn template(&self, value: &str) -> Result<Template, String> {
        let mut text = String::new();
        let mut rest = value;
        if value.contains('\\') {
            return Err("parts of a match (\\1) are not kept".to_owned());
        }
        while let Some(at) = rest.find('%') {
            text.push_str(&braced(&rest[..at]));
            let (name, after) = place(&rest[at + 1..]);
            match self.role(&name.to_lowercase()) {
                Some(Role::Text(TextField::Narrative)) if self.profile.description.len() > 1 => {
                    return Err(format!("%{name} is one of several columns that make up the description"));
                }
                Some(Role::Text(field)) => text.push_str(&format!("{{{}}}", field.as_str())),
                _ => return Err(format!("%{name} is no text of a line here")),
            }
            rest = after;
        }
        text.push_str(&braced(rest));
        Template::parse(&text)
    }

    fn fields(&mut self, names: &[String]) {
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty() && *name != "_") {
            self.by_name.insert(name.clone(), index + 1);
        }
        for (index, name) in names.iter().enumerate() {
            // Other names only stand for their column.
            let _ = self.give(name, index + 1);
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        name.parse().ok().or_else(|| self.by_name.get(name).copied())
    }

    /// Gives a column to a field of hledger's; the error is a clause for one that has no place here.
    fn give(&mut self, field: &str, column: usize) -> Result<(), String> {
        let profile = &mut self.profile;
        let told = ColumnRef::Number(column);
        let (place, role) = match field {
            "date" => (&mut profile.date, Role::Other),
            "date2" => (&mut profile.value_date, Role::Other),
            "amount" | "amount1" => (&mut profile.amount, Role::Amount),
            "amount-in" | "amount1-in" => (&mut profile.credit, Role::MoneyIn),
            "amount-out" | "amount1-out" => (&mut profile.debit, Role::MoneyOut),
            "currency" | "currency1" => (&mut profile.currency, Role::Currency),
            "balance" | "balance1" => (&mut profile.balance, Role::Other),
            "comment" | "comment1" => (&mut profile.memo, Role::Text(TextField::Memo)),
            "code" => (&mut profile.reference, Role::Text(TextField::Reference)),
            "description" => {
                profile.description.push(told);
                self.roles.insert(column, Role::Text(TextField::Narrative));
                return Ok(());
            }
            _ => return Err(format!("a statement line has no place for {field}")),
        };
        *place = Some(told);
        self.roles.insert(column, role);
        Ok(())
    }

    /// A field that every entry is given, or a setting of the file.
    fn assign(&mut self, told: &Assignment) -> Result<(), String> {
        let value = told.value.as_str();
        let profile = &mut self.profile;
        match told.name.as_str() {
            "skip" => {
                let lines = if value.is_empty() { Ok(1) } else { value.parse() };
                profile.skip_lines = Some(lines.map_err(|_| "it does not say how many lines".to_owned())?);
            }
            "separator" => profile.delimiter = Some(separator(value)?),
            "encoding" => profile.encoding = Some(value.to_owned()),
            "decimal-mark" => {
                profile.decimal_mark = Some(match value {
                    "." => DecimalMark::Point,
                    "," => DecimalMark::Comma,
                    _ => return Err("a decimal mark is a point or a comma".to_owned()),
                });
            }
            "date-format" => {
                // Days without leading zero are read anyway, and so is a time of day behind the date.
                let plain = value.replace("%-", "%").replace("%e", "%d");
                let plain = plain.split(" %H").next().unwrap_or_default();
                let format: DateFormat = plain.parse().map_err(|error: crate::Error| error.to_string())?;
                profile.date_format = Some(format.to_string());
            }
            "account1" => {
                if value.contains('%') {
                    return Err("a statement is of one account: say which with --into".to_owned());
                }
                self.account = Some(value.to_owned());
            }
            "account2" => self.defaults.push(told.clone()),
            "description" if !value.contains('%') => self.defaults.push(told.clone()),
            name if NEEDLESS.contains(&name) => return Err("nothing here depends on it".to_owned()),
            name => return self.assign_columns(name, value),
        }
        Ok(())
    }

    /// A field that is made of columns.
    fn assign_columns(&mut self, name: &str, value: &str) -> Result<(), String> {
        let mut columns = Vec::new();
        let mut between = String::new();
        let mut rest = value;
        while let Some(at) = rest.find('%') {
            between.push_str(&rest[..at]);
            let (field, after) = place(&rest[at + 1..]);
            let column = self
                .column(&field.to_lowercase())
                .ok_or_else(|| format!("there is no column \"{field}\""))?;
            columns.push(column);
            rest = after;
        }
        between.push_str(rest);
        if columns.is_empty() {
            return Err(match name {
                "currency" => "say the currency with --commodity".to_owned(),
                _ => format!("{name} \"{value}\" has no place on a statement line"),
            });
        }
        let is_amount = matches!(name, "amount" | "amount1");
        let negated = is_amount && between.trim() == "-";
        if between.contains(char::is_alphanumeric) || (is_amount && !between.trim().is_empty() && !negated) {
            return Err(format!("{name} is made of more than columns"));
        }
        match (name, columns.as_slice()) {
            ("description", many) => {
                self.profile.description.clear();
                many.iter().try_for_each(|column| self.give(name, *column))
            }
            (_, [only]) => {
                self.give(name, *only)?;
                if negated {
                    self.profile.negate = Some(true);
                }
                Ok(())
            }
            _ => Err(format!("{name} is made of several columns")),
        }
    }

    /// Finds a place for columns that are asked for and have none yet: one for the payee, one for a memo.
    fn find_places(&mut self, directives: &[Located]) {
        let mut wanted: Vec<String> = Vec::new();
        for located in directives {
            let Directive::Block { groups, assignments } = &located.directive else { continue };
            wanted.extend(groups.iter().flatten().filter_map(|matcher| matcher.field.clone()));
            for assignment in assignments {
                wanted.extend(assignment.value.split('%').skip(1).map(|rest| place(rest).0.to_lowercase()));
            }
        }
        for name in wanted {
            let Some(column) = self.column(&name).filter(|column| !self.roles.contains_key(column)) else {
                continue;
            };
            let told = Some(ColumnRef::Number(column));
            if PAYEES.contains(&name.as_str()) && self.profile.payee.is_none() {
                self.profile.payee = told;
                self.roles.insert(column, Role::Text(TextField::Payee));
            } else if self.profile.memo.is_none() {
                self.profile.memo = told;
                self.roles.insert(column, Role::Text(TextField::Memo));
            }
        }
    }
}

/// The name behind a `%`, in the way in which it is written in values, and what follows it.
fn place(text: &str) -> (&str, &str) {
    let in_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let end = text.find(|c| !in_name(c)).unwrap_or(text.len());
    (&text[..end], &text[end..])
}

fn braced(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn separator(text: &str) -> Result<char, String> {
    let mut letters = text.chars();
    match (text.to_uppercase().as_str(), letters.next(), letters.next()) {
        ("TAB" | "\\T", ..) => Ok('\t'),
        ("SPACE", ..) => Ok(' '),
        (_, Some(one), None) => Ok(one),
        _ => Err(format!("\"{text}\" is no separator of one character")),
    }
}
