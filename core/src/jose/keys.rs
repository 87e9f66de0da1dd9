//! Keys in any text: JWK and JWKS (RFC 7517), PEM, certificates, a discovery document, a shared secret.

use std::collections::HashSet;

use super::key::{Key, Material};
use super::token::Token;
use super::{jwk, parse, pem};
use crate::text::json::{Document, Kind, Value};
use crate::text::{Diagnostic, base64url, shifted};

/// Any number of entries can be wrong: this many findings are listed, or one less and how many more there are.
const MOST_FINDINGS: usize = 20;

/// Keys that were read from a text.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// The usable keys in the order of the text.
    pub keys: Vec<Key>,
    /// The issuer whose keys they are, where a discovery document came with them.
    pub issuer: Option<String>,
    /// What is wrong with the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Keys {
    /// Reads whatever keys a text holds, of any kind; never fails. `source` names the text in [`Key::from`].
    #[must_use]
    pub fn read(text: &str, source: &str) -> Self {
        let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let (body, offset) = (begins.trim_end(), text.len() - begins.len());
        let mut keys = Self::default();
        if body.starts_with(['{', '[']) {
            keys.read_json(body, offset, source);
        } else if body.contains("-----BEGIN ") {
            pem::read(body, source, &mut keys);
        } else if !body.is_empty() && !keys.read_der(body, source) {
            keys.read_secret(text, source);
        }
        keys.report_mixture();
        keys.bound_findings();
        keys
    }

    /// The keys that a token carries in its own header (RFC 7515 §4.1.3, §4.1.6). Whoever makes a token can
    /// put any key there: they prove nothing.
    #[must_use]
    pub fn carried_by(token: &Token) -> Self {
        let mut keys = Self::default();
        if let Some(jwk) = token.header_value("jwk") {
            keys.take(jwk, "the token's own header (`jwk`)".to_owned());
        }
        let chain = token.header_value("x5c");
        if let Some(first) = chain.and_then(|chain| chain.items().next()) {
            let key = jwk::of_x5c(first, "the token's own header (`x5c`)");
            keys.add(key, "the token's own header (`x5c`)");
        }
        for key in &mut keys.keys {
            (key.carried, key.kid) = (true, None);
        }
        keys
    }

    /// Whether a key was given at all, usable or not.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.diagnostics.is_empty()
    }

    /// Whether there are keys beside a text that is taken for a secret because it is nothing else.
    #[must_use]
    pub fn are_certain(&self) -> bool {
        self.keys.iter().any(|key| !key.guessed)
    }

    /// Reads JSON documents that follow each other: a discovery document and a key set, say.
    fn read_json(&mut self, text: &str, offset: usize, source: &str) {
        let mut from = 0;
        while let Some(rest) = text.get(from..).filter(|rest| !rest.trim().is_empty()) {
            let start = offset + from + rest.len() - rest.trim_start().len();
            let (document, length) = Document::first(rest.trim_start());
            self.diagnostics
                .extend(shifted(document.diagnostics(), start));
            match document.root() {
                // A list in a list is not followed: it may be of any depth.
                Some(list) if list.kind() == Kind::Array => {
                    for (index, item) in list.items().enumerate() {
                        self.take_any(item, &format!("{source}, list entry {}", index + 1));
                    }
                }
                Some(root) => self.take_any(root, source),
                None => {}
            }
            if !document.is_complete() {
                break;
            }
            from = start - offset + length;
        }
        if self.keys.is_empty() && self.diagnostics.is_empty() {
            self.diagnostics.push(self.no_key_in_json());
        }
    }

    /// A key set, a key, a discovery document, or certificates by their key ids.
    fn take_any(&mut self, value: Value<'_>, source: &str) {
        if let Some(set) = value.get("keys") {
            let before = self.keys.len() + self.diagnostics.len();
            for (index, jwk) in set.items().enumerate() {
                self.take(jwk, format!("{source}, JWKS entry {}", index + 1));
            }
            if before == self.keys.len() + self.diagnostics.len() {
                self.diagnostics.push(empty_set());
            }
        } else if value.get("kty").is_some() {
            self.take(value, format!("{source}, JWK"));
        } else if value.get("jwks_uri").is_some() {
            self.issuer = value.text_of("issuer").map(Into::into);
        } else {
            self.take_certificates(value, source);
        }
    }

    /// `{"kid": "-----BEGIN CERTIFICATE-----…"}`, as some issuers publish them.
    fn take_certificates(&mut self, object: Value<'_>, source: &str) {
        for (name, value) in object.members() {
            let text = value.as_str().unwrap_or_default();
            if text.starts_with("-----BEGIN ") {
                let before = self.keys.len();
                pem::read(&text, source, self);
                for key in self.keys.iter_mut().skip(before) {
                    key.kid = Some(name.to_text().into());
                }
            }
        }
    }

    fn take(&mut self, jwk: Value<'_>, from: String) {
        if jwk.get("d").is_some() {
            self.diagnostics.push(private_key(&from));
        }
        let key = jwk::read(jwk, &from);
        self.add(key, &from);
    }

    pub(super) fn add(&mut self, key: Result<Key, String>, from: &str) {
        match key {
            Ok(key) => self.keys.push(key),
            Err(reason) => self.diagnostics.push(
                Diagnostic::warning("key-unusable", format!("{from}: {reason}."))
                    .help("It was left out. Other keys that were given are still used."),
            ),
        }
    }

    /// A certificate or a key as base64 without its border lines; tells whether it was one.
    fn read_der(&mut self, body: &str, source: &str) -> bool {
        let der = body.starts_with('M').then(|| pem::base64(body));
        let key = der.and_then(|der| pem::der(&der, &format!("{source}, DER in base64")));
        let found = key.is_some();
        self.keys.extend(key);
        found
    }

    /// A secret as the bytes of its text, and as those that it may be the base64 or base64url of.
    fn read_secret(&mut self, text: &str, source: &str) {
        let body = text.trim();
        if parse::begins_like_json(body) && body.contains('.') {
            self.diagnostics.push(a_token());
            return;
        }
        if body.starts_with("https://") || body.starts_with("http://") {
            self.diagnostics.push(an_address());
            return;
        }
        self.secret(
            text.as_bytes().to_vec(),
            format!("{source}, secret as text"),
        );
        let line = text.trim_end_matches(['\r', '\n']);
        if line.len() < text.len() {
            let from = format!("{source}, secret as text without the line break at its end");
            self.secret(line.as_bytes().to_vec(), from);
        }
        let decoded = base64url::decode(body);
        let alphabet = ["base64url-alphabet", "base64url-padding"];
        if decoded
            .diagnostics
            .iter()
            .all(|d| alphabet.contains(&d.code))
        {
            self.secret(decoded.bytes, format!("{source}, secret as base64url"));
        }
    }

    fn secret(&mut self, bytes: Vec<u8>, from: String) {
        self.keys.push(Key {
            guessed: true,
            ..Key::new(Material::Secret(bytes), from)
        });
    }

    /// What is odd about the keys together: secrets beside public keys, two keys of one name.
    fn report_mixture(&mut self) {
        let is_secret = |key: &&Key| matches!(key.material, Material::Secret(_));
        let secrets = self.keys.iter().filter(is_secret).count();
        if secrets > 0 && secrets < self.keys.len() {
            self.diagnostics.insert(0, mixture());
        }
        let (mut seen, mut told) = (HashSet::new(), HashSet::new());
        let repeated = self
            .keys
            .iter()
            .filter_map(|key| key.kid.as_ref())
            .filter(|kid| !seen.insert(*kid) && told.insert(*kid))
            .map(|kid| repeated(kid.as_str()));
        self.diagnostics.extend(repeated);
    }

    fn bound_findings(&mut self) {
        if let Some(more @ 2..) = self.diagnostics.len().checked_sub(MOST_FINDINGS - 1) {
            self.diagnostics.truncate(MOST_FINDINGS - 1);
            self.diagnostics.push(findings_left_out(more));
        }
    }

    fn no_key_in_json(&self) -> Diagnostic {
        match self.issuer {
            Some(_) => Diagnostic::error("key-discovery", "This discovery document holds no key.")
                .help("It names their address, `jwks_uri`, which Fedcred does not contact. Open it and paste the keys too."),
            None => Diagnostic::error("key-unknown", "This JSON is no key.")
                .help("A JWK has `kty`, a JWKS has `keys`."),
        }
    }
}

pub(super) fn private_key(from: &str) -> Diagnostic {
    Diagnostic::warning("key-private", format!("{from} holds a private key."))
        .help("Only its public part is used. Do not share it; replace it if it was shared.")
}

fn empty_set() -> Diagnostic {
    Diagnostic::error("key-set-empty", "The key set holds no key.")
        .help("`keys` must be a list of JWKs.")
}

fn mixture() -> Diagnostic {
    Diagnostic::warning(
        "key-set-mixed",
        "Secrets and public keys stand in one set.",
    )
    .help("A set is published or it is secret. A verifier that takes both can be tricked into using a public key as a secret.")
}

fn findings_left_out(more: usize) -> Diagnostic {
    Diagnostic::warning(
        "findings-left-out",
        format!("There are {more} more findings about the keys."),
    )
    .help("Mend those above first.")
}

fn repeated(kid: &str) -> Diagnostic {
    let kid: String = kid.chars().take(80).collect();
    Diagnostic::warning(
        "key-id-repeated",
        format!("Several keys have the id `{kid}`."),
    )
    .help("Each of them is tried. RFC 7517 §4.5 wants distinct ids in a set.")
}

fn a_token() -> Diagnostic {
    Diagnostic::error("key-unknown", "This is a token, not a key.")
        .help("Give the issuer's public key, or the secret that both sides share.")
}

fn an_address() -> Diagnostic {
    Diagnostic::error("key-unknown", "This is an address, not a key.")
        .help("Fedcred contacts no address. Open it and paste what it shows.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, from: &[&str], codes: &[&str]) {
        let keys = Keys::read(text, "file");
        let found: Vec<_> = keys.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(found, codes, "{text}");
        let sources: Vec<_> = keys.keys.iter().map(|key| key.from.as_str()).collect();
        assert_eq!(sources, from, "{text}");
    }

    const OCT: &str = r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODw","kid":"a"}"#;
    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;

    #[test]
    fn a_byte_order_mark_before_the_keys_is_left_out() {
        check(&format!("\u{feff}{ED}"), &["file, JWK"], &[]);
        assert!(Keys::read("\u{feff}\n", "file").is_empty());
    }

    #[test]
    fn places_count_from_the_start_of_the_text() {
        let place = |text: &str| Keys::read(text, "file").diagnostics[0].span.unwrap();
        assert_eq!(place("\n\n  {]"), place("{]").shifted(4));
    }

    #[test]
    fn documents_one_after_the_other() {
        let discovery = r#"{"issuer":"https://i.example","jwks_uri":"https://i.example/keys"}"#;
        let set = format!(r#"{{"keys":[{ED}]}}"#);
        let keys = Keys::read(&format!("{discovery}\n{set}\n"), "file");
        assert_eq!(keys.issuer.as_deref(), Some("https://i.example"));
        assert_eq!((keys.keys.len(), keys.diagnostics.len()), (1, 0));
        check(
            &format!("[{discovery},{set}]"),
            &["file, list entry 2, JWKS entry 1"],
            &[],
        );
        check(discovery, &[], &["key-discovery"]);
    }

    #[test]
    fn odd_sets_are_reported() {
        let set = format!(r#"{{"keys":[{ED},{OCT}]}}"#);
        check(
            &set,
            &["file, JWKS entry 1", "file, JWKS entry 2"],
            &["key-set-mixed", "key-id-repeated"],
        );
        check(r#"{"keys":[]}"#, &[], &["key-set-empty"]);
        check(r#"{"keys":[{}]}"#, &[], &["key-unusable"]);
        check(r#"{"a":1}"#, &[], &["key-unknown"]);
        check("[]", &[], &["key-unknown"]);
    }

    #[test]
    fn findings_are_bounded() {
        let set = |count: usize| format!(r#"{{"keys":[{OCT},{ED}{}]}}"#, ",{}".repeat(count));
        let codes = |count| -> Vec<_> {
            let found = Keys::read(&set(count), "file").diagnostics;
            found.iter().map(|finding| finding.code).collect()
        };
        let all = [vec!["key-set-mixed"], vec!["key-unusable"; 18]].concat();
        assert_eq!(codes(18), [&all[..], &["key-id-repeated"]].concat());
        assert_eq!(codes(19), [&all[..], &["findings-left-out"]].concat());
        let many = Keys::read(&set(100_000), "file").diagnostics;
        assert_eq!(many.len(), MOST_FINDINGS);
        let last = many.last().unwrap();
        assert_eq!(
            last.message,
            "There are 99983 more findings about the keys."
        );
    }

    #[test]
    fn any_number_of_names_ends() {
        let twice = |kid: usize| format!("{0},{0}", OCT.replace("\"a\"", &format!("\"{kid}\"")));
        let keys: Vec<_> = (0..20_000).map(twice).collect();
        let found = Keys::read(&format!("[{}]", keys.join(",")), "file");
        assert_eq!(
            (found.keys.len(), found.diagnostics.len()),
            (40_000, MOST_FINDINGS)
        );
        let thrice = Keys::read(&format!("[{OCT},{OCT},{OCT}]"), "file");
        assert_eq!(thrice.diagnostics.len(), 1);
    }

    #[test]
    fn lists_in_lists_end() {
        let deep = "[".repeat(500_000) + OCT + &"]".repeat(500_000);
        check(&deep, &[], &["key-unknown"]);
    }

    #[test]
    fn a_secret_is_read_in_each_way_it_may_be_meant() {
        check("hush!", &["file, secret as text"], &[]);
        check(
            "aHVzaA",
            &["file, secret as text", "file, secret as base64url"],
            &[],
        );
        check(
            "aHVzaA==\n",
            &[
                "file, secret as text",
                "file, secret as text without the line break at its end",
                "file, secret as base64url",
            ],
            &[],
        );
        check("eyJhbGciOiJub25lIn0.e30.", &[], &["key-unknown"]);
        check("https://i.example/keys", &[], &["key-unknown"]);
    }
}
