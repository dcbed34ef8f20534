//! Recurrences against RFC 5545's own examples (section 3.8.5.3), and against the corpus where it is there.

use std::path::{Path, PathBuf};
use std::{env, fs};

use chrono::NaiveDate;
use ledger_core::schedule::Recurrence;

/// Rows of the examples: what they are, the start, the lines, and the first days. All begin at 9:00 in New York.
/// A last `…` says that more days follow; otherwise these are all.
const EXAMPLES: [(&str, &str, &str, &str); 30] = [
    (
        "daily, 10 times",
        "19970902",
        "FREQ=DAILY;COUNT=10",
        "0902 0903 0904 0905 0906 0907 0908 0909 0910 0911",
    ),
    ("every 10 days, 5 times", "19970902", "FREQ=DAILY;INTERVAL=10;COUNT=5", "0902 0912 0922 1002 1012"),
    (
        "every day in January, 3 years, by year",
        "19980101",
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "19980101 19980102 19980103 …",
    ),
    (
        "every day in January, 3 years, by day",
        "19980130",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
        "19980130 19980131 19990101 19990102 …",
    ),
    (
        "weekly until December 24",
        "19970902",
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "0902 0909 0916 0923 0930 1007 1014 1021 1028 1104 1111 1118 1125 1202 1209 1216 1223",
    ),
    ("every other week", "19970902", "FREQ=WEEKLY;INTERVAL=2;WKST=SU", "0902 0916 0930 1014 1028 1111 …"),
    (
        "Tuesday and Thursday for five weeks",
        "19970902",
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        "0902 0904 0909 0911 0916 0918 0923 0925 0930 1002",
    ),
    (
        "every other week on three days",
        "19970901",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "0901 0903 0905 0915 0917 0919 0929 1001 1003 1013 1015 1017 1027 1029 1031 1110 1112 1114 1124 1126 1128 \
      1208 1210 1212 1222",
    ),
    (
        "every other week, 8 times",
        "19970902",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        "0902 0904 0916 0918 0930 1002 1014 1016",
    ),
    (
        "first Friday",
        "19970905",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "0905 1003 1107 1205 19980102 19980206 19980306 19980403 19980501 19980605",
    ),
    (
        "first Friday until December 24",
        "19970905",
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "0905 1003 1107 1205",
    ),
    (
        "first and last Sunday of every other month",
        "19970907",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "0907 0928 1102 1130 19980104 19980125 19980301 19980329 19980503 19980531",
    ),
    (
        "second-to-last Monday",
        "19970922",
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "0922 1020 1117 1222 19980119 19980216",
    ),
    (
        "third-to-last day",
        "19970928",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "0928 1029 1128 1229 19980129 19980226 …",
    ),
    (
        "2nd and 15th",
        "19970902",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "0902 0915 1002 1015 1102 1115 1202 1215 19980102 19980115",
    ),
    (
        "10th to 15th every 18 months",
        "19970910",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "0910 0911 0912 0913 0914 0915 19990310 19990311 19990312 19990313",
    ),
    (
        "Tuesdays of every other month",
        "19970902",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "0902 0909 0916 0923 0930 1104 1111 1118 1125 19980106 …",
    ),
    (
        "June and July",
        "19970610",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "0610 0710 19980610 19980710 19990610 19990710 20000610 20000710 20010610 20010710",
    ),
    (
        "every third year by day of the year",
        "19970101",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "0101 0410 0719 20000101 20000409 20000718 20030101 20030410 20030719 20060101",
    ),
    ("20th Monday of the year", "19970519", "FREQ=YEARLY;BYDAY=20MO", "0519 19980518 19990517 …"),
    ("Monday of week 20", "19970512", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "0512 19980511 19990517 …"),
    (
        "Thursdays in summer",
        "19970605",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "0605 0612 0619 0626 0703 0710 0717 0724 0731 0807 0814 0821 0828 19980604 …",
    ),
    (
        "Friday the 13th",
        "19970902",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "19980213 19980313 19981113 19990813 20001013 …",
    ),
    (
        "first Saturday after the first Sunday",
        "19970913",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "0913 1011 1108 1213 19980110 19980207 …",
    ),
    (
        "election day",
        "19961105",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "19961105 20001107 20041102 …",
    ),
    (
        "third of Tuesday, Wednesday and Thursday",
        "19970904",
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "0904 1007 1106",
    ),
    (
        "second-to-last weekday",
        "19970929",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "0929 1030 1127 1230 19980129 …",
    ),
    (
        "weeks from Monday",
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "0805 0810 0819 0824",
    ),
    (
        "weeks from Sunday",
        "19970805",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "0805 0817 0819 0831",
    ),
    (
        "February has no 30th",
        "20070115",
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "20070115 20070130 20070215 20070315 20070330",
    ),
];

#[test]
fn the_examples_of_rfc_5545_give_the_days_that_it_lists() {
    for (what, start, rule, days) in EXAMPLES {
        let text = format!("DTSTART;TZID=America/New_York:{start}T090000\nRRULE:{rule}");
        let recurrence =
            Recurrence::from_rfc5545(&text, None).unwrap_or_else(|error| panic!("{what}: {error}"));
        let (listed, more) = days.strip_suffix(" …").map_or((days, false), |listed| (listed, true));
        let year = |day: &str| if day.len() == 4 { format!("1997{day}") } else { day.to_owned() };
        let listed =
            listed.split_whitespace().map(|day| NaiveDate::parse_from_str(&year(day), "%Y%m%d").unwrap());
        let listed = listed.collect::<Vec<_>>();
        let to = if more { *listed.last().unwrap() } else { NaiveDate::from_ymd_opt(2030, 1, 1).unwrap() };
        assert_eq!(recurrence.dates(NaiveDate::MIN, to).unwrap(), listed, "{what}");
    }
}

fn corpus() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    env::var_os("LEDGER_FIXTURES").map_or_else(beside, PathBuf::from).join("recurrence")
}

#[test]
fn rules_of_the_corpus_give_its_days() {
    let Ok(files) = fs::read_dir(corpus()) else {
        println!("no corpus at {}: nothing to compare with", corpus().display());
        return;
    };
    let mut compared = 0;
    for file in files.map(|file| file.expect("the folder can be listed").path()) {
        let table = fs::read_to_string(&file).expect("the table is text");
        for line in table.lines().skip(1) {
            let fields = line.split('\t').collect::<Vec<_>>();
            let [id, _, rule, expected, ..] = fields.as_slice() else { panic!("{id}", id = line) };
            let made = Recurrence::from_rfc5545(&rule.replace("\\n", "\n"), None);
            if ["HOURLY", "MINUTELY", "SECONDLY"].iter().any(|within| rule.contains(within)) {
                let error = made.expect_err("rules within a day are refused").to_string();
                assert!(error.contains("repeats within a day"), "{id}: {error}");
                continue;
            }
            let made = made.unwrap_or_else(|error| panic!("{id}: {error}"));
            let expected =
                expected.split(' ').map(|instant| instant[..10].parse().expect("a day comes first"));
            let expected = expected.collect::<Vec<NaiveDate>>();
            let ends = rule.contains("COUNT") || rule.contains("UNTIL");
            let last = *expected.last().expect("each row lists a day");
            let to = if ends { NaiveDate::from_ymd_opt(2100, 1, 1).unwrap() } else { last };
            assert_eq!(made.dates(NaiveDate::MIN, to).unwrap(), expected, "{id}");
            compared += 1;
        }
    }
    assert!(compared > 0, "the corpus has no rules");
}
