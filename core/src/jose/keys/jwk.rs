//! Keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use rsa::BoxedUint;

use super::certificate::{self, Certificate};
use super::der;
use super::key::{self, Key, KeySource};
use super::material::Material;
use crate::jose::algorithm::Family;
use crate::text::json::Value;
use crate::text::{Diagnostic, base64url};

/// Reads one JWK: the key, or why it cannot be used; before it a warning where it is private.
pub(super) fn parse(jwk: Value<'_>, source: KeySource) -> Vec<Result<Key, Diagnostic>> {
    let private = jwk.get("d").map(|_| Err(key::private(&source)));
    let key = parse_key(jwk, &source).map_err(|reason| key::unusable(&source, &reason));
    private.into_iter().chain([key]).collect()
}

/// Reads the first certificate of an `x5c` list (RFC 7515 §4.1.6), which is plain base64.
pub(super) fn parse_x5c(first: Value<'_>, source: KeySource) -> Result<Key, Diagnostic> {
    let der = der::from_base64(&first.as_str().unwrap_or_default());
    Key::from_der(&der, source.clone())
        .ok_or_else(|| key::unusable(&source, "the certificate cannot be read"))
}

fn parse_key(jwk: Value<'_>, source: &KeySource) -> Result<Key, String> {
    let text = |name| jwk.text_of(name);
    if text("use").is_some_and(|usage| usage != "sig") {
        return Err("its `use` is not for signatures".to_owned());
    }
    let operations = jwk.items_of("key_ops");
    let mut operations = operations.filter_map(Value::as_str).peekable();
    if operations.peek().is_some() && !operations.any(|op| op == "verify" || op == "sign") {
        return Err("its `key_ops` are not for signatures".to_owned());
    }
    let material = material(jwk, text("kty").as_deref())?;
    Ok(Key {
        kid: text("kid").map(Into::into),
        alg: text("alg").map(Into::into),
        certificate: first_certificate(jwk),
        ..Key::new(material, source.clone())
    })
}

fn material(jwk: Value<'_>, kty: Option<&str>) -> Result<Material, String> {
    match kty {
        Some("RSA") => {
            let number = |name| number(jwk, name).ok_or_else(|| not_base64url(name));
            Material::from_rsa_numbers(number("n")?, number("e")?)
                .ok_or_else(|| "its numbers are not a usable RSA key".to_owned())
        }
        Some("EC") => {
            let curve = match jwk.text_of("crv").unwrap_or_default().as_ref() {
                "P-256" => Family::P256,
                "P-384" => Family::P384,
                "P-521" => Family::P521,
                other => return Err(unknown("curve", other)),
            };
            let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
            Material::from_coordinates(curve, &x, &y)
                .ok_or_else(|| "the point is not on the curve".to_owned())
        }
        Some("OKP") => {
            let curve = jwk.text_of("crv").unwrap_or_default();
            if curve != "Ed25519" {
                return Err(unknown("curve", &curve));
            }
            Material::from_ed25519(&bytes(jwk, "x")?)
                .ok_or_else(|| "`x` is not an Ed25519 key".to_owned())
        }
        Some("oct") => Ok(Material::Secret(bytes(jwk, "k")?)),
        Some(other) => Err(unknown("key type", other)),
        None => Err("it has no key type (`kty`)".to_owned()),
    }
}

fn unknown(what: &str, value: &str) -> String {
    let value: String = value.chars().take(40).collect();
    format!("the {what} `{value}` is not supported")
}

fn bytes(jwk: Value<'_>, name: &str) -> Result<Vec<u8>, String> {
    jwk.text_of(name)
        .and_then(|text| base64url::decode_strict(&text))
        .ok_or_else(|| not_base64url(name))
}

fn not_base64url(name: &str) -> String {
    format!("`{name}` is missing or is not base64url")
}

fn first_certificate(jwk: Value<'_>) -> Option<Certificate> {
    let first = jwk.get("x5c")?.items().next()?.as_str()?;
    Some(certificate::parse(&der::from_base64(&first))?.0)
}

/// A Base64urlUInt (RFC 7518 §2).
fn number(jwk: Value<'_>, name: &str) -> Option<BoxedUint> {
    let bytes = base64url::decode_strict(&jwk.text_of(name)?)?;
    (1..=2048)
        .contains(&bytes.len())
        .then(|| BoxedUint::from_be_slice_vartime(&bytes))
}
