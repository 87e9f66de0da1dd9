//! Signatures that are made are those of the RFCs; a key whose numbers do not belong together makes none.

use fedcred_core::jose::SigningKey;
use fedcred_core::text::json::Document;
use serde_json::{Value, json};

const NUMBERS: [&str; 8] = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];

/// RFC 7515 appendix A.2: header, payload, the token and its private key.
fn example() -> (String, String, String, Value) {
    let file: Value = serde_json::from_str(include_str!("vectors/rfc7515.json")).unwrap();
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
    SigningKey::from_jwk(document.root()?)?.sign_text(header, payload)
}

#[test]
fn signatures_are_those_of_the_rfc() {
    let (header, payload, compact, jwk) = example();
    assert_eq!(sign(&jwk, &header, &payload), Some(compact));
}

#[test]
fn signatures_are_those_of_the_cookbook() {
    let file = include_str!("vectors/jose-cookbook/jws/4_1.rsa_v15_signature.json");
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
    let (header, payload, compact, jwk) = example();
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
            // By Chinese remainders `d` is not needed, and serves as `dp` and `dq`.
            if signed.is_some() && (name == "d" || damaged[name] == jwk["d"]) {
                assert_eq!(signed.as_deref(), Some(&*compact), "{damaged}");
            } else {
                assert_eq!(signed, None, "{damaged}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 7 * 20, "{refused}");
}
