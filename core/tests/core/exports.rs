//! Exports: complete, and every value in them is read back as it was by a real parser of their language.

mod parsed;

use fedcred_core::claims::Cloud;
use fedcred_core::export::{Export, ExportGroup, ExportValues};
use fedcred_core::expression::ClaimsMatchingExpression;
use fedcred_core::federation::{Credential, CredentialList};
use fedcred_core::text::Diagnostic;
use proptest::prelude::*;
use similar_asserts::assert_eq;

use crate::parts::has_parts;
use parsed::{Parsed, parse};

const ENTRA: &str = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
const GITHUB: &str = "https://token.actions.githubusercontent.com";
const AKS: &str = "https://eastus.oic.prod-aks.azure.com/t/g/";
const ISSUERS: [&str; 6] = [
    ENTRA,
    GITHUB,
    AKS,
    "https://gitlab.com",
    "https://accounts.google.com",
    "https://issuer.example",
];

/// What people, tools and attackers may enter.
fn hostile() -> Vec<String> {
    let short = [
        "'",
        "\"",
        "'\"'\"",
        "\\",
        "a\\",
        "\\\"\\'",
        "it's ‘single’ ‚low‛ ’’",
        "“double” „low“",
        "${x}",
        "$${x} $$${y}",
        "%{x}",
        "%%{x} $%{y} %${z}",
        "$(touch x)",
        "`touch x`",
        "a\nb",
        "a\rb\r\n",
        "\ttab\t",
        "a\0b",
        "a\n'@\nb",
        "'@",
        "\n\"@\n",
        "*/ // # <!-- --> --",
        "\u{202e}gpj.exe\u{202c}",
        "😀 é ß \u{10ffff}",
        "a\u{2028}b\u{2029}",
        "\u{1b}[31mred\u{7f}\u{80}\u{9f}",
        "\\u0022 \\x41 \\012 \\\\u0041",
        "{subject|json} {note} {>json} <APP_ID>",
        "JSON\nEOF\nJSON",
        "; touch x && touch x | touch x & touch x",
        "@file",
        "-x --y",
        "!! !x ^ %PATH% ~",
        " both ends ",
        "\u{feff}\u{ad}\u{200b}\u{a0}",
        "{{x}} {0} %s #{x} \\(x)",
    ];
    let long = ["'\"\\${".repeat(1000), "x".repeat(20_000)];
    short.into_iter().map(str::to_owned).chain(long).collect()
}

/// A credential and values that hold `mark` in this field, and its name in all others.
fn with(field: &str, mark: &str, issuer: &str) -> (Credential, ExportValues) {
    let text = |name: &str| if name == field { mark } else { name }.to_owned();
    let credential = Credential {
        name: text("name"),
        issuer: if field == "issuer" { mark } else { issuer }.into(),
        subject: text("subject").as_str().into(),
        audiences: vec![text("audience").as_str().into()],
        description: text("description"),
        claims_matching_expression: (field == "expression").then(|| mark.into()),
    };
    let values = ExportValues {
        app_object_id: text("object"),
        app_id: text("app"),
        app_unique_name: text("unique"),
        tenant_id: text("tenant"),
        identity_client_id: text("client"),
        resource_group: text("group"),
        identity_name: text("identity"),
        scope: text("scope"),
        cloud: Cloud::Global,
    };
    (credential, values)
}

fn text(export: &Export, field: &str, mark: &str, issuer: &str) -> Result<String, Diagnostic> {
    let (credential, values) = with(field, mark, issuer);
    export.text(&credential, &values)
}

/// Addresses that are asked: what is put in there is percent-encoded.
const ADDRESSES: [&str; 5] = [
    "https://login.microsoftonline.com/harmless/oauth2/",
    "https://graph.microsoft.com/",
    "http://169.254.169.254/",
    "http://metadata.google.internal/",
    "https://github.example/",
];

fn percent_decoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?&=%<>".contains(&byte);
    assert!(text.bytes().all(plain), "{text}");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend(part[2..].bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

const MARK: &str = "harmless";

/// A hostile value stands exactly where a harmless one stands, and nothing else changes.
#[track_caller]
fn check(export: &Export, field: &str, values: &[String], issuer: &str) {
    let Ok(plain) = text(export, field, MARK, issuer) else {
        return assert_eq!(field, "expression", "{}", export.id);
    };
    let used = plain.contains(MARK);
    let plain = parse(export.language, &plain);
    for value in values.iter().filter(|_| used) {
        let place = format!("{} {field} {value:.60?}", export.id);
        let written = match text(export, field, value, issuer) {
            Ok(written) => written,
            Err(refused) => {
                assert_eq!(refused.code, "export-character", "{place}");
                assert!(value.contains('\0'), "{place}");
                assert!(["bash", "powershell"].contains(&export.language), "{place}");
                continue;
            }
        };
        let Parsed { texts, shape } = parse(export.language, &written);
        assert_eq!(shape, plain.shape, "{place}");
        let found = texts.iter().zip(&plain.texts).map(|(found, plain)| {
            match ADDRESSES.iter().any(|start| plain.starts_with(start)) {
                true => percent_decoded(found),
                false => found.clone(),
            }
        });
        let expected = plain.texts.iter().map(|plain| plain.replace(MARK, value));
        assert_eq!(texts.len(), plain.texts.len(), "{place}");
        assert_eq!(
            found.collect::<Vec<_>>(),
            expected.collect::<Vec<_>>(),
            "{place}"
        );
    }
}

#[track_caller]
fn check_fields(export: &Export, fields: &[&str], issuer: &str) {
    for field in fields {
        check(export, field, &hostile(), issuer);
    }
}

const OF_CREDENTIAL: [&str; 6] = [
    "name",
    "issuer",
    "subject",
    "audience",
    "description",
    "expression",
];
const OF_VALUES: [&str; 8] = [
    "object", "app", "unique", "tenant", "client", "group", "identity", "scope",
];

#[test]
fn hostile_values_are_read_back_where_a_credential_is_created() {
    for export in Export::all().filter(|export| export.group == ExportGroup::Create) {
        check_fields(export, &OF_CREDENTIAL, GITHUB);
        check_fields(
            export,
            &["object", "app", "unique", "group", "identity"],
            GITHUB,
        );
    }
}

#[test]
fn hostile_values_are_read_back_where_a_credential_is_used() {
    for export in Export::all().filter(|export| export.group == ExportGroup::Use) {
        for issuer in [ENTRA, GITHUB, AKS] {
            check_fields(
                export,
                &["audience", "tenant", "app", "client", "scope"],
                issuer,
            );
        }
    }
}

#[test]
fn every_value_is_where_it_belongs() {
    let found = |group, field| {
        let holds = |export: &&Export| {
            let made = text(export, field, MARK, ENTRA);
            export.group == group && made.is_ok_and(|made| made.contains(MARK))
        };
        Export::all().filter(holds).count()
    };
    let all = |group| Export::all().filter(|export| export.group == group).count();
    for field in ["name", "issuer", "subject", "audience"] {
        assert_eq!(
            found(ExportGroup::Create, field),
            all(ExportGroup::Create),
            "{field}"
        );
    }
    for field in ["audience", "tenant", "app", "client"] {
        assert_eq!(
            found(ExportGroup::Use, field),
            all(ExportGroup::Use),
            "{field}"
        );
    }
    for field in OF_VALUES {
        let both = found(ExportGroup::Create, field) + found(ExportGroup::Use, field);
        assert!(both > 0, "{field}");
    }
}

#[test]
fn the_text_fits_the_issuer() {
    for (issuer, part) in [
        (ENTRA, "ManagedIdentityCredential("),
        (GITHUB, r#"os.environ["ID_TOKEN"]"#),
        (
            "https://app.terraform.io",
            r#"os.environ["TFC_WORKLOAD_IDENTITY_TOKEN"]"#,
        ),
        (AKS, r#"open(os.environ["AZURE_FEDERATED_TOKEN_FILE"])"#),
        (
            "https://issuer.example",
            r#"open(os.environ["AZURE_FEDERATED_TOKEN_FILE"])"#,
        ),
        ("", r#"open(os.environ["AZURE_FEDERATED_TOKEN_FILE"])"#),
    ] {
        let made = text(Export::from_id("python").expect("it"), "none", "", issuer).expect("code");
        has_parts(&made, &[part]);
    }
    let devops = text(
        Export::from_id("python").expect("it"),
        "subject",
        "/eid1/c/pub/t/x",
        ENTRA,
    );
    has_parts(&devops.expect("code"), &[r#"os.environ["idToken"]"#]);
}

#[test]
fn everything_parses_for_every_issuer_and_cloud() {
    for export in Export::all() {
        for issuer in ISSUERS {
            for cloud in Cloud::ALL {
                let (mut credential, mut values) = with("none", "", issuer);
                values.cloud = cloud;
                let made = export.text(&credential, &values).expect("a text");
                parse(export.language, &made);
                credential.description.clear();
                let bare = export.text(
                    &credential,
                    &ExportValues {
                        cloud,
                        ..ExportValues::default()
                    },
                );
                let bare = bare.expect("a text");
                parse(export.language, &bare);
                assert!(!bare.contains("|raw}") && !bare.contains("\n?"), "{bare}");
                let host = [cloud.login_host(), cloud.graph_host()];
                let other = Cloud::ALL.iter().filter(|other| **other != cloud);
                let made = made.replace(issuer, "");
                for other in other {
                    assert!(
                        !made.contains(&format!("//{}/", other.login_host())),
                        "{made}"
                    );
                    assert!(
                        !made.contains(&format!("//{}/", other.graph_host())),
                        "{made} {host:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_not_known_is_an_obvious_placeholder() {
    let (credential, _) = with("none", "", ENTRA);
    for (id, placeholders) in [
        ("az-bash", &["<APP_ID>"][..]),
        ("graph", &["<APP_OBJECT_ID>"]),
        ("bicep", &["<APP_UNIQUE_NAME>"]),
        ("az-identity", &["<IDENTITY_NAME>", "<RESOURCE_GROUP>"]),
        (
            "curl",
            &["<TENANT_ID>", "<APP_ID>", "<SCOPE>", "<IDENTITY_CLIENT_ID>"],
        ),
    ] {
        let made = Export::from_id(id)
            .expect("it")
            .text(&credential, &ExportValues::default());
        let made = made.expect("a text");
        has_parts(&made, placeholders);
    }
    let values = ExportValues {
        app_object_id: "object".into(),
        ..ExportValues::default()
    };
    let made = Export::from_id("az-bash")
        .expect("it")
        .text(&credential, &values)
        .expect("a text");
    has_parts(&made, &["--id='object'"]);
}

#[test]
fn flexible_credentials_or_the_reason_why_not() {
    let expression = "claims['sub'] matches 'repo:contoso/*'";
    for (id, part) in [
        (
            "az-bash",
            "https://graph.microsoft.com/beta/applications/object/",
        ),
        (
            "az-powershell",
            "https://graph.microsoft.com/beta/applications/object/",
        ),
        (
            "az-rest",
            "https://graph.microsoft.com/beta/applications/object/",
        ),
        (
            "graph",
            "POST https://graph.microsoft.com/beta/applications/object/",
        ),
        (
            "graph-powershell",
            "New-MgBetaApplicationFederatedIdentityCredential",
        ),
        (
            "terraform",
            "azuread_application_flexible_federated_identity_credential",
        ),
    ] {
        let made = text(
            Export::from_id(id).expect("it"),
            "expression",
            expression,
            GITHUB,
        )
        .expect("a text");
        has_parts(&made, &[part]);
    }
    for id in [
        "bicep",
        "az-identity",
        "bicep-identity",
        "terraform-identity",
    ] {
        let refused = text(
            Export::from_id(id).expect("it"),
            "expression",
            expression,
            GITHUB,
        );
        let refused = refused.expect_err("a reason");
        assert_eq!(refused.code, "export-expression");
        assert!(
            refused.help.ends_with('.') && !refused.help.contains('{'),
            "{id}"
        );
    }
}

#[test]
fn every_export_is_complete_and_stands_once() {
    for one in Export::all() {
        assert_eq!(Export::all().filter(|other| other.id == one.id).count(), 1);
        for text in [one.title, one.language, one.source] {
            assert!(!text.is_empty(), "{}", one.id);
        }
    }
    assert_eq!(Export::all().count(), 19);
    assert!(Export::from_id("no-such").is_none());
}

fn any_credential() -> impl Strategy<Value = Credential> {
    let text = any::<String>;
    let expression = proptest::option::of(
        "[^\0]+".prop_map(|value| ClaimsMatchingExpression::from(value.as_str())),
    );
    (
        text(),
        text(),
        text(),
        proptest::collection::vec(text(), 0..3),
        text(),
        expression,
    )
        .prop_map(
            |(name, issuer, subject, audiences, description, claims_matching_expression)| {
                Credential {
                    name,
                    issuer: issuer.as_str().into(),
                    subject: subject.as_str().into(),
                    audiences: audiences.iter().map(|text| text.as_str().into()).collect(),
                    description,
                    claims_matching_expression,
                }
            },
        )
}

proptest! {
    #[test]
    fn what_is_exported_is_read_as_the_same(credential in any_credential()) {
        for (id, begin, end) in [
            ("graph", "\n\n", ""),
            ("az-bash", "<<'JSON'\n", "\nJSON\n"),
            ("az-powershell", "@'\n", "\n'@ |"),
        ] {
            let made = Export::from_id(id).expect("it").text(&credential, &ExportValues::default()).expect("a text");
            let (_, body) = made.split_once(begin).expect("the beginning");
            let body = if end.is_empty() { body } else { body.split_once(end).expect("the end").0 };
            let read = CredentialList::parse(body);
            prop_assert_eq!(&read.credentials, std::slice::from_ref(&credential));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_value_is_read_back(value in "\\PC{1,40}") {
        for id in ["az-identity", "terraform", "bicep", "graph-powershell", "python", "java"] {
            // The grammar of Bicep takes these for comments, even at the beginning of a text.
            if id == "bicep" && (value.contains("//") || value.contains("/*")) {
                continue;
            }
            for field in ["subject", "scope"] {
                check(Export::from_id(id).expect("it"), field, std::slice::from_ref(&value), ENTRA);
            }
        }
    }
}
