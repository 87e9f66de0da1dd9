//! Limits of a federated credential that Graph holds to.

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::*;

/// What is changed in a sound credential, the status, the code and a piece of the text.
type Row = (&'static str, Value, u16, &'static str, &'static str);

#[test]
fn limits_hold_when_a_credential_is_created() {
    let long = |count: usize| json!("x".repeat(count));
    let expression = json!({"value": "claims['sub'] eq 'x'", "languageVersion": 1});
    let rows: Vec<Row> = vec![
        (
            "name",
            json!(CREDENTIAL),
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "FederatedIdentityCredential with name mi-billing-contoso already exists.",
        ),
        ("name", json!("ab"), 400, BAD, "The name must have"),
        ("name", json!(""), 400, BAD, "The name must have"),
        ("name", Value::Null, 400, BAD, "The name must have"),
        ("name", json!("-abc"), 400, BAD, "The name must have"),
        ("name", json!("a b"), 400, BAD, "The name must have"),
        ("name", json!("a/b"), 400, BAD, "The name must have"),
        ("name", json!("äbc"), 400, BAD, "The name must have"),
        ("name", long(121), 400, BAD, "The name must have"),
        ("name", json!(7), 400, BAD, "'name'"),
        ("issuer", json!(""), 400, BAD, "The issuer is empty"),
        ("issuer", Value::Null, 400, BAD, "The issuer is empty"),
        ("issuer", long(601), 400, BAD, "601 characters"),
        ("issuer", json!([GITHUB]), 400, BAD, "'issuer'"),
        ("subject", json!(""), 400, BAD, "The subject is empty"),
        ("subject", Value::Null, 400, BAD, "The subject is empty"),
        ("subject", long(601), 400, BAD, "601 characters"),
        ("subject", json!({}), 400, BAD, "'subject'"),
        ("description", long(601), 400, BAD, "601 characters"),
        ("description", json!(false), 400, BAD, "'description'"),
        ("audiences", json!([]), 400, BAD, "audience"),
        ("audiences", json!(["a", "b"]), 400, BAD, "audience"),
        ("audiences", json!([""]), 400, BAD, "The audience is empty"),
        ("audiences", json!([long(601)]), 400, BAD, "601 characters"),
        ("audiences", json!([7]), 400, BAD, "'audiences'"),
        (
            "audiences",
            json!("api://AzureADTokenExchange"),
            400,
            BAD,
            "'audiences'",
        ),
        ("audiences", Value::Null, 400, BAD, "'audiences'"),
        (
            "claimsMatchingExpression",
            expression.clone(),
            400,
            BAD,
            "'claimsMatchingExpression'",
        ),
        (
            "claimsMatchingExpression",
            Value::Null,
            400,
            BAD,
            "'claimsMatchingExpression'",
        ),
        ("Subject", json!("x"), 400, BAD, "'Subject'"),
        ("unknown", json!(1), 400, BAD, "'unknown'"),
    ];
    let mut entra = mock();
    for (name, value, status, code, text) in rows {
        let mut credential = github("shop");
        credential[name] = value;
        refused(
            &mut entra,
            &request("POST", &collection(), &credential.to_string()),
            status,
            code,
            text,
        );
    }
    let taken = json!({"name": "shop", "issuer": ISSUER, "subject": IDENTITY, "audiences": ["x"]});
    let text = format!(
        "The combination of issuer and subject must be unique for the application. \
         Issuer {ISSUER} and Subject: {IDENTITY} already exist. \
         paramName: FederatedIdentityCredential.Subject, paramValue: {IDENTITY}, \
         objectType: Microsoft.Online.DirectoryServices.Application"
    );
    refused(
        &mut entra,
        &request("POST", &collection(), &taken.to_string()),
        400,
        VALUE,
        &text,
    );
    for missing in ["name", "issuer", "subject", "audiences"] {
        let mut credential = github("shop");
        credential.as_object_mut().unwrap().remove(missing);
        refused(
            &mut entra,
            &request("POST", &collection(), &credential.to_string()),
            400,
            BAD,
            OWN_WORDS,
        );
    }
    for number in 1..20 {
        let new = github(&format!("shop-{number}")).to_string();
        assert_eq!(
            entra
                .handle(NOW, &request("POST", &collection(), &new))
                .response
                .status,
            201
        );
    }
    let new = github("shop").to_string();
    refused(
        &mut entra,
        &request("POST", &collection(), &new),
        403,
        "Directory_QuotaExceeded",
        "21 credentials",
    );
    let full = request(
        "PATCH",
        &item("shop-1"),
        r#"{"description":"still possible"}"#,
    );
    assert_eq!(entra.handle(NOW, &full).response.status, 204);
}

/// Graph does not look whether a credential makes sense (Entra: considerations for federated credentials).
#[test]
fn what_only_the_exchange_finds_is_saved() {
    for (name, value) in [
        ("issuer", json!(format!("{GITHUB}/"))),
        ("issuer", json!("http://issuer.example")),
        ("issuer", json!(format!(" {ISSUER}"))),
        ("subject", json!("repo:contoso/*")),
        ("subject", json!(" x")),
        ("subject", json!("\u{43e}")),
        ("subject", long_subject()),
        ("audiences", json!(["api://own"])),
        ("audiences", json!(["api://AzureADTokenExchangeUSGov"])),
        ("description", json!("\"description\":\"\"")),
        ("name", json!("a-_")),
    ] {
        let mut entra = mock();
        let mut credential = github("shop");
        credential[name] = value.clone();
        let answer = entra
            .handle(
                NOW,
                &request("POST", &collection(), &credential.to_string()),
            )
            .response;
        assert_eq!(answer.status, 201, "{}", answer.body);
        assert_eq!(body(&answer)[name], value);
    }
}

fn long_subject() -> Value {
    json!("x".repeat(600))
}

#[test]
fn expressions_are_for_beta() {
    let mut entra = mock();
    let url = format!("{BETA}/applications/{OBJECT}/federatedIdentityCredentials");
    let with = |value: &str, subject: Value| {
        let mut credential = github("shop");
        credential["subject"] = subject;
        credential["claimsMatchingExpression"] = json!({"value": value, "languageVersion": 1});
        request("POST", &url, &credential.to_string())
    };
    let good = "claims['sub'] matches 'repo:contoso/*' and claims['repository_owner_id'] eq '123'";
    for (value, subject, code) in [
        (good, json!("x"), BAD),
        ("claims['sub'] matches 'repo:contoso/*'", Value::Null, VALUE),
        ("claims['event_name'] eq 'push'", Value::Null, VALUE),
        ("claims[sub] eq 'x'", Value::Null, VALUE),
        ("", Value::Null, VALUE),
    ] {
        refused(&mut entra, &with(value, subject), 400, code, OWN_WORDS);
    }
    for odd in [json!("x"), json!({}), json!([]), json!({"value": 1})] {
        let mut credential = github("shop");
        credential["claimsMatchingExpression"] = odd;
        refused(
            &mut entra,
            &request("POST", &url, &credential.to_string()),
            400,
            BAD,
            "'claimsMatchingExpression'",
        );
    }
    let mut elsewhere = github("shop");
    elsewhere["issuer"] = json!("https://issuer.example");
    elsewhere["subject"] = Value::Null;
    elsewhere["claimsMatchingExpression"] = json!({"value": good, "languageVersion": 1});
    refused(
        &mut entra,
        &request("POST", &url, &elsewhere.to_string()),
        400,
        VALUE,
        OWN_WORDS,
    );

    let answer = entra.handle(NOW, &with(good, Value::Null)).response;
    let created = body(&answer);
    assert_eq!(
        (
            answer.status,
            &created["subject"],
            &created["claimsMatchingExpression"]["value"]
        ),
        (201, &Value::Null, &json!(good))
    );
    assert!(
        created["@odata.context"]
            .as_str()
            .unwrap()
            .starts_with(BETA)
    );
    let in_v1 = entra
        .handle(NOW, &request("GET", &item("shop"), ""))
        .response;
    assert!(
        !in_v1.body.contains("claimsMatchingExpression"),
        "{}",
        in_v1.body
    );
    let exact = json!({"subject": "repo:contoso/shop:pull_request"}).to_string();
    refused(
        &mut entra,
        &request("PATCH", &item("shop"), &exact),
        400,
        BAD,
        "a subject and an expression",
    );
    let exact =
        json!({"subject": "repo:contoso/shop:pull_request", "claimsMatchingExpression": null})
            .to_string();
    let patched = request("PATCH", &format!("{url}/shop"), &exact);
    assert_eq!(entra.handle(NOW, &patched).response.status, 204);
}
