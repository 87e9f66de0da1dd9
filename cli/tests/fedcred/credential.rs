//! `fedcred credential`.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, GITHUB_CLAIMS, SUBJECT, signed};
use crate::parts::{has_parts, shortened};
use crate::process::{Folder, Ran, codes, fedcred, has_fields};

const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const IDENTITY: &str = concat!(
    r#"{"name":"mi-billing","principalId":"aaaaaaaa-0000-4000-8000-000000000002","#,
    r#""clientId":"bbbbbbbb-0000-4000-8000-000000000003","tenantId":"c0c0c0c0-0000-4000-8000-000000000001"}"#,
);

#[track_caller]
fn draft_from(source: &str, text: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["credential", source, "-", "--format", "json"];
    arguments.extend(more);
    fedcred(&arguments, text)
}

/// The credential must have findings with these codes, and this exit code.
#[track_caller]
fn check(source: &str, text: &str, more: &[&str], exit: i32, expected: &[&str]) -> Value {
    let json = draft_from(source, text, more).ends(exit).json();
    assert_eq!(codes(&json["diagnostics"]), expected);
    json["credential"].clone()
}

#[test]
fn from_a_token() {
    let token = signed("demo-1", CLAIMS);
    let json = draft_from("--from-token", &token, &["--app-name", "orders"])
        .ends(0)
        .quietly()
        .json();
    has_fields(&json, &["credential", "diagnostics"]);
    assert_eq!(
        json["credential"],
        json!({
            "name": format!("mi-orders-{TENANT}"),
            "issuer": format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            "subject": SUBJECT,
            "audiences": ["api://AzureADTokenExchange"],
            "description": format!("Managed identity {SUBJECT} in {TENANT}"),
            "claimsMatchingExpression": null,
        })
    );
}

#[test]
fn a_credential_from_a_token_matches_it() {
    for claims in [CLAIMS, GITHUB_CLAIMS] {
        let token = signed("demo-1", claims);
        let json = draft_from("--from-token", &token, &[]).ends(0).json();
        let folder = Folder::with("credential.json", json["credential"].to_string());
        let arguments = ["match", "--token", "-", "--credentials", "credential.json"];
        folder.fedcred(&arguments, &token).ends(0);
    }
}

#[test]
fn from_an_identity() {
    let credential = check("--managed-identity", IDENTITY, &[], 0, &[]);
    assert_eq!(credential["subject"], json!(SUBJECT));
    let gov = check(
        "--managed-identity",
        IDENTITY,
        &["--cloud", "usgov"],
        0,
        &[],
    );
    assert_eq!(gov["audiences"], json!(["api://AzureADTokenExchangeUSGov"]));
    assert_eq!(
        gov["issuer"],
        json!(format!("https://login.microsoftonline.us/{TENANT}/v2.0"))
    );
}

#[test]
fn what_entra_id_would_reject_is_reported() {
    let system = IDENTITY.replace("}", r#","type":"SystemAssigned"}"#);
    let other = "cccccccc-0000-4000-8000-000000000001";
    let swapped = ["--app-id", SUBJECT];
    let source = "--managed-identity";
    check(source, &system, &[], 1, &["system-assigned"]);
    check(
        source,
        IDENTITY,
        &["--app-tenant", other],
        1,
        &["tenant-differs"],
    );
    check(source, IDENTITY, &["--app-tenant", TENANT], 0, &[]);
    check(source, IDENTITY, &swapped, 1, &["client-id-as-subject"]);
    check(
        source,
        IDENTITY,
        &["--audience", "api://own"],
        1,
        &["audience-cloud"],
    );
    check(
        source,
        IDENTITY,
        &["--audience", "api://own", "--rules", "preview2022"],
        0,
        &[],
    );
    check(
        source,
        r#"{"principalId":"aaaaaaaa-0000-4000-8000-000000000002"}"#,
        &[],
        1,
        &["identity-tenant-missing"],
    );
    for text in ["", "{}", "no identity"] {
        let credential = check(source, text, &[], 1, &["no-identity"]);
        assert_eq!(credential, Value::Null);
    }
    let nothing = draft_from("--from-token", "no token", &[]).ends(1).json();
    assert_eq!(nothing["credential"], Value::Null);
    assert_eq!(codes(&nothing["diagnostics"]).last(), Some(&"no-claims"));
}

#[test]
fn findings_have_source_and_confidence() {
    let json = draft_from("--managed-identity", IDENTITY, &["--app-id", SUBJECT])
        .ends(1)
        .json();
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["confidence"], "documented");
    assert!(
        finding["source"]
            .as_str()
            .is_some_and(|source| source.starts_with("Entra: "))
    );
}

const HEADS: &str = "claims['sub'] matches 'repo:contoso/shop:ref:refs/heads/*' and claims['repository_id'] eq '74'";

#[test]
fn a_flexible_credential_from_a_token() {
    let flexible_from = |text: &str, exit, codes: &[&str]| {
        check("--from-token", text, &["--flexible"], exit, codes)
    };
    let flexible = flexible_from(GITHUB_CLAIMS, 0, &["expression-preview"]);
    assert_eq!(
        flexible["claimsMatchingExpression"],
        json!({"value": HEADS, "languageVersion": 1})
    );
    assert_eq!(flexible["subject"], Value::Null);
    let without_id = GITHUB_CLAIMS.replace("repository_id", "x");
    flexible_from(
        &without_id,
        1,
        &["expression-required", "expression-preview"],
    );
    let environment = GITHUB_CLAIMS.replace("ref:refs/heads/main", "environment:prod");
    flexible_from(&environment, 0, &["expression-exact", "expression-preview"]);
    // An issuer that cannot have expressions gets the exact subject.
    let entra = flexible_from(CLAIMS, 1, &["expression-issuer"]);
    assert_eq!(
        (&entra["subject"], &entra["claimsMatchingExpression"]),
        (&json!(SUBJECT), &Value::Null)
    );
    fedcred(
        &["credential", "--from-token", "-", "--flexible"],
        GITHUB_CLAIMS,
    )
    .ends(0)
    .says(&[&format!("Matching expression  {HEADS}\n")]);
    fedcred(
        &["credential", "--managed-identity", "-", "--flexible"],
        IDENTITY,
    )
    .ends(2);
    fedcred(&["credential", "--flexible"], IDENTITY).ends(2);
}

#[test]
fn conflicts_with_existing_credentials() {
    let first = draft_from("--managed-identity", IDENTITY, &[])
        .ends(0)
        .json()["credential"]
        .clone();
    let same = first.to_string();
    let other = same.replace("mi-mi-billing", "other");
    for (taken, expected) in [(same, &[][..]), (other, &["pair-taken"])] {
        let arguments = [
            "credential",
            "--managed-identity",
            "-",
            "--credentials",
            "taken.json",
            "--format",
            "json",
        ];
        let ran = Folder::with("taken.json", taken).fedcred(&arguments, IDENTITY);
        assert_eq!(codes(&ran.ends(0).json()["diagnostics"]), expected);
    }
}

#[test]
fn the_text_output() {
    let ran = fedcred(&["credential", "--managed-identity", "-"], IDENTITY)
        .ends(0)
        .quietly();
    ran.says(&[
        "Issuer",
        "Subject identifier",
        "Name",
        "Description",
        "Audience",
    ]);
    let none = fedcred(&["credential", "--managed-identity", "-"], "{}").ends(1);
    assert_eq!(none.out, "× No credential could be built.\n");
}

#[test]
fn wrong_usage_is_reported() {
    for arguments in [
        &["credential"][..],
        &["credential", "--from-token", "-", "--managed-identity", "-"],
        &["credential", "--from-token", "-", "--credentials", "-"],
        &["credential", "--from-token", "no such file"],
        &["credential", "--from-token", "-", "--cloud", "moon"],
        &["credential", "--from-token", "-", "--rules", "old"],
        &["credential", "--export", "az-bash"],
        &["credential", "--from-token", "-", "--export", "cobol"],
        &["credential", "--platform"],
        &["credential", "--platform", "no-such"],
        &["credential", "--platform", "GitHub", "owner=contoso"],
        &["credential", "--platform", "github", "owner"],
        &["credential", "--platform", "github", "--from-token", "-"],
        &["credential", "--platform", "github", "--flexible"],
        &["credential", "--platform", "github", "owner=a", "owner=a"],
    ] {
        fedcred(arguments, "").ends(2);
    }
}

const GITHUB: [&str; 6] = [
    "credential",
    "--platform",
    "github",
    "owner=contoso",
    "repository=shop",
    "environment=production",
];

/// Drafts the credential of a platform.
#[track_caller]
fn platform_draft(arguments: &[&str], exit: i32, expected: &[&str]) -> Value {
    let head = ["credential", "--format", "json", "--platform"];
    let json = fedcred(&[&head, arguments].concat(), "").ends(exit).json();
    assert_eq!(codes(&json["diagnostics"]), expected);
    json["credential"].clone()
}

/// The exported text; `more` follows the arguments of [`GITHUB`].
#[track_caller]
fn exported(name: &str, more: &[&str]) -> String {
    let ran = fedcred(&[&GITHUB[..], &["--export", name], more].concat(), "");
    ran.ends(0).quietly().out
}

#[test]
fn from_a_platform() {
    let github = platform_draft(&GITHUB[2..], 0, &[]);
    assert_eq!(
        github["subject"],
        "repo:contoso/shop:environment:production"
    );
    assert_eq!(
        github["issuer"],
        "https://token.actions.githubusercontent.com"
    );
    let equals = ["other", "issuer=https://issuer.example", "subject=a=b"];
    assert_eq!(platform_draft(&equals, 0, &[])["subject"], "a=b");
    let gov = [
        "managed-identity",
        "principalId=aaaaaaaa-0000-4000-8000-000000000002",
    ];
    let tenant = format!("tenantId={TENANT}");
    let gov = platform_draft(&[&gov[..], &[&tenant, "--cloud", "usgov"]].concat(), 0, &[]);
    assert_eq!(gov["audiences"], json!(["api://AzureADTokenExchangeUSGov"]));
}

#[test]
fn missing_answers_are_reported() {
    let missing = ["value-missing"; 2];
    platform_draft(&["github", "owner=contoso"], 1, &missing);
    platform_draft(
        &[&GITHUB[2..], &["branch=main"]].concat(),
        1,
        &["value-unknown"],
    );
    platform_draft(
        &[&GITHUB[2..5], &["environment="]].concat(),
        1,
        &["value-missing"],
    );
    let varying = platform_draft(&["varying"], 1, &["issuer-volatile"]);
    assert_eq!(varying, Value::Null);
}

#[test]
fn exports_are_alone_on_standard_output() {
    let app = "dddddddd-0000-4000-8000-000000000004";
    let bash = exported("az-bash", &["--app-id", app]);
    assert!(
        bash.starts_with("cat >credential.json <<'JSON'\n{\n"),
        "{}",
        shortened(&bash)
    );
    let end = format!("--id='{app}' --parameters credential.json\n");
    has_parts(&bash, &[&end]);
    assert!(bash.ends_with(&end));
    assert!(!bash.contains('<') || bash.matches('<').count() == 2);
    has_parts(&exported("az-bash", &[]), &["--id='<APP_ID>'"]);
    has_parts(&exported("go", &[]), &["\n\t\"context\"\n"]);
}

#[test]
fn values_of_exports() {
    for (name, option, value) in [
        ("python", "--app-id", "11111111-0000-4000-8000-000000000001"),
        ("python", "--app-tenant", TENANT),
        ("python", "--tenant", TENANT),
        ("python", "--scope", "https://vault.azure.net/.default"),
        (
            "graph",
            "--app-object-id",
            "11111111-0000-4000-8000-000000000001",
        ),
        ("bicep", "--app-unique-name", "orders"),
        ("az-identity", "--identity-name", "mi-orders"),
        ("az-identity", "--resource-group", "rg-orders"),
    ] {
        has_parts(&exported(name, &[option, value]), &[value]);
        assert!(!exported(name, &[]).contains(value), "{option}");
    }
    let both = ["--app-tenant", "home", "--tenant", TENANT];
    has_parts(&exported("curl", &both), &[&format!("/{TENANT}/oauth2/")]);
    let gov = exported(
        "graph",
        &[
            "--cloud",
            "usgov",
            "--audience",
            "api://AzureADTokenExchangeUSGov",
        ],
    );
    assert!(
        gov.starts_with("POST https://graph.microsoft.us/v1.0/"),
        "{}",
        shortened(&gov)
    );
}

#[test]
fn the_identity_fills_in_its_values() {
    let arguments = ["credential", "--managed-identity", "-", "--export", "curl"];
    fedcred(&arguments, IDENTITY).ends(0).quietly().says(&[
        "&client_id=bbbbbbbb-0000-4000-8000-000000000003\"",
        &format!("https://login.microsoftonline.com/{TENANT}/oauth2/"),
    ]);
    fedcred(&[&arguments[..], &["--cloud", "usgov"]].concat(), IDENTITY)
        .ends(0)
        .says(&["https://login.microsoftonline.us/"]);
}

#[test]
fn an_export_in_json_with_findings() {
    let json = fedcred(
        &[&GITHUB[..], &["--export", "graph", "--format", "json"]].concat(),
        "",
    );
    let json = json.ends(0).quietly().json();
    has_fields(&json, &["credential", "export", "diagnostics"]);
    let export = json["export"].as_str().expect("a text");
    let (_, body) = export.split_once("\n\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body["subject"], json["credential"]["subject"]);

    let warned = fedcred(
        &[
            &GITHUB[..5],
            &["entity=branch", "branch=refs/heads/x", "--export", "graph"],
        ]
        .concat(),
        "",
    );
    let warned = warned.warns(&["[value-form]"]);
    assert!(warned.out.starts_with("POST "), "{warned:?}");

    let none = fedcred(
        &["credential", "--platform", "varying", "--export", "graph"],
        "",
    )
    .ends(1);
    assert_eq!(none.out, "");
}

#[test]
fn platforms_and_exports_are_listed() {
    let exports = fedcred(&["credential", "--export", "list"], "")
        .ends(0)
        .quietly();
    exports.says(&["az-bash ", "C#, MSAL.NET", "terraform-identity "]);
    let json = fedcred(&["credential", "--export", "list", "--format", "json"], "")
        .ends(0)
        .json();
    let exports = json["exports"].as_array().expect("a list");
    for export in exports {
        has_fields(
            export,
            &["id", "title", "group", "language", "source", "confidence"],
        );
        let id = export["id"].as_str().expect("a name");
        assert!(!exported(id, &[]).is_empty());
    }
    let platforms = fedcred(&["credential", "--platform", "list"], "")
        .ends(0)
        .quietly();
    platforms.says(&[
        "github (GitHub Actions)",
        "owner=contoso",
        "entity=environment|branch",
        "(optional)",
    ]);
    let json = fedcred(
        &["credential", "--platform", "list", "--format", "json"],
        "",
    )
    .ends(0)
    .json();
    for platform in json["platforms"].as_array().expect("a list") {
        has_fields(platform, &["id", "title", "note", "fields"]);
    }
}
