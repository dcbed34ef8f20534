//! The rows that can change besides the journal, by number and as they are: nothing is assumed of them, because
//! another program may have written them.

use std::collections::BTreeMap;

use serde_json::json;

use super::events::import_state;
use crate::Result;
use crate::audit::Hash;
use crate::book::Book;
use crate::book::reconciliations::{audited as audited_checkpoint, marked};
use crate::book::rules::audited;
use crate::money::Commodity;
use crate::store::call;
use crate::store::rows::{
    AccountRow, AliasRow, BookRow, CheckpointRow, CommodityRow, MarksMonthRow, PartyRow, PriceRow, RuleRow,
    SettingRow, SubtypeRow, date,
};
use crate::store::statement_rows::ImportRow;
use crate::text::normalize;

/// What a row of a changeable table says now, in the words of the audit log.
pub(super) struct State {
    /// Which check it belongs to: `account` or `reference`.
    pub check: &'static str,
    /// The table and row.
    pub row: String,
    /// The state, as the last audit event should have left it.
    pub now: String,
}

/// Everything of a book that an audit event may change.
pub(super) struct StoredChart {
    book: BookRow,
    accounts: BTreeMap<i32, AccountRow>,
    aliases: Vec<AliasRow>,
    commodities: BTreeMap<i32, CommodityRow>,
    parties: BTreeMap<i32, PartyRow>,
    subtypes: Vec<SubtypeRow>,
    prices: Vec<PriceRow>,
    settings: Vec<SettingRow>,
    rules: Vec<RuleRow>,
    checkpoints: BTreeMap<i32, CheckpointRow>,
    marks: BTreeMap<(i32, i32), Vec<MarksMonthRow>>,
    imports: Vec<ImportRow>,
}

impl StoredChart {
    pub(super) fn read(book: &Book<'_>) -> Result<StoredChart> {
        let id = book.id();
        let accounts = call!(book.db(), "reading accounts", chart::accounts(id))?;
        let commodities = call!(book.db(), "reading commodities", chart::commodities(id))?;
        let parties = call!(book.db(), "reading parties", party::parties(id))?;
        let checkpoints = call!(book.db(), "reading checkpoints", reconciliation::checkpoints(id))?;
        let mut marks: BTreeMap<(i32, i32), Vec<MarksMonthRow>> = BTreeMap::new();
        for row in call!(book.db(), "reading marks", reconciliation::every_month(id))? {
            marks.entry((row.account_id, row.commodity_id)).or_default().push(row);
        }
        Ok(StoredChart {
            book: call!(book.db(), "reading a book", book::by_id(id))?,
            accounts: accounts.into_iter().map(|row| (row.account_id, row)).collect(),
            aliases: call!(book.db(), "reading aliases", chart::aliases(id))?,
            commodities: commodities.into_iter().map(|row| (row.commodity_id, row)).collect(),
            parties: parties.into_iter().map(|row| (row.party_id, row)).collect(),
            subtypes: call!(book.db(), "reading subtypes", chart::subtypes(id))?,
            prices: call!(book.db(), "reading prices", price::given(id))?,
            settings: call!(book.db(), "reading settings", setting::every(id))?,
            rules: call!(book.db(), "reading rules", rule::all(id))?,
            checkpoints: checkpoints.into_iter().map(|row| (row.checkpoint_id, row)).collect(),
            marks,
            imports: call!(book.db(), "reading imports", statement::all(id))?,
        })
    }

    pub(super) fn has_account(&self, id: i32) -> bool {
        self.accounts.contains_key(&id)
    }

    pub(super) fn checkpoints(&self) -> &BTreeMap<i32, CheckpointRow> {
        &self.checkpoints
    }

    /// The imports, by number.
    pub(super) fn imports(&self) -> &[ImportRow] {
        &self.imports
    }

    /// The book itself.
    pub(super) fn book(&self) -> &BookRow {
        &self.book
    }

    /// The commodity with this code, in the book or of ISO 4217.
    pub(super) fn commodity_by_code(&self, code: &str) -> Option<Commodity> {
        let row = self.commodities.values().find(|row| row.code == code);
        match row {
            Some(row) => Commodity::new(&row.code, u8::try_from(row.scale).ok()?).ok(),
            None => Commodity::iso(code),
        }
    }

    pub(super) fn parties(&self) -> &BTreeMap<i32, PartyRow> {
        &self.parties
    }

    pub(super) fn has_party(&self, id: i32) -> bool {
        self.parties.contains_key(&id)
    }

    pub(super) fn commodity_code(&self, id: i32) -> Option<&str> {
        self.commodities.get(&id).map(|row| row.code.as_str())
    }

    /// The commodity, where its row describes one.
    pub(super) fn commodity(&self, id: i32) -> Option<Commodity> {
        let row = self.commodities.get(&id)?;
        Commodity::new(&row.code, u8::try_from(row.scale).ok()?).ok()
    }

    /// Every row by the subject that audit events give it.
    pub(super) fn states(&self) -> BTreeMap<String, State> {
        let mut states = BTreeMap::new();
        let mut add = |subject: String, check: &'static str, row: String, now: String| {
            states.insert(subject, State { check, row, now });
        };
        let book = &self.book;
        let book_row = format!("books {}", book.book_id);
        for (field, now) in [
            ("name", json!(book.name)),
            ("kind", json!(book.kind)),
            ("base_commodity", json!(book.base_commodity)),
            ("time_zone", json!(book.time_zone)),
            ("archived", json!(book.archived_at.is_some())),
        ] {
            add(format!("book {field}"), "reference", book_row.clone(), now.to_string());
        }
        for (id, row) in &self.accounts {
            add(format!("account {id}"), "account", format!("accounts {id}"), self.account(row));
        }
        for row in &self.aliases {
            let now = format!("account {} {}", row.account_id, json!(row.alias));
            let place = format!("account_aliases {}", row.normalized_name);
            add(format!("alias {}", row.normalized_name), "account", place, now);
        }
        for (id, row) in &self.commodities {
            let now = json!({ "code": row.code, "scale": row.scale }).to_string();
            add(format!("commodity {id}"), "reference", format!("commodities {id}"), now);
        }
        for (id, row) in &self.parties {
            let now = json!({ "name": row.name }).to_string();
            add(format!("party {id}"), "reference", format!("parties {id}"), now);
        }
        for row in &self.subtypes {
            let now = json!({ "kind": row.kind, "name": row.name, "description": row.description });
            let place = format!("subtypes {}/{}", row.kind, row.name);
            add(format!("subtype {}/{}", row.kind, row.name), "account", place, now.to_string());
        }
        for row in &self.prices {
            let code = |id| self.commodity_code(id).unwrap_or("?");
            let (commodity, quote) = (code(row.commodity_id), code(row.quote_commodity_id));
            let subject = format!("price {} {commodity} {quote}", date(row.priced_on));
            let place = format!("prices {commodity}/{quote}/{}", date(row.priced_on));
            add(subject, "reference", place, json!({ "rate": row.rate }).to_string());
        }
        for row in &self.settings {
            let place = format!("saved_settings {}/{}", row.purpose, row.name);
            let subject = format!("settings {} {}", row.purpose, row.normalized_name);
            add(subject, "reference", place, row.settings.clone());
        }
        for row in &self.rules {
            let id = row.rule_id;
            add(format!("rule {id}"), "reference", format!("rules {id}"), audited(row).to_string());
        }
        for (id, row) in &self.checkpoints {
            let now =
                audited_checkpoint(row, self.commodity_code(row.commodity_id).unwrap_or("?")).to_string();
            add(format!("checkpoint {id}"), "reference", format!("checkpoints {id}"), now);
        }
        for ((account, commodity), months) in &self.marks {
            let code = self.commodity_code(*commodity).unwrap_or("?");
            let place = format!("line_marks of account {account} {code}");
            add(format!("marks {account} {code}"), "reference", place, marked(months).to_string());
        }
        for row in &self.imports {
            let (id, sha256) = (row.import_id, Hash::from_slice(&row.sha256));
            let now = import_state(&json!(row.file_name), &json!(sha256), &row.state);
            add(format!("import {id}"), "reference", format!("imports {id}"), now);
        }
        states
    }

    /// An account in the words of [`crate::book::accounts::audited`].
    fn account(&self, row: &AccountRow) -> String {
        let day = |day: Option<i32>| day.map(|day| date(day).to_string());
        let commodity = row.commodity_id.map(|id| self.commodity_code(id).unwrap_or("?"));
        json!({
            "name": row.name,
            "kind": row.kind,
            "subtype": row.subtype,
            "commodity": commodity,
            "opened_on": day(row.opened_on),
            "closed_on": day(row.closed_on),
            "note": row.note,
        })
        .to_string()
    }

    /// Rows whose name and the key that makes it unique do not belong together, with the key that belongs to it.
    pub(super) fn wrong_keys(&self) -> Vec<(String, String)> {
        let accounts = self.accounts.values();
        let accounts =
            accounts.map(|row| (format!("accounts {}", row.account_id), &row.name, &row.normalized_name));
        let parties = self.parties.values();
        let parties =
            parties.map(|row| (format!("parties {}", row.party_id), &row.name, &row.normalized_name));
        let book = (format!("books {}", self.book.book_id), &self.book.name, &self.book.normalized_name);
        let rules = self.rules.iter();
        let rules = rules.map(|row| (format!("rules {}", row.rule_id), &row.name, &row.normalized_name));
        let rows = accounts.chain(parties).chain(rules).chain([book]);
        rows.filter(|(_, name, key)| normalize(name) != **key)
            .map(|(row, name, key)| {
                let difference =
                    format!("its name {name:?} is kept under {key:?}, not {:?}", normalize(name));
                (row, difference)
            })
            .collect()
    }
}
