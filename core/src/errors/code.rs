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

/// One row a code: `NAME = number;` below what it means.
macro_rules! codes {
    ($($(#[$meaning:meta])* $name:ident = $number:literal;)*) => {
        impl AadstsCode {
            $($(#[$meaning])* pub const $name: Self = Self($number);)*
        }

        // Evaluated even where nothing uses a constant, and by `cargo check`.
        const _: () = {
            $(assert!(
                has_row($number),
                concat!(stringify!($name), ": add the code to core/data/errors.json first"),
            );)*
        };
    };
}

codes! {
    /// The endpoint was called with another HTTP method than POST.
    WRONG_METHOD = 900_561;
    /// The tenant in the address is neither an ID nor a domain.
    MALFORMED_TENANT = 900_023;
    /// There is no such tenant.
    TENANT_NOT_FOUND = 90_002;
    /// The grant does not work at `common` or `organizations`.
    GRANT_NEEDS_TENANT = 9_001_023;
    /// The body lacks a parameter.
    MISSING_PARAMETER = 900_144;
    /// The request has neither a client secret nor an assertion.
    MISSING_CLIENT_CREDENTIAL = 7_000_216;
    /// The grant type is not supported.
    UNSUPPORTED_GRANT = 70_003;
    /// The assertion is not a readable JWT.
    MALFORMED_ASSERTION = 50_027;
    /// The header of the assertion names no key.
    MISSING_KEY_ID = 5_002_723;
    /// The assertion is signed with an algorithm that is not accepted.
    UNSUPPORTED_ALGORITHM = 5_002_738;
    /// The assertion lacks a claim.
    MISSING_CLAIM = 90_014;
    /// The tenant has no such application.
    APPLICATION_NOT_FOUND = 700_016;
    /// The application has no federated credential.
    NO_CREDENTIALS = 70_025;
    /// No federated credential has the assertion's issuer.
    NO_MATCHING_ISSUER = 700_211;
    /// No federated credential has the assertion's subject.
    NO_MATCHING_SUBJECT = 700_213;
    /// The subject of a federated credential differs in letter case alone.
    SUBJECT_CASE_DIFFERS = 7_002_138;
    /// Neither a subject nor an expression matches the assertion.
    NO_MATCHING_EXPRESSION = 7_002_131;
    /// No federated credential has the assertion's audience.
    NO_MATCHING_AUDIENCE = 700_212;
    /// The assertion is a token of Entra ID for another audience than the token exchange.
    AUDIENCE_NOT_EXCHANGE = 7_002_121;
    /// No federated credential matches; the one code for it from 2021 to 2023.
    NO_MATCHING_CREDENTIAL = 70_021;
    /// The issuer's metadata cannot be fetched.
    METADATA_UNREACHABLE = 50_166;
    /// The issuer does not publish the key of the assertion.
    KEY_NOT_PUBLISHED = 7_000_272;
    /// The assertion has expired or is not valid yet.
    ASSERTION_NOT_IN_TIME = 700_024;
    /// The assertion is the token of an ordinary application.
    TOKEN_OF_APPLICATION = 700_226;
    /// The assertion is the token of a user.
    TOKEN_OF_USER = 700_229;
    /// The managed identity belongs to another tenant.
    IDENTITY_OF_OTHER_TENANT = 700_236;
    /// The tenant has no service principal of the application.
    SERVICE_PRINCIPAL_MISSING = 7_000_229;
    /// The scope does not end with `/.default`.
    SCOPE_WITHOUT_DEFAULT = 1_002_012;
    /// The tenant has no such resource.
    RESOURCE_NOT_FOUND = 500_011;
    /// The resource requires an assignment that the client does not have.
    CLIENT_NOT_ASSIGNED = 501_051;
    /// The host is not known to instance discovery.
    UNKNOWN_INSTANCE = 50_049;
}

impl AadstsCode {
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

/// Whether the catalogue has a row for a code.
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
