//! What must stand before a credential can work: a data file of items, ticked off from what is known.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::credential::Credential;
use super::hints::Hints;
use super::identity::{ManagedIdentity, name_in};
use super::preset::Preset;
use super::rules::Rules;
use crate::claims::{Audience, Claims, Cloud, Confidence, EntraIssuer, Version, is_guid};
use crate::jose::Token;
use crate::text::fill;
use crate::text::json::Value;

/// What is known of an exchange that is being set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The credential to be entered.
    pub credential: &'a Credential,
    /// The token it is made of.
    pub token: Option<&'a Token>,
    /// The managed identity it is made of.
    pub identity: Option<&'a ManagedIdentity>,
    /// What else was said.
    pub hints: &'a Hints,
}

/// Something that must stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistItem {
    /// A word in kebab-case that stays the same.
    pub id: &'static str,
    /// What must be so.
    pub title: &'static str,
    /// Whether it is.
    pub state: ItemState,
    /// Why it must be.
    pub why: String,
    /// A command that shows or does it; what is not known stands there in capitals.
    pub how: String,
    /// Where that is written.
    pub source: &'static str,
    /// How sure it is.
    pub confidence: Confidence,
}

/// Whether an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It does, as far as the input tells.
    Done,
    /// It does not.
    Open,
    /// The input does not tell.
    NotKnown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    /// `entra` or `other` issuers; empty for both.
    #[serde(rename = "for", default)]
    issuers: String,
    /// The name of the rules; empty for all.
    #[serde(default)]
    rules: String,
    title: String,
    why: String,
    how: String,
    source: String,
    confidence: Confidence,
}

const FILE: &str = include_str!("../../data/checklist.json");

static ITEMS: LazyLock<Vec<Item>> =
    LazyLock::new(|| serde_json::from_str(FILE).unwrap_or_default());

/// The items that concern this credential, in their order.
#[must_use]
pub fn checklist(setup: &Setup<'_>) -> Vec<ChecklistItem> {
    let facts = Facts::new(setup);
    let issuers = if facts.entra.is_some() {
        "entra"
    } else {
        "other"
    };
    let concerns = |item: &&Item| {
        ["", issuers].contains(&item.issuers.as_str())
            && ["", setup.hints.rules.name()].contains(&item.rules.as_str())
    };
    ITEMS
        .iter()
        .filter(concerns)
        .map(|item| facts.item(item))
        .collect()
}

struct Facts<'a> {
    setup: &'a Setup<'a>,
    entra: Option<EntraIssuer>,
    /// Issuer of the token, where it is Entra ID's.
    presented: Option<EntraIssuer>,
    audiences: Vec<Audience>,
    cloud: Cloud,
}

impl<'a> Facts<'a> {
    fn new(setup: &'a Setup<'a>) -> Self {
        let claims = setup
            .token
            .and_then(Token::payload)
            .map(Claims::from_payload);
        let claims = claims.unwrap_or_default();
        let entra = EntraIssuer::parse(setup.credential.issuer.as_str());
        let of_issuer = entra.as_ref().and_then(|entra| entra.cloud);
        Self {
            setup,
            cloud: of_issuer.or(setup.hints.cloud).unwrap_or_default(),
            entra,
            presented: claims
                .issuer
                .and_then(|iss| EntraIssuer::parse(iss.as_str())),
            audiences: claims.audiences,
        }
    }

    fn item(&self, item: &'static Item) -> ChecklistItem {
        let audience = self.cloud.exchange_audience();
        let snippet = Preset::from_id("managed-identity").and_then(|preset| {
            let (_, command) = preset.snippets(self.cloud).next()?;
            Some(command)
        });
        let hints = self.setup.hints;
        let app_id = if is_guid(&hints.app_id) {
            &hints.app_id
        } else {
            "APP_ID"
        };
        let parameters = [
            ("audience", audience),
            ("snippet", snippet.as_deref().unwrap_or_default()),
            ("appId", app_id),
            ("issuer", for_shell(self.setup.credential.issuer.as_str())),
        ];
        ChecklistItem {
            id: &item.id,
            title: &item.title,
            state: self.state(&item.id),
            why: fill(&item.why, &parameters),
            how: fill(&item.how, &parameters),
            source: &item.source,
            confidence: item.confidence,
        }
    }

    fn state(&self, id: &str) -> ItemState {
        let hints = self.setup.hints;
        let known = match id {
            "user-assigned" => self.user_assigned(),
            "tenant" => match &self.entra {
                Some(entra) => Some(is_guid(&entra.tenant)),
                None => given(&hints.app_tenant).map(is_guid),
            },
            "client-id" => given(&hints.app_id).map(is_guid),
            "same-tenant" => self.entra.as_ref().and_then(|entra| {
                let app = given(&hints.app_tenant)?;
                Some(app.eq_ignore_ascii_case(&entra.tenant))
            }),
            "exchange-audience" => self.presented.as_ref().map(|_| self.for_exchange()),
            "token-version" => match &self.presented {
                Some(presented) => Some(presented.version == Version::V2),
                // It is the exchange's doing, and the credential is for the exchange.
                None => (hints.rules == Rules::Current).then_some(true),
            },
            "app-id-uri" => {
                let uri = self
                    .audiences
                    .iter()
                    .any(|aud| aud.as_str().contains("://"));
                (uri && !self.for_exchange()).then_some(true)
            }
            "api-version" => self
                .presented
                .as_ref()
                .map(|own| own.version == Version::V2),
            _ => None,
        };
        match known {
            Some(true) => ItemState::Done,
            Some(false) => ItemState::Open,
            None => ItemState::NotKnown,
        }
    }

    fn for_exchange(&self) -> bool {
        self.audiences
            .iter()
            .any(|aud| self.cloud.is_exchange(aud.as_str()))
    }

    /// Tokens name the identity's resource (observed); the tools print a client id with user-assigned ones only.
    fn user_assigned(&self) -> Option<bool> {
        if let Some(identity) = self.setup.identity {
            return match (identity.system_assigned, identity.client_id.is_empty()) {
                (true, _) => Some(false),
                (false, false) => Some(true),
                _ => None,
            };
        }
        let payload = self.setup.token.and_then(Token::payload)?;
        let resource = payload.get("xms_mirid").and_then(Value::as_str)?;
        Some(name_in(&resource).is_some())
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// An issuer that means nothing to a shell, without the slash at its end.
fn for_shell(issuer: &str) -> &str {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:/".contains(&b);
    let sound = issuer.starts_with("https://") && issuer.bytes().all(plain);
    if sound {
        issuer.trim_end_matches('/')
    } else {
        "ISSUER"
    }
}

#[cfg(test)]
mod tests {
    use super::ItemState::*;
    use super::*;
    use crate::claims::TOKEN_EXCHANGE_APP;
    use crate::federation::{from_managed_identity, from_token};
    use crate::jose::parse;

    const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    const APP: &str = "a0a0a0a0-0000-4000-8000-000000000001";
    const PRINCIPAL: &str = "aaaaaaaa-0000-4000-8000-000000000002";
    const MIRID: &str = "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi";

    fn entra(issuer: &str, audience: &str, more: &str) -> String {
        format!(r#"{{"iss":"{issuer}","sub":"{PRINCIPAL}","aud":"{audience}"{more}}}"#)
    }

    fn v2() -> String {
        Cloud::Global.issuer(TENANT)
    }

    /// The states of a token's checklist, those that are not known left out.
    #[track_caller]
    fn check(claims: &str, hints: &Hints, expected: &[(&str, ItemState)]) {
        let parsed = parse(claims);
        let token = parsed.tokens.first();
        let credential = from_token(token.unwrap(), hints).credential;
        let setup = Setup {
            credential: &credential,
            token,
            identity: None,
            hints,
        };
        let items = checklist(&setup);
        let known = items.iter().filter(|item| item.state != NotKnown);
        let states: Vec<_> = known.map(|item| (item.id, item.state)).collect();
        assert_eq!(states, expected, "{claims}");
    }

    fn hints(app_id: &str, app_tenant: &str, rules: Rules) -> Hints {
        Hints {
            app_id: app_id.into(),
            app_tenant: app_tenant.into(),
            rules,
            ..Hints::default()
        }
    }

    #[test]
    fn a_token_for_the_exchange() {
        let mirid = format!(r#","xms_mirid":"{MIRID}""#);
        check(
            &entra(&v2(), TOKEN_EXCHANGE_APP, &mirid),
            &hints(APP, &TENANT.to_uppercase(), Rules::Current),
            &[
                ("user-assigned", Done),
                ("tenant", Done),
                ("client-id", Done),
                ("same-tenant", Done),
                ("exchange-audience", Done),
                ("token-version", Done),
            ],
        );
    }

    #[test]
    fn what_is_wrong_is_open() {
        let host =
            r#","xms_mirid":"/subscriptions/s/providers/Microsoft.Compute/virtualMachines/vm""#;
        check(
            &entra(
                &format!("https://sts.windows.net/{TENANT}/"),
                "https://management.azure.com/",
                host,
            ),
            &hints("my app", PRINCIPAL, Rules::Current),
            &[
                ("user-assigned", Open),
                ("tenant", Done),
                ("client-id", Open),
                ("same-tenant", Open),
                ("exchange-audience", Open),
                ("token-version", Open),
            ],
        );
        check(
            &entra(
                "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0",
                "x",
                "",
            ),
            &Hints::default(),
            &[
                ("tenant", Open),
                ("exchange-audience", Open),
                ("token-version", Done),
            ],
        );
    }

    #[test]
    fn the_prerequisites_of_2022() {
        let rules = hints("", "", Rules::Preview2022);
        check(
            &entra(&v2(), "api://own", ""),
            &rules,
            &[
                ("tenant", Done),
                ("app-id-uri", Done),
                ("api-version", Done),
            ],
        );
        // Today's tokens of version 2.0 carry the client id: that says nothing of a URI.
        check(
            &entra(&v2(), APP, ""),
            &rules,
            &[("tenant", Done), ("api-version", Done)],
        );
        let exchange = Cloud::Global.exchange_audience();
        check(
            &entra(&v2(), exchange, ""),
            &rules,
            &[("tenant", Done), ("api-version", Done)],
        );
    }

    #[test]
    fn other_issuers_need_other_things() {
        let github = entra("https://token.actions.githubusercontent.com", "x", "");
        check(&github, &Hints::default(), &[]);
        check(
            &github,
            &hints(APP, TENANT, Rules::Preview2022),
            &[("tenant", Done), ("client-id", Done)],
        );
        check(
            &github,
            &hints("", "contoso", Rules::Current),
            &[("tenant", Open)],
        );
    }

    #[test]
    fn an_identity_says_what_it_is() {
        let hints = Hints::default();
        for (client_id, system_assigned, expected) in [
            ("c", false, Done),
            ("", false, NotKnown),
            ("c", true, Open),
            ("", true, Open),
        ] {
            let identity = ManagedIdentity {
                client_id: client_id.into(),
                system_assigned,
                tenant_id: TENANT.into(),
                ..ManagedIdentity::default()
            };
            let credential = from_managed_identity(&identity, &hints).credential;
            let setup = Setup {
                credential: &credential,
                token: None,
                identity: Some(&identity),
                hints: &hints,
            };
            let items = checklist(&setup);
            assert_eq!((items[0].id, items[0].state), ("user-assigned", expected));
            let version = items
                .iter()
                .find(|item| item.id == "token-version")
                .unwrap();
            assert_eq!(version.state, Done);
        }
    }

    /// The command for the issuer, made of a credential that somebody else may have written.
    #[track_caller]
    fn reachable(issuer: &str, expected: &str) {
        let credential = Credential {
            issuer: issuer.into(),
            ..Credential::default()
        };
        let hints = hints("$(reboot)", "", Rules::Current);
        let setup = Setup {
            credential: &credential,
            token: None,
            identity: None,
            hints: &hints,
        };
        let items = checklist(&setup);
        assert_eq!(items.last().unwrap().how, expected);
        assert!(items.iter().all(|item| !item.how.contains("reboot")));
    }

    #[test]
    fn nothing_hostile_gets_into_a_command() {
        let command = |base: &str| format!("curl -s '{base}/.well-known/openid-configuration'");
        reachable("https://a.example/b/", &command("https://a.example/b"));
        for issuer in [
            "",
            "http://a.example",
            "https://a.example/'; reboot '",
            "https://a.example/$(reboot)",
            "https://a.example/`reboot`",
            "https://a.example/\nreboot",
            "https://a.example/é",
        ] {
            reachable(issuer, &command("ISSUER"));
        }
    }

    #[test]
    fn every_item_is_complete_and_stands_once() {
        let items: Vec<Item> = serde_json::from_str(FILE).unwrap();
        assert_eq!(items.len(), ITEMS.len());
        for item in &items {
            let same = items.iter().filter(|other| other.id == item.id);
            assert_eq!(same.count(), 1, "{}", item.id);
            for text in [&item.title, &item.why, &item.how, &item.source] {
                assert!(!text.is_empty(), "{}", item.id);
            }
            assert!(["", "entra", "other"].contains(&item.issuers.as_str()));
            let rules = Rules::ALL.map(Rules::name);
            assert!(item.rules.is_empty() || rules.contains(&item.rules.as_str()));
        }
    }
}
