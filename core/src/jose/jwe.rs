//! What the five parts of an encrypted token are for, and whether their sizes fit (RFC 7516 §3, RFC 7518 §5).

use super::token::{Part, Role, Token};

/// How a content encryption (`enc`) uses bytes.
struct Content {
    enc: &'static str,
    vector: usize,
    tag: usize,
}

const CONTENT: [Content; 6] = [
    Content {
        enc: "A128GCM",
        vector: 12,
        tag: 16,
    },
    Content {
        enc: "A192GCM",
        vector: 12,
        tag: 16,
    },
    Content {
        enc: "A256GCM",
        vector: 12,
        tag: 16,
    },
    Content {
        enc: "A128CBC-HS256",
        vector: 16,
        tag: 16,
    },
    Content {
        enc: "A192CBC-HS384",
        vector: 16,
        tag: 24,
    },
    Content {
        enc: "A256CBC-HS512",
        vector: 16,
        tag: 32,
    },
];

/// Explains each part of an encrypted token in a sentence or two, in their order: what it is for, its length in
/// bytes, and whether that length fits the content encryption (`enc`).
#[must_use]
pub fn explain_parts(token: &Token) -> Vec<(Role, String)> {
    let text = |name| token.header_text(name).unwrap_or_default();
    let (alg, enc) = (short(&text("alg")), short(&text("enc")));
    let content = CONTENT.iter().find(|content| content.enc == enc);
    token
        .parts
        .iter()
        .map(|part| (part.role, explain(part, &alg, &enc, content)))
        .collect()
}

fn explain(part: &Part, alg: &str, enc: &str, content: Option<&Content>) -> String {
    let length = part.bytes.len();
    match part.role {
        Role::Header => format!(
            "Anyone can read it, and the tag protects it. `{enc}` encrypts the content; `{alg}` delivers its key."
        ),
        Role::EncryptedKey if length == 0 => {
            format!("Empty: with `{alg}`, both sides know or agree on the key, so none is sent.")
        }
        Role::EncryptedKey => {
            format!(
                "{length} bytes: the content encryption key, encrypted for the recipient with `{alg}`."
            )
        }
        Role::InitializationVector => format!(
            "{length} bytes, different for each token.{}",
            wanted(enc, length, content.map(|content| content.vector))
        ),
        Role::Ciphertext => {
            format!("{length} bytes: the content, which only the recipient can read.")
        }
        Role::AuthenticationTag => format!(
            "{length} bytes: shows the recipient whether anything was changed.{}",
            wanted(enc, length, content.map(|content| content.tag))
        ),
        _ => format!("{length} bytes."),
    }
}

fn wanted(enc: &str, length: usize, wanted: Option<usize>) -> String {
    match wanted {
        Some(wanted) if wanted != length => {
            format!(" `{enc}` requires {wanted}, so the token is damaged.")
        }
        _ => String::new(),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;
    use crate::text::base64url;

    #[track_caller]
    fn check(header: &str, lengths: [usize; 4], role: Role, end: &str) {
        let parts = lengths.map(|length| base64url::encode(&vec![7; length]));
        let text = format!(
            "{}.{}",
            base64url::encode(header.as_bytes()),
            parts.join(".")
        );
        let parsed = parse(&text);
        let parts = explain_parts(&parsed.tokens[0]);
        let (_, found) = parts.iter().find(|(known, _)| *known == role).unwrap();
        assert!(found.ends_with(end), "{found}");
    }

    #[test]
    fn each_part_is_explained() {
        let gcm = r#"{"alg":"dir","enc":"A128GCM"}"#;
        let sound = [0, 12, 5, 16];
        check(gcm, sound, Role::EncryptedKey, "none is sent.");
        check(
            gcm,
            sound,
            Role::InitializationVector,
            "different for each token.",
        );
        check(gcm, sound, Role::AuthenticationTag, "was changed.");
        check(
            gcm,
            [0, 11, 5, 16],
            Role::InitializationVector,
            "`A128GCM` requires 12, so the token is damaged.",
        );
        check(
            gcm,
            [0, 12, 5, 15],
            Role::AuthenticationTag,
            "requires 16, so the token is damaged.",
        );
        check(gcm, [9, 12, 5, 16], Role::EncryptedKey, "with `dir`.");
        let cbc = r#"{"alg":"RSA-OAEP","enc":"A256CBC-HS512"}"#;
        check(
            cbc,
            [256, 16, 32, 32],
            Role::AuthenticationTag,
            "was changed.",
        );
        check(
            cbc,
            [256, 16, 32, 16],
            Role::AuthenticationTag,
            "requires 32, so the token is damaged.",
        );
        check(
            r#"{"alg":1}"#,
            [0, 1, 1, 1],
            Role::AuthenticationTag,
            "was changed.",
        );
    }
}
