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
    /// Whether at least one credential matches.
    pub matched: bool,
    /// The code of the error that Entra ID answers, if none matches.
    pub code: Option<AadstsCode>,
    /// The text of that error.
    pub message: Option<String>,
    /// How certain it is that Entra ID answers this.
    pub confidence: Option<Confidence>,
    /// The credentials, the nearest first.
    pub matches: Vec<Match>,
    /// The nearest credential, changed so that it matches. `None` if one matches, or if the token itself is the problem.
    pub corrected: Option<Credential>,
    /// How many credentials further away are not in `matches`.
    #[serde(skip)]
    pub further: usize,
}

/// A credential, compared with a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// The name of the credential.
    pub name: String,
    /// The index of the credential in the list, from 0.
    pub index: usize,
    /// Whether all fields match.
    pub matched: bool,
    /// The code that Entra ID would answer if it were the only one.
    pub code: Option<AadstsCode>,
    /// The comparisons of issuer, subject or expression, and audience.
    pub fields: Vec<FieldMatch>,
}

/// A field of a credential that is compared with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CredentialField {
    /// `issuer`, compared with `iss`.
    Issuer,
    /// `subject`, compared with `sub`.
    Subject,
    /// `claimsMatchingExpression`, which a flexible credential has in place of a subject, compared with the claims.
    Expression,
    /// `audiences`, compared with `aud`.
    Audience,
}

/// A field of a credential, compared with the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldMatch {
    /// The field that was compared.
    pub field: CredentialField,
    /// Whether it matches.
    pub verdict: CheckVerdict,
    /// The value in the token. For an expression, this is `sub`.
    pub presented: String,
    /// The value in the credential.
    pub configured: String,
    /// Where the two differ. `None` if they match, and for an expression, whose terms contain it.
    pub diff: Option<Difference>,
    /// Why it matches or not, if the values alone do not show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The result of each term of an expression.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermMatch>,
    /// What is wrong with an expression. Spans are in bytes of `configured`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
}
