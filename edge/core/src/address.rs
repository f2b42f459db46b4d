//! Checks of web addresses without a URL parser: `https`, on this machine, or an origin.

/// Returns whether it is an `https` address with a host, or an `http` one on this machine, without any character that
/// could break out of a header or an attribute.
pub fn is_web_address(url: &str) -> bool {
    let plain = !url.contains(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`' | ';' | ',')
    });
    let host = host_of(url).unwrap_or_default();
    let fine = !host.is_empty() && !host.contains(['@', '*']) && has_usable_port(host);
    plain && fine && (url.starts_with("https://") || (url.starts_with("http://") && is_local(url)))
}

/// Returns whether the address is on this machine.
pub fn is_local(url: &str) -> bool {
    let host = host_of(url).unwrap_or_default();
    let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    name == "localhost"
        || name == "127.0.0.1"
        || host == "[::1]"
        || host.starts_with("[::1]:")
        || name.ends_with(".localhost")
}

/// Returns whether it is an origin as browsers write one in their `Origin` header.
pub fn is_origin(url: &str) -> bool {
    let host = host_of(url).unwrap_or_default();
    // Browsers omit the scheme's own port from an origin, and write other scripts as punycode.
    let usual_port = host.ends_with(":443") || host.ends_with(":80");
    is_web_address(url)
        && url.ends_with(host)
        && !usual_port
        && url.is_ascii()
        && !url.bytes().any(|b| b.is_ascii_uppercase())
}

/// Returns the host and port of an address.
fn host_of(url: &str) -> Option<&str> {
    url.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default())
}

/// Returns whether the host's port, if it has one, is valid. A browser opens no address with an invalid port.
fn has_usable_port(host: &str) -> bool {
    match host.rsplit_once(':') {
        None => true,
        // The colon belongs to an IPv6 address.
        Some((_, end)) if host.starts_with('[') && end.ends_with(']') => true,
        Some((name, port)) => {
            let is_name = name.ends_with(']') || !name.is_empty() && !name.contains(':');
            is_name
                && port.bytes().all(|b| b.is_ascii_digit())
                && port.parse().is_ok_and(|port: u16| port > 0)
        }
    }
}

#[cfg(test)]
mod tests;
