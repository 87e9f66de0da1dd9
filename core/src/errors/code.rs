//! The number of an error of Entra ID, and names for those that the mock answers with.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The text of the catalogue, in which each named code must have a row.
pub(super) const CATALOGUE: &str = include_str!("../../data/errors.json");

/// The number of an error of Entra ID, written `AADSTS700213`; JSON holds the number alone.
///
/// Any number can be one: Entra ID has more codes than the catalogue. The named ones all have a row there, because
/// a constant without one does not compile.
///
/// ```
/// use fedcred_core::errors::AadstsCode;
///
/// let code = AadstsCode::new(700_213);
/// assert_eq!(code, AadstsCode::NO_MATCHING_SUBJECT);
/// assert_eq!(code.to_string(), "AADSTS700213");
/// assert_eq!(code.lookup_url(), "https://login.microsoftonline.com/error?code=700213");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AadstsCode(u32);

impl AadstsCode {
    /// The endpoint was called with another HTTP method than POST.
    pub const WRONG_METHOD: Self = catalogued(900_561);
    /// The tenant in the address is neither an ID nor a domain.
    pub const MALFORMED_TENANT: Self = catalogued(900_023);
    /// There is no such tenant.
    pub const TENANT_NOT_FOUND: Self = catalogued(90_002);
    /// The grant does not work at `common` or `organizations`.
    pub const GRANT_NEEDS_TENANT: Self = catalogued(9_001_023);
    /// The body lacks a parameter.
    pub const MISSING_PARAMETER: Self = catalogued(900_144);
    /// The request has neither a client secret nor an assertion.
    pub const MISSING_CLIENT_CREDENTIAL: Self = catalogued(7_000_216);
    /// The grant type is not supported.
    pub const UNSUPPORTED_GRANT: Self = catalogued(70_003);
    /// The assertion is not a readable JWT.
    pub const MALFORMED_ASSERTION: Self = catalogued(50_027);
    /// The header of the assertion names no key.
    pub const MISSING_KEY_ID: Self = catalogued(5_002_723);
    /// The assertion is signed with an algorithm that is not accepted.
    pub const UNSUPPORTED_ALGORITHM: Self = catalogued(5_002_738);
    /// The assertion lacks a claim.
    pub const MISSING_CLAIM: Self = catalogued(90_014);
    /// The tenant has no such application.
    pub const APPLICATION_NOT_FOUND: Self = catalogued(700_016);
    /// The application has no federated credential.
    pub const NO_CREDENTIALS: Self = catalogued(70_025);
    /// No federated credential has the assertion's issuer.
    pub const NO_MATCHING_ISSUER: Self = catalogued(700_211);
    /// No federated credential has the assertion's subject.
    pub const NO_MATCHING_SUBJECT: Self = catalogued(700_213);
    /// The subject of a federated credential differs in letter case alone.
    pub const SUBJECT_CASE_DIFFERS: Self = catalogued(7_002_138);
    /// Neither a subject nor an expression matches the assertion.
    pub const NO_MATCHING_EXPRESSION: Self = catalogued(7_002_131);
    /// No federated credential has the assertion's audience.
    pub const NO_MATCHING_AUDIENCE: Self = catalogued(700_212);
    /// The assertion is a token of Entra ID for another audience than the token exchange.
    pub const AUDIENCE_NOT_EXCHANGE: Self = catalogued(7_002_121);
    /// No federated credential matches; the one code for it from 2021 to 2023.
    pub const NO_MATCHING_CREDENTIAL: Self = catalogued(70_021);
    /// The issuer's metadata cannot be fetched.
    pub const METADATA_UNREACHABLE: Self = catalogued(50_166);
    /// The issuer does not publish the key of the assertion.
    pub const KEY_NOT_PUBLISHED: Self = catalogued(7_000_272);
    /// The assertion has expired or is not valid yet.
    pub const ASSERTION_NOT_IN_TIME: Self = catalogued(700_024);
    /// The assertion is the token of an ordinary application.
    pub const TOKEN_OF_APPLICATION: Self = catalogued(700_226);
    /// The assertion is the token of a user.
    pub const TOKEN_OF_USER: Self = catalogued(700_229);
    /// The managed identity belongs to another tenant.
    pub const IDENTITY_OF_OTHER_TENANT: Self = catalogued(700_236);
    /// The tenant has no service principal of the application.
    pub const SERVICE_PRINCIPAL_MISSING: Self = catalogued(7_000_229);
    /// The scope does not end with `/.default`.
    pub const SCOPE_WITHOUT_DEFAULT: Self = catalogued(1_002_012);
    /// The tenant has no such resource.
    pub const RESOURCE_NOT_FOUND: Self = catalogued(500_011);
    /// The resource requires an assignment that the client does not have.
    pub const CLIENT_NOT_ASSIGNED: Self = catalogued(501_051);
    /// The host is not known to instance discovery.
    pub const UNKNOWN_INSTANCE: Self = catalogued(50_049);

    /// The code with this number, whether the catalogue has it or not.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number after `AADSTS`.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The page on which Entra ID itself explains the code
    /// (Entra: handle errors and exceptions; checked 2026-11).
    #[must_use]
    pub fn lookup_url(self) -> String {
        format!("https://login.microsoftonline.com/error?code={}", self.0)
    }
}

impl fmt::Display for AadstsCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AADSTS{}", self.0)
    }
}

/// A code of the catalogue. A constant of a code that has no row there does not compile.
const fn catalogued(number: u32) -> AadstsCode {
    assert!(
        has_row(number),
        "add the code to core/data/errors.json first"
    );
    AadstsCode(number)
}

const fn has_row(number: u32) -> bool {
    let mut rest = CATALOGUE.as_bytes();
    while let [_, next @ ..] = rest {
        if let [b'"', b'c', b'o', b'd', b'e', b'"', b':', b' ', digits @ ..] = rest
            && leading_number(digits) == number
        {
            return true;
        }
        rest = next;
    }
    false
}

const fn leading_number(mut text: &[u8]) -> u32 {
    let mut number = 0;
    while let [digit @ b'0'..=b'9', rest @ ..] = text {
        number = number * 10 + (*digit - b'0') as u32;
        text = rest;
    }
    number
}
