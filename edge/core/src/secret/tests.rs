use super::*;
use crate::config::tests::config_with;

// Law 6, for keys: accidental output contains none.
#[test]
fn debug_hides_a_secret() {
    let secret = Secret::new("key_0123456789abcdef0123456789".to_owned());
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(..) Some(Secret(..))");
    assert!(secret.is("key_0123456789abcdef0123456789"));
    for other in ["", "key_0123456789abcdef012345678", "key_0123456789abcdef012345678 "] {
        assert!(!secret.is(other), "{other}");
    }
    let bytes = Secret::new([107_u8; 32]);
    assert_eq!(format!("{bytes:?} {:#?}", Secret::new(vec![107_u8])), "Secret(..) Secret(..)");
    assert_eq!(bytes.into_revealed(), [107; 32]);
    let keys = config_with(&[]).unwrap().merchant_keys;
    assert_eq!(format!("{keys:?}"), "[Secret(..)]");
}
