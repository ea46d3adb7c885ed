//! Where a visitor goes after a form: a page of the monitor, never another host.

/// The start page.
const START: &str = "/ui";

/// Bytes of the longest address.
const LONGEST: usize = 5_000;

/// `wanted`, where it is the address of a page of the monitor, else the start page.
pub(in crate::ui) fn onward(wanted: Option<&str>) -> &str {
    wanted.filter(|wanted| is_ours(wanted)).unwrap_or(START)
}

/// A browser takes `//host` and `/\host` for another host, and drops line breaks and tabs before it looks; so only
/// what cannot be read in two ways passes.
fn is_ours(wanted: &str) -> bool {
    let Some(rest) = wanted.strip_prefix(START) else { return false };
    let page = matches!(rest.bytes().next(), None | Some(b'/' | b'?'));
    let path = rest.split('?').next().unwrap_or_default();
    let plain = wanted.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    page && plain && wanted.len() <= LONGEST && !path.contains("//") && !path.contains("..")
        // Who logs in does not want the login again.
        && !path.starts_with("/login")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_monitor_are_gone_to() {
        for good in ["/ui", "/ui/spend", "/ui/requests/a%2Fb", "/ui?range=7d", "/ui/spend?team=a//b"] {
            assert_eq!(onward(Some(good)), good);
        }
        for bad in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/ui",
            "/uievil",
            "/ui//evil",
            "/ui/../key/list",
            "/ui/\\evil",
            "/ui\r\nset-cookie: a=b",
            "/ui/ü",
            "/ui/login?next=/ui",
        ] {
            assert_eq!(onward(Some(bad)), START, "{bad:?}");
        }
        assert_eq!(onward(None), START);
    }
}
