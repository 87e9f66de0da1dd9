//! Graph in the mock: credentials of an application are listed, read, created, changed and deleted, within their limits.

use std::path::PathBuf;

use fedcred_core::entra::{
    Change, ChangeAction, Entra, GRAPH_TOKEN, Handled, HttpRequest, HttpResponse, Setting,
};
use fedcred_core::federation::CredentialList;
use fedcred_core::flow::Scenario;
use serde_json::{Value, json};
use similar_asserts::assert_eq;

const CONTOSO: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const ISSUER: &str = "https://login.microsoftonline.com/c0c0c0c0-0000-4000-8000-000000000001/v2.0";
const IDENTITY: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const CLIENT: &str = "cccccccc-0000-4000-8000-000000000004";
const OBJECT: &str = "cccccccc-0000-4000-8000-00000000000c";
const GRAPH: &str = "https://graph.microsoft.com/v1.0";
const BETA: &str = "https://graph.microsoft.com/beta";
const NAME: &str = "mi-billing-contoso";
const GITHUB: &str = "https://token.actions.githubusercontent.com";
/// 2026-11-23T15:24:00Z
const NOW: i64 = 1_795_447_440;
const OWN_WORDS: &str = "(Fedcred: Graph's own text is not known.)";

/// The directory of the scenario `managed-identity`, with Graph in it and a role for the client.
fn scenario() -> Scenario {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/scenarios/managed-identity.json");
    let mut text: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
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
    of(&scenario())
}

fn of(scenario: &Scenario) -> Entra {
    let setting = Setting {
        host: "vm-billing".to_owned(),
        seed: "test".to_owned(),
        ..Setting::default()
    };
    Entra::new(scenario.directory.clone(), setting)
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

fn body(response: &HttpResponse) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{}", response.body))
}

fn github(name: &str) -> Value {
    json!({"name": name, "issuer": GITHUB, "subject": format!("repo:contoso/{name}:pull_request"), "audiences": ["api://AzureADTokenExchange"]})
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
                    "id": null, "name": NAME, "issuer": ISSUER, "subject": IDENTITY, "audiences": ["api://AzureADTokenExchange"],
                    "description": format!("Managed identity billing-worker in {CONTOSO}"),
                }],
            })
        );
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "the same credential has the same id");
    let id = ids[0].as_str().unwrap();
    for key in [id, &id.to_uppercase(), NAME] {
        let answer = entra.handle(NOW, &request("GET", &item(key), "")).response;
        assert_eq!(body(&answer)["id"], id);
        assert_eq!(
            body(&answer)["@odata.context"],
            format!(
                "{GRAPH}/$metadata#applications('{OBJECT}')/federatedIdentityCredentials/$entity"
            )
        );
    }
    let keyed = format!("{}(name='{NAME}')", collection());
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
            "https://graph.microsoft.com/v2/{CONTOSO}/directoryObjects/$/Microsoft.DirectoryServices.Application('{OBJECT}')/federatedIdentityCredentials/{id}"
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
    let read = CredentialList::read(&change.after);
    assert_eq!(
        (read.credentials[0].name.as_str(), read.diagnostics.len()),
        ("shop", 0)
    );
    assert_eq!(names(&mut entra), [NAME, "shop"]);

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
    assert_eq!(names(&mut entra), [NAME]);
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
    assert_eq!(names(&mut entra), [NAME, "shop"]);
}

/// What is changed in a sound credential, the status, the code and a piece of the text.
type Row = (&'static str, Value, u16, &'static str, &'static str);

const BAD: &str = "Request_BadRequest";
const VALUE: &str = "InvalidFederatedIdentityCredentialValue";

#[test]
fn limits_hold_when_a_credential_is_created() {
    let long = |count: usize| json!("x".repeat(count));
    let expression = json!({"value": "claims['sub'] eq 'x'", "languageVersion": 1});
    let rows: Vec<Row> = vec![
        (
            "name",
            json!(NAME),
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "FederatedIdentityCredential with name mi-billing-contoso already exists.",
        ),
        ("name", json!("ab"), 400, BAD, "The name needs"),
        ("name", json!(""), 400, BAD, "The name needs"),
        ("name", Value::Null, 400, BAD, "The name needs"),
        ("name", json!("-abc"), 400, BAD, "The name needs"),
        ("name", json!("a b"), 400, BAD, "The name needs"),
        ("name", json!("a/b"), 400, BAD, "The name needs"),
        ("name", json!("äbc"), 400, BAD, "The name needs"),
        ("name", long(121), 400, BAD, "The name needs"),
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
        "The combination of issuer and subject must be unique for the application. Issuer {ISSUER} and Subject: {IDENTITY} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: {IDENTITY}, objectType: Microsoft.Online.DirectoryServices.Application"
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

#[test]
fn changes_that_are_refused() {
    let mut entra = mock();
    let new = github("shop").to_string();
    assert_eq!(
        entra
            .handle(NOW, &request("POST", &collection(), &new))
            .response
            .status,
        201
    );
    let taken = json!({"issuer": ISSUER, "subject": IDENTITY}).to_string();
    let missing = json!({"audiences": []}).to_string();
    for (patch, status, code, text) in [
        (
            r#"{"name":"other"}"#,
            400,
            BAD,
            "The name cannot be changed.",
        ),
        (r#"{"name":null}"#, 400, BAD, "The name cannot be changed."),
        (&*taken, 400, VALUE, "must be unique"),
        (&missing, 400, BAD, "audience"),
        (r#"{"subject":""}"#, 400, BAD, "The subject is empty"),
        (r#"{"nothing":""}"#, 400, BAD, "'nothing'"),
    ] {
        refused(
            &mut entra,
            &request("PATCH", &item("shop"), patch),
            status,
            code,
            text,
        );
    }
    let no_json = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
    for text in [
        "",
        "x",
        "[]",
        "null",
        "\"x\"",
        "{",
        "{\"name\":}",
        "{}x",
        "{\"a\":1}{}",
    ] {
        for (method, url) in [("PATCH", item("shop")), ("POST", collection())] {
            refused(
                &mut entra,
                &request(method, &url, text),
                400,
                "BadRequest",
                no_json,
            );
        }
    }
    for media_type in [
        "",
        "text/plain",
        "application/jsonx",
        "application/x-www-form-urlencoded",
    ] {
        let mut wrong = request("POST", &collection(), &github("other").to_string());
        wrong.headers[1].1 = media_type.to_owned();
        refused(&mut entra, &wrong, 400, "BadRequest", no_json);
    }
    let mut charset = request("POST", &collection(), &github("other").to_string());
    charset.headers[1].1 = "Application/JSON;charset=utf-8".to_owned();
    assert_eq!(entra.handle(NOW, &charset).response.status, 201);
}

#[test]
fn objects_that_are_not_there() {
    let mut entra = mock();
    let tail = "federatedIdentityCredentials";
    for (url, text) in [
        (
            format!("{GRAPH}/applications/{IDENTITY}/{tail}"),
            "Resource 'aaaaaaaa-0000-4000-8000-000000000002' does not exist or one of its queried",
        ),
        (
            format!("{GRAPH}/applications/{CLIENT}/{tail}"),
            "does not exist",
        ),
        (
            format!("{GRAPH}/applications(appId='{OBJECT}')/{tail}"),
            "does not exist",
        ),
        (
            format!("{GRAPH}/applications(appId='')/{tail}"),
            "does not exist",
        ),
        (
            item("nobody"),
            "FederatedIdentityCredential with name nobody not found.",
        ),
        (item("MI-billing-contoso"), "not found."),
        (format!("{GRAPH}/applications/{OBJECT}"), "The mock has"),
        (
            format!("{GRAPH}/applications(id='{OBJECT}')/{tail}"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications(appId={CLIENT})/{tail}"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications/{OBJECT}/federatedidentitycredentials"),
            "The mock has",
        ),
        (
            format!("{GRAPH}/applications/{OBJECT}/{tail}/x/y"),
            "The mock has",
        ),
        (format!("{GRAPH}/applications/%zz/{tail}"), "The mock has"),
        (
            format!("{GRAPH}/servicePrincipals/{OBJECT}/{tail}"),
            "The mock has",
        ),
        (
            format!("https://graph.microsoft.com/v2.0/applications/{OBJECT}/{tail}"),
            "The mock has",
        ),
        ("https://graph.microsoft.com/".to_owned(), "The mock has"),
        ("https://graph.microsoft.com".to_owned(), "The mock has"),
    ] {
        refused(
            &mut entra,
            &request("GET", &url, ""),
            404,
            "Request_ResourceNotFound",
            text,
        );
    }
    // The credential of another application is not this one's.
    let api = format!("{GRAPH}/applications(appId='dddddddd-0000-4000-8000-000000000006')/{tail}");
    let answer = entra.handle(NOW, &request("GET", &api, "")).response;
    assert_eq!(body(&answer)["value"], json!([]));
    // Without an object id the app id stands for it.
    let plain = api.replace("(appId='", "/").replace("')", "");
    assert_eq!(
        entra
            .handle(NOW, &request("GET", &plain, ""))
            .response
            .status,
        200
    );
    for (method, url, allowed) in [
        ("PATCH", collection(), "GET, POST"),
        ("DELETE", collection(), "GET, POST"),
        ("OPTIONS", collection(), "GET, POST"),
        ("POST", item(NAME), "GET, PATCH, DELETE"),
        ("PUT", item(NAME), "GET, PATCH, DELETE"),
        ("get", item(NAME), "GET, PATCH, DELETE"),
    ] {
        let answer = entra.handle(NOW, &request(method, &url, "{}")).response;
        assert_eq!(
            (answer.status, answer.header_value("Allow")),
            (405, Some(allowed)),
            "{method}"
        );
    }
}

/// A token of the client for Graph.
fn token_of(entra: &mut Entra, resource: &str) -> String {
    let url = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api://AzureADTokenExchange";
    let answer = entra
        .handle(NOW, &HttpRequest::get(url).header("Metadata", "true"))
        .response;
    let assertion = body(&answer)["access_token"].as_str().unwrap().to_owned();
    let form = [
        ("client_id", CLIENT),
        ("scope", &*format!("{resource}/.default")),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &assertion),
        ("grant_type", "client_credentials"),
    ];
    let url = format!("https://login.microsoftonline.com/{CONTOSO}/oauth2/v2.0/token");
    let answer = entra
        .handle(NOW, &HttpRequest::post_form(url, &form))
        .response;
    body(&answer)["access_token"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.body))
        .to_owned()
}

fn with_token(token: &str, method: &str) -> HttpRequest {
    let mut request = request(method, &collection(), &github("shop").to_string());
    request.headers[0].1 = format!("Bearer {token}");
    request
}

#[test]
fn a_token_for_graph_with_its_role_is_taken() {
    let mut entra = mock();
    for resource in [
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/",
        "00000003-0000-0000-c000-000000000000",
    ] {
        let token = token_of(&mut entra, resource);
        assert_eq!(
            entra
                .handle(NOW, &with_token(&token, "GET"))
                .response
                .status,
            200
        );
    }
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    assert_eq!(
        entra
            .handle(NOW, &with_token(&token, "POST"))
            .response
            .status,
        201
    );
}

#[test]
fn other_tokens_are_not_taken() {
    let mut entra = mock();
    let invalid = "InvalidAuthenticationToken";
    for header in ["", "Bearer", "Bearer ", "bearer ", "Basic x", GRAPH_TOKEN] {
        let mut request = request("GET", &collection(), "");
        request.headers[0].1 = header.to_owned();
        refused(&mut entra, &request, 401, invalid, "Access token is empty.");
    }
    let mut lower = request("GET", &collection(), "");
    lower.headers[0].1 = format!("bearer {GRAPH_TOKEN}");
    assert_eq!(entra.handle(NOW, &lower).response.status, 200);
    let mut bare = request("GET", &collection(), "");
    bare.headers.clear();
    refused(&mut entra, &bare, 401, invalid, "Access token is empty.");
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    for damaged in [
        "x".to_owned(),
        GRAPH_TOKEN.to_uppercase(),
        format!("{GRAPH_TOKEN} "),
        format!("{token}x"),
        format!(" {token}"),
        format!("{token} {token}"),
        token.rsplit_once('.').unwrap().0.to_owned() + ".",
    ] {
        refused(
            &mut entra,
            &with_token(&damaged, "GET"),
            401,
            invalid,
            "none that the mock issued",
        );
    }
    let later = entra
        .handle(NOW + 3601, &with_token(&token, "GET"))
        .response;
    assert_eq!(later.status, 401, "{}", later.body);
    let other = token_of(&mut entra, "api://dddddddd-0000-4000-8000-000000000006");
    refused(
        &mut entra,
        &with_token(&other, "GET"),
        401,
        invalid,
        "for another API",
    );

    let mut scenario = scenario();
    let granted = &mut scenario.directory.tenants[0].service_principals[0].app_role_assignments;
    granted.last_mut().unwrap().app_role_id = "2".to_owned();
    let mut reader = of(&scenario);
    let token = token_of(&mut reader, "https://graph.microsoft.com");
    assert_eq!(
        reader
            .handle(NOW, &with_token(&token, "GET"))
            .response
            .status,
        200
    );
    let denied = "Authorization_RequestDenied";
    refused(
        &mut reader,
        &with_token(&token, "POST"),
        403,
        denied,
        "Insufficient privileges to complete the operation.",
    );
    scenario.directory.tenants[0].service_principals[0]
        .app_role_assignments
        .pop();
    let mut nobody = of(&scenario);
    let token = token_of(&mut nobody, "https://graph.microsoft.com");
    refused(
        &mut nobody,
        &with_token(&token, "GET"),
        403,
        denied,
        "Insufficient",
    );

    // A token of one tenant does not see the applications of another.
    let mut scenario = self::scenario();
    let mut other = scenario.directory.tenants[0].clone();
    other.managed_identities.clear();
    let client = other.applications.remove(0);
    scenario.directory.tenants[0].applications[0].object_id = "x".into();
    (other.id, other.default_domain, other.applications) =
        ("other".into(), String::new(), vec![client]);
    scenario.directory.tenants.push(other);
    let mut entra = of(&scenario);
    let token = token_of(&mut entra, "https://graph.microsoft.com");
    refused(
        &mut entra,
        &with_token(&token, "GET"),
        404,
        "Request_ResourceNotFound",
        OBJECT,
    );
}

/// What Graph saves is what the token endpoint compares.
#[test]
fn the_next_exchange_uses_the_credential() {
    let mut entra = mock();
    let exchange_at = |entra: &mut Entra, now: i64| {
        let url = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api://AzureADTokenExchange";
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
        &item(NAME),
        &json!({"subject": CLIENT}).to_string(),
    );
    assert_eq!(entra.handle(NOW, &wrong).response.status, 204);
    assert_eq!(exchange(&mut entra), Some(700_213));
    assert_eq!(
        entra
            .handle(NOW, &request("DELETE", &item(NAME), ""))
            .response
            .status,
        204
    );
    assert_eq!(exchange(&mut entra), Some(70_025));
    let right = json!({"name": "again", "issuer": ISSUER, "subject": IDENTITY, "audiences": ["api://AzureADTokenExchange"]});
    assert_eq!(
        entra
            .handle(NOW, &request("POST", &collection(), &right.to_string()))
            .response
            .status,
        201
    );
    // A new one is found only after some minutes.
    for seconds in [0, 1, 179] {
        assert_eq!(exchange_at(&mut entra, NOW + seconds), Some(70_025));
    }
    assert_eq!(exchange_at(&mut entra, NOW + 180), None);
}
