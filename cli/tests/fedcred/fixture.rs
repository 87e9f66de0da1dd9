//! Tokens, keys, credentials and scenarios for the tests.

use std::path::Path;

use fedcred_core::entra::DemonstrationKey;
use fedcred_core::text::base64url;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// A time at which [`CLAIMS`] are valid.
pub(crate) const MOMENT: &str = "2026-11-23T15:24:00Z";

/// Claims of a managed identity for the token exchange.
pub(crate) const CLAIMS: &str = concat!(
    r#"{"aud":"fb60f99c-7a34-4190-8149-302f77469936","#,
    r#""iss":"https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0","#,
    r#""nbf":1795447140,"exp":1795533840,"idtyp":"app","sub":"aaaaaaaa-0000-4000-8000-000000000002"}"#,
);

/// Claims of a job in GitHub Actions.
pub(crate) const GITHUB_CLAIMS: &str = concat!(
    r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:contoso/shop:ref:refs/heads/main","#,
    r#""aud":"api://AzureADTokenExchange","repository_id":"74"}"#,
);

/// A token with these claims, their text kept exactly, signed with a demonstration key.
#[track_caller]
pub(crate) fn signed(key: &str, claims: &str) -> String {
    let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("JSON");
    let header = raw(&format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{key}"}}"#));
    demo_key(key).sign(&header, &raw(claims)).expect("a token")
}

fn demo_key(name: &str) -> &'static DemonstrationKey {
    DemonstrationKey::named(name).expect("this key")
}

/// The public demonstration keys as a key set.
pub(crate) fn key_set() -> String {
    let keys = ["demo-1", "demo-2"].map(|kid| {
        let (n, e) = demo_key(kid).public_numbers();
        json!({"kty": "RSA", "kid": kid, "n": n, "e": e})
    });
    json!({"keys": keys}).to_string()
}

/// A token of these parts, with an invalid signature.
pub(crate) fn unsigned(header: &str, payload: &str) -> String {
    let part = |text: &str| base64url::encode(text.as_bytes());
    format!("{}.{}.c2lnbmF0dXJl", part(header), part(payload))
}

/// A credential that matches [`CLAIMS`], except for its subject.
pub(crate) fn credential(name: &str, subject: &str) -> String {
    let issuer = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
    let audiences = r#"["api://AzureADTokenExchange"]"#;
    format!(
        r#"{{"name":"{name}","issuer":"{issuer}","subject":"{subject}","audiences":{audiences}}}"#
    )
}

/// The subject of [`CLAIMS`].
pub(crate) const SUBJECT: &str = "aaaaaaaa-0000-4000-8000-000000000002";

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A shipped scenario.
#[track_caller]
pub(crate) fn scenario(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/data/scenarios");
    std::fs::read_to_string(format!("{folder}/{name}.json")).expect("the scenario")
}

/// A file of the core's tests.
#[track_caller]
fn core_file(path: &str) -> String {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests");
    std::fs::read_to_string(format!("{tests}/{path}")).expect("a file of the core's tests")
}

/// A key file of the core's tests.
#[track_caller]
pub(crate) fn key_file(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/fixtures/keys");
    std::fs::read(format!("{folder}/{name}")).expect("a key file")
}

/// A token that another library made, by its name or its algorithm.
#[track_caller]
pub(crate) fn foreign(name: &str) -> Value {
    let files = ["tokens-jose", "tokens-special"];
    let found = files.iter().find_map(|file| {
        let tokens: Value =
            serde_json::from_str(&core_file(&format!("fixtures/{file}.json"))).expect("JSON");
        let mut tokens = tokens["tokens"]
            .as_array()
            .expect("a list")
            .clone()
            .into_iter();
        tokens.find(|token| {
            token["name"] == name || (token["name"].is_null() && token["alg"] == name)
        })
    });
    found.expect("this token")
}

/// The text of a token that another library made.
#[track_caller]
pub(crate) fn foreign_token(name: &str) -> String {
    foreign(name)["token"].as_str().expect("a token").to_owned()
}

/// An example of the JOSE cookbook (RFC 7520), or one like it.
#[track_caller]
pub(crate) fn cookbook(path: &str) -> Value {
    let text = core_file(&format!("vectors/jose-cookbook/{path}.json"));
    serde_json::from_str(&text).expect("JSON")
}
