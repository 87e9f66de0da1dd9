//! The response with an access token (RFC 6749 §5.1).

use serde::Serialize;

use crate::entra::access_token::StringTokenResponse;
use crate::entra::http::{HttpRequest, HttpResponse, parameter};

/// Seconds from now to `exp` of an access token obtained through a federated credential (computed).
pub(super) const LIFETIME: i64 = 3_600;

#[derive(Serialize)]
struct TokenResponse {
    token_type: &'static str,
    expires_in: i64,
    ext_expires_in: i64,
    access_token: String,
}

/// `v1` is the request where it is one of version 1.
pub(super) fn success(now: i64, access_token: String, v1: Option<&HttpRequest>) -> HttpResponse {
    let response = match v1 {
        Some(request) => {
            let resource = parameter(&request.body, "resource");
            let resource = resource.ok().flatten().unwrap_or_default();
            HttpResponse::json(
                200,
                &StringTokenResponse::new(now, LIFETIME, &resource, access_token),
            )
        }
        None => HttpResponse::json(
            200,
            &TokenResponse {
                token_type: "Bearer",
                expires_in: LIFETIME - 1,
                ext_expires_in: LIFETIME - 1,
                access_token,
            },
        ),
    };
    response
        .header("Cache-Control", "no-store, no-cache")
        .header("Pragma", "no-cache")
        .header("Expires", "-1")
}
