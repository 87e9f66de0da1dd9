//! Verifies signatures. Four answers: not checked, valid, invalid, cannot be checked.

use serde::Serialize;

use super::algorithm::{Algorithm, Family};
use super::keys::{Key, KeyId, KeySource, Keys, Material};
use super::token::{Role, Token, TokenForm};
use crate::text::Diagnostic;
use crate::text::json::{Value, ValueKind};

/// What is known about a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureState {
    /// There was no key that could have made it.
    NotChecked,
    /// A key verifies it. [`KeyUsed::is_embedded`] tells whether that proves anything.
    Valid,
    /// The key does not verify it, or nothing ever could: the algorithm is `none`, the header is broken, …
    Invalid,
    /// Only somebody else can check it: the token is encrypted, made for Microsoft Graph alone, not whole, or has
    /// an algorithm that is not supported.
    CannotCheck,
}

/// The answer of [`verify`], with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Signature {
    /// The verdict.
    pub state: SignatureState,
    /// The reason, in one or two sentences.
    pub reason: String,
    /// The key that verifies the signature or, where none does, the first that could have.
    pub key: Option<KeyUsed>,
    /// What is weak or unusual, whatever the verdict: `key-weak`, `b64-not-critical`.
    pub diagnostics: Vec<Diagnostic>,
}

/// The key that a signature was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyUsed {
    /// The key ID, where the key has one.
    pub kid: Option<KeyId>,
    /// The text and the form in which the key was found.
    #[serde(rename = "from")]
    pub source: KeySource,
    /// What it is: `an RSA key, 2048 bits`.
    #[serde(rename = "words")]
    pub description: String,
    /// Whether the key comes from the token's own header, which proves nothing.
    #[serde(rename = "carried")]
    pub is_embedded: bool,
    /// The index of the key in the [`Keys`] that were given to [`verify`].
    #[serde(skip)]
    pub index: usize,
}

/// More keys than this are not tried for one signature.
const MAX_TRIED: usize = 50;

/// Checks the signature of a token with the keys that were given.
///
/// The key type limits which algorithms are accepted, and the header picks one of them (RFC 8725 §3.1): a public key is
/// never used as an HMAC secret, and `none` is never valid. Where the token names a key (`kid`), keys with
/// another ID are not tried. Times, issuer and audience are not looked at.
///
/// Supported are HS, RS, PS and ES with 256, 384 and 512 (RFC 7518 §3), and EdDSA with Ed25519 (RFC 8037).
///
/// # Examples
///
/// ```
/// use fedcred_core::jose::{Keys, SignatureState, parse, verify};
///
/// let parsed = parse("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbnlib2R5In0.");
/// let signature = verify(&parsed.tokens[0], &Keys::parse("a secret", "typed"));
/// assert_eq!(signature.state, SignatureState::Invalid);
/// assert!(signature.reason.contains("`none`"));
/// ```
#[must_use]
pub fn verify(token: &Token, keys: &Keys) -> Signature {
    let alg = token.header_text("alg").unwrap_or_default();
    if let Some(answer) = from_form(token).or_else(|| from_header(token, &alg)) {
        return answer;
    }
    let Some(algorithm) = Algorithm::from_name(&alg) else {
        return unsupported(&alg);
    };
    if keys.is_empty() {
        return without_keys(token);
    }
    let named = named_keys(token, keys);
    let family = algorithm.family();
    let fits = |key: &&Key| key.material().family() == family && meant_for(key, algorithm);
    if named.is_empty() {
        let mut reason = no_such_key(token, keys);
        let all: Vec<_> = keys.iter().collect();
        if !all.iter().any(fits) {
            reason = format!("{reason} {}", misfit(&alg, family, &all));
        }
        return Signature::new(SignatureState::NotChecked, reason);
    }
    let fitting: Vec<_> = named.iter().copied().filter(fits).take(MAX_TRIED).collect();
    if fitting.is_empty() {
        return other_kind(&alg, family, &named);
    }
    with_findings(tried(token, algorithm, &fitting, keys), token)
}

fn tried(token: &Token, algorithm: Algorithm, fitting: &[&Key], keys: &Keys) -> Signature {
    let signature = token
        .part(Role::Signature)
        .map_or(&[][..], |part| &part.bytes);
    let input = token.signing_input();
    let verifying = fitting
        .iter()
        .find(|key| key.material().verifies(algorithm, &input, signature));
    let Some(key) = verifying.or(fitting.first()) else {
        return Signature::new(SignatureState::NotChecked, "No key was given.");
    };
    let mut answer = if verifying.is_some() {
        Signature::with(SignatureState::Valid, verified(key), key, keys)
    } else {
        let reason = mismatch(signature, fitting, algorithm);
        Signature::with(SignatureState::Invalid, reason, key, keys)
    };
    answer.diagnostics.extend(weak(key, algorithm));
    if answer.state == SignatureState::Invalid {
        excuse(token, &mut answer);
    }
    answer
}

fn verified(key: &Key) -> &'static str {
    if key.is_embedded() {
        "The key in the token's own header verifies the signature. \
         That proves nothing: anyone who makes a token can put any key into it."
    } else {
        "The key verifies the signature."
    }
}

/// A signature that cannot verify as the token stands.
fn excuse(token: &Token, answer: &mut Signature) {
    if token.is_detached() {
        (answer.state, answer.key) = (SignatureState::CannotCheck, None);
        "The payload is detached. To check the signature, provide the payload separately."
            .clone_into(&mut answer.reason);
    } else if token.header_value("nonce").is_some() {
        (answer.state, answer.key) = (SignatureState::CannotCheck, None);
        NONCE.clone_into(&mut answer.reason);
    }
}

const NONCE: &str = "The header has a `nonce`: Microsoft Graph signs a modified header, so only Graph can check it.";

fn without_keys(token: &Token) -> Signature {
    if token.header_value("nonce").is_some() {
        return Signature::new(SignatureState::CannotCheck, NONCE);
    }
    Signature::new(SignatureState::NotChecked, "No key was given.")
}

/// The answer that the outer form gives.
fn from_form(token: &Token) -> Option<Signature> {
    let (state, reason) = match token.form {
        TokenForm::Jwe => (
            SignatureState::CannotCheck,
            "The token is encrypted; there is no signature to check.",
        ),
        TokenForm::Claims => (
            SignatureState::CannotCheck,
            "These are only claims; there is no signature.",
        ),
        TokenForm::Partial => (
            SignatureState::CannotCheck,
            "The token is incomplete; its signature cannot be checked.",
        ),
        TokenForm::Jws => return None,
    };
    Some(Signature::new(state, reason))
}

/// The answer that the header gives, whatever the key.
fn from_header(token: &Token, alg: &str) -> Option<Signature> {
    let invalid = |reason: String| Some(Signature::new(SignatureState::Invalid, reason));
    if alg.is_empty() {
        return invalid("The header does not name an algorithm (`alg`).".to_owned());
    }
    if alg.eq_ignore_ascii_case("none") {
        return invalid(
            "The algorithm is `none`: nothing is signed, and anyone can write such a token."
                .to_owned(),
        );
    }
    if has_finding(token, "base64url-") {
        return invalid(
            "The text is not canonical base64url. Verifiers reject it (RFC 7515 §5.2).".to_owned(),
        );
    }
    headers(token)
        .or_else(|| extensions(token))
        .and_then(invalid)
}

/// What is wrong with the headers themselves (RFC 7515 §5.2 steps 3 and 4).
fn headers(token: &Token) -> Option<String> {
    let part = token.part(Role::Header)?;
    let is_text = std::str::from_utf8(&part.bytes).is_ok();
    let header = part
        .json
        .as_ref()
        .filter(|json| is_text && json.is_complete());
    if header.is_none() && !part.bytes.is_empty() {
        return Some(
            "The header is not valid JSON. Verifiers reject it (RFC 7515 §5.2).".to_owned(),
        );
    }
    let unprotected = token
        .part(Role::UnprotectedHeader)?
        .json
        .as_ref()?
        .object()?;
    let mut names = unprotected.members().map(|(name, _)| name.to_text());
    let name = names.find(|name| header.is_some_and(|header| header.get(name).is_some()))?;
    Some(format!(
        "`{}` is in both headers, which RFC 7515 §4 forbids.",
        short(&name)
    ))
}

fn has_finding(token: &Token, beginning: &str) -> bool {
    token
        .diagnostics
        .iter()
        .any(|finding| finding.code.starts_with(beginning))
}

/// What is wrong with the extensions that the header makes critical (RFC 7515 §4.1.11). `b64` is understood.
fn extensions(token: &Token) -> Option<String> {
    let b64 = token.header_value("b64");
    if b64.is_some_and(|b64| b64.as_bool().is_none()) {
        return Some("`b64` must be true or false (RFC 7797 §3).".to_owned());
    }
    let protected = |name| token.header().and_then(|header| header.get(name)).is_some();
    if b64.is_some() && !protected("b64") {
        return Some("`b64` must be in the protected header (RFC 7797 §3).".to_owned());
    }
    let crit = token.header_value("crit")?;
    if !protected("crit") {
        return Some("`crit` must be in the protected header (RFC 7515 §4.1.11).".to_owned());
    }
    if crit.kind() != ValueKind::Array || crit.items().next().is_none() {
        return Some("`crit` must be a list with at least one name (RFC 7515 §4.1.11).".to_owned());
    }
    let unknown = crit.items().find(|name| !is_b64(*name))?;
    let name: String = unknown.to_text().chars().take(40).collect();
    Some(format!(
        "The header marks `{name}` as critical (`crit`), and Fedcred does not support it. \
         RFC 7515 §4.1.11 says to reject such a token."
    ))
}

fn is_b64(name: Value<'_>) -> bool {
    name.as_str().is_some_and(|name| name == "b64")
}

fn unsupported(alg: &str) -> Signature {
    Signature::new(
        SignatureState::CannotCheck,
        format!(
            "The algorithm `{}` is not supported. \
             Supported: HS, RS, PS and ES with 256, 384 and 512, and EdDSA (Ed25519).",
            short(alg)
        ),
    )
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Keys with the header's `kid`; where there are none, keys without a name. Without a `kid`, the key whose
/// certificate the header names, or all.
fn named_keys<'a>(token: &Token, keys: &'a Keys) -> Vec<&'a Key> {
    let all = keys.iter();
    let Some(kid) = token.header_text("kid") else {
        let thumbprint = token.header_text("x5t#S256");
        let is_certified = |key: &&Key| {
            let certificate = key.certificate();
            thumbprint.is_some()
                && certificate.map(|c| c.thumbprint.as_str()) == thumbprint.as_deref()
        };
        let certified: Vec<_> = all.clone().filter(is_certified).collect();
        return if certified.is_empty() {
            all.collect()
        } else {
            certified
        };
    };
    let has_name = |key: &&Key| key.kid().is_some_and(|k| k.as_str() == kid);
    let named: Vec<_> = all.clone().filter(has_name).collect();
    if named.is_empty() {
        all.filter(|key| key.kid().is_none()).collect()
    } else {
        named
    }
}

/// Whether a key that says what it is for (`alg`, RFC 7517 §4.4) is for this algorithm.
fn meant_for(key: &Key, algorithm: Algorithm) -> bool {
    key.alg()
        .is_none_or(|meant| Algorithm::from_name(meant) == Some(algorithm))
}

fn no_such_key(token: &Token, keys: &Keys) -> String {
    let kid = short(&token.header_text("kid").unwrap_or_default());
    match keys.len() {
        1 => format!("The key given does not have the ID that the token names, `{kid}`."),
        count => format!("None of the {count} keys given has the token's key ID `{kid}`."),
    }
}

/// A key of another kind is never tried: that is how a public key gets used as a secret.
fn other_kind(alg: &str, family: Family, named: &[&Key]) -> Signature {
    if named.iter().all(|key| key.source().format.is_guess()) {
        let reason = format!(
            "`{}` requires {}. The text given is not a key in a supported format.",
            short(alg),
            family.name()
        );
        return Signature::new(SignatureState::NotChecked, reason);
    }
    Signature::new(SignatureState::Invalid, misfit(alg, family, named))
}

fn misfit(alg: &str, family: Family, keys: &[&Key]) -> String {
    let which = match keys {
        [_] => "the key given",
        _ => "the first key given",
    };
    let given = keys.first().map_or_else(String::new, |key| {
        if key.material().family() == family {
            let meant = key.alg().unwrap_or_default();
            return format!("{which} is meant only for `{}`", short(meant));
        }
        format!("{which} is {}", key.description())
    });
    let confusion = match family {
        Family::Secret => " Using a public key as a secret is a known attack.",
        _ => "",
    };
    format!(
        "The key does not fit the algorithm: `{}` requires {}, but {given}.{confusion}",
        short(alg),
        family.name()
    )
}

/// Why no key verifies, as far as the signature itself tells.
fn mismatch(signature: &[u8], fitting: &[&Key], algorithm: Algorithm) -> String {
    if signature.is_empty() {
        return "The signature is empty.".to_owned();
    }
    if let Some(length) = algorithm.family().signature_length() {
        if signature.len() != length {
            let der = match signature.first() {
                Some(0x30) => " It looks like ASN.1 DER; JWS uses the two numbers alone.",
                _ => "",
            };
            return format!(
                "The signature has {} bytes; this algorithm produces {length} (RFC 7518 §3.4).{der}",
                signature.len()
            );
        }
        let (r, s) = signature.split_at(length / 2);
        let zero = |half: &[u8]| half.iter().all(|byte| *byte == 0);
        if matches!(algorithm, Algorithm::Ecdsa(_)) && (zero(r) || zero(s)) {
            return "A number of the signature is zero. Such a signature never verifies; \
                    some libraries once accepted it for any token (CVE-2022-21449)."
                .to_owned();
        }
    }
    match fitting {
        [_] => "The key does not verify the signature: the token was changed, or another key signed it.".to_owned(),
        _ => {
            let names: Vec<_> = fitting.iter().take(5).map(|key| name(key)).collect();
            format!(
                "None of the {} suitable keys verifies the signature: {}.",
                fitting.len(),
                names.join("; ")
            )
        }
    }
}

fn name(key: &Key) -> String {
    match key.kid() {
        Some(kid) => format!("`{}`", short(kid.as_str())),
        None => key.source().to_string(),
    }
}

/// A key too short for what it does (RFC 7518 §3.2, §3.3).
fn weak(key: &Key, algorithm: Algorithm) -> Option<Diagnostic> {
    let message = match (key.material(), algorithm) {
        (Material::Secret(secret), Algorithm::Hmac(hash)) if secret.len() < hash.length() => {
            format!(
                "The secret has {} bytes; this algorithm requires at least {} (RFC 7518 §3.2).",
                secret.len(),
                hash.length()
            )
        }
        (Material::Rsa(_), _) if key.material().rsa_bits() < 2048 => format!(
            "The RSA key has {} bits; at least 2048 are required (RFC 7518 §3.3).",
            key.material().rsa_bits()
        ),
        _ => return None,
    };
    Some(
        Diagnostic::warning("key-weak", message)
            .help("A short key can be guessed or computed. Use a longer one."),
    )
}

/// `b64` changes what is signed, so readers that do not know it must be told (RFC 7797 §6).
fn with_findings(mut answer: Signature, token: &Token) -> Signature {
    if !token.payload_is_encoded() && token.header_value("crit").is_none() {
        answer.diagnostics.push(
            Diagnostic::warning(
                "b64-not-critical",
                "`b64` is false, but `crit` does not list it.",
            )
            .help(
                "RFC 7797 §6 requires it there. Verifiers that do not know `b64` see another payload.",
            ),
        );
    }
    answer
}

impl Signature {
    fn new(state: SignatureState, reason: impl Into<String>) -> Self {
        Self {
            state,
            reason: reason.into(),
            key: None,
            diagnostics: Vec::new(),
        }
    }

    fn with(state: SignatureState, reason: impl Into<String>, key: &Key, keys: &Keys) -> Self {
        let index = keys.iter().position(|one| std::ptr::eq(one, key));
        Self {
            key: Some(KeyUsed {
                kid: key.kid().cloned(),
                source: key.source().clone(),
                description: key.description(),
                is_embedded: key.is_embedded(),
                index: index.unwrap_or_default(),
            }),
            ..Self::new(state, reason)
        }
    }
}
