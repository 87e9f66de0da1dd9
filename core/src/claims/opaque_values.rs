//! Decodes values that look opaque, such as `rh` and `uti` of Entra ID, with how sure each rule is.

use std::borrow::Cow;

use serde::Serialize;

use super::Confidence::{self, Documented, Inferred, Observed};
use super::excerpt::excerpt;
use super::guid::{guid_from_bytes, is_guid};
use super::section::Section;
use super::well_known_ids::well_known_id;
use crate::text::base64url;
use crate::text::json::Value;

const DECODED: &str = "Decoded tokens";
const AGENT: &str = "Entra: agent token claims";

/// What was decoded from a value that looks opaque. It helps people who inspect a token; software must not rely on it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct DecodedValue {
    /// What the value contains, in a sentence that quotes the token.
    pub text: String,
    /// Where the rule for decoding it comes from.
    pub source: String,
    /// How sure that rule is.
    pub confidence: Confidence,
    /// Whether it is the same as another claim of the token; `None` where there is none to compare.
    pub agrees: Option<bool>,
}

impl DecodedValue {
    fn new(text: impl Into<String>, source: &str, confidence: Confidence) -> Self {
        Self {
            text: text.into(),
            source: source.to_owned(),
            confidence,
            agrees: None,
        }
    }

    fn observed(text: impl Into<String>) -> Self {
        Self::new(text, DECODED, Observed)
    }

    /// Ends the sentence with how `found` compares with a claim of the same token.
    fn compared_with(mut self, found: &str, other: &GuidClaim<'_>) -> Self {
        if let Some((name, value)) = other {
            let agrees = value.eq_ignore_ascii_case(found);
            self.agrees = Some(agrees);
            let verdict = if agrees {
                "the same as"
            } else {
                "different from"
            };
            self.text += &format!(", {verdict} `{name}`");
        }
        self.text.push('.');
        self
    }
}

/// The name and value of a claim that is a GUID; `None` where the token has no such claim.
type GuidClaim<'a> = Option<(&'static str, Cow<'a, str>)>;

/// The claims with which decoded values are compared, looked up once.
pub(super) struct ComparableClaims<'a> {
    tenant: GuidClaim<'a>,
    audience: GuidClaim<'a>,
    client: GuidClaim<'a>,
}

impl<'a> ComparableClaims<'a> {
    pub(super) fn from_payload(payload: Section<'a>) -> Self {
        let guid = |name| Some((name, payload.text(name).filter(|text| is_guid(text))?));
        Self {
            tenant: guid("tid"),
            audience: guid("aud"),
            client: guid("azp").or_else(|| guid("appid")),
        }
    }
}

/// Decodes a claim of a token of Entra ID.
pub(super) fn decode_entra(
    name: &str,
    value: Value<'_>,
    comparable: &ComparableClaims<'_>,
) -> Vec<DecodedValue> {
    let text = value.as_str().unwrap_or_default();
    match name {
        "rh" => rh(&text, comparable).unwrap_or_default(),
        "uti" => uti(&text).into_iter().collect(),
        "sub" => special_subject(&text, comparable),
        "xms_mirid" | "xms_az_rid" => resource(&text).into_iter().collect(),
        "xms_idrel" => numbers(&text, &RELATIONS),
        "xms_act_fct" | "xms_sub_fct" | "xms_tnt_fct" => numbers(&text, &FACETS),
        "xms_ftd" => region(&text).into_iter().collect(),
        "wids" => value.items().filter_map(well_known).collect(),
        _ => Vec::new(),
    }
}

/// `{version}.{base64url}.`: after three bytes the tenant, then the resource app.
fn rh(text: &str, comparable: &ComparableClaims<'_>) -> Option<Vec<DecodedValue>> {
    let (version, rest) = text.split_once('.')?;
    let bytes = base64url::decode_strict(rest.strip_suffix('.')?)?;
    let length = match version {
        "0" => 38,
        "1" => 40,
        _ => return None,
    };
    if bytes.len() != length {
        return None;
    }
    let tenant = guid_from_bytes(bytes.get(3..19)?)?;
    let resource = guid_from_bytes(bytes.get(19..35)?)?;
    Some(vec![
        DecodedValue::observed(format!("tenant {tenant}"))
            .compared_with(&tenant, &comparable.tenant),
        DecodedValue::observed(format!("resource {}", with_name(&resource)))
            .compared_with(&resource, &comparable.audience),
    ])
}

fn uti(text: &str) -> Option<DecodedValue> {
    let bytes = base64url::decode_strict(text).filter(|bytes| bytes.len() == 16)?;
    let id = guid_from_bytes(&bytes)?;
    Some(DecodedValue::observed(format!(
        "As a GUID: {id}. It looks like the trace IDs in responses from Entra ID."
    )))
}

/// `/eid1/c/pub/t/{tenant}/a/{app}/…`: subjects of service connections, bots and agents.
fn special_subject(text: &str, comparable: &ComparableClaims<'_>) -> Vec<DecodedValue> {
    let Some(rest) = text.strip_prefix("/eid1/c/") else {
        return Vec::new();
    };
    let mut parts = rest.split('/');
    let cloud =
        (parts.next() == Some("pub")).then(|| DecodedValue::observed("`c/pub`: the public cloud."));
    let mut id = |mark: &str| {
        let bytes = (parts.next() == Some(mark)).then(|| parts.next())??;
        guid_from_bytes(&base64url::decode_strict(bytes).filter(|b| b.len() == 16)?)
    };
    let tenant = id("t").map(|tenant| {
        DecodedValue::observed(format!("`t`: tenant {tenant}"))
            .compared_with(&tenant, &comparable.tenant)
    });
    let app = id("a").map(|app| {
        let text = format!("`a`: application {}", with_name(&app));
        DecodedValue::observed(text).compared_with(&app, &comparable.client)
    });
    let connection = service_connection(parts);
    [cloud, tenant, app, connection]
        .into_iter()
        .flatten()
        .collect()
}

fn service_connection<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<DecodedValue> {
    let (kind, organization, connection) = (parts.next()?, parts.next()?, parts.next()?);
    (kind == "sc").then(|| {
        let text = format!(
            "`sc`: Azure DevOps, organization {}, service connection {}.",
            excerpt(organization),
            excerpt(connection)
        );
        DecodedValue::new(
            text,
            "Azure DevOps: troubleshoot workload identity",
            Documented,
        )
    })
}

/// The ID of an Azure resource: subscription, group, type and name.
fn resource(text: &str) -> Option<DecodedValue> {
    let mut parts = text.strip_prefix("/subscriptions/")?.split('/');
    let (subscription, groups, group) = (parts.next()?, parts.next()?, parts.next()?);
    let (_, provider, kind, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    groups.eq_ignore_ascii_case("resourcegroups").then(|| {
        let [name, kind] = [excerpt(name), excerpt(&format!("{provider}/{kind}"))];
        let [group, subscription] = [group, subscription].map(excerpt);
        DecodedValue::observed(format!(
            "{name} of type {kind}, in resource group {group} of subscription {subscription}."
        ))
    })
}

/// 32 bytes, 1, and the name of a region; newer ones may end after the 32 bytes.
fn region(text: &str) -> Option<DecodedValue> {
    let bytes = base64url::decode_strict(text)?;
    let name = match bytes.get(32..)? {
        [1, name @ ..] => std::str::from_utf8(name).ok()?,
        _ => return None,
    };
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    plain.then(|| DecodedValue::observed(format!("the region {}.", excerpt(name))))
}

/// The odd numbers that have a meaning; even ones are decoys (Entra: agent token claims).
fn numbers(text: &str, meanings: &[(&str, &str)]) -> Vec<DecodedValue> {
    meanings
        .iter()
        .filter(|(number, _)| text.split(' ').any(|part| part == *number))
        .map(|(number, meaning)| {
            DecodedValue::new(format!("{number}: {meaning}."), AGENT, Documented)
        })
        .collect()
}

const RELATIONS: [(&str, &str); 17] = [
    ("1", "member user"),
    ("3", "member user with a personal Microsoft account"),
    ("5", "guest user"),
    ("7", "service principal"),
    ("9", "device"),
    (
        "11",
        "user of a partner with granular delegated rights (GDAP)",
    ),
    ("13", "application without service principal"),
    ("15", "passthrough"),
    ("17", "native identity with a profile"),
    ("19", "native identity"),
    ("21", "native identity in a Teams meeting"),
    ("23", "passthrough participant of a Teams meeting"),
    ("25", "native identity that shares content"),
    (
        "27",
        "fully synchronized member of a multitenant organization",
    ),
    ("29", "weak user of a multitenant organization"),
    ("31", "user of a partner with delegated rights (DAP)"),
    ("33", "federated managed identity"),
];

const FACETS: [(&str, &str); 4] = [
    ("11", "agent identity"),
    ("13", "user of an agent"),
    ("15", "builder of agents"),
    ("17", "service principal required by an app-only client"),
];

/// An element of a list that is a well-known ID.
fn well_known(value: Value<'_>) -> Option<DecodedValue> {
    let id = value.as_str()?;
    let known = well_known_id(&id)?;
    let text = format!("{id}: {}.", known.name);
    Some(DecodedValue::new(text, &known.source, known.confidence))
}

fn with_name(id: &str) -> String {
    match well_known_id(id) {
        Some(known) => format!("{id} ({})", known.name),
        None => id.to_owned(),
    }
}

/// Decodes the subject of a GitHub Actions token: where and for what the job runs (GitHub: OIDC reference).
pub(super) fn decode_github_subject(text: &str) -> Option<DecodedValue> {
    let (repository, rest) = text.strip_prefix("repo:")?.split_once(':')?;
    let form = match repository.find('@') {
        Some(_) => "identified by name and by an ID that never changes",
        None => "identified by name only",
    };
    let repository = excerpt(repository);
    let (word, value) = rest.split_once(':').unwrap_or((rest, ""));
    let trigger = match (word, value) {
        ("pull_request", "") => "a pull request".to_owned(),
        ("environment", name) => format!("the environment {}", excerpt(name)),
        ("ref", name) => match (
            name.strip_prefix("refs/heads/"),
            name.strip_prefix("refs/tags/"),
        ) {
            (Some(branch), _) => format!("the branch {}", excerpt(branch)),
            (_, Some(tag)) => format!("the tag {}", excerpt(tag)),
            _ => return None,
        },
        _ => return Some(customised(&repository)),
    };
    Some(DecodedValue::new(
        format!("Repository {repository}, {form}. The job runs for {trigger}."),
        "GitHub: OIDC reference",
        Documented,
    ))
}

fn customised(repository: &str) -> DecodedValue {
    DecodedValue::new(
        format!("Repository {repository}. Its owner customized the rest."),
        "GitHub: OIDC reference",
        Inferred,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    /// What the first claim decodes to as text, with `+` where they agree and `-` where they do not.
    #[track_caller]
    fn check(claims: &str, expected: &[&str]) {
        let token = &parse(claims).tokens[0];
        let payload = Section::payload(token);
        let (name, value) = payload
            .json()
            .unwrap()
            .object()
            .unwrap()
            .members()
            .next()
            .unwrap();
        let found: Vec<_> = decode_entra(
            &name.to_text(),
            value,
            &ComparableClaims::from_payload(payload),
        )
        .into_iter()
        .map(|decoded| {
            let mark = match decoded.agrees {
                Some(true) => "+",
                Some(false) => "-",
                None => "",
            };
            format!("{mark}{}", decoded.text)
        })
        .collect();
        assert_eq!(found, expected, "{claims}");
    }

    const RH: &str = "1.AVkBXKNpU6VGd0aP-S5lWHZU55z5YPs0epBBgUkwL3dGmTZZAQBZAQ.";
    const TENANT: &str = "5369a35c-46a5-4677-8ff9-2e65587654e7";
    const EXCHANGE: &str = "fb60f99c-7a34-4190-8149-302f77469936";

    #[test]
    fn rh_holds_tenant_and_resource() {
        check(
            &format!(r#"{{"rh":"{RH}","tid":"{TENANT}","aud":"{EXCHANGE}"}}"#),
            &[
                "+tenant 5369a35c-46a5-4677-8ff9-2e65587654e7, the same as `tid`.",
                "+resource fb60f99c-7a34-4190-8149-302f77469936 (Entra ID token exchange), the same as `aud`.",
            ],
        );
        check(
            &format!(r#"{{"rh":"{RH}","tid":"{EXCHANGE}","aud":"api://x"}}"#),
            &[
                "-tenant 5369a35c-46a5-4677-8ff9-2e65587654e7, different from `tid`.",
                "resource fb60f99c-7a34-4190-8149-302f77469936 (Entra ID token exchange).",
            ],
        );
    }

    #[test]
    fn what_does_not_fit_is_not_read() {
        for claims in [
            r#"{"rh":""}"#,
            r#"{"rh":"1."}"#,
            r#"{"rh":"1.AAAA."}"#,
            r#"{"rh":7}"#,
            &format!(r#"{{"rh":"2{}"}}"#, &RH[1..]),
            &format!(r#"{{"rh":"0{}"}}"#, &RH[1..]),
            &format!(r#"{{"rh":"{}"}}"#, &RH[..RH.len() - 1]),
            r#"{"uti":"AAAA"}"#,
            r#"{"uti":"OQZCL2CY80uXMgjZyL4OAA=="}"#,
            r#"{"sub":"5369a35c-46a5-4677-8ff9-2e65587654e7"}"#,
            r#"{"sub":"/eid1/c/other/x"}"#,
            r#"{"sub":"/eid2/c/pub"}"#,
            r#"{"xms_mirid":"/subscriptions/s/resourcegroups/r"}"#,
            r#"{"xms_mirid":"/subscriptions/a/b/c/d/e/f/g"}"#,
            r#"{"xms_idrel":"2 30 99 1e1"}"#,
            r#"{"xms_idrel":7}"#,
            r#"{"xms_ftd":"Z5DrW4HFOkR_Lz0M5qETa260d2-fO6seMZJ_tOwRNuc"}"#,
            r#"{"xms_ftd":"AAAA"}"#,
            r#"{"wids":["x",7]}"#,
            r#"{"wids":"0997a1d0-0d1d-4acb-b408-d5ca73121e90"}"#,
            r#"{"aio":"k2RgYFhf"}"#,
        ] {
            check(claims, &[]);
        }
    }

    #[test]
    fn other_values_of_entra() {
        check(
            r#"{"uti":"OQZCL2CY80uXMgjZyL4OAA"}"#,
            &[
                "As a GUID: 2f420639-9860-4bf3-9732-08d9c8be0e00. It looks like the trace IDs in responses from Entra \
                 ID.",
            ],
        );
        check(
            r#"{"sub":"/eid1/c/pub/t/XKNpU6VGd0aP-S5lWHZU5w/a/rISbSSETf0KqFyZ8ppdXmA/sc/o/c",
                "tid":"5369a35c-46a5-4677-8ff9-2e65587654e7","azp":"499b84ac-1321-427f-aa17-267ca6975798"}"#,
            &[
                "`c/pub`: the public cloud.",
                "+`t`: tenant 5369a35c-46a5-4677-8ff9-2e65587654e7, the same as `tid`.",
                "+`a`: application 499b84ac-1321-427f-aa17-267ca6975798 (Azure DevOps), the same as `azp`.",
                "`sc`: Azure DevOps, organization o, service connection c.",
            ],
        );
        check(r#"{"xms_idrel":"30 7"}"#, &["7: service principal."]);
        check(
            r#"{"xms_mirid":"/subscriptions/s/resourcegroups/r/providers/Microsoft.Compute/virtualMachines/n"}"#,
            &[
                "n of type Microsoft.Compute/virtualMachines, in resource group r of subscription s.",
            ],
        );
        check(
            r#"{"wids":["0997a1d0-0d1d-4acb-b408-d5ca73121e90"]}"#,
            &[
                "0997a1d0-0d1d-4acb-b408-d5ca73121e90: marker for an application without a directory role.",
            ],
        );
    }

    #[test]
    fn subjects_of_github() {
        let text = |subject| decode_github_subject(subject).map(|decoded| decoded.text);
        for (subject, words) in [
            ("repo:o/r:ref:refs/heads/main", "the branch main"),
            ("repo:o/r:ref:refs/tags/v1", "the tag v1"),
            ("repo:o/r:environment:Production%3AV1", "Production%3AV1"),
            ("repo:o/r:pull_request", "a pull request"),
            (
                "repo:o@1/r@2:ref:refs/heads/main",
                "an ID that never changes",
            ),
            ("repo:o/r:event_name:push", "Its owner customized"),
        ] {
            assert!(text(subject).unwrap().contains(words), "{subject}");
        }
        for subject in [
            "",
            "repo:",
            "repo:o/r",
            "repo:o/r:ref:x",
            "o/r:pull_request",
        ] {
            assert_eq!(text(subject), None, "{subject}");
        }
    }
}
