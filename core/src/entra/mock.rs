//! The mock: its directory, its settings, and the ids that derive from them.

use rsa::sha2::{Digest, Sha256};

use super::directory::Directory;
use super::handled::Handled;
use super::http::{HttpRequest, HttpResponse};
use super::refusal::{Envelope, Refusal};
use crate::claims::Cloud;
use crate::federation::Rules;

/// What the mock is apart from its directory: cloud, rules, the host that calls, and the source of its ids.
///
/// The default is the global cloud with the rules of today and a host that has no managed identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The cloud, which decides on hosts, issuers and resources.
    pub cloud: Cloud,
    /// The rules of today, or those of the preview in 2022.
    pub rules: Rules,
    /// Name of the host that calls the managed-identity endpoint: only identities with this host are there.
    pub host: String,
    /// Trace ids, correlation ids, `uti` and `aio` derive from this text and the number of the request. With the
    /// same text, the same requests get the same answers.
    pub seed: String,
    /// Whether the managed-identity endpoint of a virtual machine answers every request with 429.
    pub imds_throttled: bool,
}

impl Settings {
    /// The default, on the host with this name.
    #[must_use]
    pub fn on_host(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            ..Self::default()
        }
    }
}

/// The mock of Entra ID.
///
/// It is a value: no clock, no network, no randomness. A clone goes on from the same state.
#[derive(Debug, Clone)]
pub struct Entra {
    pub(super) directory: Directory,
    pub(super) settings: Settings,
    /// How many requests it has handled.
    pub(super) requests: u64,
}

impl Entra {
    /// A mock with this directory, which has handled no request.
    #[must_use]
    pub fn new(directory: Directory, settings: Settings) -> Self {
        Self {
            directory,
            settings,
            requests: 0,
        }
    }

    /// The directory as the requests have left it; Graph's endpoint changes it.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
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
