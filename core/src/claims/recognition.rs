//! Recognises what kind of token it is and who issued it, with the evidence.

use super::Confidence::{Documented, Inferred, Observed, Reported};
use super::cloud::TOKEN_EXCHANGE_APP;
use super::confidence::Evidence;
use super::entra_issuer::{EntraIssuer, is_login_address};
use super::excerpt::excerpt;
use super::kind::{Assignment, TokenKind};
use super::platform::{self, Platform, RecognisedPlatform};
use super::section::Section;
use crate::jose::Token;

/// What was recognised of a token.
pub(super) struct Recognition {
    pub(super) kind: TokenKind,
    pub(super) assignment: Option<Assignment>,
    /// The strongest first.
    pub(super) evidence: Vec<Evidence>,
    pub(super) issuer: Option<EntraIssuer>,
    pub(super) platform: Option<&'static Platform>,
    /// The groups of the dictionary that explain its claims, in the order in which they are looked up.
    pub(super) groups: Vec<&'static str>,
}

/// Recognises a token by its header and claims.
pub(super) fn recognise(token: &Token) -> Recognition {
    let (header, payload) = (Section::header(token), Section::payload(token));
    let issuer = payload.text("iss").and_then(|iss| EntraIssuer::parse(&iss));
    let platform = platform::recognise(payload);
    let entra = platform.is_some_and(RecognisedPlatform::is_entra);
    let mut evidence = Vec::new();
    let kind = if entra {
        let kind = entra_kind(payload, &mut evidence);
        // The version below tells Entra ID itself; another platform with its form is told here.
        let other = platform.filter(|found| found.platform.id != "entra");
        evidence.extend(other.map(RecognisedPlatform::evidence));
        kind
    } else {
        other_kind(header, payload, platform, &mut evidence)
    };
    evidence.extend(
        issuer
            .as_ref()
            .map(|issuer| version_evidence(issuer, payload)),
    );
    evidence.extend(header_evidence(header, issuer.is_some()));
    Recognition {
        kind,
        assignment: assignment_type(payload)
            .filter(|_| entra)
            .map(|(how, _)| how),
        evidence,
        issuer,
        platform: platform.map(|found| found.platform),
        groups: groups(platform),
    }
}

fn groups(platform: Option<RecognisedPlatform>) -> Vec<&'static str> {
    let own = platform.into_iter().flat_map(RecognisedPlatform::groups);
    own.chain(["registered"]).collect()
}

fn entra_kind(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> TokenKind {
    if is_managed_identity(payload, evidence) {
        TokenKind::ManagedIdentity
    } else if is_delegated(payload, evidence) {
        TokenKind::Delegated
    } else if is_app_only(payload, evidence) {
        if is_for_exchange(payload, evidence) {
            TokenKind::ManagedIdentity
        } else {
            TokenKind::AppOnly
        }
    } else if is_sign_in(payload, evidence) {
        TokenKind::IdToken
    } else {
        TokenKind::Unknown
    }
}

/// Only tokens of managed identities have been seen with these resource IDs.
fn is_managed_identity(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> bool {
    let found = payload.has("xms_mirid") || payload.has("xms_az_rid");
    if found {
        evidence.push(Evidence::new(
            "The token has `xms_mirid` or `xms_az_rid`, which only managed identities have.",
            Observed,
        ));
    }
    let how = assignment_type(payload);
    evidence.extend(how.map(|(_, text)| Evidence::new(text, Observed)));
    found
}

/// The type of a managed identity, and the evidence for it.
fn assignment_type(payload: Section<'_>) -> Option<(Assignment, &'static str)> {
    let identity = payload.text("xms_mirid").unwrap_or_default();
    let path = identity.to_ascii_lowercase();
    if path.contains("/userassignedidentities/") {
        Some((
            Assignment::UserAssigned,
            "`xms_mirid` is the resource ID of a user-assigned identity.",
        ))
    } else if path.starts_with("/subscriptions/") {
        Some((
            Assignment::SystemAssigned,
            "`xms_mirid` is the resource ID of the host, so the identity is system-assigned.",
        ))
    } else if !payload.has("xms_mirid") && payload.has("xms_az_rid") {
        Some((
            Assignment::UserAssigned,
            "`xms_az_rid` identifies a host. User-assigned identities have it; system-assigned identities do not.",
        ))
    } else {
        None
    }
}

/// Tokens of agents may have `scp` empty or as `/` without a user (Entra: agent token claims).
fn is_delegated(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> bool {
    let scopes = payload.get("scp");
    let real = scopes.is_some_and(|scp| !matches!(&*scp.to_text(), "" | "/"));
    if real {
        evidence.push(Evidence::new(
            "`scp` holds delegated permissions, so a user takes part.",
            Documented,
        ));
    }
    real
}

fn is_app_only(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> bool {
    let (text, confidence) = if payload.is("idtyp", "app") {
        ("`idtyp` is `app`: no user took part.", Documented)
    } else if payload.same("sub", "oid") {
        (
            "`sub` and `oid` are the same and there is no `scp`, so the token is app-only.",
            Observed,
        )
    } else {
        return false;
    };
    evidence.push(Evidence::new(text, confidence));
    true
}

/// Only managed identities have been seen to request a token for the token exchange of Entra ID.
fn is_for_exchange(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> bool {
    let exchange = payload.is("aud", TOKEN_EXCHANGE_APP);
    let special = payload
        .text("sub")
        .is_some_and(|sub| sub.starts_with("/eid1/"));
    if exchange && special {
        evidence.push(Evidence::new(
            "`sub` begins with `/eid1/`, as for service connections, bots and agents, but not for managed identities.",
            Observed,
        ));
    } else if exchange {
        evidence.push(Evidence::new(
            "`aud` is the token exchange of Entra ID, so the token serves as a client assertion, as managed identity \
             tokens do.",
            Inferred,
        ));
    }
    exchange && !special
}

fn is_sign_in(payload: Section<'_>, evidence: &mut Vec<Evidence>) -> bool {
    let signs = ["c_hash", "at_hash", "nonce", "preferred_username"];
    let of_a_client = payload.has("azp") || payload.has("appid");
    let names_a_user = payload.has("unique_name") || payload.has("upn");
    let found = signs.iter().any(|name| payload.has(name)) || (names_a_user && !of_a_client);
    if found {
        evidence.push(Evidence::new(
            "The token has sign-in claims, but no scopes and no sign of being app-only.",
            Inferred,
        ));
    }
    found
}

fn other_kind(
    header: Section<'_>,
    payload: Section<'_>,
    platform: Option<RecognisedPlatform>,
    evidence: &mut Vec<Evidence>,
) -> TokenKind {
    if payload.text("iss").is_none_or(|iss| iss.is_empty()) {
        evidence.push(Evidence::new("The token has no `iss`.", Documented));
        return TokenKind::Unknown;
    }
    if let Some(found) = platform {
        evidence.push(found.evidence());
        return TokenKind::Workload;
    }
    if is_client_assertion(header, payload, evidence) {
        return TokenKind::ClientAssertion;
    }
    evidence.push(Evidence::new(
        "`iss` does not belong to Entra ID or to any platform that Fedcred knows.",
        Documented,
    ));
    TokenKind::Other
}

/// RFC 7523 §3: issuer and subject are the client, the audience is the authorization server.
fn is_client_assertion(
    header: Section<'_>,
    payload: Section<'_>,
    evidence: &mut Vec<Evidence>,
) -> bool {
    let to_entra = payload
        .text("aud")
        .is_some_and(|aud| is_login_address(&aud));
    let certificate = header.has("x5t") || header.has("x5t#S256");
    if !payload.same("iss", "sub") || !(to_entra || certificate) {
        return false;
    }
    evidence.push(Evidence::new(
        "`iss` and `sub` are the same, so the application speaks for itself (RFC 7523 §3).",
        Documented,
    ));
    if to_entra {
        evidence.push(Evidence::new(
            "`aud` is a sign-in endpoint of Entra ID (Entra: certificate credentials).",
            Documented,
        ));
    }
    if certificate {
        evidence.push(Evidence::new(
            "The header identifies a certificate by its thumbprint (Entra: certificate credentials).",
            Documented,
        ));
    }
    true
}

fn version_evidence(issuer: &EntraIssuer, payload: Section<'_>) -> Evidence {
    let version = issuer.version.number();
    let ver = match payload.text("ver") {
        Some(ver) if ver == version => format!(", and `ver` is `{ver}` too"),
        Some(ver) => format!(", although `ver` is `{}`", excerpt(&ver)),
        None => String::new(),
    };
    let cloud = match issuer.cloud {
        Some(cloud) => cloud.title(),
        None => "which several clouds share",
    };
    Evidence::new(
        format!("`iss` has the form of Entra ID v{version}, {cloud}{ver}."),
        Documented,
    )
}

fn header_evidence(header: Section<'_>, entra: bool) -> Option<Evidence> {
    (entra && header.has("nonce")).then(|| {
        Evidence::new(
            "The header has a `nonce`, so the token is for Microsoft Graph or another Microsoft API. Others cannot \
             verify its signature.",
            Reported,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Cloud;
    use crate::jose::parse;
    use crate::text::base64url;

    #[track_caller]
    fn check(claims: &str, kind: TokenKind) -> Recognition {
        check_token(claims, kind)
    }

    #[track_caller]
    fn check_signed(header: &str, claims: &str, kind: TokenKind) -> Recognition {
        let part = |text: &str| base64url::encode(text.as_bytes());
        check_token(&format!("{}.{}.c2ln", part(header), part(claims)), kind)
    }

    #[track_caller]
    fn check_token(text: &str, kind: TokenKind) -> Recognition {
        let recognition = recognise(&parse(text).tokens[0]);
        assert_eq!(recognition.kind, kind, "{text}");
        assert!(kind == TokenKind::Unknown || !recognition.evidence.is_empty());
        recognition
    }

    #[track_caller]
    fn check_assignment(claims: &str, assignment: Option<Assignment>) {
        let found = check(&format!("{{{V1},{claims}}}"), TokenKind::ManagedIdentity);
        assert_eq!(found.assignment, assignment, "{claims}");
    }

    const V2: &str = r#""iss":"https://login.microsoftonline.com/t/v2.0""#;
    const V1: &str = r#""iss":"https://sts.windows.net/t/""#;

    #[test]
    fn tokens_entra_kind() {
        for (claims, kind) in [
            (
                r#""idtyp":"app","aud":"fb60f99c-7a34-4190-8149-302f77469936""#,
                TokenKind::ManagedIdentity,
            ),
            (r#""idtyp":"app","aud":"x""#, TokenKind::AppOnly),
            (r#""idtyp":"app","scp":"/""#, TokenKind::AppOnly),
            (r#""sub":"a","oid":"a""#, TokenKind::AppOnly),
            (r#""sub":"a","oid":"b","scp":"x""#, TokenKind::Delegated),
            (
                r#""sub":"a","oid":"b","preferred_username":"x""#,
                TokenKind::IdToken,
            ),
            (r#""sub":"a","upn":"x""#, TokenKind::IdToken),
            (r#""sub":"a","upn":"x","appid":"y""#, TokenKind::Unknown),
            (r#""sub":"a","oid":"b""#, TokenKind::Unknown),
            (r#""sub":"","oid":"""#, TokenKind::Unknown),
            (r#""idtyp":"App""#, TokenKind::Unknown),
            (
                r#""idtyp":"app","sub":"/eid1/c/pub/t/x","aud":"fb60f99c-7a34-4190-8149-302f77469936""#,
                TokenKind::AppOnly,
            ),
        ] {
            check(&format!("{{{V2},{claims}}}"), kind);
        }
    }

    #[test]
    fn managed_identities() {
        check_assignment(
            r#""xms_mirid":
                "/subscriptions/s/resourcegroups/r/providers/Microsoft.ManagedIdentity/userAssignedIdentities/n""#,
            Some(Assignment::UserAssigned),
        );
        check_assignment(
            r#""xms_mirid":"/subscriptions/s/resourcegroups/r/providers/Microsoft.Compute/virtualMachines/n""#,
            Some(Assignment::SystemAssigned),
        );
        check_assignment(
            r#""xms_az_rid":"/subscriptions/s""#,
            Some(Assignment::UserAssigned),
        );
        check_assignment(r#""xms_mirid":"x""#, None);
        check_assignment(r#""xms_mirid":7"#, None);
    }

    #[test]
    fn the_cloud_of_a_v1_token_is_not_known() {
        let found = check(&format!(r#"{{{V1},"idtyp":"app"}}"#), TokenKind::AppOnly);
        assert_eq!(found.issuer.unwrap().cloud, None);
        let last = found.evidence.last().unwrap();
        assert!(last.text.contains("several clouds"), "{}", last.text);
        let found = check(&format!(r#"{{{V2},"idtyp":"app"}}"#), TokenKind::AppOnly);
        assert_eq!(found.issuer.unwrap().cloud, Some(Cloud::Global));
    }

    #[test]
    fn tokens_of_others() {
        let found = check(
            r#"{"iss":"https://token.actions.githubusercontent.com"}"#,
            TokenKind::Workload,
        );
        assert_eq!(found.platform.unwrap().title, "GitHub Actions");
        assert_eq!(found.groups, ["github", "registered"]);
        assert_eq!(found.evidence[0].confidence, Documented);
        check(r#"{"iss":"https://issuer.example"}"#, TokenKind::Other);
        for claims in [
            r#"{"idtyp":"app","aud":"fb60f99c-7a34-4190-8149-302f77469936"}"#,
            r#"{"kubernetes.io":{}}"#,
            r#"{"iss":""}"#,
            r#"{"iss":7}"#,
        ] {
            let found = check(claims, TokenKind::Unknown);
            assert!(found.platform.is_none() && found.issuer.is_none());
        }
    }

    #[test]
    fn a_service_connection_is_no_managed_identity() {
        let found = check(
            &format!(
                r#"{{{V2},"idtyp":"app","azp":"499b84ac-1321-427f-aa17-267ca6975798","sub":"/eid1/c/pub/t/x",
                    "aud":"{TOKEN_EXCHANGE_APP}"}}"#
            ),
            TokenKind::AppOnly,
        );
        assert_eq!(found.platform.unwrap().title, "Azure DevOps");
        assert_eq!(found.groups, ["azure-devops", "entra", "registered"]);
        let told = found
            .evidence
            .iter()
            .any(|line| line.text.contains("Azure DevOps"));
        assert!(told && found.issuer.is_some());
    }

    #[test]
    fn client_assertions() {
        let claims = r#"{"iss":"a","sub":"a","aud":"https://login.microsoftonline.com/t/oauth2/v2.0/token"}"#;
        let header = r#"{"alg":"PS256","typ":"JWT","x5t#S256":"x"}"#;
        let found = check_signed(header, claims, TokenKind::ClientAssertion);
        assert_eq!(found.evidence.len(), 3);
        check(claims, TokenKind::ClientAssertion);
        check(&claims.replace("login.", "evil."), TokenKind::Other);
        check(
            &claims.replace(r#""sub":"a""#, r#""sub":"b""#),
            TokenKind::Other,
        );
        check_signed(
            r#"{"alg":"RS256"}"#,
            r#"{"iss":"a","sub":"a","aud":"https://api.example"}"#,
            TokenKind::Other,
        );
    }

    #[test]
    fn a_nonce_in_the_header_is_told() {
        let claims = format!(r#"{{{V1},"idtyp":"app"}}"#);
        let found = check_signed(
            r#"{"alg":"RS256","nonce":"x"}"#,
            &claims,
            TokenKind::AppOnly,
        );
        let last = found.evidence.last().unwrap();
        assert_eq!(last.confidence, Reported);
        assert!(last.text.contains("Microsoft Graph"));
    }
}
