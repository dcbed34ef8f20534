//! The aggregates of OFX whose nesting decides what a value means.

/// What an aggregate is to the reader. All tags that are none of these are the names of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Root,
    Status,
    Statement,
    Account,
    Transaction,
    Payee,
    Currency,
    LedgerBalance,
    /// Something that has values of the same names as the others, and is none of them.
    Aside(Aside),
}

/// What is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    /// Not booked yet.
    Pending,
    /// Moves securities, with or without money.
    Security,
    /// An order to the bank, or its confirmation.
    Order,
    /// A part of something else: the other account of a transfer, a balance that is not the ledger's.
    Part,
}

impl Aggregate {
    /// The aggregate that a tag opens.
    pub fn of(name: &str) -> Option<Aggregate> {
        Some(match name {
            "OFX" => Aggregate::Root,
            "STATUS" => Aggregate::Status,
            "STMTRS" | "CCSTMTRS" | "INVSTMTRS" => Aggregate::Statement,
            "BANKACCTFROM" | "CCACCTFROM" | "INVACCTFROM" => Aggregate::Account,
            "STMTTRN" => Aggregate::Transaction,
            "PAYEE" => Aggregate::Payee,
            "CURRENCY" => Aggregate::Currency,
            "LEDGERBAL" => Aggregate::LedgerBalance,
            "STMTTRNP" => Aggregate::Aside(Aside::Pending),
            "INTRARS" | "INTERRS" | "PMTRS" | "INTRASYNCRS" | "INTERSYNCRS" => Aggregate::Aside(Aside::Order),
            "ORIGCURRENCY" | "BANKACCTTO" | "CCACCTTO" | "AVAILBAL" | "BALLIST" | "INVBAL" | "INVPOSLIST" => {
                Aggregate::Aside(Aside::Part)
            }
            name if moves_securities(name) => Aggregate::Aside(Aside::Security),
            _ => return None,
        })
    }
}

/// Whether an aggregate is an investment transaction (OFX 2.2, 13.9.2.4).
fn moves_securities(name: &str) -> bool {
    const TRADED: [&str; 5] = ["DEBT", "MF", "OPT", "OTHER", "STOCK"];
    const OTHERS: [&str; 10] = [
        "CLOSUREOPT",
        "INCOME",
        "INVEXPENSE",
        "JRNLFUND",
        "JRNLSEC",
        "MARGININTEREST",
        "REINVEST",
        "RETOFCAP",
        "SPLIT",
        "TRANSFER",
    ];
    let traded = name.strip_prefix("BUY").or_else(|| name.strip_prefix("SELL"));
    OTHERS.contains(&name) || traded.is_some_and(|what| TRADED.contains(&what))
}
