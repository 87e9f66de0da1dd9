//! The fields of a federated credential, from a token or from the details of a managed identity.

use super::Rules;
use super::credential::{Credential, NAME_LIMIT, TEXT_LIMIT};
use crate::claims::{
    Audience, Claims, Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, TokenKind, Version, explain,
};
use crate::jose::Token;
use crate::text::Diagnostic;
use crate::text::json::{Document, Value};

/// A credential to be entered, and what to know before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The fields.
    pub credential: Credential,
    /// Warnings, those about limits included.
    pub diagnostics: Vec<Diagnostic>,
}

/// What the token does not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hints {
    /// Name of the application, for the credential's name.
    pub app_name: String,
    /// The rules the credential is made for.
    pub rules: Rules,
}

/// The details of a user-assigned managed identity, as `az identity show` prints them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManagedIdentity {
    /// Its name.
    pub name: String,
    /// Its object (principal) id.
    pub principal_id: String,
    /// Its client id.
    pub client_id: String,
    /// Its tenant.
    pub tenant_id: String,
    /// The cloud it is in.
    pub cloud: Cloud,
}

impl ManagedIdentity {
    /// Reads the output of `az identity show`; what it does not hold stays empty.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let document = Document::parse(text.trim());
        let object = document.object()?;
        let text = |name| object.text_of(name).unwrap_or_default().into_owned();
        object.get("principalId")?;
        Some(Self {
            name: text("name"),
            principal_id: text("principalId"),
            client_id: text("clientId"),
            tenant_id: text("tenantId"),
            cloud: Cloud::default(),
        })
    }
}

/// The credential that matches a token.
#[must_use]
pub fn from_token(token: &Token, hints: &Hints) -> Draft {
    let empty = Document::default();
    let payload = token.payload().unwrap_or(&empty);
    let claims = Claims::of(payload);
    let issuer = claims.issuer.clone().unwrap_or_default();
    let mut diagnostics = missing(&claims);
    let credential = match EntraIssuer::of(issuer.as_str()) {
        Some(entra) => {
            diagnostics.extend(kind_finding(explain(token, 0).kind));
            let identity = ManagedIdentity {
                name: identity_name(payload).unwrap_or_default(),
                principal_id: claims.subject.clone().unwrap_or_default().to_string(),
                client_id: String::new(),
                tenant_id: entra.tenant.clone(),
                cloud: entra.assumed_cloud(),
            };
            let audience = audience_for_entra(&claims, &entra, hints.rules, &mut diagnostics);
            of_identity(&identity, audience, hints)
        }
        None => of_other_issuer(claims, hints),
    };
    with_lint(credential, diagnostics)
}

/// The credential that lets a managed identity in.
#[must_use]
pub fn from_managed_identity(identity: &ManagedIdentity, hints: &Hints) -> Draft {
    let client_id_given =
        !identity.client_id.is_empty() && identity.client_id == identity.principal_id;
    let diagnostics = client_id_given.then(|| {
        Diagnostic::warning(
            "client-id-as-subject",
            "Object id and client id are the same here.",
        )
        .help("The subject is the object (principal) id: `az identity show --query principalId`.")
    });
    let audience = identity.cloud.exchange_audience().into();
    with_lint(
        of_identity(identity, audience, hints),
        diagnostics.into_iter().collect(),
    )
}

fn with_lint(credential: Credential, mut diagnostics: Vec<Diagnostic>) -> Draft {
    let known: Vec<_> = diagnostics.iter().map(|d: &Diagnostic| d.code).collect();
    let findings = credential.lint().into_iter();
    // A claim that is missing was told already.
    diagnostics
        .extend(findings.filter(|d| d.code != "field-empty" || !known.contains(&"claim-missing")));
    Draft {
        credential,
        diagnostics,
    }
}

fn of_identity(identity: &ManagedIdentity, audience: Audience, hints: &Hints) -> Credential {
    let app = first_given(&[&hints.app_name, &identity.name, "app"]);
    let who = first_given(&[&identity.name, &identity.principal_id]);
    let tenant = &identity.tenant_id;
    Credential {
        name: name(&format!("mi-{app}-{tenant}")),
        issuer: identity.cloud.issuer(tenant).into(),
        subject: identity.principal_id.as_str().into(),
        audiences: vec![audience],
        description: cut(&format!("Managed identity {who} in {tenant}"), TEXT_LIMIT),
        ..Credential::default()
    }
}

fn of_other_issuer(claims: Claims, hints: &Hints) -> Credential {
    let issuer = claims.issuer.unwrap_or_default();
    let subject = claims.subject.unwrap_or_default();
    let host = issuer
        .as_str()
        .trim_start_matches("https://")
        .split('/')
        .next()
        .unwrap_or_default();
    let app = first_given(&[&hints.app_name, "app"]);
    Credential {
        name: name(format!("{app}-{host}").trim_end_matches('-')),
        description: cut(&format!("{subject} of {issuer}"), TEXT_LIMIT),
        audiences: claims.audiences.into_iter().take(1).collect(),
        issuer,
        subject,
        ..Credential::default()
    }
}

/// Under the rules of today an Entra token serves only with the audience of the exchange.
fn audience_for_entra(
    claims: &Claims,
    entra: &EntraIssuer,
    rules: Rules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Audience {
    let exchange = entra.assumed_cloud().exchange_audience();
    let presented = claims
        .audiences
        .first()
        .map(Audience::as_str)
        .unwrap_or_default();
    if rules == Rules::Preview2022 && presented != TOKEN_EXCHANGE_APP {
        return presented.into();
    }
    if !presented.is_empty() && presented != TOKEN_EXCHANGE_APP && presented != exchange {
        diagnostics.push(
            Diagnostic::warning("audience-not-exchange", format!("This token is for `{presented}`, not for the token exchange."))
                .help(format!("The credential below is right, the token is not: ask the managed identity for `{exchange}`.")),
        );
    }
    if entra.version == Version::V1 {
        diagnostics.push(
            Diagnostic::warning(
                "issuer-v1",
                "The token has the v1.0 issuer; the credential needs the v2.0 form.",
            )
            .help(format!(
                "A token asked for `{exchange}` has the v2.0 issuer."
            )),
        );
    }
    exchange.into()
}

fn kind_finding(kind: TokenKind) -> Option<Diagnostic> {
    let (code, message) = match kind {
        TokenKind::Delegated | TokenKind::IdToken => (
            "token-of-user",
            "This is a token of a user; Entra ID refuses it as client assertion (AADSTS700229).",
        ),
        TokenKind::AppOnly => (
            "token-of-app",
            "It is not sure that this token is a managed identity's. Entra ID refuses the token of an ordinary application (AADSTS700226).",
        ),
        _ => return None,
    };
    Some(
        Diagnostic::warning(code, message)
            .help("Use the token of a user-assigned managed identity."),
    )
}

fn missing(claims: &Claims) -> Vec<Diagnostic> {
    [
        ("iss", claims.issuer.is_none()),
        ("sub", claims.subject.is_none()),
        ("aud", claims.audiences.is_empty()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(name, _)| {
        Diagnostic::error(
            "claim-missing",
            format!("The token has no `{name}`, or not as text."),
        )
        .help(
            "A federated credential compares iss, sub and aud: without it the token cannot match.",
        )
    })
    .collect()
}

/// The last part of the resource id in `xms_mirid`, where it is a user-assigned identity.
fn identity_name(payload: &Document) -> Option<String> {
    let id = payload.get("xms_mirid").and_then(Value::as_str)?;
    let (path, name) = id.rsplit_once('/')?;
    let user_assigned = path
        .to_ascii_lowercase()
        .ends_with("/userassignedidentities");
    user_assigned.then(|| name.to_owned())
}

fn first_given<'a>(texts: &[&'a str]) -> &'a str {
    texts
        .iter()
        .find(|text| !text.is_empty())
        .copied()
        .unwrap_or_default()
}

/// A text as name: other characters than those allowed become `-`, and it is cut to the limit.
fn name(text: &str) -> String {
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    let name: String = text.chars().map(allowed).take(NAME_LIMIT).collect();
    name.trim_start_matches(['-', '_']).to_owned()
}

fn cut(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    const PRINCIPAL: &str = "c135c981-5d8e-4b80-84ea-d616a6a8167c";

    fn claims(audience: &str) -> String {
        format!(
            r#"{{"iss":"https://login.microsoftonline.com/{TENANT}/v2.0","aud":"{audience}","sub":"{PRINCIPAL}","oid":"{PRINCIPAL}","idtyp":"app"}}"#
        )
    }

    #[track_caller]
    fn check(claims: &str, hints: &Hints, audience: &str, codes: &[&str]) -> Credential {
        let draft = from_token(&parse(claims).tokens[0], hints);
        let found: Vec<_> = draft.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(found, codes);
        assert_eq!(
            draft
                .credential
                .audiences
                .first()
                .map_or("", |a| a.as_str()),
            audience
        );
        draft.credential
    }

    #[test]
    fn the_articles_five_fields() {
        let hints = Hints {
            app_name: "orders".into(),
            ..Hints::default()
        };
        let credential = check(
            &claims(TOKEN_EXCHANGE_APP),
            &hints,
            "api://AzureADTokenExchange",
            &[],
        );
        assert_eq!(
            credential.issuer.as_str(),
            format!("https://login.microsoftonline.com/{TENANT}/v2.0")
        );
        assert_eq!(credential.subject.as_str(), PRINCIPAL);
        assert_eq!(credential.name, format!("mi-orders-{TENANT}"));
        assert_eq!(
            credential.description,
            format!("Managed identity {PRINCIPAL} in {TENANT}")
        );
    }

    #[test]
    fn audience_under_both_rules() {
        let own = "api://d788405b-c575-41d1-83a9-83e8cbab062e";
        let preview = Hints {
            rules: Rules::Preview2022,
            ..Hints::default()
        };
        check(&claims(own), &preview, own, &["token-of-app"]);
        check(
            &claims(own),
            &Hints::default(),
            "api://AzureADTokenExchange",
            &["token-of-app", "audience-not-exchange"],
        );
        check(
            &claims(TOKEN_EXCHANGE_APP),
            &preview,
            "api://AzureADTokenExchange",
            &[],
        );
        let gov = claims(TOKEN_EXCHANGE_APP).replace("microsoftonline.com", "microsoftonline.us");
        check(
            &gov,
            &Hints::default(),
            "api://AzureADTokenExchangeUSGov",
            &[],
        );
    }

    #[test]
    fn a_v1_token_is_given_the_v2_issuer_and_a_warning() {
        let text = format!(
            r#"{{"iss":"https://sts.windows.net/{TENANT}/","sub":"a","oid":"a","aud":"{TOKEN_EXCHANGE_APP}","xms_mirid":"/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/billing"}}"#
        );
        let credential = check(
            &text,
            &Hints::default(),
            "api://AzureADTokenExchange",
            &["issuer-v1"],
        );
        assert!(credential.issuer.as_str().ends_with("/v2.0"));
        assert_eq!(credential.name, format!("mi-billing-{TENANT}"));
    }

    #[test]
    fn other_issuers_are_copied_exactly() {
        let text = r#"{"iss":"https://eastus.oic.prod-aks.azure.com/t/g/","sub":"system:serviceaccount:ns:sa","aud":["x","y"]}"#;
        let credential = check(text, &Hints::default(), "x", &[]);
        assert_eq!(
            credential.issuer.as_str(),
            "https://eastus.oic.prod-aks.azure.com/t/g/"
        );
        assert_eq!(credential.name, "app-eastus-oic-prod-aks-azure-com");
    }

    #[test]
    fn what_is_missing_is_told_once() {
        check(
            "{}",
            &Hints::default(),
            "",
            &[
                "claim-missing",
                "claim-missing",
                "claim-missing",
                "audience-count",
            ],
        );
        let user = claims(TOKEN_EXCHANGE_APP).replace(r#""idtyp":"app""#, r#""scp":"x""#);
        check(
            &user,
            &Hints::default(),
            "api://AzureADTokenExchange",
            &["token-of-user"],
        );
    }

    #[test]
    fn names_keep_the_limits_whatever_the_app_is_called() {
        for app in ["Ünïcode app", &"x".repeat(300), "-", "a/b", "\u{202e}"] {
            let hints = Hints {
                app_name: app.into(),
                ..Hints::default()
            };
            check(
                &claims(TOKEN_EXCHANGE_APP),
                &hints,
                "api://AzureADTokenExchange",
                &[],
            );
        }
    }

    #[test]
    fn from_the_details_of_an_identity() {
        let shown = format!(
            r#"{{"name":"billing","principalId":"{PRINCIPAL}","clientId":"x","tenantId":"{TENANT}"}}"#
        );
        let identity = ManagedIdentity::read(&shown).unwrap();
        let draft = from_managed_identity(&identity, &Hints::default());
        assert_eq!(draft.diagnostics, []);
        assert_eq!(
            draft.credential.description,
            format!("Managed identity billing in {TENANT}")
        );
        assert_eq!(ManagedIdentity::read("{}"), None);
        assert_eq!(ManagedIdentity::read("x"), None);
        let empty = from_managed_identity(&ManagedIdentity::default(), &Hints::default());
        assert!(empty.diagnostics.iter().any(|d| d.code == "field-empty"));
    }
}
