use super::*;

#[test]
fn a_port_is_a_number() {
    for host in
        ["shop.example", "shop.example:8443", "shop.example:65535", "[2001:db8::1]", "[2001:db8::1]:8443"]
    {
        assert!(is_web_address(&format!("https://{host}/done")), "{host}");
    }
    for host in
        ["localhost:8788=", "localhost:", "localhost:x", "localhost:0", "localhost:65536", "localhost:1:2"]
    {
        assert!(!is_web_address(&format!("http://{host}/")), "{host}");
        assert!(!is_web_address(&format!("https://{host}")), "{host}");
    }
    assert!(!is_web_address("https://:8443/") && !is_web_address("https://[::1]:+80/"));
    assert!(is_origin("http://localhost:8788") && !is_origin("http://localhost:8788="));
}
