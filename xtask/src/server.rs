//! Serves the built site on loopback, with the headers a good host sends.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::thread;

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::runtime::{Builder, Runtime};
use tower_http::services::{ServeDir, ServeFile};

use crate::site::Site;

/// How many ports after a taken one are tried.
const TRIES: u16 = 20;

/// Serves the site until Ctrl-C. The address is the last line printed.
pub(crate) fn serve(site: &Site, port: u16) -> Result<()> {
    let listener = listen(port)?;
    let address = address(site, &listener)?;
    println!("Fedcred is at {address} (Ctrl-C stops it)");
    runtime()?.block_on(async {
        tokio::select! {
            served = answer(site, listener) => served,
            stopped = tokio::signal::ctrl_c() => stopped.context("cannot wait for Ctrl-C"),
        }
    })
}

/// Serves the site on a free port for as long as this process lives; returns its address.
pub(crate) fn serve_in_background(site: &Site) -> Result<String> {
    let listener = listen(0)?;
    let address = address(site, &listener)?;
    let runtime = runtime()?;
    let site = site.clone();
    thread::spawn(move || runtime.block_on(answer(&site, listener)));
    Ok(address)
}

async fn answer(site: &Site, listener: TcpListener) -> Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    axum::serve(listener, router(site)).await?;
    Ok(())
}

fn router(site: &Site) -> Router {
    let missing = ServeFile::new(site.dist.join("404.html")).precompressed_br();
    let files = ServeDir::new(&site.dist)
        .precompressed_br()
        .not_found_service(missing);
    let router = match site.base.as_str() {
        "/" => Router::new().fallback_service(files),
        base => Router::new().nest_service(base, files),
    };
    router.layer(middleware::from_fn(with_headers))
}

async fn with_headers(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let keep = cache_control(&path, response.status().is_success());
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A folder with a hash in its name never holds anything else; all other files are asked for again.
fn cache_control(path: &str, found: bool) -> &'static str {
    let hash = |part: &str| part.len() == 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let mut folders = path.rsplit('/').skip(1);
    if found && folders.any(|folder| folder.strip_prefix("app-").is_some_and(hash)) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Port 0 means any; a taken one is passed over for the next free one.
fn listen(port: u16) -> Result<TcpListener> {
    for port in port..=port.saturating_add(TRIES) {
        match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            other => {
                return other.with_context(|| {
                    format!("cannot listen on port {port}; choose another with --port")
                });
            }
        }
    }
    bail!(
        "port {port} and the {TRIES} after it are taken; choose another with --port, or --port 0 for any"
    )
}

fn address(site: &Site, listener: &TcpListener) -> Result<String> {
    let port = listener.local_addr()?.port();
    Ok(format!("http://127.0.0.1:{port}{}", site.base))
}

fn runtime() -> Result<Runtime> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the server's event loop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, found: bool, forever: bool) {
        assert_eq!(
            cache_control(path, found).contains("immutable"),
            forever,
            "{path}"
        );
    }

    #[test]
    fn only_files_in_a_hashed_folder_are_kept() {
        check("/app-d09895ff5584764c/fedcred-app_bg.wasm", true, true);
        check("/x/app-e9353bf5d2fca5ce/app.css", true, true);
        check("/app-e9353bf5d2fca5ce/app.css", false, false);
        check("/", true, false);
        check("/credential/", true, false);
        check("/app-e9353bf5d2fca5ce", true, false);
        check("/app-e9353bf5d2fca5c/app.css", true, false);
        check("/e9353bf5d2fca5ce/app.css", true, false);
        check("/sw.js", true, false);
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = listen(0).unwrap();
        let port = taken.local_addr().unwrap().port();
        let next = listen(port).unwrap().local_addr().unwrap().port();
        assert_ne!(next, port);
    }
}
