use super::*;

#[test]
fn every_file_is_a_language_with_all_its_texts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/present/words");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), LANGUAGES.len());
    for (language, _) in LANGUAGES {
        let json = std::fs::read_to_string(format!("{folder}/{language}.json")).unwrap();
        let texts = Texts::read(language, &json).unwrap();
        assert_eq!((texts.words.len(), texts.for_widget(false).len()), (Word::ALL.len(), Word::FOR_WIDGET));
        assert_eq!(texts.for_widget(true).len(), Word::WITH_CODE);
        assert_eq!(texts.text(Word::Direction) == "rtl", language == "ar");
    }
}

#[test]
fn a_file_that_lacks_a_text_is_not_used() {
    assert!(Texts::read("af", r#"{"title": "Betaal"}"#).is_none());
    assert!(Texts::read("af", "<html>").is_none());
}

#[test]
fn the_first_available_language_is_chosen() {
    assert_eq!(choose(&[]), "en");
    assert_eq!(choose(&[Some("zu"), Some("af"), Some("fr")]), "zu");
    assert_eq!(choose(&[Some("xx"), Some("AF-za"), Some("fr")]), "af");
    assert_eq!(choose(&[None, Some("de"), None]), "en");
}

#[test]
fn language_preferences_follow_q_values() {
    assert_eq!(choose(&[Some("de-DE, de;q=0.9, pt;q=0.6, fr;q=0.8")]), "fr");
    assert_eq!(choose(&[Some("am,ti;q=0.9")]), "am");
    assert_eq!(choose(&[Some("fr;q=0, sw;q=0.001")]), "sw");
    assert_eq!(choose(&[Some("fr;q=0.9, sw;q=1.0")]), "sw");
    for odd in ["", ",", ";", "*", "q=1", "fr;q=x", "-", "fr;q=NaN", "fr;q=0.1234", "fr;q=2", "fr;x=1"] {
        assert_eq!(choose(&[Some(odd)]), "en", "{odd}");
    }
}

#[test]
fn the_worker_carries_the_english_texts() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/present/words");
    let file = Texts::read("en", &std::fs::read_to_string(format!("{folder}/en.json")).unwrap()).unwrap();
    assert_eq!(Texts::english().words, file.words);
}
