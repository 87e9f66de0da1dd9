//! Honest requests to the mock, ways to damage them, and what holds whatever is sent; for the property test and the
//! fuzz target.

use fedcred_core::claims::Claims;
use fedcred_core::entra::{
    APP_SERVICE_ENDPOINT, APP_SERVICE_HEADER, Entra, GRAPH_TOKEN, HttpRequest, HttpResponse,
};
use fedcred_core::federation::{CredentialList, Rules, match_all};
use fedcred_core::jose::{Keys, SignatureState, parse, verify};
use fedcred_core::text::json::Document;

use super::contoso::*;

/// A request and what is done to it: which one, the part that is changed, where in it, how much of it goes, and what
/// takes its place.
pub(crate) type Step<'a> = (u8, u8, u16, u8, &'a str);

/// Sends the requests one after the other to one mock.
pub(crate) fn play(now: i64, steps: &[Step<'_>]) {
    let mut entra = Entra::new(scenario().directory, settings());
    let mut token = access_token(&entra.handle(now, &honest(0, "")).response).unwrap();
    for (which, part, place, count, text) in steps {
        let request = damaged(honest(*which, &token), *part, *place, *count, text);
        let handled = entra.handle(now, &request);
        let response = &handled.response;
        let told = format!("{request:?} {response:?}");
        assert!((200..500).contains(&response.status), "{told}");
        let json = response.header_value("Content-Type") == Some("application/json; charset=utf-8");
        assert!(
            !json || Document::parse(&*response.body).is_complete(),
            "{told}"
        );
        let changes = handled.changes.len();
        assert!(
            changes == 0 || (changes == 1 && matches!(response.status, 201 | 204)),
            "{told}"
        );
        if let Some(issued) = access_token(response) {
            check_signature(&mut entra, now, &issued);
            if request.path().ends_with("/token") && request.method == "POST" {
                check_matched(&mut entra, now, &request);
            } else {
                token = issued;
            }
        }
    }
}

fn access_token(response: &HttpResponse) -> Option<String> {
    let body = Document::parse(&*response.body);
    let token = body.get("access_token")?.as_str()?.into_owned();
    assert_eq!(response.status, 200);
    Some(token)
}

/// The keys that its issuer publishes verify the token.
fn check_signature(entra: &mut Entra, now: i64, text: &str) {
    let token = parse(text).tokens.remove(0);
    assert_eq!(token.compact(), text);
    let issuer = token.payload().unwrap().get("iss").unwrap().to_text();
    let mut get = |url: &str| entra.handle(now, &HttpRequest::get(url)).response.body;
    let base = issuer.trim_end_matches('/');
    let document = Document::parse(get(&format!("{base}/.well-known/openid-configuration")));
    assert_eq!(document.get("issuer").unwrap().to_text(), issuer);
    let keys = get(&document.get("jwks_uri").unwrap().to_text());
    let signature = verify(&token, &Keys::parse(&keys, "published"));
    assert_eq!(signature.state, SignatureState::Valid, "{text}");
}

/// A credential that Graph lists matches the assertion.
fn check_matched(entra: &mut Entra, now: i64, request: &HttpRequest) {
    let field = |name: &str| {
        let mut fields = request.form();
        fields
            .find(|(known, _)| known == name)
            .unwrap()
            .1
            .into_owned()
    };
    let url = format!(
        "https://graph.microsoft.com/beta/applications(appId='{}')/federatedIdentityCredentials",
        field("client_id")
    );
    let listed = HttpRequest::get(url).header("Authorization", format!("Bearer {GRAPH_TOKEN}"));
    let listed = CredentialList::parse(&entra.handle(now, &listed).response.body);
    let assertion = parse(&field("client_assertion")).tokens.remove(0);
    let claims = Claims::from_payload(assertion.payload().unwrap());
    let verdict = match_all(&claims, &listed.credentials, Rules::Current);
    assert!(verdict.matched, "{listed:?} {claims:?}");
}

/// One of the requests that the mock answers with success, or nearly.
fn honest(which: u8, assertion: &str) -> HttpRequest {
    let get = |url: String| HttpRequest::get(url);
    let imds = |query: &str| {
        get(format!("{IMDS}?api-version=2018-02-01&{query}")).header("Metadata", "true")
    };
    let form = format!(
        "client_id={CLIENT}&client_assertion_type={ASSERTION_TYPE}&grant_type=client_credentials\
         &client_assertion={assertion}"
    );
    let post = |path: &str, target: &str| HttpRequest {
        body: format!("{target}&{form}"),
        ..HttpRequest::post_form(format!("{LOGIN}/{CONTOSO}/oauth2/{path}"), &[])
    };
    let item = format!("/{CREDENTIAL}");
    let exact = format!(
        r#"{{"name":"shop","issuer":"{ISSUER}","subject":"{API_URI}","audiences":["{EXCHANGE}"]}}"#
    );
    match which % 20 {
        0 => imds(&format!("resource={EXCHANGE}")),
        1 => imds(&format!("resource={API_URI}&client_id={IDENTITY_CLIENT}")),
        2 => get(format!(
            "{APP_SERVICE_ENDPOINT}?api-version=2019-08-01&resource={EXCHANGE}&principal_id={IDENTITY}"
        ))
        .header("X-IDENTITY-HEADER", APP_SERVICE_HEADER),
        3..6 => post("v2.0/token", &format!("scope={API_URI}/.default")),
        6 | 7 => post("token", &format!("resource={API_URI}")),
        8 => get(format!("{ISSUER}/.well-known/openid-configuration")),
        9 => get(format!("https://sts.windows.net/{CONTOSO}/.well-known/openid-configuration")),
        10 => get(format!("{LOGIN}/common/discovery/v2.0/keys")),
        11 => get(format!(
            "{LOGIN}/common/discovery/instance?api-version=1.1\
             &authorization_endpoint={LOGIN}/{CONTOSO}/oauth2/v2.0/authorize"
        )),
        12 => graph("GET", "v1.0", "", ""),
        13 => graph("GET", "beta", &item, ""),
        14 => graph("POST", "v1.0", "", &exact),
        15 => graph("POST", "beta", "", FLEXIBLE),
        16 => graph("PATCH", "v1.0", &item, &format!(r#"{{"subject":"{IDENTITY}"}}"#)),
        17 => graph("PATCH", "v1.0", "(name='shop')", &exact),
        18 => graph("DELETE", "v1.0", "/shop", ""),
        _ => graph("PATCH", "v1.0", &item, r#"{"subject":"another"}"#),
    }
}

/// A request to Microsoft Graph about the client's federated credentials.
fn graph(method: &str, version: &str, rest: &str, body: &str) -> HttpRequest {
    let url = format!(
        "https://graph.microsoft.com/{version}/applications(appId='{CLIENT}')/federatedIdentityCredentials{rest}"
    );
    let request = HttpRequest {
        method: method.to_owned(),
        body: body.to_owned(),
        ..HttpRequest::get(url)
    };
    request
        .header("Authorization", format!("Bearer {GRAPH_TOKEN}"))
        .header("Content-Type", "application/json")
        .header("Prefer", "create-if-missing")
}

/// A flexible credential.
const FLEXIBLE: &str = r#"{"name":"hub","issuer":"https://token.actions.githubusercontent.com","audiences":["x"],
    "claimsMatchingExpression":{"value":"claims['sub'] matches 'repo:*' and claims['repository_id'] eq '1'",
    "languageVersion":1}}"#;

/// The request with one part changed.
fn damaged(mut request: HttpRequest, part: u8, place: u16, count: u8, text: &str) -> HttpRequest {
    let place = usize::from(place);
    let headers = request.headers.len().max(1);
    match part % 10 {
        0 => splice(&mut request.method, place, count, text),
        1 | 2 => splice(&mut request.url, place, count, text),
        3 | 4 => splice(&mut request.body, place, count, text),
        5 => {
            if let Some((_, value)) = request.headers.get_mut(place % headers) {
                splice(value, place / headers, count, text);
            }
        }
        6 => {
            request.headers.pop();
        }
        7 => request.headers.push((text.to_owned(), "true".to_owned())),
        8 => {
            let fields: Vec<_> = request.body.split('&').map(str::to_owned).collect();
            let again = fields
                .get(place % fields.len())
                .cloned()
                .unwrap_or_default();
            request.body = format!("{}&{again}{text}", request.body);
        }
        _ => {}
    }
    request
}

/// Takes characters out of a text and puts others in.
fn splice(whole: &mut String, place: usize, count: u8, text: &str) {
    let characters: Vec<_> = whole.chars().collect();
    let start = place % (characters.len() + 1);
    let end = (start + usize::from(count)).min(characters.len());
    let (before, after) = (&characters[..start], &characters[end..]);
    let before: String = before.iter().collect();
    *whole = before + text + &String::from_iter(after);
}
