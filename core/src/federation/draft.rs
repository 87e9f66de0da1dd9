//! The fields of a federated credential, from a token or from the details of a managed identity.

use super::credential::Credential;
use super::hints::Hints;
use super::identity::{ManagedIdentity, name_in};
use super::limits::{NAME_LIMIT, TEXT_LIMIT};
use super::lint::lint_credential;
use super::rules::Rules;
use crate::claims::{
    Assignment, Audience, Claims, Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, TokenKind, Version,
    explain,
};
use crate::errors::finding;
use crate::jose::Token;
use crate::text::Diagnostic;
use crate::text::json::{Document, Value};

/// A drafted credential, and what to check before you create it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// The fields to enter.
    pub credential: Credential,
    /// What is missing or wrong, limits of Entra ID included.
    pub diagnostics: Vec<Diagnostic>,
}

/// Drafts the credential that matches a token.
///
/// It always returns a draft; what the token does not contain is empty and has a diagnostic.
///
/// ```
/// use fedcred_core::federation::{Hints, from_token};
/// use fedcred_core::jose;
///
/// let claims = r#"{"iss":"https://token.actions.githubusercontent.com","sub":"repo:contoso/shop:ref:refs/heads/main","aud":"api://AzureADTokenExchange"}"#;
/// let draft = from_token(&jose::parse(claims).tokens[0], &Hints::default());
///
/// assert_eq!(draft.credential.subject.as_str(), "repo:contoso/shop:ref:refs/heads/main");
/// assert_eq!(draft.credential.audiences[0].as_str(), "api://AzureADTokenExchange");
/// ```
#[must_use]
pub fn from_token(token: &Token, hints: &Hints) -> Draft {
    let (credential, diagnostics) = credential_of(token, hints);
    with_lint(credential, diagnostics, hints, None)
}

/// The credential that matches a token, not yet checked, and what is missing in the token.
pub(super) fn credential_of(token: &Token, hints: &Hints) -> (Credential, Vec<Diagnostic>) {
    let empty = Document::default();
    let payload = token.payload().unwrap_or(&empty);
    let claims = Claims::from_payload(payload);
    let issuer = claims.issuer.clone().unwrap_or_default();
    let mut diagnostics = missing(&claims);
    let mut credential = match EntraIssuer::parse(issuer.as_str()) {
        Some(entra) => {
            let explained = explain(token, 0);
            diagnostics.extend(kind_finding(explained.kind));
            if explained.assignment == Some(Assignment::SystemAssigned) {
                diagnostics.push(finding("system-assigned", &[]));
            }
            let identity = ManagedIdentity {
                name: identity_name(payload).unwrap_or_default(),
                principal_id: claims.subject.clone().unwrap_or_default().to_string(),
                tenant_id: entra.tenant.clone(),
                ..ManagedIdentity::default()
            };
            let cloud = entra.cloud.or(hints.cloud).unwrap_or_default();
            let audience =
                audience_for_entra(&claims, &entra, cloud, hints.rules, &mut diagnostics);
            of_identity(&identity, cloud, audience, hints)
        }
        None => of_other_issuer(claims, hints),
    };
    if !hints.audience.is_empty() {
        credential.audiences = vec![hints.audience.as_str().into()];
    }
    (credential, diagnostics)
}

/// The credential that lets a managed identity in.
#[must_use]
pub fn from_managed_identity(identity: &ManagedIdentity, hints: &Hints) -> Draft {
    let cloud = hints.cloud.unwrap_or_default();
    let audience = first_given(&[&hints.audience, cloud.exchange_audience()]);
    let credential = of_identity(identity, cloud, audience.into(), hints);
    let missing = identity
        .tenant_id
        .is_empty()
        .then(|| finding("identity-tenant-missing", &[]));
    with_lint(
        credential,
        missing.into_iter().collect(),
        hints,
        Some(identity),
    )
}

pub(super) fn with_lint(
    credential: Credential,
    mut diagnostics: Vec<Diagnostic>,
    hints: &Hints,
    identity: Option<&ManagedIdentity>,
) -> Draft {
    let known: Vec<_> = diagnostics.iter().map(|d: &Diagnostic| d.code).collect();
    let told = |code| match code {
        // A claim or value that is missing was told already.
        "field-empty" => known.contains(&"claim-missing") || known.contains(&"value-missing"),
        "issuer-address" => known.contains(&"identity-tenant-missing"),
        "field-white-space" => known.contains(&code),
        _ => false,
    };
    let findings = lint_credential(&credential, hints, identity).into_iter();
    diagnostics.extend(findings.filter(|found| !told(found.code)));
    Draft {
        credential,
        diagnostics,
    }
}

fn of_identity(
    identity: &ManagedIdentity,
    cloud: Cloud,
    audience: Audience,
    hints: &Hints,
) -> Credential {
    let app = first_given(&[&hints.app_name, &identity.name, "app"]);
    let who = first_given(&[&identity.name, &identity.principal_id]);
    let tenant = &identity.tenant_id;
    Credential {
        name: credential_name(&format!("mi-{app}-{tenant}")),
        issuer: cloud.issuer(tenant).into(),
        subject: identity.principal_id.as_str().into(),
        audiences: vec![audience],
        description: truncated(&format!("Managed identity {who} in {tenant}"), TEXT_LIMIT),
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
    let exchange = hints.cloud.unwrap_or_default().exchange_audience();
    let usual = |audience: &&Audience| audience.as_str() == exchange;
    let audiences = &claims.audiences;
    let audience = audiences.iter().find(usual).or(audiences.first());
    Credential {
        name: credential_name(format!("{app}-{host}").trim_end_matches('-')),
        description: truncated(&format!("{subject} of {issuer}"), TEXT_LIMIT),
        audiences: audience.cloned().into_iter().collect(),
        issuer,
        subject,
        ..Credential::default()
    }
}

/// Under the rules of today an Entra token serves only with the audience of the exchange.
fn audience_for_entra(
    claims: &Claims,
    entra: &EntraIssuer,
    cloud: Cloud,
    rules: Rules,
    diagnostics: &mut Vec<Diagnostic>,
) -> Audience {
    let exchange = cloud.exchange_audience();
    let presented = claims
        .audiences
        .first()
        .map(Audience::as_str)
        .unwrap_or_default();
    if rules == Rules::Preview2022 && presented != TOKEN_EXCHANGE_APP {
        return presented.into();
    }
    if !presented.is_empty() && !cloud.is_exchange(presented) {
        let parameters = [("given", presented), ("audience", exchange)];
        diagnostics.push(finding("audience-not-exchange", &parameters));
    }
    if entra.version == Version::V1 {
        diagnostics.push(finding("token-v1", &[("audience", exchange)]));
    }
    exchange.into()
}

fn kind_finding(kind: TokenKind) -> Option<Diagnostic> {
    let code = match kind {
        TokenKind::Delegated | TokenKind::IdToken => "token-of-user",
        TokenKind::AppOnly => "token-of-app",
        _ => return None,
    };
    Some(finding(code, &[]))
}

fn missing(claims: &Claims) -> Vec<Diagnostic> {
    [
        ("iss", claims.issuer.is_none()),
        ("sub", claims.subject.is_none()),
        ("aud", claims.audiences.is_empty()),
    ]
    .into_iter()
    .filter(|(_, missing)| *missing)
    .map(|(claim, _)| finding("claim-missing", &[("claim", claim)]))
    .collect()
}

/// The audience that was entered in the preview of 2022, and the one of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudienceForms {
    /// The Application ID URI of one's own API; made of the application's id where no token tells it.
    pub then: String,
    /// The audience of the exchange.
    pub now: String,
}

/// Both forms of the audience, for a credential that trusts Entra ID; for other issuers nothing has changed.
#[must_use]
pub fn audience_forms(
    credential: &Credential,
    token: Option<&Token>,
    hints: &Hints,
) -> Option<AudienceForms> {
    let entra = EntraIssuer::parse(credential.issuer.as_str())?;
    let cloud = entra.cloud.or(hints.cloud).unwrap_or_default();
    let claims = token.and_then(Token::payload).map(Claims::from_payload);
    let audiences = claims.map(|claims| claims.audiences).unwrap_or_default();
    let own = audiences
        .iter()
        .find(|aud| !cloud.is_exchange(aud.as_str()));
    let then = match own {
        Some(own) => own.to_string(),
        None => format!(
            "api://{}",
            first_given(&[&hints.app_id, "<application ID>"])
        ),
    };
    Some(AudienceForms {
        then,
        now: cloud.exchange_audience().to_owned(),
    })
}

/// The last part of the resource id in `xms_mirid`, where it is a user-assigned identity.
fn identity_name(payload: &Document) -> Option<String> {
    name_in(&payload.get("xms_mirid").and_then(Value::as_str)?)
}

pub(super) fn first_given<'a>(texts: &[&'a str]) -> &'a str {
    texts
        .iter()
        .find(|text| !text.is_empty())
        .copied()
        .unwrap_or_default()
}

/// A text as name: other characters than those allowed become `-`, and it is cut to the limit.
pub(super) fn credential_name(text: &str) -> String {
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

pub(super) fn truncated(text: &str, limit: usize) -> String {
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
    fn the_audience_of_the_exchange_is_taken_of_several() {
        let claims = |aud: &str| format!(r#"{{"iss":"https://i.example","sub":"s","aud":{aud}}}"#);
        let check = |aud, audience, codes| {
            let _ = check(&claims(aud), &Hints::default(), audience, codes);
        };
        let exchange = "api://AzureADTokenExchange";
        check(r#"["a","api://AzureADTokenExchange"]"#, exchange, &[]);
        check(r#"["api://AzureADTokenExchange","a"]"#, exchange, &[]);
        check(r#"["a","b"]"#, "a", &["audience-unusual"]);
        let other = r#"["a","api://AzureADTokenExchangeChina"]"#;
        check(other, "a", &["audience-unusual"]);
    }

    #[test]
    fn a_token_of_a_system_assigned_identity_is_told() {
        let with = |resource: &str| {
            let claims = claims(TOKEN_EXCHANGE_APP);
            claims.replace(
                r#""idtyp""#,
                &format!(r#""xms_mirid":"{resource}","idtyp""#),
            )
        };
        let exchange = "api://AzureADTokenExchange";
        let host =
            "/subscriptions/s/resourcegroups/r/providers/Microsoft.Compute/virtualMachines/vm";
        check(
            &with(host),
            &Hints::default(),
            exchange,
            &["system-assigned"],
        );
        let own = "/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mi";
        check(&with(own), &Hints::default(), exchange, &[]);
        check(&with("x"), &Hints::default(), exchange, &[]);
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
    fn the_audience_of_2022_beside_the_one_of_today() {
        let forms = |text: &str, app_id: &str, cloud| {
            let hints = Hints {
                app_id: app_id.into(),
                cloud,
                ..Hints::default()
            };
            let parsed = parse(text);
            let token = parsed.tokens.first();
            let credential = from_token(token.unwrap(), &hints).credential;
            audience_forms(&credential, token, &hints).map(|forms| (forms.then, forms.now))
        };
        let pair = |then: &str, now: &str| Some((then.to_owned(), now.to_owned()));
        let now = "api://AzureADTokenExchange";
        assert_eq!(
            forms(&claims("api://own"), "x", None),
            pair("api://own", now)
        );
        assert_eq!(
            forms(&claims(TOKEN_EXCHANGE_APP), "x", None),
            pair("api://x", now)
        );
        assert_eq!(
            forms(&claims(now), "", None),
            pair("api://<application ID>", now)
        );
        let gov = claims(now).replace("microsoftonline.com", "microsoftonline.us");
        assert_eq!(
            forms(&gov, "", Some(Cloud::China)).unwrap().1,
            format!("{now}USGov")
        );
        assert_eq!(
            forms(r#"{"iss":"https://gitlab.com","sub":"s"}"#, "x", None),
            None
        );
    }

    #[test]
    fn a_v1_token_is_given_the_v2_issuer_and_a_warning() {
        let text = format!(
            r#"{{"iss":"https://sts.windows.net/{TENANT}/","sub":"{PRINCIPAL}","oid":"{PRINCIPAL}","aud":"{TOKEN_EXCHANGE_APP}","xms_mirid":"/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/billing"}}"#
        );
        let credential = check(
            &text,
            &Hints::default(),
            "api://AzureADTokenExchange",
            &["token-v1"],
        );
        assert!(credential.issuer.as_str().ends_with("/v2.0"));
        assert_eq!(credential.name, format!("mi-billing-{TENANT}"));
    }

    #[test]
    fn other_issuers_are_copied_exactly() {
        let text = r#"{"iss":"https://eastus.oic.prod-aks.azure.com/t/g/","sub":"system:serviceaccount:ns:sa","aud":["x","y"]}"#;
        let credential = check(text, &Hints::default(), "x", &["audience-unusual"]);
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
        let identity = ManagedIdentity::parse(&shown).unwrap();
        assert_eq!(identity.name, "billing");
        let draft = from_managed_identity(&identity, &Hints::default());
        assert_eq!(draft.diagnostics, []);
        assert_eq!(
            draft.credential.description,
            format!("Managed identity billing in {TENANT}")
        );
        let empty = from_managed_identity(&ManagedIdentity::default(), &Hints::default());
        assert!(empty.diagnostics.iter().any(|d| d.code == "field-empty"));
    }
}
