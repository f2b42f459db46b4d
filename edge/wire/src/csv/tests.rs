use super::*;

#[test]
fn a_field_is_quoted_where_it_has_to_be() {
    assert_eq!(record(["a", "", "b c"]), "a,,b c\r\n");
    assert_eq!(
        record(["a,b", "say \"no\"", "two\r\nlines"]),
        "\"a,b\",\"say \"\"no\"\"\",\"two\r\nlines\"\r\n"
    );
}

#[test]
fn no_field_is_a_formula() {
    for text in ["=1+1", "+1", "-1+1", "-A1", "-", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
        assert!(record([text]).trim_start_matches('"').starts_with('\''), "{text}");
    }
    assert_eq!(record(["=HYPERLINK(\"x\",\"y\")"]), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
    assert_eq!(record(["-249.50", "-1"]), "-249.50,-1\r\n");
    assert_eq!(record(["order-1", "1=1"]), "order-1,1=1\r\n");
}
