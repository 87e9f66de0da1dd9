//! Keys in any text: JWK and JWKS (RFC 7517), PEM, certificates, a discovery document, a shared secret.

mod certificate;
mod der;
mod jwk;
mod key;
mod material;
mod pem;

use std::collections::HashSet;

pub use certificate::{Certificate, CertificateValidity};
pub use key::{Key, KeyFormat, KeyId, KeySource};
pub(super) use material::Material;

use super::parse::begins_like_json;
use super::token::Token;
use crate::text::json::{Document, Value, ValueKind};
use crate::text::{Diagnostic, base64url, shifted};

/// Any number of entries can be wrong: this many findings are listed, or one less and how many more there are.
const MAX_FINDINGS: usize = 20;

/// How a token's own header is called as the source of a key.
const OWN_HEADER: &str = "the token's own header";

/// Keys that were read from a text, in any form that keys are passed around in.
///
/// Each [`Key`] says in which form it was found ([`KeyFormat`]); what could not be used is in
/// [`Keys::diagnostics`].
///
/// ```
/// use fedcred_core::jose::{KeyFormat, Keys};
///
/// let set = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026-11",
///               "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},{"kty":"oct"}]}"#;
/// let keys = Keys::parse(set, "jwks.json");
///
/// let key = keys.get(0).unwrap();
/// assert_eq!(key.source().format, KeyFormat::JwkSet { entry: 1 });
/// assert_eq!(key.source().to_string(), "jwks.json, JWKS entry 1");
/// assert_eq!(key.description(), "an Ed25519 key");
/// assert_eq!(keys.diagnostics()[0].code, "key-unusable");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Keys {
    keys: Vec<Key>,
    issuer: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Keys {
    /// Reads the keys in a text: JWK, JWK Set, several such JSON documents one after the other, PEM blocks,
    /// certificates by their key IDs, DER in base64, or a shared secret. `source` names the text in [`KeySource`].
    ///
    /// A text that is nothing else is taken for a shared secret, in each way that it may be meant: as it is,
    /// without the line break at its end, and decoded from base64url or base64. Of a private key only the public
    /// part is used.
    #[must_use]
    pub fn parse(text: &str, source: &str) -> Self {
        let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let (body, offset) = (begins.trim_end(), text.len() - begins.len());
        let mut keys = Self::default();
        if body.starts_with(['{', '[']) {
            keys.add_json(body, offset, source);
        } else if body.contains(pem::BEGIN) {
            keys.add(pem::parse(body, source));
        } else if !body.is_empty() {
            match base64_der(body, source) {
                Some(key) => keys.keys.push(key),
                None => keys.add_secret(text, source),
            }
        }
        keys.report_mixture();
        keys.bound_findings();
        keys
    }

    /// Reads the bytes of a certificate, a public key (SubjectPublicKeyInfo) or the public part of a private key (PKCS#8) in
    /// DER; `None` where the bytes are none of them.
    #[must_use]
    pub fn from_der(der: &[u8], source: &str) -> Option<Self> {
        let source = KeySource::new(source, KeyFormat::Der);
        let mut keys = Self::default();
        if let Some(key) = Key::from_der(der, source.clone()) {
            keys.keys.push(key);
        } else {
            let material = der::public_part_of_pkcs8(der)?;
            keys.diagnostics.push(key::private(&source));
            keys.keys.push(Key::new(material, source));
        }
        Some(keys)
    }

    /// The keys in the header of a token, from `jwk` and the first certificate of `x5c` (RFC 7515 §4.1.3, §4.1.6).
    ///
    /// Whoever makes a token can put any key there, so a signature that such a key verifies proves nothing.
    #[must_use]
    pub fn embedded_in(token: &Token) -> Self {
        let mut keys = Self::default();
        if let Some(jwk) = token.header_value("jwk") {
            keys.add(jwk::parse(
                jwk,
                KeySource::new(OWN_HEADER, KeyFormat::HeaderJwk),
            ));
        }
        let chain = token.header_value("x5c");
        if let Some(first) = chain.and_then(|chain| chain.items().next()) {
            keys.add([jwk::parse_x5c(
                first,
                KeySource::new(OWN_HEADER, KeyFormat::HeaderX5c),
            )]);
        }
        // A header's `kid` is not compared with the key beside it.
        for key in &mut keys.keys {
            key.kid = None;
        }
        keys
    }

    /// The usable keys in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Key> {
        self.keys.iter()
    }

    /// How many keys are usable.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no key is usable.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether there was no key at all, usable or not.
    #[must_use]
    pub fn found_nothing(&self) -> bool {
        self.keys.is_empty() && self.diagnostics.is_empty()
    }

    /// The key at this place, from 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Key> {
        self.keys.get(index)
    }

    /// The issuer whose keys they are, where a discovery document came with them.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// What is wrong with the text and with keys that were left out, at most 20 findings.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether at least one key is in a form that only keys have, so that the text is more than a possible secret.
    #[must_use]
    pub fn are_recognized(&self) -> bool {
        self.keys.iter().any(|key| !key.source.format.is_guess())
    }

    /// Reads JSON documents that follow each other: a discovery document and a key set, say.
    fn add_json(&mut self, text: &str, offset: usize, source: &str) {
        let mut from = 0;
        while let Some(rest) = text.get(from..).filter(|rest| !rest.trim().is_empty()) {
            let start = offset + from + rest.len() - rest.trim_start().len();
            let (document, length) = Document::parse_prefix(rest.trim_start());
            self.diagnostics
                .extend(shifted(document.diagnostics(), start));
            match document.root() {
                // A list in a list is not followed: it may be of any depth.
                Some(list) if list.kind() == ValueKind::Array => {
                    for (index, item) in list.items().enumerate() {
                        self.add_value(item, &format!("{source}, list entry {}", index + 1));
                    }
                }
                Some(root) => self.add_value(root, source),
                None => {}
            }
            if !document.is_complete() {
                break;
            }
            from = start - offset + length;
        }
        if self.found_nothing() {
            self.diagnostics.push(self.no_key_in_json());
        }
    }

    /// A key set, a key, a discovery document, or certificates by their key ids.
    fn add_value(&mut self, value: Value<'_>, source: &str) {
        if let Some(set) = value.get("keys") {
            if set.items().next().is_none() {
                self.diagnostics.push(empty_set());
            }
            for (index, jwk) in set.items().enumerate() {
                let format = KeyFormat::JwkSet { entry: index + 1 };
                self.add(jwk::parse(jwk, KeySource::new(source, format)));
            }
        } else if value.get("kty").is_some() {
            self.add(jwk::parse(value, KeySource::new(source, KeyFormat::Jwk)));
        } else if value.get("jwks_uri").is_some() {
            self.issuer = value.text_of("issuer").map(Into::into);
        } else {
            self.add_certificates(value, source);
        }
    }

    /// `{"kid": "-----BEGIN CERTIFICATE-----…"}`, as some issuers publish them.
    fn add_certificates(&mut self, object: Value<'_>, source: &str) {
        for (name, value) in object.members() {
            let text = value.as_str().unwrap_or_default();
            if text.starts_with(pem::BEGIN) {
                let named = |key| Key {
                    kid: Some(name.to_text().into()),
                    ..key
                };
                let found = pem::parse(&text, source).into_iter();
                self.add(found.map(|found| found.map(named)));
            }
        }
    }

    fn add(&mut self, found: impl IntoIterator<Item = Result<Key, Diagnostic>>) {
        for found in found {
            match found {
                Ok(key) => self.keys.push(key),
                Err(finding) => self.diagnostics.push(finding),
            }
        }
    }

    /// A secret as the bytes of its text, and as those that it may be the base64 or base64url of.
    fn add_secret(&mut self, text: &str, source: &str) {
        let body = text.trim();
        if begins_like_json(body) && body.contains('.') {
            self.diagnostics.push(a_token());
            return;
        }
        if body.starts_with("https://") || body.starts_with("http://") {
            self.diagnostics.push(an_address());
            return;
        }
        let mut add = |bytes: &[u8], format| {
            let key = Key::new(
                Material::Secret(bytes.to_vec()),
                KeySource::new(source, format),
            );
            self.keys.push(key);
        };
        add(text.as_bytes(), KeyFormat::SecretText);
        let line = text.trim_end_matches(['\r', '\n']);
        if line.len() < text.len() {
            add(line.as_bytes(), KeyFormat::SecretLine);
        }
        let decoded = base64url::decode(body);
        let alphabet = ["base64url-alphabet", "base64url-padding"];
        if decoded
            .diagnostics
            .iter()
            .all(|d| alphabet.contains(&d.code))
        {
            add(&decoded.bytes, KeyFormat::SecretBase64url);
        }
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
        if let Some(more @ 2..) = self.diagnostics.len().checked_sub(MAX_FINDINGS - 1) {
            self.diagnostics.truncate(MAX_FINDINGS - 1);
            self.diagnostics.push(findings_left_out(more));
        }
    }

    fn no_key_in_json(&self) -> Diagnostic {
        match self.issuer {
            Some(_) => {
                Diagnostic::error("key-discovery", "This discovery document contains no keys.")
                    .help(
                        "Its `jwks_uri` is their address, which Fedcred does not contact. \
                 Open it and paste the keys too.",
                    )
            }
            None => Diagnostic::error("key-unknown", "This JSON is not a key.")
                .help("A JWK has a `kty` member, a JWKS has `keys`."),
        }
    }
}

impl<'a> IntoIterator for &'a Keys {
    type Item = &'a Key;
    type IntoIter = std::slice::Iter<'a, Key>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A certificate or a key as base64 without its border lines.
fn base64_der(body: &str, source: &str) -> Option<Key> {
    let der = body.starts_with('M').then(|| der::from_base64(body))?;
    Key::from_der(&der, KeySource::new(source, KeyFormat::Base64Der))
}

fn empty_set() -> Diagnostic {
    Diagnostic::error("key-set-empty", "The key set contains no keys.")
        .help("`keys` must be a list of JWKs.")
}

fn mixture() -> Diagnostic {
    Diagnostic::warning("key-set-mixed", "The set mixes secrets and public keys.").help(
        "A set is either public or secret. \
         A verifier that accepts both can be tricked into using a public key as a secret.",
    )
}

fn findings_left_out(more: usize) -> Diagnostic {
    Diagnostic::warning(
        "findings-left-out",
        format!("There are {more} more findings about the keys."),
    )
    .help("Fix the ones above first.")
}

fn repeated(kid: &str) -> Diagnostic {
    let kid: String = kid.chars().take(80).collect();
    Diagnostic::warning(
        "key-id-repeated",
        format!("Several keys have the ID `{kid}`."),
    )
    .help("Fedcred tries each of them. RFC 7517 §4.5 recommends distinct IDs in a set.")
}

fn a_token() -> Diagnostic {
    Diagnostic::error("key-unknown", "This is a token, not a key.")
        .help("Provide the issuer's public key, or the secret that both sides share.")
}

fn an_address() -> Diagnostic {
    Diagnostic::error("key-unknown", "This is an address, not a key.")
        .help("Fedcred never contacts addresses. Open it yourself and paste what it shows.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, from: &[&str], codes: &[&str]) {
        let keys = Keys::parse(text, "file");
        let found: Vec<_> = keys.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(found, codes, "{text}");
        let sources: Vec<_> = keys.keys.iter().map(|key| key.source.to_string()).collect();
        assert_eq!(sources, from, "{text}");
    }

    const OCT: &str = r#"{"kty":"oct","k":"AAECAwQFBgcICQoLDA0ODw","kid":"a"}"#;
    const ED: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;

    #[test]
    fn a_byte_order_mark_before_the_keys_is_left_out() {
        check(&format!("\u{feff}{ED}"), &["file, JWK"], &[]);
        assert!(Keys::parse("\u{feff}\n", "file").found_nothing());
    }

    #[test]
    fn places_count_from_the_start_of_the_text() {
        let place = |text: &str| Keys::parse(text, "file").diagnostics[0].span.unwrap();
        assert_eq!(place("\n\n  {]"), place("{]").shifted(4));
    }

    #[test]
    fn documents_one_after_the_other() {
        let discovery = r#"{"issuer":"https://i.example","jwks_uri":"https://i.example/keys"}"#;
        let set = format!(r#"{{"keys":[{ED}]}}"#);
        let keys = Keys::parse(&format!("{discovery}\n{set}\n"), "file");
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
            let found = Keys::parse(&set(count), "file").diagnostics;
            found.iter().map(|finding| finding.code).collect()
        };
        let all = [vec!["key-set-mixed"], vec!["key-unusable"; 18]].concat();
        assert_eq!(codes(18), [&all[..], &["key-id-repeated"]].concat());
        assert_eq!(codes(19), [&all[..], &["findings-left-out"]].concat());
        let many = Keys::parse(&set(100_000), "file").diagnostics;
        assert_eq!(many.len(), MAX_FINDINGS);
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
        let found = Keys::parse(&format!("[{}]", keys.join(",")), "file");
        assert_eq!(
            (found.keys.len(), found.diagnostics.len()),
            (40_000, MAX_FINDINGS)
        );
        let thrice = Keys::parse(&format!("[{OCT},{OCT},{OCT}]"), "file");
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
                "file, secret as text without its final line break",
                "file, secret as base64url",
            ],
            &[],
        );
        check("eyJhbGciOiJub25lIn0.e30.", &[], &["key-unknown"]);
        check("https://i.example/keys", &[], &["key-unknown"]);
    }
}
