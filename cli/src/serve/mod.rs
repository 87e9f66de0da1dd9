//! `fedcred serve`: the mock of a scenario on this machine's loopback, for real clients.

mod log;
mod message;
mod stop;

use std::future::IntoFuture;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use fedcred_core::flow::{Mock, Scenario};
use fedcred_core::text::Severity;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::input::Input;
use crate::report::{Failure, say_findings};
use crate::{Format, clock};
use log::{Entry, Opening};

/// How to serve.
pub(crate) struct Options {
    /// 0 for any free one.
    pub(crate) port: u16,
    /// Whether time runs on from the scenario's moment, not from now.
    pub(crate) at_scenario: bool,
    pub(crate) until_stdin_closes: bool,
    pub(crate) format: Format,
}

/// Bytes of a body that are read at most. A token has some thousands.
const LONGEST_BODY: usize = 1024 * 1024;

/// Once it is told to stop, requests that are under way get so much time.
const PATIENCE: Duration = Duration::from_secs(2);

/// Serves a scenario until it is told to stop; false where its file has errors.
pub(crate) fn serve(input: &Input, options: &Options) -> Result<bool, Failure> {
    let (scenario, findings) = input.understand(|text| {
        let read = Scenario::read(text);
        (read.scenario, read.diagnostics)
    });
    say_findings(findings.iter());
    let mut severities = findings.iter().map(|finding| finding.diagnostic.severity);
    if severities.any(|severity| severity == Severity::Error) {
        return Ok(false);
    }
    let scenario = if options.at_scenario {
        scenario
    } else {
        scenario.moved_to(clock())
    };
    let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    let served = TcpListener::bind(wanted).and_then(|listener| run(listener, scenario, options));
    let failure = |error: io::Error| Failure::Unservable {
        address: wanted.to_string(),
        reason: error.to_string(),
    };
    served.map(|()| true).map_err(failure)
}

fn run(listener: TcpListener, scenario: Scenario, options: &Options) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let server = Server::new(scenario, address.port(), options);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // Before the address is told: whoever reads it may stop the server at once.
        let stop = stop::stop(options.until_stdin_closes)?;
        Opening::of(address, &server.scenario).write(options.format);
        let (tell, told) = oneshot::channel();
        let stopping = async {
            stop.await;
            let _ = tell.send(());
        };
        let router = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(LONGEST_BODY))
            .with_state(Arc::new(server));
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopping);
        tokio::select! {
            served = serving.into_future() => served,
            () = impatience(told) => Ok(()),
        }
    })
}

async fn impatience(told: oneshot::Receiver<()>) {
    let _ = told.await;
    tokio::time::sleep(PATIENCE).await;
}

/// What all requests share.
struct Server {
    mock: Mutex<Mock>,
    scenario: Scenario,
    started: Instant,
    port: u16,
    at_scenario: bool,
    format: Format,
}

async fn answer(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let host = message::host(&uri, &headers, server.port);
    let (body, unread) = match body {
        Ok(body) => (body, None),
        Err(rejection) => (Bytes::new(), Some(rejection)),
    };
    let request = message::request(&method, host.as_deref(), &uri, &headers, &body);
    let now = server.now();
    let (response, code, checks) = match message::refusal(&method, host.as_deref(), unread) {
        Some(response) => (response, None, Vec::new()),
        None => {
            let mut mock = server.mock.lock().unwrap_or_else(PoisonError::into_inner);
            let handled = mock.handle(now, &request);
            (handled.response, handled.code, handled.checks)
        }
    };
    let response = message::hinted(&request, response);
    Entry::of(now, &request, response.status, code, checks).write(server.format);
    message::response(response)
}

impl Server {
    fn new(scenario: Scenario, port: u16, options: &Options) -> Self {
        Self {
            mock: Mutex::new(Mock::new(&scenario)),
            scenario,
            started: Instant::now(),
            port,
            at_scenario: options.at_scenario,
            format: options.format,
        }
    }

    /// The moment, in seconds.
    fn now(&self) -> i64 {
        if !self.at_scenario {
            return clock();
        }
        let since = i64::try_from(self.started.elapsed().as_secs()).unwrap_or(i64::MAX);
        self.scenario.clock.saturating_add(since)
    }
}
