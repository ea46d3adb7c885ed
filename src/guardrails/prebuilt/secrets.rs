//! Keys, tokens and other secrets of programs, of which most begin with what their issuers chose for finding them.

use super::around::{as_token, tail};
use super::{Near, PLAIN, Prebuilt};
use crate::wire::value;

pub(super) const PATTERNS: &[Prebuilt] = &[
    // AWS, "IAM identifiers": `AKIA` begins a long-term key, `ASIA` a temporary one, `ABIA` a bearer token, `ACCA` a
    // context-specific credential; 20 characters in all.
    Prebuilt {
        name: "aws_access_key",
        regex: r"(?-iu:\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b)",
        stands: as_token,
        ..PLAIN
    },
    // AWS, "Manage access keys": 40 characters of base64, which nothing marks but what stands beside them.
    Prebuilt {
        name: "aws_secret_key",
        regex: r"(?-u:(?:\b[a-z0-9]|[/+])[a-z0-9/+]{39})",
        check: |candidate| is_mixed(candidate) && candidate.bytes().any(|byte| byte.is_ascii_uppercase()),
        stands: |before, _, behind| {
            let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '/' | '+');
            !before.ends_with(part) && !behind.starts_with(part) && !behind.starts_with('=')
        },
        near: Some(Near { words: r"(?-u:aws|amazon|secret|\bA[KS]IA[A-Z0-9]{16})", within: 60 }),
        ..PLAIN
    },
    // GitHub, "About authentication": five kinds of tokens by prefix, and fine-grained ones; longer ones may come.
    Prebuilt {
        name: "github_token",
        regex: r"(?-iu:gh[pousr]_[A-Za-z0-9]{36}[A-Za-z0-9]*|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})",
        stands: as_token,
        ..PLAIN
    },
    // Slack, "Tokens": bot, user, app-level, configuration, refresh, workflow and session tokens.
    Prebuilt {
        name: "slack_token",
        regex: r"(?-iu:(?:xoxe\.)?xox[abcdeoprs]-|xapp-|xwfp-)(?-iu:[A-Za-z0-9%-]{9}[A-Za-z0-9%-]*[A-Za-z0-9])",
        check: |candidate| candidate.bytes().filter(u8::is_ascii_digit).count() > 3,
        stands: as_token,
        ..PLAIN
    },
    // OpenAI, "API keys": `sk-` and, since 2024, whose the key is.
    Prebuilt {
        name: "openai_api_key",
        regex: r"(?-iu:sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20}[A-Za-z0-9_-]*|[A-Za-z0-9]{32}[A-Za-z0-9]*))",
        check: is_mixed,
        stands: as_token,
        ..PLAIN
    },
    // Anthropic, "API keys" and "Admin API": `sk-ant-`, a kind and its generation.
    Prebuilt {
        name: "anthropic_api_key",
        regex: r"(?-iu:sk-ant-[a-z]{3,8}[0-9]{2}-[A-Za-z0-9_-]{20}[A-Za-z0-9_-]*)",
        check: is_mixed,
        stands: as_token,
        ..PLAIN
    },
    // Google Cloud, "Manage API keys": `AIza`, 39 characters in all.
    Prebuilt { name: "google_api_key", regex: r"(?-iu:AIza[A-Za-z0-9_-]{35})", stands: as_token, ..PLAIN },
    // Stripe, "API keys": secret and restricted keys, and the secrets of webhooks. Publishable keys are no secret.
    Prebuilt {
        name: "stripe_key",
        regex: r"(?-iu:(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16}[A-Za-z0-9]*)",
        check: is_mixed,
        stands: as_token,
        ..PLAIN
    },
    // RFC 7515 §3.1: header, payload and signature in base64url; the header is a JSON object that names an algorithm.
    Prebuilt {
        name: "jwt",
        regex: r"(?-iu:ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)",
        check: has_jose_header,
        stands: as_token,
        ..PLAIN
    },
    // RFC 7468 §10 and 11, RFC 1421's headers, OpenSSH's and OpenPGP's likes; line breaks perhaps as `\n`, or between
    // the strings of a program. A key whose end is missing is one too.
    Prebuilt {
        name: "private_key",
        regex: concat!(
            r"(?-iu:-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----",
            r#"(?:(?:[ \t\r\n"'+,|>]|\\+[nr])*[A-Z][A-Za-z]+(?:-[A-Za-z]+)?: [ -\[\]-~]*)*"#,
            r#"(?:(?:[ \t\r\n"'+,|>]|\\+[nr])*[A-Za-z0-9+/=]{16}[A-Za-z0-9+/=]*)+"#,
            r#"(?:(?:(?:[ \t\r\n"'+,|>]|\\+[nr])*[A-Za-z0-9+/=]+)*(?:[ \t\r\n"'+,|>]|\\+[nr])*"#,
            r"-----END (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----)?)",
        ),
        ..PLAIN
    },
    // A value of no known issuer, by the name that it is given to.
    Prebuilt {
        name: "generic_api_key",
        regex: r"(?-u:\b[a-z0-9][a-z0-9_+/.-]{14}[a-z0-9_+/.-]*[a-z0-9_-]={0,2})",
        check: |candidate| is_mixed(candidate) && !is_placeholder(candidate),
        stands: |before, _, _| is_given_to_key(before),
        ..PLAIN
    },
];

/// Letters and digits: a word of a language is not.
fn is_mixed(candidate: &str) -> bool {
    let has = |is: fn(&u8) -> bool| candidate.bytes().any(|byte| is(&byte));
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

fn is_placeholder(candidate: &str) -> bool {
    let candidate = candidate.to_ascii_lowercase();
    [
        "your",
        "xxxx",
        "placeholder",
        "changeme",
        "0000000000",
        "replace",
        "insert",
        "<",
        "dummy",
        "process.env",
        "environ",
        "getenv",
    ]
    .iter()
    .any(|sign| candidate.contains(sign))
}

/// Names of keys, without separators and letter case.
const KEYS: &[&str] = &[
    "apikey",
    "apitoken",
    "apisecret",
    "accesskey",
    "accesstoken",
    "secretkey",
    "secrettoken",
    "authtoken",
    "authkey",
    "clientsecret",
    "appkey",
    "appsecret",
    "bearer",
    "apikeyis",
    "tokenis",
    "keyis",
    "secretis",
    "refreshtoken",
    "subscriptionkey",
    "encryptionkey",
    "signingkey",
    "signingsecret",
    "webhooksecret",
    "sharedsecret",
    "secret",
    "servicekey",
    "licensekey",
    "clavedeapi",
    "apischlüssel",
    "cléapi",
    "授权码",
    "密钥",
    "キー",
];

/// Whether a key's name and only what gives it a value stand directly before.
fn is_given_to_key(before: &str) -> bool {
    let tail = tail(before, 48);
    let name = tail
        .trim_end_matches([' ', '\t', '"', '\'', '`', ':', '=', '>', '(', '\\', '：', '“', '「', '\n', '*']);
    let letters: String =
        name.chars().filter(|char| char.is_alphabetic()).flat_map(char::to_lowercase).collect();
    name.len() < tail.len() && KEYS.iter().any(|key| letters.ends_with(key))
}

/// Whether the first part is a JOSE header.
fn has_jose_header(candidate: &str) -> bool {
    let header = candidate.split('.').next().and_then(from_base64url);
    let header = header.and_then(|header| value::parse(&header).ok());
    header.is_some_and(|header| header.get("alg").is_some())
}

/// RFC 4648 §5, without padding.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len()), 0_u32, 0);
    for symbol in text.bytes() {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}
