//! What Entra ID will not save, and what will surprise at the exchange.

use std::collections::HashSet;

use super::credential::Credential;
use super::github::subject_of;
use super::hints::Hints;
use super::identity::ManagedIdentity;
use super::limits::{LIST_LIMIT, NAME_LIMIT, TEXT_LIMIT};
use super::rules::Rules;
use crate::claims::{
    Audience, Cloud, EntraIssuer, TOKEN_EXCHANGE_APP, Version, is_guid, is_login_address,
    platform_of_issuer,
};
use crate::errors::finding;
use crate::expression::lint_expression;
use crate::text::Diagnostic;

/// Checks a credential before it is saved, with what else is known.
///
/// Findings about its expression have their place in it, the others have none.
#[must_use]
pub fn lint_credential(
    credential: &Credential,
    hints: &Hints,
    identity: Option<&ManagedIdentity>,
) -> Vec<Diagnostic> {
    let mut lint = Lint {
        credential,
        hints,
        entra: EntraIssuer::parse(credential.issuer.as_str()),
        found: Vec::new(),
    };
    lint.name();
    lint.texts();
    lint.issuer();
    lint.subject(identity);
    lint.audience();
    lint.identity(identity);
    lint.others();
    lint.found
}

struct Lint<'a> {
    credential: &'a Credential,
    hints: &'a Hints,
    entra: Option<EntraIssuer>,
    found: Vec<Diagnostic>,
}

impl Lint<'_> {
    fn tell(&mut self, code: &'static str, parameters: &[(&str, &str)]) {
        self.found.push(finding(code, parameters));
    }

    fn name(&mut self) {
        let name = &self.credential.name;
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let sound = name.bytes().all(allowed)
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && (3..=NAME_LIMIT).contains(&name.len());
        if !sound {
            self.tell("name-form", &[]);
        }
    }

    fn texts(&mut self) {
        let credential = self.credential;
        let expression = credential.claims_matching_expression.as_ref();
        let subject = credential.subject.as_str();
        let has_subject = expression.is_none() || !subject.is_empty();
        self.compared("issuer", credential.issuer.as_str());
        if has_subject {
            self.compared("subject", subject);
        }
        for audience in &credential.audiences {
            self.compared("audience", audience.as_str());
        }
        self.length("description", &credential.description);
        if let Some(expression) = expression {
            let issuer = credential.issuer.as_str();
            self.found.extend(lint_expression(issuer, expression));
            self.tell("expression-preview", &[]);
            if has_subject {
                self.tell("subject-and-expression", &[]);
            }
        }
    }

    fn compared(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.tell("field-empty", &[("field", field)]);
        }
        if text.trim() != text {
            self.tell("field-white-space", &[("field", field)]);
        }
        if let Some(character) = text
            .trim()
            .chars()
            .find(|c| !c.is_ascii() || c.is_control())
        {
            let character = format!("U+{:04X}", u32::from(character));
            self.tell(
                "field-characters",
                &[("field", field), ("character", &character)],
            );
        }
        if text.contains('*') {
            self.tell("wildcard", &[("field", field)]);
        }
        self.length(field, text);
    }

    fn length(&mut self, field: &str, text: &str) {
        let length = text.chars().count();
        if length > TEXT_LIMIT {
            let length = length.to_string();
            self.tell("field-too-long", &[("field", field), ("length", &length)]);
        }
    }

    fn issuer(&mut self) {
        let issuer = self.credential.issuer.as_str();
        if let Some(entra) = self.entra.clone() {
            return self.issuer_of_entra(&entra);
        }
        if let Some(platform) = platform_of_issuer(issuer) {
            if platform.subject_varies {
                self.tell("issuer-volatile", &[("platform", &platform.title)]);
            }
            return;
        }
        let (other, rule) = match issuer.strip_suffix('/') {
            Some(without) => (without.to_owned(), "without"),
            None => (format!("{issuer}/"), "with"),
        };
        let lower = issuer.to_ascii_lowercase();
        if let Some(platform) = platform_of_issuer(&other) {
            let parameters = [
                ("platform", platform.title.as_str()),
                ("rule", rule),
                ("issuer", &other),
            ];
            self.tell("issuer-slash", &parameters);
        } else if platform_of_issuer(&lower).is_some() {
            self.tell("letter-case", &[("field", "issuer"), ("usual", &lower)]);
        } else if is_login_address(issuer) {
            let cloud = Cloud::ALL
                .into_iter()
                .find(|cloud| issuer.contains(cloud.login_host()));
            let tenant = issuer.split('/').nth(3).filter(|tenant| is_guid(tenant));
            let right = cloud
                .unwrap_or(self.cloud())
                .issuer(tenant.unwrap_or("<tenant id>"));
            self.tell("issuer-address", &[("issuer", &right)]);
        } else if !issuer.is_empty() && !issuer.starts_with("https://") {
            self.tell("issuer-form", &[]);
        }
    }

    fn issuer_of_entra(&mut self, entra: &EntraIssuer) {
        let cloud = self.cloud();
        if entra.version == Version::V1 {
            self.tell("issuer-v1", &[("issuer", &cloud.issuer(&entra.tenant))]);
        }
        let issuer = self.credential.issuer.as_str();
        let lower = issuer.to_ascii_lowercase();
        if lower != issuer {
            self.tell("letter-case", &[("field", "issuer"), ("usual", &lower)]);
        }
        if !is_guid(&entra.tenant) {
            self.tell("issuer-tenant", &[("tenant", &entra.tenant)]);
        }
        if let Some(own) = entra.cloud.filter(|own| *own != cloud) {
            self.tell("issuer-other-cloud", &[("cloud", own.title())]);
        }
    }

    /// The cloud of the application: the issuer's, where nobody says.
    fn cloud(&self) -> Cloud {
        let of_issuer = || self.entra.as_ref().and_then(|entra| entra.cloud);
        self.hints.cloud.or_else(of_issuer).unwrap_or_default()
    }

    fn subject(&mut self, identity: Option<&ManagedIdentity>) {
        let subject = self.credential.subject.as_str();
        let client_id = identity.map_or("", |identity| &identity.client_id);
        if subject.is_empty() {
            return;
        }
        if [client_id, &self.hints.app_id].contains(&subject) {
            self.tell("client-id-as-subject", &[]);
        } else if subject_of(self.credential).is_some_and(|own| own.context == "pull-request") {
            self.tell("pull-request", &[]);
        } else if self.entra.is_some() && !subject.starts_with("/eid1/") {
            let lower = subject.to_ascii_lowercase();
            if !is_guid(subject) {
                self.tell("subject-form", &[]);
            } else if lower != subject {
                self.tell("letter-case", &[("field", "subject"), ("usual", &lower)]);
            }
        }
    }

    fn audience(&mut self) {
        let cloud = self.cloud();
        let usual = cloud.exchange_audience();
        let parameters = [("cloud", cloud.title()), ("audience", usual)];
        let count = self.credential.audiences.len();
        if count != 1 {
            self.tell("audience-count", &[("count", &count.to_string())]);
        }
        let Some(given) = self.credential.audiences.first().map(Audience::as_str) else {
            return;
        };
        let strict = self.entra.is_some() && self.hints.rules == Rules::Current;
        let of_cloud = Cloud::ALL
            .iter()
            .any(|cloud| cloud.exchange_audience() == given);
        if given == usual || given.is_empty() {
            return;
        }
        if given == TOKEN_EXCHANGE_APP {
            self.tell("audience-guid", &parameters);
        } else if given.eq_ignore_ascii_case(usual) {
            self.tell("letter-case", &[("field", "audience"), ("usual", usual)]);
        } else if strict {
            self.tell("audience-cloud", &parameters);
        } else if of_cloud {
            let [cloud, audience] = parameters;
            self.tell("audience-other-cloud", &[cloud, audience, ("given", given)]);
        } else if self.entra.is_none() {
            self.tell("audience-unusual", &parameters);
        }
    }

    fn identity(&mut self, identity: Option<&ManagedIdentity>) {
        if identity.is_some_and(|identity| identity.system_assigned) {
            self.tell("system-assigned", &[]);
        }
        let of_issuer = self.entra.as_ref().map(|entra| entra.tenant.clone());
        let of_identity = identity.map(|identity| identity.tenant_id.clone());
        let tenant = of_identity.or(of_issuer).unwrap_or_default();
        let app = &self.hints.app_tenant;
        if !app.is_empty() && !tenant.is_empty() && !app.eq_ignore_ascii_case(&tenant) {
            self.tell("tenant-differs", &[("identity", &tenant), ("app", app)]);
        }
    }

    /// Beside the credentials that there are already.
    fn others(&mut self) {
        let Credential { name, .. } = self.credential;
        let others = &self.hints.others;
        let pair = |other: &Credential| pair_of(other) == pair_of(self.credential);
        // A credential that is there already, unchanged, is no clash.
        if others.contains(self.credential) {
            return;
        }
        if self.credential.claims_matching_expression.is_none() && others.iter().any(pair) {
            self.tell("pair-taken", &[("name", name)]);
        }
        if others.iter().any(|other| other.name == *name) {
            self.tell("name-taken", &[("name", name)]);
        }
        if others.len() >= LIST_LIMIT {
            self.tell(
                "too-many-credentials",
                &[("count", &(others.len() + 1).to_string())],
            );
        }
    }
}

fn pair_of(credential: &Credential) -> (&str, &str) {
    (credential.issuer.as_str(), credential.subject.as_str())
}

/// What is wrong with credentials beside each other.
pub(super) fn list_findings(credentials: &[Credential]) -> Vec<Diagnostic> {
    let count = credentials.len();
    let too_many = (count > LIST_LIMIT).then(|| {
        let message =
            format!("There are {count} credentials; one object holds at most {LIST_LIMIT}.");
        Diagnostic::warning("too-many-credentials", message)
            .help("They probably belong to several applications.")
    });
    let mut seen = HashSet::new();
    let taken = credentials
        .iter()
        .filter(|one| one.claims_matching_expression.is_none())
        .filter(|one| !seen.insert(pair_of(one)))
        .map(|one| finding("pair-taken", &[("name", &one.name)]));
    too_many.into_iter().chain(taken).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
    const PRINCIPAL: &str = "c135c981-5d8e-4b80-84ea-d616a6a8167c";
    const EXCHANGE: &str = "api://AzureADTokenExchange";

    fn github() -> Credential {
        Credential {
            name: "deploy".into(),
            issuer: "https://token.actions.githubusercontent.com".into(),
            subject: "repo:contoso/shop:environment:production".into(),
            audiences: vec![EXCHANGE.into()],
            ..Credential::default()
        }
    }

    fn entra() -> Credential {
        Credential {
            issuer: Cloud::Global.issuer(TENANT).as_str().into(),
            subject: PRINCIPAL.into(),
            ..github()
        }
    }

    #[track_caller]
    fn check_with(credential: Credential, hints: &Hints, codes: &[&str]) {
        let found = lint_credential(&credential, hints, None);
        let found: Vec<_> = found.iter().map(|d| d.code).collect();
        assert_eq!(found, codes, "{credential:?}");
    }

    #[track_caller]
    fn check(credential: Credential, change: impl FnOnce(&mut Credential), codes: &[&str]) {
        let mut credential = credential;
        change(&mut credential);
        check_with(credential, &Hints::default(), codes);
    }

    #[test]
    fn sound_ones_have_no_findings() {
        check(github(), |_| {}, &[]);
        check(entra(), |_| {}, &[]);
        check(github(), |c| c.name = "a".repeat(120), &[]);
        check(
            github(),
            |c| c.subject = "x".repeat(600).as_str().into(),
            &[],
        );
        check(entra(), |c| c.subject = "/eid1/c/pub/t/a/b".into(), &[]);
    }

    #[test]
    fn limits_and_characters() {
        for name in ["ab", "-ab", "_ab", "a b", "ä-name", &"a".repeat(121), ""] {
            check(github(), |c| c.name = name.to_owned(), &["name-form"]);
        }
        check(
            github(),
            |c| c.subject = "x".repeat(601).as_str().into(),
            &["field-too-long"],
        );
        check(
            github(),
            |c| c.description = "é".repeat(601),
            &["field-too-long"],
        );
        check(
            github(),
            |c| c.subject = " x".into(),
            &["field-white-space"],
        );
        check(
            github(),
            |c| c.subject = "x\u{a0}".into(),
            &["field-white-space"],
        );
        check(
            github(),
            |c| c.subject = "x\u{200b}y".into(),
            &["field-characters"],
        );
        check(
            github(),
            |c| c.subject = "repo:c\u{43e}ntoso/shop".into(),
            &["field-characters"],
        );
        check(
            github(),
            |c| c.subject = "a\nb".into(),
            &["field-characters"],
        );
        check(
            github(),
            |c| c.subject = "repo:contoso/*".into(),
            &["wildcard"],
        );
        check(github(), |c| c.subject = "".into(), &["field-empty"]);
        check(github(), |c| c.audiences.clear(), &["audience-count"]);
        check(
            github(),
            |c| c.audiences.push("b".into()),
            &["audience-count"],
        );
        check(
            github(),
            |c| c.claims_matching_expression = Some(GITHUB.into()),
            &["expression-preview", "subject-and-expression"],
        );
    }

    const GITHUB: &str = "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*' and claims['repository_id'] eq '74'";

    /// The findings about an expression, but for the one that stands for each.
    #[track_caller]
    fn check_expression(issuer: &str, expression: &str, codes: &[&str]) {
        let flexible = Credential {
            issuer: issuer.into(),
            subject: "".into(),
            claims_matching_expression: Some(expression.into()),
            ..github()
        };
        let found = lint_credential(&flexible, &Hints::default(), None);
        let found = found.iter().map(|found| found.code);
        let found: Vec<_> = found.filter(|code| *code != "expression-preview").collect();
        assert_eq!(found, codes, "{issuer} {expression}");
    }

    #[test]
    fn expressions_of_github() {
        let check = |expression: &str, codes: &[&str]| {
            check_expression(
                "https://token.actions.githubusercontent.com",
                expression,
                codes,
            );
        };
        check(GITHUB, &[]);
        check(
            "claims['sub'] eq 'x' and claims['repository_owner_id'] eq '65'",
            &[],
        );
        check(
            &format!("{GITHUB} and claims['job_workflow_ref'] matches 'a/*'"),
            &[],
        );
        check(
            "claims['sub'] matches 'repo:contoso/*'",
            &["expression-required"],
        );
        check(
            "claims['job_workflow_ref'] matches 'a/*'",
            &["expression-subject", "expression-required"],
        );
        check("claims['repository_id'] eq '74'", &["expression-subject"]);
        check(
            "claims['sub'] eq 'x' and claims['repository_id'] matches '7*'",
            &["expression-claim-operator"],
        );
        check(
            &format!("{GITHUB} and claims['event_name'] eq 'push'"),
            &["expression-claim"],
        );
        check(
            &format!("{GITHUB} and claims['Sub'] eq 'push'"),
            &["expression-claim"],
        );
        check(
            "claims['sub'] eq 'repo:*' and claims['repository_id'] eq '74'",
            &["expression-literal"],
        );
        check("claims['sub'] matches repo", &["expression-quotes"]);
        check("", &["expression-empty"]);
        check(
            &format!(
                "{GITHUB} and claims['job_workflow_ref'] eq '{}'",
                "x".repeat(600)
            ),
            &["expression-too-long"],
        );
    }

    #[test]
    fn expressions_of_other_issuers() {
        let sub = "claims['sub'] matches 'x*'";
        let project = format!("{sub} and claims['project_id'] eq '20'");
        for issuer in [
            "https://gitlab.com",
            "https://gitlab.example.com",
            "https://gitlab.example.ca",
        ] {
            check_expression(issuer, &project, &[]);
            check_expression(issuer, sub, &["expression-required"]);
        }
        for issuer in ["https://app.terraform.io", "https://app.eu.terraform.io"] {
            check_expression(issuer, sub, &[]);
            check_expression(issuer, &project, &["expression-claim"]);
        }
        for issuer in [
            "https://gitlab.example",
            "https://gitlab.example.com/",
            "https://git.example.com",
            "https://token.actions.octocorp.ghe.com",
            "https://app.terraform.io.example",
            &Cloud::Global.issuer(TENANT),
        ] {
            check_expression(issuer, sub, &["expression-issuer"]);
        }
    }

    #[test]
    fn expressions_have_a_version() {
        let mut flexible = Credential {
            subject: "".into(),
            claims_matching_expression: Some(GITHUB.into()),
            ..github()
        };
        check_with(flexible.clone(), &Hints::default(), &["expression-preview"]);
        if let Some(expression) = &mut flexible.claims_matching_expression {
            expression.language_version = 2;
        }
        check_with(
            flexible,
            &Hints::default(),
            &["expression-version", "expression-preview"],
        );
    }

    #[test]
    fn issuers() {
        check(
            github(),
            |c| c.issuer = "https://token.actions.githubusercontent.com/".into(),
            &["issuer-slash"],
        );
        check(
            github(),
            |c| c.issuer = "https://eastus.oic.prod-aks.azure.com/t/g".into(),
            &["issuer-slash"],
        );
        check(
            github(),
            |c| c.issuer = "https://eastus.oic.prod-aks.azure.com/t/g/".into(),
            &[],
        );
        check(
            github(),
            |c| c.issuer = "https://Token.actions.githubusercontent.com".into(),
            &["letter-case"],
        );
        check(
            github(),
            |c| c.issuer = "http://issuer.example".into(),
            &["issuer-form"],
        );
        check(
            github(),
            |c| c.issuer = "token.actions.githubusercontent.com".into(),
            &["issuer-form"],
        );
        check(
            github(),
            |c| c.issuer = "https://issuer.example/".into(),
            &[],
        );
        check(
            github(),
            |c| c.issuer = "https://oidc.circleci.com/org/o".into(),
            &["issuer-volatile"],
        );
        check(
            entra(),
            |c| c.issuer = format!("https://sts.windows.net/{TENANT}/").as_str().into(),
            &["issuer-v1"],
        );
        check(
            entra(),
            |c| c.issuer = format!("{}/", c.issuer).as_str().into(),
            &["issuer-slash"],
        );
        check(
            entra(),
            |c| c.issuer = "https://login.microsoftonline.com/common/v2.0".into(),
            &["issuer-tenant"],
        );
        check(
            entra(),
            |c| {
                c.issuer = c
                    .issuer
                    .as_str()
                    .to_uppercase()
                    .replace("HTTPS", "https")
                    .as_str()
                    .into()
            },
            &["letter-case"],
        );
        check(
            entra(),
            |c| c.issuer = Cloud::China.issuer(&TENANT.to_uppercase()).as_str().into(),
            &["letter-case", "audience-cloud"],
        );
        for end in ["", "/", "/v1.0", "/v2", "/oauth2/v2.0/token"] {
            let issuer = format!("https://login.microsoftonline.com/{TENANT}{end}");
            check(
                entra(),
                |c| c.issuer = issuer.as_str().into(),
                &["issuer-address"],
            );
        }
        check(
            github(),
            |c| c.issuer = "https://login.microsoftonline.com.example/t".into(),
            &[],
        );
    }

    #[test]
    fn subjects_of_github() {
        let sub = |subject: &str, codes| check(github(), |c| c.subject = subject.into(), codes);
        sub("repo:contoso/shop:pull-request", &["pull-request"]);
        sub("repo:contoso@1/shop@2:pull-request", &["pull-request"]);
        sub("repo:contoso/shop:pull_request", &[]);
        sub("repo:contoso/shop:environment:pull-request", &[]);
        sub("repo:contoso/pull-request", &[]);
        check(
            github(),
            |c| {
                c.issuer = "https://issuer.example".into();
                c.subject = "repo:contoso/shop:pull-request".into();
            },
            &[],
        );
    }

    #[test]
    fn subjects_of_entra() {
        check(
            entra(),
            |c| c.subject = PRINCIPAL.to_uppercase().as_str().into(),
            &["letter-case"],
        );
        check(entra(), |c| c.subject = "billing".into(), &["subject-form"]);
        let hints = Hints {
            app_id: PRINCIPAL.into(),
            ..Hints::default()
        };
        check_with(entra(), &hints, &["client-id-as-subject"]);
        check_with(github(), &hints, &[]);
    }

    #[test]
    fn audiences() {
        check(
            entra(),
            |c| c.audiences = vec![TOKEN_EXCHANGE_APP.into()],
            &["audience-guid"],
        );
        check(
            github(),
            |c| c.audiences = vec![TOKEN_EXCHANGE_APP.into()],
            &["audience-guid"],
        );
        check(
            entra(),
            |c| c.audiences = vec!["api://azureadtokenexchange".into()],
            &["letter-case"],
        );
        check(
            entra(),
            |c| c.audiences = vec!["api://own".into()],
            &["audience-cloud"],
        );
        check(
            entra(),
            |c| c.audiences = vec!["api://AzureADTokenExchangeUSGov".into()],
            &["audience-cloud"],
        );
        check(
            github(),
            |c| c.audiences = vec!["api://AzureADTokenExchangeChina".into()],
            &["audience-other-cloud"],
        );
        check(
            github(),
            |c| c.audiences = vec!["api://own".into()],
            &["audience-unusual"],
        );
        let preview = Hints {
            rules: Rules::Preview2022,
            ..Hints::default()
        };
        let mut own = entra();
        own.audiences = vec!["api://own".into()];
        check_with(own, &preview, &[]);
    }

    #[test]
    fn clouds() {
        let gov = Hints {
            cloud: Some(Cloud::UsGov),
            ..Hints::default()
        };
        check_with(github(), &gov, &["audience-other-cloud"]);
        check_with(entra(), &gov, &["issuer-other-cloud", "audience-cloud"]);
        let of_gov = Credential {
            issuer: Cloud::UsGov.issuer(TENANT).as_str().into(),
            audiences: vec!["api://AzureADTokenExchangeUSGov".into()],
            ..entra()
        };
        check_with(of_gov.clone(), &gov, &[]);
        check_with(of_gov, &Hints::default(), &[]);
    }

    #[test]
    fn tenants() {
        let app_in = |tenant: &str| Hints {
            app_tenant: tenant.into(),
            ..Hints::default()
        };
        check_with(entra(), &app_in(TENANT), &[]);
        check_with(entra(), &app_in(&TENANT.to_uppercase()), &[]);
        check_with(entra(), &app_in(PRINCIPAL), &["tenant-differs"]);
        check_with(github(), &app_in(PRINCIPAL), &[]);
    }

    #[test]
    fn identities() {
        let identity = ManagedIdentity {
            principal_id: PRINCIPAL.into(),
            client_id: "11111111-0000-4000-8000-000000000001".into(),
            tenant_id: TENANT.into(),
            ..ManagedIdentity::default()
        };
        let codes = |credential: &Credential, identity: &ManagedIdentity| {
            let found = lint_credential(credential, &Hints::default(), Some(identity));
            found.iter().map(|d| d.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(&entra(), &identity), [""; 0]);
        let mut swapped = entra();
        swapped.subject = identity.client_id.as_str().into();
        assert_eq!(codes(&swapped, &identity), ["client-id-as-subject"]);
        let system = ManagedIdentity {
            system_assigned: true,
            ..identity
        };
        assert_eq!(codes(&entra(), &system), ["system-assigned"]);
    }

    #[test]
    fn beside_others() {
        let with = |others: Vec<Credential>| Hints {
            others,
            ..Hints::default()
        };
        let named = |name: &str, subject: &str| Credential {
            name: name.into(),
            subject: subject.into(),
            ..github()
        };
        check_with(github(), &with(vec![named("other", "other")]), &[]);
        check_with(github(), &with(vec![github()]), &[]);
        check_with(
            github(),
            &with(vec![named("other", github().subject.as_str())]),
            &["pair-taken"],
        );
        check_with(
            github(),
            &with(vec![named("deploy", "other")]),
            &["name-taken"],
        );
        let many = |count: usize| {
            (0..count)
                .map(|n| named(&format!("n-{n}"), &n.to_string()))
                .collect()
        };
        check_with(github(), &with(many(19)), &[]);
        check_with(github(), &with(many(20)), &["too-many-credentials"]);
    }
}
