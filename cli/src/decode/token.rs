//! One token as JSON: its parts, signature, claims and findings.

use fedcred_core::claims::{
    Assignment, Claim, Cloud, Confidence, DecodedValue, EntraIssuer, Evidence, ExpectedCheck,
    Explanation, Platform, TokenKind, Validity, Version, explain,
};
use fedcred_core::jose::{
    KeyUsed, Part, Role, Serialization, Signature, SignatureState, Token, TokenForm, explain_parts,
};
use fedcred_core::text::{Diagnostic, Span, time};
use serde::Serialize;

use super::certificate::CertificateSummary;
use super::json::Json;

/// A token, decoded, checked and explained.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DecodedToken {
    pub(super) kind: TokenForm,
    pub(super) serialization: Serialization,
    pub(super) span: Span,
    /// The index, from 0, of the token that contains this one.
    pub(super) inside: Option<usize>,
    pub(super) header: Option<Json>,
    /// Header parameters that no signature covers.
    pub(super) unprotected_headers: Vec<Json>,
    pub(super) payload: Option<Json>,
    pub(super) parts: Vec<DecodedPart>,
    pub(super) signature: DecodedSignature,
    pub(super) token_kind: TokenKind,
    pub(super) title: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) platform: Option<DecodedPlatform>,
    pub(super) issuer: Option<DecodedIssuer>,
    pub(super) assignment: Option<Assignment>,
    pub(super) validity: Validity,
    pub(super) expected: Vec<ExpectedCheck>,
    pub(super) header_parameters: Vec<DecodedClaim>,
    #[serde(skip)]
    pub(super) unprotected_parameters: Vec<DecodedClaim>,
    pub(super) claims: Vec<DecodedClaim>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A part of a token.
#[derive(Debug, Serialize)]
pub(super) struct DecodedPart {
    pub(super) role: &'static str,
    /// How many bytes it decodes to.
    pub(super) bytes: usize,
    pub(super) span: Span,
    /// What it is for; only for encrypted tokens.
    pub(super) meaning: Option<String>,
}

/// What is known of the signature.
#[derive(Debug, Serialize)]
pub(super) struct DecodedSignature {
    pub(super) state: SignatureState,
    pub(super) reason: String,
    pub(super) key: Option<SignatureKey>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The key that the signature was checked with.
#[derive(Debug, Serialize)]
pub(super) struct SignatureKey {
    #[serde(flatten)]
    pub(super) used: KeyUsed,
    pub(super) certificate: Option<CertificateSummary>,
}

#[derive(Debug, Serialize)]
pub(super) struct DecodedPlatform {
    pub(super) id: String,
    pub(super) title: String,
}

#[derive(Debug, Serialize)]
pub(super) struct DecodedIssuer {
    pub(super) cloud: Option<Cloud>,
    pub(super) version: Version,
    pub(super) tenant: String,
}

/// A claim or a parameter of the header.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DecodedClaim {
    pub(super) name: String,
    value: Json,
    pub(super) meaning: String,
    pub(super) never: String,
    pub(super) by: String,
    pub(super) unit: String,
    pub(super) source: String,
    pub(super) confidence: Option<Confidence>,
    pub(super) label: Option<String>,
    pub(super) label_confidence: Option<Confidence>,
    time: Option<String>,
    pub(super) readings: Vec<DecodedValue>,
    span: Span,
    #[serde(skip)]
    pub(super) seconds: Option<i64>,
    #[serde(skip)]
    pub(super) shown: String,
}

impl DecodedToken {
    pub(super) fn new(
        token: &Token,
        signature: DecodedSignature,
        expected: Vec<ExpectedCheck>,
        now: i64,
    ) -> Self {
        let explanation = explain(token, now);
        let title = explanation.title().to_owned();
        let Explanation {
            kind,
            evidence,
            issuer,
            platform,
            assignment,
            header,
            unprotected,
            claims,
            validity,
            diagnostics,
            ..
        } = explanation;
        Self {
            kind: token.form,
            serialization: token.serialization,
            span: token.span,
            inside: token.inside,
            header: token.part(Role::Header).map(Json::from_part),
            unprotected_headers: unprotected_headers(token),
            payload: token.part(Role::Payload).map(Json::from_part),
            parts: decoded_parts(token),
            signature,
            token_kind: kind,
            title,
            evidence,
            platform: platform.map(DecodedPlatform::from),
            issuer: issuer.map(DecodedIssuer::from),
            assignment,
            validity,
            expected,
            header_parameters: decoded_claims(header, token, Role::Header),
            unprotected_parameters: decoded_claims(unprotected, token, Role::UnprotectedHeader),
            claims: decoded_claims(claims, token, Role::Payload),
            diagnostics: token
                .diagnostics
                .iter()
                .cloned()
                .chain(diagnostics)
                .collect(),
        }
    }
}

fn unprotected_headers(token: &Token) -> Vec<Json> {
    token
        .parts
        .iter()
        .filter(|part| part.role == Role::UnprotectedHeader)
        .map(Json::from_part)
        .collect()
}

fn decoded_parts(token: &Token) -> Vec<DecodedPart> {
    let mut meanings = match token.form {
        TokenForm::Jwe => explain_parts(token),
        _ => Vec::new(),
    }
    .into_iter();
    token
        .parts
        .iter()
        .map(|part| DecodedPart {
            meaning: meanings.next().map(|(_, meaning)| meaning),
            ..DecodedPart::new(part)
        })
        .collect()
}

impl DecodedPart {
    fn new(part: &Part) -> Self {
        Self {
            role: role_name(part.role),
            bytes: part.bytes.len(),
            span: part.span,
            meaning: None,
        }
    }
}

/// The name of a part in JSON.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Header => "header",
        Role::UnprotectedHeader => "unprotected_header",
        Role::Payload => "payload",
        Role::Signature => "signature",
        Role::EncryptedKey => "encrypted_key",
        Role::InitializationVector => "initialization_vector",
        Role::Ciphertext => "ciphertext",
        Role::AuthenticationTag => "authentication_tag",
        Role::Surplus => "surplus",
    }
}

impl DecodedSignature {
    pub(super) fn new(signature: Signature, certificate: Option<CertificateSummary>) -> Self {
        Self {
            state: signature.state,
            reason: signature.reason,
            key: signature.key.map(|used| SignatureKey { used, certificate }),
            diagnostics: signature.diagnostics,
        }
    }

    /// Whether the signature is valid only with the key in the token itself.
    pub(super) fn proves_nothing(&self) -> bool {
        self.state == SignatureState::Valid
            && self.key.as_ref().is_some_and(|key| key.used.is_embedded)
    }
}

impl From<&Platform> for DecodedPlatform {
    fn from(platform: &Platform) -> Self {
        Self {
            id: platform.id.clone(),
            title: platform.title.clone(),
        }
    }
}

impl From<EntraIssuer> for DecodedIssuer {
    fn from(issuer: EntraIssuer) -> Self {
        Self {
            cloud: issuer.cloud,
            version: issuer.version,
            tenant: issuer.tenant,
        }
    }
}

/// The explained claims with their exact values, which the parts contain in the same order.
fn decoded_claims(claims: Vec<Claim>, token: &Token, role: Role) -> Vec<DecodedClaim> {
    let parts = token.parts.iter().filter(|part| part.role == role);
    let objects = parts.filter_map(|part| part.json.as_ref()?.object());
    let members = objects.flat_map(|object| object.members());
    claims
        .into_iter()
        .zip(members)
        .map(|(claim, (_, value))| DecodedClaim::new(claim, value.raw()))
        .collect()
}

impl DecodedClaim {
    fn new(claim: Claim, raw: &str) -> Self {
        Self {
            value: Json::exact(raw).unwrap_or_else(|| Json::Text(claim.value.clone())),
            name: claim.name,
            meaning: claim.meaning,
            never: claim.caution,
            by: claim.set_by,
            unit: claim.unit,
            source: claim.source,
            confidence: claim.confidence,
            label: claim.label,
            label_confidence: claim.label_confidence,
            time: claim.time.map(time::rfc3339),
            readings: claim.decoded,
            span: claim.span,
            seconds: claim.time,
            shown: claim.value,
        }
    }
}
