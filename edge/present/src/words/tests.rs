use super::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type File = BTreeMap<String, Value>;

/// Returns the file of every language, by language.
fn files() -> BTreeMap<String, File> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/words");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        let language = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let texts = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
        (language.clone(), texts.unwrap_or_else(|error| panic!("{language}: {error}")))
    });
    files.collect()
}

/// Returns the text, or the texts of each plural category.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(forms) => forms.values().map(|form| form.as_str().unwrap()).collect(),
        value => vec![value.as_str().unwrap()],
    }
}

fn gaps(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
}

#[test]
fn every_language_has_every_text_and_no_other() {
    let words: BTreeSet<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
    for (language, file) in files() {
        let keys: BTreeSet<&str> = file.keys().map(String::as_str).collect();
        assert_eq!(keys, words, "{language}");
        for (key, value) in &file {
            assert!(
                texts(value).iter().all(|text| text.trim() == *text && !text.is_empty()),
                "{language}: {key}"
            );
        }
    }
}

#[test]
fn every_language_has_the_same_gaps() {
    let files = files();
    let english = &files["en"];
    for (language, file) in &files {
        for (key, value) in file {
            let whole: BTreeSet<&str> = texts(&english[key]).iter().flat_map(|text| gaps(text)).collect();
            assert_eq!(value.is_object(), english[key].is_object(), "{language}: {key}");
            for text in texts(value) {
                let mut expected = whole.clone();
                // Some languages express one or two of a thing without a number.
                if value.is_object() && !gaps(text).contains("count") {
                    expected.remove("count");
                }
                assert_eq!(gaps(text), expected, "{language}: {key}");
            }
        }
    }
}

#[test]
fn gaps_are_filled_once() {
    let gaps = [("shop", "{amount}"), ("amount", "R 5.00")];
    assert_eq!(fill("Pay {amount} to {shop}.", &gaps, false), "Pay R 5.00 to {amount}.");
    assert_eq!(fill("no gap, {unknown} and {open", &[], false), "no gap,  and ");
    assert_eq!(fill("ادفع {amount}", &gaps, true), "ادفع \u{2068}R 5.00\u{2069}");
}

#[test]
fn spans() {
    for (seconds, word, count) in [
        (0, Word::Seconds, 0),
        (1, Word::Seconds, 1),
        (119, Word::Seconds, 119),
        (120, Word::Minutes, 2),
        (121, Word::Minutes, 3),
    ] {
        assert_eq!(span(Seconds(seconds)), (word, count), "{seconds}");
    }
}
