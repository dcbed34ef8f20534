//! The lines of hledger's CSV rules as directives: what is said, not yet what it means here.

/// One directive with the place at which it begins.
#[derive(Debug)]
pub(super) struct Located {
    pub file: String,
    pub line: u64,
    /// The line as it stands.
    pub text: String,
    pub directive: Directive,
}

#[derive(Debug)]
pub(super) enum Directive {
    /// `fields date, description, amount`.
    Fields(Vec<String>),
    /// `name value`: a field of every entry, or a setting of the file.
    Assign(Assignment),
    /// `if`: matchers, of which all of one group have to match, and what is assigned then.
    Block { groups: Vec<Vec<Matcher>>, assignments: Vec<Assignment> },
    /// `include file`.
    Include(String),
    /// Something else, with the reason why it cannot be read.
    Unreadable(&'static str),
}

#[derive(Debug, Clone)]
pub(super) struct Assignment {
    pub line: u64,
    /// In lower case.
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone)]
pub(super) struct Matcher {
    pub negated: bool,
    /// In lower case; without one the whole record is looked through.
    pub field: Option<String>,
    pub pattern: String,
}

/// Takes a file of rules apart. Comments and blank lines are left out.
pub(super) fn directives(file: &str, text: &str) -> Vec<Located> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (start, line) = (at, lines[at]);
        at += 1;
        if is_comment(line) {
            continue;
        }
        let mut add = |at: usize, directive| {
            let text = lines[at].trim_end().to_owned();
            found.push(Located { file: file.to_owned(), line: at as u64 + 1, text, directive });
        };
        if line.starts_with(char::is_whitespace) {
            add(start, Directive::Unreadable("it is indented, and no \"if\" stands before it"));
        } else if let Some(rest) =
            line.strip_prefix("if").filter(|rest| !rest.starts_with(char::is_alphanumeric))
        {
            match rest.chars().next().filter(|c| !c.is_whitespace()) {
                Some(separator) => at = table(&lines, start, separator, &mut add),
                None => at = block(&lines, start, &mut add),
            }
        } else {
            add(start, plain(line, start as u64 + 1));
        }
    }
    found
}

fn is_comment(line: &str) -> bool {
    matches!(line.trim_start().chars().next(), None | Some('#' | ';' | '*'))
}

fn plain(line: &str, number: u64) -> Directive {
    let assignment = assignment(line, number);
    match assignment.name.as_str() {
        "fields" => {
            let names = assignment.value.split(',').map(|name| unquoted(name).to_lowercase());
            Directive::Fields(names.collect())
        }
        "include" => Directive::Include(assignment.value),
        _ => Directive::Assign(assignment),
    }
}

/// `name value`, `name: value` or `name:value`.
fn assignment(line: &str, number: u64) -> Assignment {
    let line = line.trim();
    let end = line.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(line.len());
    let value = line[end..].trim_start_matches(':').trim();
    Assignment { line: number, name: line[..end].to_lowercase(), value: value.to_owned() }
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"').trim()
}

/// Reads an `if` block and returns the line after it.
fn block(lines: &[&str], start: usize, add: &mut dyn FnMut(usize, Directive)) -> usize {
    let mut groups: Vec<Vec<Matcher>> = Vec::new();
    let mut assignments = Vec::new();
    let mut at = start;
    while at < lines.len() {
        let line = if at == start { &lines[at][2..] } else { lines[at] };
        let indented = at > start && line.starts_with(char::is_whitespace);
        if line.trim().is_empty() && at > start {
            // A blank line ends the block; one of blanks alone is blank too.
            break;
        }
        if at > start && is_comment(line) {
            at += 1;
            continue;
        }
        if indented {
            assignments.push(assignment(line, at as u64 + 1));
        } else if !assignments.is_empty() || (at > start && (line.trim() == "if" || line.starts_with("if ")))
        {
            break;
        } else if !line.trim().is_empty() {
            matchers(line, &mut groups);
        }
        at += 1;
    }
    let directive = match (groups.is_empty(), assignments.is_empty()) {
        (true, _) => Directive::Unreadable("the \"if\" has no matcher"),
        (_, true) => Directive::Unreadable("nothing is assigned where it matches"),
        _ => Directive::Block { groups, assignments },
    };
    add(start, directive);
    at
}

/// Reads an `if` table, each row as a block, and returns the line after it.
fn table(lines: &[&str], start: usize, separator: char, add: &mut dyn FnMut(usize, Directive)) -> usize {
    let names: Vec<String> = lines[start][2 + separator.len_utf8()..]
        .split(separator)
        .map(|name| name.trim().to_lowercase())
        .collect();
    let mut at = start + 1;
    while at < lines.len() && !lines[at].trim().is_empty() {
        let row = lines[at];
        at += 1;
        if is_comment(row) {
            continue;
        }
        let cells: Vec<&str> = row.split(separator).collect();
        if cells.len() != names.len() + 1 {
            add(
                at - 1,
                Directive::Unreadable("the row has another number of values than the table has names"),
            );
            continue;
        }
        let mut groups = Vec::new();
        matchers(cells[0], &mut groups);
        let values = names.iter().zip(&cells[1..]).filter(|(_, value)| !value.trim().is_empty());
        let assignments = values.map(|(name, value)| Assignment {
            line: at as u64,
            name: name.clone(),
            value: value.trim().to_owned(),
        });
        let assignments = assignments.collect();
        let directive = match groups.is_empty() {
            true => Directive::Unreadable("the row has no matcher"),
            false => Directive::Block { groups, assignments },
        };
        add(at - 1, directive);
    }
    at
}

/// Adds the matchers of a line: a group of its own, or with `&` to the group before.
fn matchers(line: &str, groups: &mut Vec<Vec<Matcher>>) {
    for (index, part) in line.split(" && ").enumerate() {
        let mut text = part.trim();
        let joined = index > 0 || text.starts_with('&');
        text = text.trim_start_matches('&').trim_start();
        let negated = text.starts_with('!');
        text = text.trim_start_matches('!').trim_start();
        let (field, pattern) = match text.strip_prefix('%') {
            Some(rest) => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (Some(unquoted(&rest[..end]).to_lowercase()), rest[end..].trim())
            }
            None => (None, text),
        };
        if pattern.is_empty() && field.is_none() {
            continue;
        }
        let matcher = Matcher { negated, field, pattern: pattern.to_owned() };
        match groups.last_mut().filter(|_| joined) {
            Some(group) => group.push(matcher),
            None => groups.push(vec![matcher]),
        }
    }
}
