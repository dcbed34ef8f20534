//! Parts of the sentences that errors are told in.

/// How much of an entry's description a sentence quotes.
const DESCRIPTION_CHARS_MAX: usize = 80;

/// A code can be declared; a symbol such as `$` stands for one that only the user knows.
pub(super) fn declare_or_name(code: &str) -> String {
    if code.starts_with(char::is_alphabetic) {
        return format!(
            "it is no ISO 4217 code and is not declared in this book (declare it with its decimal places: ledger \
             commodity add {code} --scale N)"
        );
    }
    "it is a symbol of several currencies (say which is meant by its code, such as USD; for a bank's file with \
     --commodity)"
        .to_owned()
}

/// The start of a description: enough to know the entry by, and not all of what may be pages.
pub(super) fn start(description: &str) -> String {
    match description.char_indices().nth(DESCRIPTION_CHARS_MAX) {
        Some((end, _)) => format!("{}…", description[..end].trim_end()),
        None => description.to_owned(),
    }
}

pub(super) fn did_you_mean(suggestions: &[String]) -> String {
    match suggestions {
        [] => String::new(),
        [one] => format!(" (did you mean {one}?)"),
        many => format!(" (did you mean one of {}?)", many.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::ErrorKind;

    #[test]
    fn a_long_description_is_quoted_by_its_start() {
        let unbalanced = |description: String| ErrorKind::Unbalanced {
            description,
            difference: "5.00 EUR missing".to_owned(),
        };
        assert_eq!(
            unbalanced("Rent".to_owned()).to_string(),
            "entry \"Rent\" does not balance: 5.00 EUR missing"
        );
        let told = unbalanced("ü".repeat(5_000)).to_string();
        assert_eq!(told, format!("entry \"{}…\" does not balance: 5.00 EUR missing", "ü".repeat(80)));
    }

    #[test]
    fn a_damaged_file_is_not_sent_to_a_check_that_cannot_read_it_either() {
        let damaged = ErrorKind::Damaged { place: "home.db".to_owned(), message: "malformed".to_owned() };
        assert!(damaged.to_string().contains("db restore") && !damaged.to_string().contains("verify"));
    }
}
