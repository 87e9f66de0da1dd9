//! Keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2).

use rsa::BoxedUint;

use super::algorithm::Family;
use super::key::{Key, Material};
use super::{certificate, pem, spki};
use crate::text::base64url;
use crate::text::json::Value;

/// Reads one JWK, or says why it cannot be used.
pub(super) fn read(jwk: Value<'_>, from: &str) -> Result<Key, String> {
    let text = |name| jwk.text_of(name);
    if text("use").is_some_and(|usage| usage != "sig") {
        return Err("it is not meant for signatures (`use`)".to_owned());
    }
    let operations = jwk.items_of("key_ops");
    let mut operations = operations.filter_map(Value::as_str).peekable();
    if operations.peek().is_some() && !operations.any(|op| op == "verify" || op == "sign") {
        return Err("it is not meant for signatures (`key_ops`)".to_owned());
    }
    let material = material(jwk, text("kty").as_deref())?;
    Ok(Key {
        kid: text("kid").map(Into::into),
        alg: text("alg").map(Into::into),
        certificate: first_certificate(jwk),
        ..Key::new(material, from.to_owned())
    })
}

fn material(jwk: Value<'_>, kty: Option<&str>) -> Result<Material, String> {
    match kty {
        Some("RSA") => {
            let number = |name| number(jwk, name).ok_or_else(|| no_base64url(name));
            spki::rsa(number("n")?, number("e")?)
                .ok_or_else(|| "the numbers make no RSA key".to_owned())
        }
        Some("EC") => {
            let curve = match jwk.text_of("crv").unwrap_or_default().as_ref() {
                "P-256" => Family::P256,
                "P-384" => Family::P384,
                "P-521" => Family::P521,
                other => return Err(unknown("curve", other)),
            };
            let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
            Material::of_coordinates(curve, &x, &y)
                .ok_or_else(|| "the point is not on the curve".to_owned())
        }
        Some("OKP") => {
            let curve = jwk.text_of("crv").unwrap_or_default();
            if curve != "Ed25519" {
                return Err(unknown("curve", &curve));
            }
            Material::of_ed25519(&bytes(jwk, "x")?)
                .ok_or_else(|| "`x` is no Ed25519 key".to_owned())
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
        .ok_or_else(|| no_base64url(name))
}

fn no_base64url(name: &str) -> String {
    format!("`{name}` is missing or no base64url")
}

/// The key in the certificate of an `x5c` list's entry (RFC 7515 §4.1.6), which is plain base64.
pub(super) fn of_x5c(entry: Value<'_>, from: &str) -> Result<Key, String> {
    let text = entry.as_str().unwrap_or_default();
    pem::der(&pem::base64(&text), from).ok_or_else(|| "the certificate cannot be read".to_owned())
}

fn first_certificate(jwk: Value<'_>) -> Option<certificate::Certificate> {
    let first = jwk.get("x5c")?.items().next()?.as_str()?;
    Some(certificate::read(&pem::base64(&first))?.0)
}

/// A Base64urlUInt (RFC 7518 §2).
fn number(jwk: Value<'_>, name: &str) -> Option<BoxedUint> {
    let bytes = base64url::decode_strict(&jwk.text_of(name)?)?;
    (1..=2048)
        .contains(&bytes.len())
        .then(|| BoxedUint::from_be_slice_vartime(&bytes))
}
