//! Fetches the issuer's metadata and keys, and checks key, algorithm, signature and time of the assertion.

use std::borrow::Cow;

use super::assertion::KEY_NAMES;
use super::exchange::Exchange;
use crate::claims::{Claims, Times};
use crate::entra::discovery::metadata_address;
use crate::entra::handled::Fetch;
use crate::entra::http::{HttpRequest, HttpResponse};
use crate::entra::refusal::Refusal;
use crate::entra::rule::RuleId;
use crate::errors::AadstsCode;
use crate::jose::{self, Key, Keys, SignatureState, Token};
use crate::text::json::Document;
use crate::text::{base64url, time};

impl Exchange<'_> {
    pub(super) fn signature(&mut self, token: &Token, claims: &Claims) -> Result<(), Refusal> {
        let issuer = claims.issuer.as_ref().map_or("", |issuer| issuer.as_str());
        let cached = self.cached();
        let keys = self.fetch_keys(issuer, cached);
        let read = keys.as_ref().map_or(0, |keys| keys.len());
        let count = match read {
            1 => "1 key".to_owned(),
            _ => format!("{read} keys"),
        };
        let address = metadata_address(issuer);
        let no_metadata = || Refusal::new(AadstsCode::METADATA_UNREACHABLE, &[]);
        self.checks.require(
            RuleId::Metadata,
            (&address, &count),
            keys.is_some(),
            no_metadata,
        )?;
        if let Some(read_at) = cached {
            let read_at = time::rfc3339(read_at);
            self.checks
                .note(&format!("Kept since {read_at}; nothing was fetched."));
        }
        let keys = keys.ok_or_else(no_metadata)?;
        self.key(token, &keys, issuer)?;
        let alg = token.header_text("alg").unwrap_or_default();
        self.checks
            .require(RuleId::Algorithm, (&alg, "RS256"), alg == "RS256", || {
                unsupported(&alg)
            })?;
        let signature = jose::verify(token, &keys);
        let used = signature
            .key
            .map_or_else(String::new, |key| key.source.to_string());
        self.checks.require(RuleId::Signature, (&signature.reason, &used), signature.state == SignatureState::Valid, || {
            Refusal::unknown(
                "invalid_client",
                "The signature of the client assertion is not valid. (Fedcred: which code Entra ID answers here is not known.)",
            )
        })
    }

    fn key(&mut self, token: &Token, keys: &Keys, issuer: &str) -> Result<(), Refusal> {
        let kid = KEY_NAMES
            .iter()
            .find_map(|name| token.header_text(name))
            .unwrap_or_default();
        let names: Vec<_> = keys
            .iter()
            .filter_map(Key::kid)
            .map(|k| k.as_str())
            .collect();
        let known = names.contains(&&*kid);
        self.checks
            .require(RuleId::Key, (&kid, &names.join(", ")), known, || {
                Refusal::new(
                    AadstsCode::KEY_NOT_PUBLISHED,
                    &[("hex", &hexadecimal(&kid)), ("iss", issuer)],
                )
            })
    }

    /// When the metadata were read that are kept still.
    fn cached(&self) -> Option<i64> {
        let cache = self.entra.directory.metadata_cache?;
        let age = self.now.saturating_sub(cache.read_at);
        (0..cache.seconds).contains(&age).then_some(cache.read_at)
    }

    /// Reads discovery document and keys of an issuer, from the mock itself; what is kept is as it was then.
    fn fetch_keys(&mut self, issuer: &str, cached: Option<i64>) -> Option<Keys> {
        let discovery = self.fetch(metadata_address(issuer), cached)?;
        let document = Document::parse(discovery);
        let same = document.get("issuer")?.as_str()? == issuer;
        let address = document.get("jwks_uri")?.as_str()?.into_owned();
        let keys = same.then(|| self.fetch(address.clone(), cached))??;
        Some(Keys::parse(&keys, &address))
    }

    fn fetch(&mut self, address: String, cached: Option<i64>) -> Option<String> {
        let request = HttpRequest::get(address);
        let reachable = cached.is_some() || !self.entra.directory.metadata_unreachable;
        let response = if reachable {
            self.entra
                .answer(cached.unwrap_or(self.now), &request)
                .response
        } else {
            HttpResponse::text(503, "Not reachable from Entra ID.")
        };
        let body = (response.status == 200).then(|| response.body.clone());
        if cached.is_none() {
            self.fetches.push(Fetch { request, response });
        }
        body
    }

    pub(super) fn time(&mut self, token: &Token) -> Result<(), Refusal> {
        let times = Times::from_token(token);
        let (presented, now) = (times.to_string(), time::rfc3339(self.now));
        self.checks.require(
            RuleId::Time,
            (&presented, &now),
            times.is_valid_at(self.now),
            || {
                let now = precise(Some(self.now));
                let (nbf, exp) = (precise(times.not_before), precise(times.expires));
                Refusal::new(
                    AadstsCode::ASSERTION_NOT_IN_TIME,
                    &[("now", &now), ("nbf", &nbf), ("exp", &exp)],
                )
            },
        )
    }
}

/// The recorded text lists RS384 and RS512 as supported, so it cannot be the answer for them.
fn unsupported(alg: &str) -> Refusal {
    match alg {
        "RS384" | "RS512" => Refusal::unknown(
            "invalid_client",
            &format!(
                "The client assertion is signed with {alg}. (Fedcred: this mock takes RS256 alone, the only algorithm that is documented as supported.)"
            ),
        ),
        _ => Refusal::new(AadstsCode::UNSUPPORTED_ALGORITHM, &[("alg", alg)]),
    }
}

/// An instant as in the text of AADSTS700024, with seven digits after the point.
fn precise(seconds: Option<i64>) -> String {
    time::rfc3339(seconds.unwrap_or(0)).replace('Z', ".0000000Z")
}

/// The key id as AADSTS7000272 prints it: its bytes in upper-case hexadecimal.
fn hexadecimal(kid: &str) -> String {
    let bytes = base64url::decode_strict(kid).map_or(Cow::Borrowed(kid.as_bytes()), Cow::Owned);
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
