//! The mock's signing keys: fixed, public demonstration keys that protect nothing.

use std::sync::{LazyLock, OnceLock};

use rsa::sha2::{Digest, Sha256};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, Pkcs1v15Sign, PrivateKey};
use serde::Serialize;

use crate::text::base64url;
use crate::text::json::{Document, Value};

static ENTRIES: LazyLock<Document> =
    LazyLock::new(|| Document::parse(include_str!("../../data/demo-keys.json")));

/// In the order of the entries; a key is read when it is first used.
static KEYS: [OnceLock<Option<DemonstrationKey>>; 2] = [OnceLock::new(), OnceLock::new()];

/// A private RSA key that everybody has. It signs for the mock and protects nothing: never trust a token because of it.
///
/// Hidden from the documentation, since no program needs it: it is public only for the tests and benchmarks here.
#[doc(hidden)]
#[derive(Debug)]
pub struct DemonstrationKey(PrivateKey);

impl DemonstrationKey {
    /// The demonstration key with this name: `demo-1` or `demo-2`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        let entries = ENTRIES.get("keys").map(Value::items).unwrap_or_default();
        let mut slots = entries.zip(&KEYS);
        let (entry, key) =
            slots.find(|(entry, _)| entry.text_of("kid").is_some_and(|kid| kid == name))?;
        key.get_or_init(|| Self::from_jwk(entry)).as_ref()
    }

    /// Reads a private key with two primes from a JWK (RFC 7518 §6.3); `None` where the numbers do not belong together.
    fn from_jwk(jwk: Value<'_>) -> Option<Self> {
        let number = |name| {
            let bytes = base64url::decode_strict(&jwk.text_of(name)?)?;
            Some(BoxedUint::from_be_slice_vartime(&bytes))
        };
        let primes = vec![number("p")?, number("q")?];
        let key = PrivateKey::from_components(number("n")?, number("e")?, number("d")?, primes);
        let key = key.ok()?;
        let derived = [key.dp().cloned(), key.dq().cloned(), key.crt_coefficient()];
        (derived == ["dp", "dq", "qi"].map(number)).then_some(Self(key))
    }

    /// Signs header and claims with RS256 as compact JWS (RFC 7518 §3.3). The same input gives the same bytes.
    ///
    /// `None` where one of them cannot be written as JSON.
    #[must_use]
    pub fn sign(&self, header: &impl Serialize, claims: &impl Serialize) -> Option<String> {
        let header = serde_json::to_string(header).ok()?;
        self.sign_text(&header, &serde_json::to_string(claims).ok()?)
    }

    /// Signs a header and a payload that are JSON already.
    #[must_use]
    pub fn sign_text(&self, header: &str, payload: &str) -> Option<String> {
        let [header, payload] = [header, payload].map(|json| base64url::encode(json.as_bytes()));
        let input = format!("{header}.{payload}");
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        let signature = self.0.sign(scheme, &Sha256::digest(&input)).ok()?;
        Some(format!("{input}.{}", base64url::encode(&signature)))
    }

    /// Modulus and exponent of the public key as Base64urlUInt (RFC 7518 §2).
    #[must_use]
    pub fn public_numbers(&self) -> (String, String) {
        (
            base64url::encode(&self.0.n_bytes()),
            base64url::encode(&self.0.e_bytes()),
        )
    }
}

#[cfg(test)]
mod tests {
    //! Signatures are those of the RFCs; a key whose numbers do not belong together makes none.

    use serde_json::{Value, json};

    use super::DemonstrationKey;
    use crate::text::json::Document;

    #[test]
    fn there_are_two() {
        for name in ["demo-1", "demo-2"] {
            assert!(DemonstrationKey::named(name).is_some());
        }
        assert!(DemonstrationKey::named("demo-3").is_none());
    }

    #[test]
    fn what_is_secret_is_not_shown() {
        let shown = format!("{:?}", DemonstrationKey::named("demo-1").unwrap());
        assert!(
            shown.contains(r#"d: "...""#) && shown.contains("[...]"),
            "{shown}"
        );
    }

    const NUMBERS: [&str; 8] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

    /// RFC 7515 appendix A.2: header, payload, the token and its private key.
    fn example() -> (String, String, String, Value) {
        let file: Value =
            serde_json::from_str(include_str!("../../tests/vectors/rfc7515.json")).unwrap();
        let examples = file["examples"].as_array().unwrap();
        let a2 = examples
            .iter()
            .find(|one| one["section"] == "RFC 7515 appendix A.2");
        let a2 = a2.unwrap();
        let text = |name: &str| a2[name].as_str().unwrap().to_owned();
        (
            text("header"),
            text("payload"),
            text("compact"),
            a2["private_jwk"].clone(),
        )
    }

    fn sign(jwk: &Value, header: &str, payload: &str) -> Option<String> {
        let document = Document::parse(jwk.to_string());
        DemonstrationKey::from_jwk(document.root()?)?.sign_text(header, payload)
    }

    #[test]
    fn signatures_are_those_of_the_rfc() {
        let (header, payload, compact, jwk) = example();
        assert_eq!(sign(&jwk, &header, &payload), Some(compact));
    }

    #[test]
    fn signatures_are_those_of_the_cookbook() {
        let file = include_str!("../../tests/vectors/jose-cookbook/jws/4_1.rsa_v15_signature.json");
        let file: Value = serde_json::from_str(file).unwrap();
        let header = Document::parse(file["signing"]["protected"].to_string());
        let header = header.root().unwrap().to_text().into_owned();
        let payload = file["input"]["payload"].as_str().unwrap();
        let compact = file["output"]["compact"].as_str().unwrap();
        assert_eq!(
            sign(&file["input"]["key"], &header, payload).as_deref(),
            Some(compact)
        );
    }

    #[test]
    fn numbers_that_do_not_belong_together_sign_nothing() {
        let (header, payload, _, jwk) = example();
        let text = |name: &str| jwk[name].as_str().unwrap();
        let mut refused = 0;
        for name in NUMBERS {
            let own = text(name);
            let changed = |at: usize| {
                let other = if &own[at..=at] == "Q" { "g" } else { "Q" };
                format!("{}{other}{}", &own[..at], &own[at + 1..])
            };
            let mut wrong = vec![
                json!(null),
                json!(""),
                json!("AA"),
                json!("AQ"),
                json!("Ag"),
                json!("*"),
                json!(17),
                json!(changed(0)),
                json!(changed(own.len() / 2)),
                json!(changed(own.len() - 2)),
                json!(&own[..own.len() / 8 * 4]),
                json!(format!("{own}AAAA")),
                json!("_".repeat(2732)),
            ];
            wrong.extend(
                NUMBERS
                    .iter()
                    .filter(|other| **other != name)
                    .map(|other| json!(text(other))),
            );
            for value in wrong {
                let mut damaged = jwk.clone();
                damaged[name] = value;
                let signed = sign(&damaged, &header, &payload);
                assert_eq!(signed, None, "{damaged}");
                refused += 1;
            }
        }
        assert!(refused >= 8 * 20, "{refused}");
    }
}
