//! The mock: its directory, its settings, and the ids that derive from them.

use rsa::sha2::{Digest, Sha256};

use super::directory::Directory;
use super::handled::Handled;
use super::http::{HttpRequest, HttpResponse};
use super::refusal::{Envelope, Refusal};
use crate::claims::Cloud;
use crate::federation::Rules;

/// Where the mock stands: cloud, rules, the host whose identities the managed-identity endpoint serves, and
/// the text from which trace ids are derived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The cloud.
    pub cloud: Cloud,
    /// The rules.
    pub rules: Rules,
    /// Name of the host that asks the managed-identity endpoint.
    pub host: String,
    /// Anything; the same text gives the same ids.
    pub seed: String,
    /// Whether the managed-identity endpoint refuses for too many requests.
    pub imds_throttled: bool,
}

/// The mock.
#[derive(Debug, Clone)]
pub struct Entra {
    pub(super) directory: Directory,
    pub(super) settings: Settings,
    pub(super) requests: u64,
}

impl Entra {
    /// A mock with this directory.
    #[must_use]
    pub fn new(directory: Directory, settings: Settings) -> Self {
        Self {
            directory,
            settings,
            requests: 0,
        }
    }

    /// A refusal outside of the exchange.
    pub(super) fn refused(&self, now: i64, request: &HttpRequest, refusal: &Refusal) -> Handled {
        Handled {
            code: refusal.code,
            ..Handled::plain(self.refuse(now, request, refusal))
        }
    }

    pub(super) fn refuse(
        &self,
        now: i64,
        request: &HttpRequest,
        refusal: &Refusal,
    ) -> HttpResponse {
        let given = request.header_value("client-request-id").map(str::to_owned);
        let envelope = Envelope {
            now,
            trace_id: self.derived_guid("trace"),
            correlation_id: given.unwrap_or_else(|| self.derived_guid("correlation")),
            host: self.settings.cloud.login_host(),
            separator: match self.settings.rules {
                Rules::Current => " ",
                Rules::Preview2022 => "\r\n",
            },
        };
        envelope.response(refusal)
    }

    /// What derives from the seed, the request's number and a purpose.
    fn derivation(&self, purpose: &str) -> String {
        format!("{}\n{}\n{purpose}", self.settings.seed, self.requests)
    }

    /// Bytes that derive from them.
    pub(super) fn derived(&self, purpose: &str) -> [u8; 32] {
        Sha256::digest(self.derivation(purpose).as_bytes()).into()
    }

    /// A GUID that derives from them.
    pub(super) fn derived_guid(&self, purpose: &str) -> String {
        guid_of(&self.derivation(purpose))
    }
}

/// A GUID that derives from a text; real trace ids end in `00` as well (observed).
pub(super) fn guid_of(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bytes = digest.iter().take(15).chain([&0]);
    bytes
        .enumerate()
        .map(|(at, byte)| match at {
            4 | 6 | 8 | 10 => format!("-{byte:02x}"),
            _ => format!("{byte:02x}"),
        })
        .collect()
}
