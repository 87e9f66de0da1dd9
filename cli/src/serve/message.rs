//! Converts requests and responses between the HTTP library and the core.

use std::str::FromStr;

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use fedcred_core::entra::{HttpRequest, HttpResponse};

/// The host that a request is for, from its address or its only `Host` header (RFC 9112 §3.2), in lower case.
/// Default ports are left out, and so is the server's own port after the name of another host.
pub(super) fn host(uri: &Uri, headers: &HeaderMap, own_port: u16) -> Option<String> {
    let mut given = headers.get_all(HOST).iter();
    let header = given.next().and_then(|value| value.to_str().ok());
    let header = header.filter(|_| given.next().is_none());
    let authority = match uri.authority() {
        Some(authority) => authority.clone(),
        None => Authority::from_str(header?).ok()?,
    };
    let port = match authority.as_str().strip_prefix(authority.host())? {
        "" => None,
        rest => Some(rest.strip_prefix(':')?.parse().ok()?),
    };
    let host = authority.host().to_ascii_lowercase();
    let is_implied = |port| [80, 443].contains(&port) || (port == own_port && !is_loopback(&host));
    Some(match port.filter(|port| !is_implied(*port)) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

fn is_loopback(host: &str) -> bool {
    ["127.0.0.1", "localhost"].contains(&host)
}

/// The request for the core, with U+FFFD in place of bytes that are not UTF-8.
pub(super) fn request(
    method: &Method,
    host: Option<&str>,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> HttpRequest {
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    HttpRequest {
        method: method.to_string(),
        url: format!("https://{}{target}", host.unwrap_or_default()),
        headers: headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(body),
    }
}

/// The response to a request that the mock cannot handle.
pub(super) fn refusal(
    method: &Method,
    host: Option<&str>,
    unread: Option<BytesRejection>,
) -> Option<HttpResponse> {
    if *method == Method::CONNECT {
        let why = "This server speaks plain HTTP and is not a proxy for HTTPS. \
                   Send the request itself, with the Host header of the service.\n";
        return Some(HttpResponse::text(405, why));
    }
    if let Some(rejection) = unread {
        let why = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                "The body is larger than 1 MiB; the rest was not read.\n"
            }
            _ => "The body could not be read.\n",
        };
        return Some(HttpResponse::text(rejection.status().as_u16(), why));
    }
    if host.is_none() {
        let why = "The request needs one Host header that names one host.\n";
        return Some(HttpResponse::text(400, why));
    }
    None
}

/// Adds a hint to the most frequent mistake: a `Host` header that names this machine.
pub(super) fn hinted(request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    let name = request.host().split(':').next().unwrap_or_default();
    if response.status != 404 || !is_loopback(name) {
        return response;
    }
    let hint = "The Host header selects the service, and the mock has no service at this host. \
                Send the host of a service, such as `Host: login.microsoftonline.com`.\n";
    HttpResponse::text(404, hint)
}

/// The response for the library, which decides on framing and on the lifetime of the connection.
pub(super) fn response(response: HttpResponse) -> Response {
    let mut sent = Response::new(Body::from(response.body));
    *sent.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &response.headers {
        let name = HeaderName::from_str(name);
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value)
            && ![CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name)
        {
            sent.headers_mut().append(name, value);
        }
    }
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, hosts: &[&str], found: Option<&str>) {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        let uri = Uri::from_str(target).unwrap();
        assert_eq!(host(&uri, &headers, 8090).as_deref(), found);
    }

    #[test]
    fn the_host_that_is_meant() {
        check(
            "/",
            &["login.microsoftonline.com"],
            Some("login.microsoftonline.com"),
        );
        check(
            "/",
            &["Login.MicrosoftOnline.COM:443"],
            Some("login.microsoftonline.com"),
        );
        check("/", &["169.254.169.254:80"], Some("169.254.169.254"));
        check("/", &["169.254.169.254:8090"], Some("169.254.169.254"));
        check("/", &["localhost:4141"], Some("localhost:4141"));
        check("/", &["localhost:8090"], Some("localhost:8090"));
        check("http://a.example/b", &["c.example"], Some("a.example"));
        check("/", &[], None);
        check("/", &[""], None);
        check("/", &["a b"], None);
        check("/", &["a.example/b"], None);
        check("/", &["a.example", "a.example"], None);
        check("/", &["a.example:port"], None);
        check("/", &["a.example:70000"], None);
        check("/", &["user@a.example"], None);
    }

    #[test]
    fn what_frames_a_response_is_the_library_s() {
        let answer = HttpResponse::text(200, "x")
            .header("Content-Length", "1000")
            .header("Connection", "close")
            .header("X-A", "1")
            .header("X-A", "2")
            .header("bad name", "x")
            .header("X-Bad", "a\r\nX-Injected: b");
        let sent = response(answer);
        let names: Vec<_> = sent.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "x-a"]);
        assert_eq!(sent.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(response(HttpResponse::text(7, "")).status(), 500);
    }
}
