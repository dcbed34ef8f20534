//! What has to hold of an account before a book opens or renames it: its texts, and the kind that its name tells.

use super::{AccountKind, AccountName, NewAccount};
use crate::text::check_text;
use crate::{ErrorKind, Result};

/// A new account whose name and texts have passed.
pub(crate) struct Checked {
    pub name: AccountName,
    pub kind: AccountKind,
    pub new: NewAccount,
}

impl Checked {
    /// Reads the name, tells the kind and checks what can be checked without the book.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`], [`ErrorKind::InvalidSetting`].
    pub(crate) fn new(new: NewAccount) -> Result<Self> {
        let name = AccountName::parse(&new.name)?;
        if let Some(note) = &new.note {
            check_text("note", note, 1000)?;
        }
        let kind = match new.kind {
            Some(kind) => kind,
            None => kind_of(&name)?,
        };
        refuse_kind(kind, &name)?;
        Ok(Checked { name, kind, new })
    }
}

/// Refuses a name whose first segment tells another kind: a reader would take the account for what it is not.
pub(crate) fn refuse_kind(kind: AccountKind, name: &AccountName) -> Result<()> {
    match AccountKind::from_root(name.segments().next().unwrap_or("")) {
        Some(told) if told != kind => {
            let reason = format!("the name \"{name}\" tells that it is {}", told.as_str());
            let value = kind.as_str().to_owned();
            Err(ErrorKind::InvalidSetting { what: "account kind", value, reason }.into())
        }
        _ => Ok(()),
    }
}

fn kind_of(name: &AccountName) -> Result<AccountKind> {
    let root = name.segments().next().unwrap_or("");
    AccountKind::from_root(root).ok_or_else(|| {
        let reason = format!(
            "the first segment of \"{name}\" does not tell the kind (begin with Assets, Liabilities, Equity, Income \
             or Expenses, or give the kind)"
        );
        ErrorKind::InvalidSetting { what: "account kind", value: root.to_owned(), reason }.into()
    })
}
