//! Where among the elements of a camt file a text stands.

/// The names of the elements that matter, outermost first; others are kept as `None`.
#[derive(Default)]
pub(super) struct Path(Vec<Option<&'static str>>);

/// Every element name that the reader asks for.
const KNOWN: [&str; 52] = [
    "AcctSvcrRef",
    "Acct",
    "AddtlNtryInf",
    "AddtlRmtInf",
    "AddtlTxInf",
    "Amt",
    "Bal",
    "BkToCstmrAcctRpt",
    "BkToCstmrDbtCdtNtfctn",
    "BkToCstmrStmt",
    "BookgDt",
    "Btch",
    "Ccy",
    "Cd",
    "CdOrPrtry",
    "CdtDbtInd",
    "Cdtr",
    "CdtrRefInf",
    "ChqNb",
    "Dbtr",
    "Dt",
    "DtTm",
    "EndToEndId",
    "IBAN",
    "Id",
    "Nm",
    "Ntfctn",
    "Ntry",
    "NtryDtls",
    "NtryRef",
    "Othr",
    "PmtInfId",
    "Prtry",
    "Pty",
    "Ref",
    "Refs",
    "RltdPties",
    "RmtInf",
    "Rpt",
    "RvslInd",
    "Stmt",
    "Strd",
    "Sts",
    "Tp",
    "TxDtls",
    "TxId",
    "UltmtCdtr",
    "UltmtDbtr",
    "Ustrd",
    "ValDt",
    "Document",
    "SubTp",
];

impl Path {
    /// Goes into an element.
    pub fn push(&mut self, name: &str) {
        self.0.push(KNOWN.iter().find(|known| **known == name).copied());
    }

    /// Leaves the innermost element and tells its name, where it is known.
    pub fn pop(&mut self) -> Option<&'static str> {
        self.0.pop().flatten()
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// The name of the element `above` levels above the innermost.
    pub fn name(&self, above: usize) -> &'static str {
        let index = self.0.len().checked_sub(above + 1);
        index.and_then(|index| self.0[index]).unwrap_or("")
    }

    /// Whether the innermost elements have these names, written `Ntry/Amt`; a step of `*` fits any.
    pub fn ends_with(&self, names: &str) -> bool {
        names.rsplit('/').enumerate().all(|(above, name)| {
            let fits = name == "*" || self.name(above) == name;
            fits && above < self.0.len()
        })
    }

    /// Whether an element of this name is open.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().flatten().any(|known| *known == name)
    }
}
