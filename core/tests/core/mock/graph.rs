//! Microsoft Graph: federated credentials of an application are listed, read, created, changed and deleted.

mod limits;
mod refusals;

use fedcred_core::entra::{Change, ChangeAction, GRAPH_TOKEN};
use fedcred_core::errors::AadstsCode;
use fedcred_core::federation::CredentialList;
use fedcred_core::flow::Scenario;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

use super::*;

const OBJECT: &str = "cccccccc-0000-4000-8000-00000000000c";
const GRAPH: &str = "https://graph.microsoft.com/v1.0";
const BETA: &str = "https://graph.microsoft.com/beta";
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// What the mock says where Graph's own text is not known.
const OWN_WORDS: &str = "(Fedcred: Graph's own text is not known.)";
/// Codes of refusals.
const BAD: &str = "Request_BadRequest";
const VALUE: &str = "InvalidFederatedIdentityCredentialValue";

/// The directory of the scenario `managed-identity`, with Graph in it and a role for the client.
fn with_graph() -> Scenario {
    let mut text: Value = serde_json::from_str(SCENARIO).unwrap();
    let tenant = &mut text["directory"]["tenants"][0];
    tenant["applications"][0]["id"] = json!(OBJECT);
    tenant["applications"].as_array_mut().unwrap().push(json!({
        "appId": "00000003-0000-0000-c000-000000000000", "displayName": "Microsoft Graph",
        "identifierUris": ["https://graph.microsoft.com"], "signInAudience": "AzureADMultipleOrgs",
        "appRoles": [{"id": "1", "value": "Application.ReadWrite.All"}, {"id": "2", "value": "Application.Read.All"}],
    }));
    let principals = tenant["servicePrincipals"].as_array_mut().unwrap();
    principals.push(json!({"id": "graph", "appId": "00000003-0000-0000-c000-000000000000"}));
    let granted = principals[0]["appRoleAssignments"].as_array_mut().unwrap();
    granted.push(json!({"resourceId": "graph", "appRoleId": "1"}));
    let read = Scenario::parse(&text.to_string());
    assert_eq!(read.diagnostics, []);
    read.scenario
}

fn mock() -> Entra {
    of(&with_graph())
}

fn of(scenario: &Scenario) -> Entra {
    Entra::new(scenario.directory.clone(), settings())
}

/// A request of the administrator.
fn request(method: &str, url: &str, body: &str) -> HttpRequest {
    let request = HttpRequest {
        method: method.to_owned(),
        body: body.to_owned(),
        ..HttpRequest::get(url)
    };
    request
        .header("Authorization", format!("Bearer {GRAPH_TOKEN}"))
        .header("Content-Type", "application/json")
}

fn collection() -> String {
    format!("{GRAPH}/applications/{OBJECT}/federatedIdentityCredentials")
}

fn item(key: &str) -> String {
    format!("{}/{key}", collection())
}

fn github(name: &str) -> Value {
    let subject = format!("repo:contoso/{name}:pull_request");
    json!({"name": name, "issuer": GITHUB, "subject": subject, "audiences": [EXCHANGE]})
}

fn names(entra: &mut Entra) -> Vec<String> {
    let answer = entra
        .handle(NOW, &request("GET", &collection(), ""))
        .response;
    let body = body(&answer);
    let values = body["value"].as_array().unwrap().iter();
    values
        .map(|one| one["name"].as_str().unwrap().to_owned())
        .collect()
}

/// Nothing is changed, and the error has Graph's shape (Azure/azure-workload-identity issue 434).
#[track_caller]
fn refused(entra: &mut Entra, request: &HttpRequest, status: u16, code: &str, text: &str) {
    let before = names(entra);
    let handled = entra.handle(NOW, request);
    let found = body(&handled.response);
    assert_eq!(
        (handled.response.status, &found["error"]["code"]),
        (status, &json!(code)),
        "{found}"
    );
    let message = found["error"]["message"].as_str().unwrap();
    assert!(message.contains(text), "{message}");
    let inner = &found["error"]["innerError"];
    assert_eq!(inner["date"], "2026-11-23T15:24:00");
    let id = inner["request-id"].as_str();
    assert!(id.is_some() && handled.response.header_value("request-id") == id);
    assert_eq!(inner.as_object().unwrap().len(), 3);
    assert_eq!((handled.changes, handled.code), (vec![], None));
    assert_eq!(names(entra), before);
}

#[track_caller]
fn changed(handled: &Handled) -> &Change {
    let [change] = handled.changes.as_slice() else {
        panic!("{}", handled.response.body);
    };
    change
}

#[test]
fn credentials_are_listed_and_read() {
    let mut entra = mock();
    let by_app = format!("{GRAPH}/applications(appId='{CLIENT}')/federatedIdentityCredentials");
    let mut ids = vec![];
    for url in [
        collection(),
        by_app.clone(),
        by_app.replace('\'', "%27"),
        collection().replace("https://graph", "https://GRAPH"),
        collection().replace(OBJECT, &OBJECT.to_uppercase()) + "?$select=name",
    ] {
        let answer = entra.handle(NOW, &request("GET", &url, "")).response;
        let mut found = body(&answer);
        ids.push(found["value"][0]["id"].take());
        assert_eq!(
            found,
            json!({
                "@odata.context": format!("{GRAPH}/$metadata#applications('{OBJECT}')/federatedIdentityCredentials"),
                "value": [{
                    "id": null, "name": CREDENTIAL, "issuer": ISSUER, "subject": IDENTITY, "audiences": [EXCHANGE],
                    "description": format!("Managed identity billing-worker in {CONTOSO}"),
                }],
            })
        );
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "the same credential has the same id");
    let id = ids[0].as_str().unwrap();
    for key in [id, &id.to_uppercase(), CREDENTIAL] {
        let answer = entra.handle(NOW, &request("GET", &item(key), "")).response;
        assert_eq!(body(&answer)["id"], id);
        assert_eq!(
            body(&answer)["@odata.context"],
            format!(
                "{GRAPH}/$metadata#applications('{OBJECT}')/federatedIdentityCredentials/$entity"
            )
        );
    }
    let keyed = format!("{}(name='{CREDENTIAL}')", collection());
    assert_eq!(
        entra
            .handle(NOW, &request("GET", &keyed, ""))
            .response
            .status,
        200
    );
    let answer = entra
        .handle(
            NOW,
            &request("GET", &collection().replace("v1.0", "beta"), ""),
        )
        .response;
    assert_eq!(
        body(&answer)["value"][0]["claimsMatchingExpression"],
        Value::Null
    );
    assert!(answer.body.contains("claimsMatchingExpression"));
}

#[test]
fn a_credential_is_created_changed_and_deleted() {
    let mut entra = mock();
    let handled = entra.handle(
        NOW,
        &request("POST", &collection(), &github("shop").to_string()),
    );
    let mut created = body(&handled.response);
    assert_eq!(handled.response.status, 201);
    let id = created["id"].take().as_str().unwrap().to_owned();
    assert_eq!(
        created["@odata.id"].take(),
        format!(
            "https://graph.microsoft.com/v2/{CONTOSO}/directoryObjects/$/\
             Microsoft.DirectoryServices.Application('{OBJECT}')/federatedIdentityCredentials/{id}"
        )
    );
    let mut expected = github("shop");
    expected["description"] = Value::Null;
    expected["id"] = Value::Null;
    expected["@odata.id"] = Value::Null;
    expected["@odata.context"] = json!(format!(
        "{GRAPH}/$metadata#applications('{OBJECT}')/federatedIdentityCredentials/$entity"
    ));
    assert_eq!(created, expected);
    let change = changed(&handled);
    assert_eq!(
        (change.action, &*change.object, &*change.before),
        (
            ChangeAction::Created,
            &*format!("applications/{CLIENT}/federatedIdentityCredentials/shop"),
            ""
        )
    );
    let read = CredentialList::parse(&change.after);
    assert_eq!(
        (read.credentials[0].name.as_str(), read.diagnostics.len()),
        ("shop", 0)
    );
    assert_eq!(names(&mut entra), [CREDENTIAL, "shop"]);

    let handled = entra.handle(
        NOW,
        &request(
            "PATCH",
            &item(&id),
            r#"{"description":"d","subject":"repo:contoso/other:pull_request"}"#,
        ),
    );
    assert_eq!(
        (handled.response.status, &*handled.response.body),
        (204, "")
    );
    let change = changed(&handled).clone();
    assert_eq!(change.action, ChangeAction::Updated);
    assert!(change.before.contains("contoso/shop:") && change.after.contains("contoso/other:"));
    let answer = entra
        .handle(NOW, &request("GET", &item("shop"), ""))
        .response;
    let found = body(&answer);
    assert_eq!(
        (&found["id"], &found["description"], &found["issuer"]),
        (&json!(id), &json!("d"), &json!(GITHUB))
    );
    let unchanged = request(
        "PATCH",
        &item("shop"),
        r#"{"name":"shop","description":null,"id":"x","@odata.type":"y"}"#,
    );
    assert_eq!(entra.handle(NOW, &unchanged).response.status, 204);

    let handled = entra.handle(NOW, &request("DELETE", &item("shop"), ""));
    assert_eq!(
        (handled.response.status, &*handled.response.body),
        (204, "")
    );
    let change = changed(&handled);
    assert_eq!((change.action, &*change.after), (ChangeAction::Deleted, ""));
    assert_eq!(serde_json::to_value(change.action).unwrap(), "deleted");
    assert_eq!(names(&mut entra), [CREDENTIAL]);
    refused(
        &mut entra,
        &request("DELETE", &item("shop"), ""),
        404,
        "Request_ResourceNotFound",
        "FederatedIdentityCredential with name shop not found.",
    );
}

#[test]
fn an_upsert_creates_what_is_missing() {
    let mut entra = mock();
    let mut wanted = github("shop");
    wanted.as_object_mut().unwrap().remove("name");
    let url = format!("{}(name='shop')", collection());
    let plain = request("PATCH", &url, &wanted.to_string());
    refused(
        &mut entra,
        &plain,
        404,
        "Request_ResourceNotFound",
        "with name shop not found.",
    );
    refused(
        &mut entra,
        &plain.clone().header("Prefer", "return=minimal"),
        404,
        "Request_ResourceNotFound",
        "",
    );
    let other =
        request("PATCH", &url, &github("other").to_string()).header("Prefer", "create-if-missing");
    refused(&mut entra, &other, 400, "Request_BadRequest", OWN_WORDS);
    let upsert = plain.header("prefer", "respond-async, Create-If-Missing");
    let handled = entra.handle(NOW, &upsert);
    assert_eq!(
        (handled.response.status, changed(&handled).action),
        (201, ChangeAction::Created)
    );
    let handled = entra.handle(NOW, &upsert);
    assert_eq!(
        (handled.response.status, changed(&handled).action),
        (204, ChangeAction::Updated)
    );
    assert_eq!(names(&mut entra), [CREDENTIAL, "shop"]);
}

/// What Graph saves is what the token endpoint compares.
#[test]
fn the_next_exchange_uses_the_credential() {
    let mut entra = mock();
    let exchange_at = |entra: &mut Entra, now: i64| {
        let url = format!("{IMDS}?api-version=2018-02-01&resource={EXCHANGE}");
        let answer = entra
            .handle(now, &HttpRequest::get(url).header("Metadata", "true"))
            .response;
        let assertion = body(&answer)["access_token"].as_str().unwrap().to_owned();
        let form = [
            ("client_id", CLIENT),
            (
                "scope",
                "api://dddddddd-0000-4000-8000-000000000006/.default",
            ),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
            ("grant_type", "client_credentials"),
        ];
        let url = format!("https://login.microsoftonline.com/{CONTOSO}/oauth2/v2.0/token");
        entra.handle(now, &HttpRequest::post_form(url, &form)).code
    };
    let exchange = |entra: &mut Entra| exchange_at(entra, NOW);
    assert_eq!(exchange(&mut entra), None);
    let wrong = request(
        "PATCH",
        &item(CREDENTIAL),
        &json!({"subject": CLIENT}).to_string(),
    );
    assert_eq!(entra.handle(NOW, &wrong).response.status, 204);
    assert_eq!(exchange(&mut entra), Some(AadstsCode::NO_MATCHING_SUBJECT));
    assert_eq!(
        entra
            .handle(NOW, &request("DELETE", &item(CREDENTIAL), ""))
            .response
            .status,
        204
    );
    assert_eq!(exchange(&mut entra), Some(AadstsCode::NO_CREDENTIALS));
    let right =
        json!({"name": "again", "issuer": ISSUER, "subject": IDENTITY, "audiences": [EXCHANGE]});
    assert_eq!(
        entra
            .handle(NOW, &request("POST", &collection(), &right.to_string()))
            .response
            .status,
        201
    );
    // A new one is found only after some minutes.
    for seconds in [0, 1, 179] {
        assert_eq!(
            exchange_at(&mut entra, NOW + seconds),
            Some(AadstsCode::NO_CREDENTIALS)
        );
    }
    assert_eq!(exchange_at(&mut entra, NOW + 180), None);
}
