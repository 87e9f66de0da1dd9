//! Metadata documents, keys and instances of clouds.

use fedcred_core::claims::{Cloud, TOKEN_EXCHANGE_APP};
use fedcred_core::entra::GRAPH_TOKEN;
use fedcred_core::errors::AadstsCode;
use serde_json::json;
use similar_asserts::assert_eq;

use super::exchange::*;
use super::*;

fn document(name: &str, version: &str) -> String {
    format!("{LOGIN}/{name}/{version}.well-known/openid-configuration")
}

#[test]
fn documents_are_those_that_were_recorded() {
    let mock = Mock::new();
    let v2 = mock.answer(&HttpRequest::get(document("contoso.example", "v2.0/")));
    let recorded = include_str!("../../recorded/discovery-v2.json").replace("{tid}", CONTOSO);
    assert_eq!(body(&v2), serde_json::from_str::<Value>(&recorded).unwrap());
    assert_eq!(
        v2.header_value("cache-control"),
        Some("max-age=86400, private")
    );
    assert_eq!(v2.header_value("access-control-allow-origin"), Some("*"));
    let v1 = body(&mock.answer(&HttpRequest::get(document(CONTOSO, ""))));
    for (name, value) in [
        (
            "issuer",
            json!(format!("https://sts.windows.net/{CONTOSO}/")),
        ),
        ("jwks_uri", json!(format!("{LOGIN}/common/discovery/keys"))),
        (
            "token_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/oauth2/token")),
        ),
        (
            "authorization_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/oauth2/authorize")),
        ),
        ("scopes_supported", json!(["openid"])),
        ("microsoft_multi_refresh_token", json!(true)),
        (
            "userinfo_endpoint",
            json!(format!("{LOGIN}/{CONTOSO}/openid/userinfo")),
        ),
        ("tenant_region_scope", json!("WW")),
    ] {
        assert_eq!(v1[name], value, "{name}");
    }
    let claims = v1["claims_supported"].as_array().unwrap();
    assert!(claims.contains(&json!("nickname")) && !claims.contains(&json!("tid")));
    for name in ["common", "organizations"] {
        for (version, issuer) in [
            ("v2.0/", "https://login.microsoftonline.com/{tenantid}/v2.0"),
            ("", "https://sts.windows.net/{tenantid}/"),
        ] {
            let found = body(&mock.answer(&HttpRequest::get(document(name, version))));
            assert_eq!(found["issuer"], issuer);
            assert_eq!(found["tenant_region_scope"], Value::Null);
            let token = found["token_endpoint"].as_str().unwrap();
            assert!(
                token.starts_with(&format!("{LOGIN}/{name}/oauth2/")),
                "{token}"
            );
        }
    }
}

#[test]
fn documents_hold_what_is_known_of_a_cloud() {
    for (cloud, host, instance) in [
        (
            fedcred_core::claims::Cloud::UsGov,
            "login.microsoftonline.us",
            "microsoftonline.us",
        ),
        (
            fedcred_core::claims::Cloud::China,
            "login.partner.microsoftonline.cn",
            "partner.microsoftonline.cn",
        ),
    ] {
        let mut mock = Mock::new();
        mock.setting.cloud = cloud;
        for (name, version) in [(CONTOSO, ""), (CONTOSO, "v2.0/"), ("common", "v2.0/")] {
            let url = document(name, version).replace("login.microsoftonline.com", host);
            let found = body(&mock.answer(&HttpRequest::get(url)));
            assert_eq!(found["cloud_instance_name"], instance);
            assert_eq!(found["msgraph_host"], cloud.graph_host());
            for unknown in ["tenant_region_scope", "rbac_url", "cloud_graph_host_name"] {
                assert!(found.get(unknown).is_none(), "{unknown}");
            }
            assert!(
                !found.to_string().contains("microsoftonline.com"),
                "{found}"
            );
        }
    }
}

#[test]
fn graph_has_a_host_in_each_cloud() {
    for cloud in fedcred_core::claims::Cloud::ALL {
        let mut mock = Mock::new();
        mock.setting.cloud = cloud;
        for other in fedcred_core::claims::Cloud::ALL {
            let host = other.graph_host();
            let url =
                format!("https://{host}/v1.0/applications/{CLIENT}/federatedIdentityCredentials");
            let request =
                HttpRequest::get(url).header("Authorization", format!("Bearer {GRAPH_TOKEN}"));
            let (status, text) = if other == cloud {
                (200, host)
            } else {
                (404, "nothing here")
            };
            check(&mock, &request, status, None, text);
        }
    }
}

#[test]
fn keys_have_their_issuer_in_version_2() {
    let mock = Mock::new();
    for (path, issuer) in [
        (
            "common/discovery/v2.0/keys",
            json!("https://login.microsoftonline.com/{tenantid}/v2.0"),
        ),
        (
            "organizations/discovery/v2.0/keys",
            json!("https://login.microsoftonline.com/{tenantid}/v2.0"),
        ),
        (
            "contoso.example/discovery/v2.0/keys",
            json!(format!("{LOGIN}/{CONTOSO}/v2.0")),
        ),
        ("common/discovery/keys", Value::Null),
        (
            "c0c0c0c0-0000-4000-8000-000000000001/discovery/keys?appid=x",
            Value::Null,
        ),
    ] {
        let keys = body(&mock.answer(&HttpRequest::get(format!("{LOGIN}/{path}"))));
        let key = &keys["keys"][0];
        assert_eq!(key["issuer"], issuer, "{path}");
        assert_eq!(
            (&key["kid"], &key["x5t"], &key["use"]),
            (&json!("demo-1"), &json!("demo-1"), &json!("sig"))
        );
        assert!(key.get("x5c").is_none() && key.get("d").is_none());
    }
}

#[test]
fn metadata_of_nobody() {
    let mut mock = Mock::new();
    for name in [
        "x",
        "Common",
        "{tenantid}",
        "%",
        "f0f0f0f0-0000-4000-8000-000000000001",
        "\"",
        "'",
    ] {
        for path in [
            "v2.0/.well-known/openid-configuration",
            ".well-known/openid-configuration",
            "discovery/keys",
            "discovery/v2.0/keys",
        ] {
            let handled = mock.handled(&HttpRequest::get(format!("{LOGIN}/{name}/{path}")));
            assert_eq!(
                (handled.code, handled.response.status),
                (Some(AadstsCode::TENANT_NOT_FOUND), 400),
                "{name}"
            );
            let body = body(&handled.response);
            assert_eq!(body["error"], "invalid_tenant");
            assert_eq!(
                handled.response.header_value("x-ms-request-id"),
                body["trace_id"].as_str()
            );
        }
    }
    // An odd id stays one text.
    mock.contoso().id = "a\"b\\{host}\n\"".into();
    let found = body(&mock.answer(&HttpRequest::get(document("contoso.example", "v2.0/"))));
    assert_eq!(
        found["issuer"],
        "https://login.microsoftonline.com/a\"b\\{host}\n\"/v2.0"
    );
}

fn instance_request(query: &str) -> HttpRequest {
    HttpRequest::get(format!("{LOGIN}/common/discovery/instance?{query}"))
}

#[test]
fn instances_are_told() {
    let mock = Mock::new();
    for (asked, told) in [
        (
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize",
            "https://login.microsoftonline.com/contoso.example/v2.0",
        ),
        (
            "https%3A%2F%2FLOGIN.windows.net%2Fcommon%2Foauth2%2Fv2.0%2Fauthorize",
            "https://login.microsoftonline.com/common/v2.0",
        ),
        (
            "https://sts.windows.net:443/x/oauth2/authorize",
            "https://login.microsoftonline.com/x",
        ),
        (
            "https://login.usgovcloudapi.net/%22/oauth2/v2.0/authorize",
            "https://login.microsoftonline.us/\"/v2.0",
        ),
        (
            "https://login.chinacloudapi.cn/x",
            "https://login.partner.microsoftonline.cn/x",
        ),
    ] {
        let request = instance_request(&format!(
            "api-version=1.1&authorization_endpoint={asked}&x=1"
        ));
        let answer = mock.answer(&request);
        let found = body(&answer);
        assert_eq!(
            found["tenant_discovery_endpoint"],
            format!("{told}/.well-known/openid-configuration")
        );
        assert_eq!(found["api-version"], "1.1");
        assert_eq!(found["metadata"].as_array().unwrap().len(), 5);
        assert_eq!(found["metadata"][0]["preferred_cache"], "login.windows.net");
        assert_eq!(
            answer.header_value("cache-control"),
            Some("max-age=86400, private")
        );
    }
    // As long as the recorded answer with its id in the address.
    let request = instance_request(&format!(
        "api-version=1.1&authorization_endpoint={LOGIN}/{CONTOSO}/oauth2/v2.0/authorize"
    ));
    assert_eq!(mock.answer(&request).body.len(), 980);
}

#[test]
fn instances_nobody_knows() {
    let mock = Mock::new();
    for endpoint in [
        "https://login.example/x/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com.example/x",
        "login.microsoftonline.com/x",
        "",
        "https://x@login.microsoftonline.com/x",
        "x",
    ] {
        let handled = mock.handled(&instance_request(&format!(
            "api-version=1.1&authorization_endpoint={endpoint}"
        )));
        assert_eq!(
            (handled.code, handled.response.status),
            (Some(AadstsCode::UNKNOWN_INSTANCE), 400),
            "{endpoint}"
        );
        let body = body(&handled.response);
        let text = body["error_description"].as_str().unwrap();
        assert!(
            text.starts_with("AADSTS50049: Unknown or invalid instance. Trace ID: "),
            "{text}"
        );
        assert_eq!(body["error"], "invalid_instance");
        assert_eq!(
            body["error_uri"],
            "https://login.microsoftonline.com/error?code=50049"
        );
    }
    let known = format!("authorization_endpoint={LOGIN}/x/oauth2/v2.0/authorize");
    for query in [
        known.clone(),
        format!("api-version=1.0&{known}"),
        format!("api-version=&{known}"),
        format!("api-version=1.1&api-version=1.1&{known}"),
        format!("api-version=1.1&{known}&{known}"),
        "api-version=1.1&authorization_endpoint=%zz".to_owned(),
        format!("api-version=1.1&authorization_endpoint={LOGIN}"),
        format!("api-version=1.1&authorization_endpoint={LOGIN}//x"),
    ] {
        let handled = mock.handled(&instance_request(&query));
        assert_eq!(
            (handled.code, handled.response.status),
            (None, 400),
            "{query}"
        );
        assert!(
            handled.response.body.contains(OWN_WORDS),
            "{}",
            handled.response.body
        );
    }
    for name in ["organizations", CONTOSO] {
        let url = instance_request("").url.replace("common", name);
        check(&mock, &HttpRequest::get(url), 404, None, "");
    }
}

#[test]
fn metadata_is_consistent_in_every_cloud() {
    for cloud in Cloud::ALL {
        let mut exchange = Exchange::new();
        (exchange.mock.setting.cloud, exchange.host) = (cloud, cloud.login_host());
        let host = cloud.login_host();
        let v1_host = match cloud {
            Cloud::China => "sts.chinacloudapi.cn",
            Cloud::Global | Cloud::UsGov => "sts.windows.net",
        };
        let mut entra = exchange.mock.entra();
        let mut get = |url: String| entra.handle(NOW, &HttpRequest::get(url)).response;
        for (version, issuer) in [
            ("v2.0/", format!("https://{host}/{CONTOSO}/v2.0")),
            ("", format!("https://{v1_host}/{CONTOSO}/")),
        ] {
            for tenant in [CONTOSO, "contoso.example", "CONTOSO.example"] {
                let response = get(format!(
                    "https://{host}/{tenant}/{version}.well-known/openid-configuration"
                ));
                assert_eq!(response.status, 200);
                let document = body(&response);
                assert_eq!(
                    document["issuer"], issuer,
                    "the id, whatever the address says"
                );
                assert_eq!(
                    document["token_endpoint"],
                    format!("https://{host}/{CONTOSO}/oauth2/{version}token")
                );
                let keys = get(document["jwks_uri"].as_str().unwrap().to_owned());
                let keys = Keys::parse(&keys.body, "metadata");
                assert_eq!((keys.len(), keys.diagnostics().len()), (1, 0));
            }
            for (host, tenant, status) in [
                (host, FABRIKAM, 400),
                ("login.example", CONTOSO, 404),
                (&*format!("{host}.example"), CONTOSO, 404),
                (&*format!("x@{host}"), CONTOSO, 404),
            ] {
                let url =
                    format!("https://{host}/{tenant}/{version}.well-known/openid-configuration");
                assert_eq!(get(url).status, status, "{host} {tenant}");
            }
        }
        let issuer = cloud.issuer(CONTOSO);
        exchange.federated(&issuer, IDENTITY, cloud.exchange_audience());
        exchange.claims["aud"] = TOKEN_EXCHANGE_APP.into();
        assert_eq!(issued(cloud.word(), &exchange)["iss"], issuer);
    }
}
