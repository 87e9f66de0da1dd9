//! `fedcred serve`: serves the mock of a scenario on the loopback interface, for real clients.

mod log;
mod message;
mod stop;

use std::future::IntoFuture;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use clap::{Args, ValueEnum};
use fedcred_core::flow::{Mock, Scenario};
use fedcred_core::text::Severity;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::arguments::{Format, Output};
use crate::clock;
use crate::input::{Input, one_standard_input};
use crate::report::{Failure, print_findings};
use log::{Entry, Opening};

/// Serve the mock of a scenario to real clients, on 127.0.0.1.
///
/// The first line of output contains the address. The Host header of a request
/// selects the service: the sign-in host, 169.254.169.254, or the API of the
/// scenario. Each request is logged as it arrives, with the check that failed.
#[derive(Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Arguments {
    /// Scenario file; `-` for standard input.
    #[arg(value_name = "SCENARIO")]
    file: PathBuf,
    /// Port to listen on; 0 picks a free one.
    #[arg(long, value_name = "N", default_value_t = 8090)]
    port: u16,
    /// Time at which the clock of the mock starts.
    #[arg(long, value_enum, default_value_t = StartOfClock::Now)]
    clock: StartOfClock,
    /// Stop when standard input closes.
    #[arg(long)]
    until_stdin_closes: bool,
    #[command(flatten)]
    output: Output,
}

const AFTER_HELP: &str = "\
Examples:
  fedcred serve core/data/scenarios/managed-identity.json
  curl -G http://127.0.0.1:8090/metadata/identity/oauth2/token \\
    -d api-version=2018-02-01 -d resource=api://AzureADTokenExchange \\
    -H 'Host: 169.254.169.254' -H 'Metadata: true'

Exit codes:
  0  You stopped it
  1  The scenario file has errors
  2  Wrong usage, a file cannot be read, or the port is in use";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StartOfClock {
    /// The current time; every time in the scenario moves with it.
    Now,
    /// The time in the scenario.
    Scenario,
}

/// The size limit of a body, in bytes. A token has a few thousand.
const MAX_BODY: usize = 1024 * 1024;

/// How long requests can take after the server is told to stop.
const GRACE_PERIOD: Duration = Duration::from_secs(2);

/// Runs `fedcred serve` until it is told to stop; `false` if the scenario has errors.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let stdin = arguments.until_stdin_closes.then_some(Path::new("-"));
    one_standard_input([&*arguments.file].into_iter().chain(stdin))?;
    let input = Input::read(&arguments.file)?;
    let (scenario, findings) = input.parse_with(|text| {
        let read = Scenario::parse(text);
        (read.scenario, read.diagnostics)
    });
    print_findings(findings.iter());
    let mut severities = findings.iter().map(|finding| finding.diagnostic.severity);
    if severities.any(|severity| severity == Severity::Error) {
        return Ok(false);
    }
    let scenario = match arguments.clock {
        StartOfClock::Now => scenario.moved_to(clock::now()),
        StartOfClock::Scenario => scenario,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let served = TcpListener::bind(address).and_then(|on| serve(on, scenario, arguments));
    let failure = |error: io::Error| Failure::CannotServe {
        address: address.to_string(),
        reason: error.to_string(),
    };
    served.map(|()| true).map_err(failure)
}

fn serve(listener: TcpListener, scenario: Scenario, arguments: &Arguments) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let server = Server::new(scenario, address.port(), arguments);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // Before the address is printed: a client may stop the server as soon as it reads the address.
        let stop = stop::stop_signal(arguments.until_stdin_closes)?;
        Opening::new(address, &server.scenario).write(server.format);
        let (sender, stopped) = oneshot::channel();
        let stopping = async {
            stop.await;
            let _ = sender.send(());
        };
        let router = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(Arc::new(server));
        let serving = axum::serve(listener, router).with_graceful_shutdown(stopping);
        tokio::select! {
            served = serving.into_future() => served,
            () = grace_period_over(stopped) => Ok(()),
        }
    })
}

async fn grace_period_over(stopped: oneshot::Receiver<()>) {
    let _ = stopped.await;
    tokio::time::sleep(GRACE_PERIOD).await;
}

/// What all requests share.
struct Server {
    mock: Mutex<Mock>,
    scenario: Scenario,
    started: Instant,
    port: u16,
    clock: StartOfClock,
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
    Entry::new(now, &request, response.status, code, checks).write(server.format);
    message::response(response)
}

impl Server {
    fn new(scenario: Scenario, port: u16, arguments: &Arguments) -> Self {
        Self {
            mock: Mutex::new(Mock::new(&scenario)),
            scenario,
            started: Instant::now(),
            port,
            clock: arguments.clock,
            format: arguments.output.format,
        }
    }

    /// The time of the mock, in Unix seconds.
    fn now(&self) -> i64 {
        match self.clock {
            StartOfClock::Now => clock::now(),
            StartOfClock::Scenario => {
                let elapsed = self.started.elapsed().as_secs();
                let elapsed = i64::try_from(elapsed).unwrap_or(i64::MAX);
                self.scenario.clock.saturating_add(elapsed)
            }
        }
    }
}
