use super::*;

#[test]
fn an_example_is_a_number_of_its_country() {
    for country in Country::ALL {
        assert!(country.phone(example(*country)).is_some(), "{}", country.as_str());
    }
}
