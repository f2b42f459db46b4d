use super::*;

#[test]
fn an_amount_is_typed_as_decimal_text() {
    let most = Minor(24_900);
    assert_eq!(amount_up_to("249.00", most), Ok(most));
    assert_eq!(amount_up_to(" 0.01 ", most), Ok(Minor(1)));
    for text in ["", "0", "0.00", "-1", "1,50", "249.001", "R 249", "1e3", "٢٤٩"] {
        assert_eq!(
            amount_up_to(text, most),
            Err("The amount must be a number such as 249.00.".to_owned()),
            "{text}"
        );
    }
    assert_eq!(amount_up_to("249.01", most), Err("The amount is more than 249.00.".to_owned()));
}
