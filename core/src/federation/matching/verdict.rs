//! What comes of comparing a token with credentials.

use serde::Serialize;

use super::super::credential::Credential;
use crate::claims::Confidence;
use crate::errors::AadstsCode;
use crate::expression::TermMatch;
use crate::text::{CheckVerdict, Diagnostic, Difference};

/// What comes of comparing a token with a list of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether one of them matches.
    pub matched: bool,
    /// The AADSTS code that Entra ID answers.
    pub code: Option<AadstsCode>,
    /// Its text.
    pub message: Option<String>,
    /// How sure that is.
    pub confidence: Option<Confidence>,
    /// The credentials, the nearest first.
    pub matches: Vec<Match>,
    /// The nearest as it would match; `None` where one matches, or where the token itself is the problem.
    pub corrected: Option<Credential>,
    /// How many more there are, further away.
    #[serde(skip)]
    pub further: usize,
}

/// One credential compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// Its name.
    pub name: String,
    /// Its place in the list, from 0.
    pub index: usize,
    /// Whether all fields match.
    pub matched: bool,
    /// The code that Entra ID would answer if it were the only one.
    pub code: Option<AadstsCode>,
    /// Issuer, subject or expression, and audience.
    pub fields: Vec<FieldMatch>,
}

/// The fields that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialField {
    /// `iss` with issuer.
    Issuer,
    /// `sub` with subject.
    Subject,
    /// The claims with the expression that a flexible credential has in place of a subject.
    Expression,
    /// `aud` with audience.
    Audience,
}

/// One field compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldMatch {
    /// Which.
    pub field: CredentialField,
    /// Whether it matches.
    pub verdict: CheckVerdict,
    /// The value of the token; beside an expression its `sub`.
    pub presented: String,
    /// The value of the credential.
    pub configured: String,
    /// Where they differ; absent where they match, and of an expression, whose terms have it.
    pub diff: Option<Difference>,
    /// Why it matches or not, where the values alone do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What came of each term of an expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermMatch>,
    /// What is wrong with an expression; places are bytes of `configured`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}
