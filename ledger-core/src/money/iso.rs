//! The currencies of ISO 4217 with the decimal places of their minor units.
//!
//! Source: ISO 4217 list one (current) as of January 2026, and those of list three (historic) that still turn
//! up in statements and old books. List three gives no minor units: the historic scales are the ones that list
//! one named while the code was current.
//!
//! Left out are the codes for which ISO names no minor unit at all (the metals `XAU`, `XAG`, `XPD`, `XPT`,
//! the units `XDR`, `XSU`, `XUA`, `XBA` to `XBD` and `XEU`, and `XTS`, `XXX`): their holders declare them with
//! the decimal places that they need.

/// A row of the list: code, decimal places of the minor unit, English name.
type Row = (&'static str, u8, &'static str);

/// Finds the upper-case form and the scale of an ISO 4217 code, whatever the case it is written in.
pub(super) fn find(code: &str) -> Option<(&'static str, u8)> {
    let wanted = key(code)?;
    [CURRENT, HISTORIC].into_iter().find_map(|list| {
        let at = list.binary_search_by_key(&Some(wanted), |(listed, ..)| key(listed)).ok()?;
        list.get(at).map(|&(listed, scale, _)| (listed, scale))
    })
}

/// Three letters in upper case as one number that sorts as they do, because comparing numbers is what makes
/// the search fast; nothing for a text of another length.
fn key(code: &str) -> Option<u32> {
    let letters: [u8; 3] = code.as_bytes().try_into().ok()?;
    let [first, second, third] = letters.map(|letter| letter.to_ascii_uppercase());
    Some(u32::from_be_bytes([0, first, second, third]))
}

/// Every row, the current currencies first, each list in the order of its codes.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    CURRENT.iter().chain(HISTORIC)
}

/// List one. Sorted by code, because [`find`] searches it by halves.
#[rustfmt::skip]
static CURRENT: &[Row] = &[
    ("AED", 2, "UAE dirham"),
    ("AFN", 2, "Afghani"),
    ("ALL", 2, "Lek"),
    ("AMD", 2, "Armenian dram"),
    ("AOA", 2, "Kwanza"),
    ("ARS", 2, "Argentine peso"),
    ("AUD", 2, "Australian dollar"),
    ("AWG", 2, "Aruban florin"),
    ("AZN", 2, "Azerbaijan manat"),
    ("BAM", 2, "Bosnian convertible mark"),
    ("BBD", 2, "Barbados dollar"),
    ("BDT", 2, "Taka"),
    ("BHD", 3, "Bahraini dinar"),
    ("BIF", 0, "Burundi franc"),
    ("BMD", 2, "Bermudian dollar"),
    ("BND", 2, "Brunei dollar"),
    ("BOB", 2, "Boliviano"),
    ("BOV", 2, "Bolivian mvdol"),
    ("BRL", 2, "Brazilian real"),
    ("BSD", 2, "Bahamian dollar"),
    ("BTN", 2, "Ngultrum"),
    ("BWP", 2, "Pula"),
    ("BYN", 2, "Belarusian ruble"),
    ("BZD", 2, "Belize dollar"),
    ("CAD", 2, "Canadian dollar"),
    ("CDF", 2, "Congolese franc"),
    ("CHE", 2, "WIR euro"),
    ("CHF", 2, "Swiss franc"),
    ("CHW", 2, "WIR franc"),
    ("CLF", 4, "Chilean unidad de fomento"),
    ("CLP", 0, "Chilean peso"),
    ("CNY", 2, "Yuan renminbi"),
    ("COP", 2, "Colombian peso"),
    ("COU", 2, "Colombian unidad de valor real"),
    ("CRC", 2, "Costa Rican colon"),
    ("CUP", 2, "Cuban peso"),
    ("CVE", 2, "Cabo Verde escudo"),
    ("CZK", 2, "Czech koruna"),
    ("DJF", 0, "Djibouti franc"),
    ("DKK", 2, "Danish krone"),
    ("DOP", 2, "Dominican peso"),
    ("DZD", 2, "Algerian dinar"),
    ("EGP", 2, "Egyptian pound"),
    ("ERN", 2, "Nakfa"),
    ("ETB", 2, "Ethiopian birr"),
    ("EUR", 2, "Euro"),
    ("FJD", 2, "Fiji dollar"),
    ("FKP", 2, "Falkland Islands pound"),
    ("GBP", 2, "Pound sterling"),
    ("GEL", 2, "Lari"),
    ("GHS", 2, "Ghana cedi"),
    ("GIP", 2, "Gibraltar pound"),
    ("GMD", 2, "Dalasi"),
    ("GNF", 0, "Guinean franc"),
    ("GTQ", 2, "Quetzal"),
    ("GYD", 2, "Guyana dollar"),
    ("HKD", 2, "Hong Kong dollar"),
    ("HNL", 2, "Lempira"),
    ("HTG", 2, "Gourde"),
    ("HUF", 2, "Forint"),
    ("IDR", 2, "Rupiah"),
    ("ILS", 2, "New Israeli sheqel"),
    ("INR", 2, "Indian rupee"),
    ("IQD", 3, "Iraqi dinar"),
    ("IRR", 2, "Iranian rial"),
    ("ISK", 0, "Iceland krona"),
    ("JMD", 2, "Jamaican dollar"),
    ("JOD", 3, "Jordanian dinar"),
    ("JPY", 0, "Yen"),
    ("KES", 2, "Kenyan shilling"),
    ("KGS", 2, "Som"),
    ("KHR", 2, "Riel"),
    ("KMF", 0, "Comorian franc"),
    ("KPW", 2, "North Korean won"),
    ("KRW", 0, "Won"),
    ("KWD", 3, "Kuwaiti dinar"),
    ("KYD", 2, "Cayman Islands dollar"),
    ("KZT", 2, "Tenge"),
    ("LAK", 2, "Lao kip"),
    ("LBP", 2, "Lebanese pound"),
    ("LKR", 2, "Sri Lanka rupee"),
    ("LRD", 2, "Liberian dollar"),
    ("LSL", 2, "Loti"),
    ("LYD", 3, "Libyan dinar"),
    ("MAD", 2, "Moroccan dirham"),
    ("MDL", 2, "Moldovan leu"),
    ("MGA", 2, "Malagasy ariary"),
    ("MKD", 2, "Denar"),
    ("MMK", 2, "Kyat"),
    ("MNT", 2, "Tugrik"),
    ("MOP", 2, "Pataca"),
    ("MRU", 2, "Ouguiya"),
    ("MUR", 2, "Mauritius rupee"),
    ("MVR", 2, "Rufiyaa"),
    ("MWK", 2, "Malawi kwacha"),
    ("MXN", 2, "Mexican peso"),
    ("MXV", 2, "Mexican unidad de inversion"),
    ("MYR", 2, "Malaysian ringgit"),
    ("MZN", 2, "Mozambique metical"),
    ("NAD", 2, "Namibia dollar"),
    ("NGN", 2, "Naira"),
    ("NIO", 2, "Cordoba oro"),
    ("NOK", 2, "Norwegian krone"),
    ("NPR", 2, "Nepalese rupee"),
    ("NZD", 2, "New Zealand dollar"),
    ("OMR", 3, "Rial Omani"),
    ("PAB", 2, "Balboa"),
    ("PEN", 2, "Sol"),
    ("PGK", 2, "Kina"),
    ("PHP", 2, "Philippine peso"),
    ("PKR", 2, "Pakistan rupee"),
    ("PLN", 2, "Zloty"),
    ("PYG", 0, "Guarani"),
    ("QAR", 2, "Qatari rial"),
    ("RON", 2, "Romanian leu"),
    ("RSD", 2, "Serbian dinar"),
    ("RUB", 2, "Russian ruble"),
    ("RWF", 0, "Rwanda franc"),
    ("SAR", 2, "Saudi riyal"),
    ("SBD", 2, "Solomon Islands dollar"),
    ("SCR", 2, "Seychelles rupee"),
    ("SDG", 2, "Sudanese pound"),
    ("SEK", 2, "Swedish krona"),
    ("SGD", 2, "Singapore dollar"),
    ("SHP", 2, "Saint Helena pound"),
    ("SLE", 2, "Leone"),
    ("SOS", 2, "Somali shilling"),
    ("SRD", 2, "Surinam dollar"),
    ("SSP", 2, "South Sudanese pound"),
    ("STN", 2, "Dobra"),
    ("SVC", 2, "El Salvador colon"),
    ("SYP", 2, "Syrian pound"),
    ("SZL", 2, "Lilangeni"),
    ("THB", 2, "Baht"),
    ("TJS", 2, "Somoni"),
    ("TMT", 2, "Turkmenistan new manat"),
    ("TND", 3, "Tunisian dinar"),
    ("TOP", 2, "Pa'anga"),
    ("TRY", 2, "Turkish lira"),
    ("TTD", 2, "Trinidad and Tobago dollar"),
    ("TWD", 2, "New Taiwan dollar"),
    ("TZS", 2, "Tanzanian shilling"),
    ("UAH", 2, "Hryvnia"),
    ("UGX", 0, "Uganda shilling"),
    ("USD", 2, "US dollar"),
    ("USN", 2, "US dollar (next day)"),
    ("UYI", 0, "Uruguayan peso in indexed units"),
    ("UYU", 2, "Uruguayan peso"),
    ("UYW", 4, "Uruguayan nominal wage index unit"),
    ("UZS", 2, "Uzbekistan sum"),
    ("VED", 2, "Bolívar digital"),
    ("VES", 2, "Bolívar soberano"),
    ("VND", 0, "Dong"),
    ("VUV", 0, "Vatu"),
    ("WST", 2, "Tala"),
    ("XAD", 2, "Arab accounting dinar"),
    ("XAF", 0, "Central African CFA franc"),
    ("XCD", 2, "East Caribbean dollar"),
    ("XCG", 2, "Caribbean guilder"),
    ("XOF", 0, "West African CFA franc"),
    ("XPF", 0, "CFP franc"),
    ("YER", 2, "Yemeni rial"),
    ("ZAR", 2, "Rand"),
    ("ZMW", 2, "Zambian kwacha"),
    ("ZWG", 2, "Zimbabwe gold"),
];

/// Withdrawn codes. Sorted by code, because [`find`] searches it by halves.
#[rustfmt::skip]
static HISTORIC: &[Row] = &[
    ("ADP", 0, "Andorran peseta"),
    ("AFA", 2, "Afghani (until 2003)"),
    ("ANG", 2, "Netherlands Antillean guilder"),
    ("ATS", 2, "Austrian schilling"),
    ("AZM", 2, "Azerbaijan manat (until 2006)"),
    ("BEF", 0, "Belgian franc"),
    ("BGL", 2, "Bulgarian hard lev"),
    ("BGN", 2, "Bulgarian lev"),
    ("BYB", 0, "Belarusian ruble (until 2000)"),
    ("BYR", 0, "Belarusian ruble (until 2016)"),
    ("CSD", 2, "Serbian dinar (until 2006)"),
    ("CSK", 2, "Czechoslovak koruna"),
    ("CUC", 2, "Cuban convertible peso"),
    ("CYP", 2, "Cyprus pound"),
    ("DDM", 2, "Mark of the GDR"),
    ("DEM", 2, "German mark"),
    ("EEK", 2, "Estonian kroon"),
    ("ESP", 0, "Spanish peseta"),
    ("FIM", 2, "Finnish markka"),
    ("FRF", 2, "French franc"),
    ("GHC", 2, "Ghana cedi (until 2007)"),
    ("GRD", 0, "Greek drachma"),
    ("GWP", 2, "Guinea-Bissau peso"),
    ("HRK", 2, "Croatian kuna"),
    ("IEP", 2, "Irish pound"),
    ("ITL", 0, "Italian lira"),
    ("LTL", 2, "Lithuanian litas"),
    ("LUF", 0, "Luxembourg franc"),
    ("LVL", 2, "Latvian lats"),
    ("MGF", 0, "Malagasy franc"),
    ("MRO", 2, "Ouguiya (until 2018)"),
    ("MTL", 2, "Maltese lira"),
    ("MXP", 2, "Mexican peso (until 1993)"),
    ("MZM", 2, "Mozambique metical (until 2006)"),
    ("NLG", 2, "Dutch guilder"),
    ("PLZ", 2, "Zloty (until 1995)"),
    ("PTE", 0, "Portuguese escudo"),
    ("ROL", 2, "Romanian leu (until 2005)"),
    ("RUR", 2, "Russian ruble (until 1998)"),
    ("SDD", 2, "Sudanese dinar"),
    ("SIT", 2, "Slovenian tolar"),
    ("SKK", 2, "Slovak koruna"),
    ("SLL", 2, "Leone (until 2022)"),
    ("SRG", 2, "Surinam guilder"),
    ("STD", 2, "Dobra (until 2018)"),
    ("SUR", 2, "Soviet ruble"),
    ("TMM", 2, "Turkmenistan manat (until 2009)"),
    ("TPE", 0, "Timor escudo"),
    ("TRL", 0, "Turkish lira (until 2005)"),
    ("UAK", 2, "Ukrainian karbovanets"),
    ("USS", 2, "US dollar (same day)"),
    ("VEB", 2, "Bolívar (until 2008)"),
    ("VEF", 2, "Bolívar fuerte"),
    ("YUM", 2, "Yugoslav dinar"),
    ("ZMK", 2, "Zambian kwacha (until 2012)"),
    ("ZWD", 2, "Zimbabwe dollar (until 2008)"),
    ("ZWL", 2, "Zimbabwe dollar (until 2024)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_are_sorted_and_share_no_code() {
        for list in [CURRENT, HISTORIC] {
            assert!(list.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
        assert!(HISTORIC.iter().all(|old| CURRENT.iter().all(|new| new.0 != old.0)));
    }

    #[test]
    fn every_row_is_found_by_its_code_in_any_case() {
        for &(code, scale, name) in rows() {
            assert_eq!(find(code), Some((code, scale)), "{name}");
            assert_eq!(find(&code.to_ascii_lowercase()), Some((code, scale)), "{name}");
        }
    }

    #[test]
    fn what_is_no_code_is_not_found() {
        for text in ["", "E", "EU", "EURO", "ÉU", "€", "XAU", "XXX", "ZZZ", "E R"] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
