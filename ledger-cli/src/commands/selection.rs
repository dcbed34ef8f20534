//! Which entries are meant: days, account, party and tag, as `search` and `export` take them.

use ledger_core::journal::Tag;

use super::days::Days;

/// The arguments that select entries; all that are given have to hold.
#[derive(clap::Args, Debug)]
pub struct Selection {
    #[command(flatten)]
    pub days: Days,

    /// Only entries with a line on this account or below it; they are shown whole
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,

    /// Only entries with a party of which a name or alias holds this
    #[arg(long, value_name = "PARTY")]
    pub party: Option<String>,

    /// Only entries with this tag, or any of the key
    #[arg(long, value_name = "KEY[:VALUE]")]
    tag: Option<String>,
}

impl Selection {
    /// The tag, read.
    pub fn tag(&self) -> Option<Tag> {
        self.tag.as_deref().map(Tag::parse)
    }
}
