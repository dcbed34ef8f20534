use std::io::Read;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::*;
use crate::exit::ErrorStyle;

fn read(bytes: &[u8]) -> Vec<String> {
    Lines::new("in.txt", bytes)
        .map(|line| match line {
            Ok(line) => format!("{} {}", line.number, line.text),
            Err(problem) => problem.error.to_string(),
        })
        .collect()
}

#[test]
fn lines_lose_their_ends_and_the_first_its_byte_order_mark() {
    assert_eq!(read(b"\xef\xbb\xbfa\r\n\nb"), ["1 a", "2 ", "3 b"]);
    assert!(read(b"").is_empty());
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_their_place_and_reading_goes_on() {
    assert_eq!(
        read(b"fine\nM\xc3\xbcnchen \xfc\nfine"),
        ["1 fine", "in.txt:2:9: byte 0xfc is not UTF-8 text (convert the file to UTF-8 first)", "3 fine"]
    );
}

#[test]
fn a_line_may_have_a_mebibyte_and_not_a_byte_more() {
    let line = |length: usize| format!("{}\r\nnext\n", "x".repeat(length)).into_bytes();
    assert_eq!(read(&line(BYTES_MAX)).len(), 2);
    assert_eq!(read(&line(BYTES_MAX))[1], "2 next");
    assert_eq!(read(&line(BYTES_MAX + 1)), ["in.txt:1: the line is longer than 1 MiB", "2 next"]);
}

#[test]
fn an_endless_line_is_refused_without_being_held_in_memory() {
    // 64 MiB, of which no more than one may be kept.
    let endless = BufReader::new(io::repeat(b'x').take(64 << 20));
    let mut lines = Lines::new("in.txt", endless);
    let mut bytes = Vec::new();
    assert_eq!(lines.bytes(&mut bytes).unwrap(), 64 << 20);
    assert!(bytes.len() <= BYTES_MAX + 2);
}

#[test]
fn an_error_of_reading_ends_the_input() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let all: Vec<_> = Lines::new("in.txt", BufReader::new(Broken)).collect();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].as_ref().unwrap_err().error.to_string(), "cannot read in.txt: gone");
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Entry {
    n: i64,
}

fn objects(text: &str) -> Vec<String> {
    Lines::new("in.json", text.as_bytes())
        .objects::<Entry>()
        .map(|object| match object {
            Ok(object) => format!("{}:{} {}", object.line, object.column, object.value.n),
            Err(problem) => format!("{}:{} {}", problem.line, problem.column, problem.sentence()),
        })
        .collect()
}

#[test]
fn objects_come_one_a_line_over_several_lines_after_another_or_in_an_array() {
    for text in [
        "{\"n\":1}\n{\"n\":2}\n",
        "{\"n\":1} {\"n\":2}",
        "\n{\n  \"n\": 1\n}\n{\n  \"n\": 2\n}\n",
        "[{\"n\":1},{\"n\":2}]",
        "[\n{\"n\":1},\n{\"n\":\n2}\n]\n",
    ] {
        let values: Vec<_> =
            objects(text).iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
        assert_eq!(values, ["1", "2"], "{text}");
    }
    assert_eq!(objects("  {\"n\":1}\n\n {\"n\":2}"), ["1:3 1", "3:2 2"]);
    assert!(objects("").is_empty());
    assert!(objects("[]").is_empty());
}

#[test]
fn every_wrong_line_is_reported_and_the_right_ones_are_still_read() {
    let text = "{\"n\":1}\n{\"n\":\"ü\"}\n{\"n\":2\n{\"m\":3}\nhello\n{\"n\":4}";
    assert_eq!(
        objects(text),
        [
            "1:1 1",
            "2:8 invalid type: string \"ü\", expected i64",
            "3:7 the object is not closed on its line",
            "4:4 unknown key `m`, expected `n`",
            "5:1 a JSON object is expected here, beginning with {",
            "6:1 4",
        ]
    );
}

#[test]
fn an_error_inside_an_object_of_several_lines_has_its_own_line() {
    assert_eq!(objects("{\n  \"n\": x\n}\n{\"n\": 2}"), ["2:8 expected value", "4:1 2"]);
    assert_eq!(
        objects("{\n \"n\": 1"),
        ["1:1 the object that begins here is not closed at the end of the input"]
    );
    assert_eq!(objects("{\n \"n: 1\n}"), ["2:7 a string is not closed"]);
    assert_eq!(objects("[{\"n\":1}"), ["1:2 1", "1:0 the array is not closed at the end of the input"]);
    assert_eq!(objects("[{\"n\":1}] {"), ["1:2 1", "1:11 the array is closed: nothing may follow it"]);
}

#[test]
fn an_object_deeper_than_32_levels_is_refused_and_the_next_is_read() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let read = |text: String| -> Vec<bool> {
        Lines::new("in.json", text.as_bytes()).objects::<Value>().map(|object| object.is_ok()).collect()
    };
    assert_eq!(read(nested(32)), [true]);
    assert_eq!(read(format!("{}\n{{}}", nested(33))), [false, true]);
    assert_eq!(read(format!("{}\n{{}}", nested(100_000))), [false, true]);
}

#[test]
fn an_object_larger_than_a_mebibyte_over_many_lines_is_refused() {
    let text = format!("{{\"n\":1,\n{}\"m\":2}}\n{{\"n\":2}}", "\n \n".repeat(BYTES_MAX / 2));
    assert_eq!(objects(&text)[0], "1:1 the object is larger than 1 MiB");
    assert!(objects(&text)[1].ends_with(" 2"));
}

#[test]
fn brackets_and_quotes_inside_strings_do_not_count() {
    let text = r#"{"a":"}{[\"\\"}{"a":"é}"}"#;
    let values: Vec<_> = Lines::new("in.json", text.as_bytes())
        .objects::<Value>()
        .map(|object| object.unwrap().value)
        .collect();
    assert_eq!(values, [serde_json::json!({"a": "}{[\"\\"}), serde_json::json!({"a": "é}"})]);
}

fn reported(problems: &Problems, json: bool) -> String {
    let mut out = Vec::new();
    problems.write(&mut out, ErrorStyle { json, ..ErrorStyle::default() }).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn problems_are_told_with_place_code_source_line_and_caret() {
    let mut problems = Problems::new("in.txt");
    problems.add(Problem::unreadable("in.txt", 3, 6, "an amount is missing").with_excerpt("東京\tx y"));
    let kind = ErrorKind::Unbalanced { description: "Rent".into(), difference: "10.00 EUR missing".into() };
    problems.add(Problem::new(7, 0, kind.into()).with_excerpt("2026-03-01 Rent"));
    let expected = [
        "in.txt:3:6: [unreadable] an amount is missing",
        "    東京 x y",
        "           ^",
        "in.txt:7: [unbalanced] entry \"Rent\" does not balance: 10.00 EUR missing",
        "    2026-03-01 Rent",
        "error: in.txt has 2 problems",
    ];
    assert_eq!(reported(&problems, false).lines().collect::<Vec<_>>(), expected);
    assert_eq!(problems.code(), 3);
}

#[test]
fn a_caret_far_to_the_right_is_shown_with_what_surrounds_it() {
    let mut problems = Problems::new("in.txt");
    let source = format!("{}!{}", "a".repeat(500), "b".repeat(500));
    problems.add(Problem::unreadable("in.txt", 1, 501, "no").with_excerpt(&source));
    let text = reported(&problems, false);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[1].chars().position(|letter| letter == '!'),
        lines[2].chars().position(|letter| letter == '^')
    );
    assert!(lines[1].chars().count() < 120 && lines[1].ends_with('…'));
}

#[test]
fn all_problems_are_counted_and_fifty_are_shown() {
    let mut problems = Problems::new("in.txt");
    for line in 1..=120 {
        problems.add(Problem::unreadable("in.txt", line, 1, "no"));
    }
    let text = reported(&problems, false);
    assert_eq!(text.matches("[unreadable]").count(), 50);
    assert!(text.ends_with("(70 more not shown)\nerror: in.txt has 120 problems\n"), "{text}");
    let value: Value = serde_json::from_str(&reported(&problems, true)).unwrap();
    assert_eq!(value["count"], 120);
    assert_eq!(value["problems"].as_array().unwrap().len(), 50);
    assert_eq!(value["problems"][1]["line"], 2);
    assert_eq!(value["exit"], 3);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _: Vec<_> = Lines::new("in", &bytes[..]).objects::<Value>().collect();
        let newlines = bytes.iter().filter(|byte| **byte == b'\n').count();
        let rest = usize::from(bytes.last().is_some_and(|byte| *byte != b'\n'));
        prop_assert_eq!(Lines::new("in", &bytes[..]).count(), newlines + rest);
    }

    #[test]
    fn near_json_is_read_or_refused_without_a_panic(text in "([\\[\\]{},:\"\\\\nü1 \n]|\"n\":1|\\{\"n\":1\\}\n){0,30}") {
        let mut problems = Problems::new("in");
        for object in Lines::new("in", text.as_bytes()).objects::<Entry>() {
            if let Err(problem) = object {
                problems.add(problem);
            }
        }
        reported(&problems, false);
    }
}
