//! A running `fedcred serve`, and a small HTTP client for it.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::Value;
use similar_asserts::assert_eq;

use crate::parts::{has_parts, shortened};
use crate::process::Folder;

/// A server on a free port. It stops when the test ends, however that ends.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
    out: BufReader<ChildStdout>,
    _folder: Folder,
}

/// The result of a server.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
}

/// A response.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Serves a scenario, with these arguments added.
    #[track_caller]
    pub(crate) fn start(scenario: &str, arguments: &[&str]) -> Self {
        let folder = Folder::with("scenario.json", scenario);
        let start = [
            "serve",
            "scenario.json",
            "--port",
            "0",
            "--until-stdin-closes",
        ];
        let mut child = folder
            .command(&[&start, arguments].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a first line");
        let address = line.split([' ', ';', '"']);
        let address = address
            .into_iter()
            .find(|word| word.starts_with("127.0.0.1:"));
        Self {
            child,
            address: address.expect("an address in the first line").to_owned(),
            out,
            _folder: folder,
        }
    }

    /// A connection that gives up after 20 seconds.
    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).expect("a limit");
        stream
    }

    /// Sends one request on a new connection.
    #[track_caller]
    pub(crate) fn ask(&self, request: &str) -> Response {
        ask(&mut self.connect(), request)
    }

    /// Closes its standard input and waits for its end.
    #[track_caller]
    pub(crate) fn stop(mut self) -> Stopped {
        drop(self.child.stdin.take());
        self.wait()
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> Stopped {
        let mut log = String::new();
        self.out.read_to_string(&mut log).expect("UTF-8");
        let status = self.child.wait().expect("the program ends");
        Stopped {
            code: status.code(),
            log,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Sends a request and reads one response; the connection stays open.
#[track_caller]
pub(crate) fn ask(stream: &mut TcpStream, request: &str) -> Response {
    stream.write_all(request.as_bytes()).expect("sent");
    read(stream)
}

/// Reads one response.
#[track_caller]
pub(crate) fn read(stream: &mut TcpStream) -> Response {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a whole head");
        head.extend(byte);
    }
    let head = String::from_utf8(head).expect("UTF-8").to_ascii_lowercase();
    let after = |name: &str| {
        Some(
            head.split_once(name)?
                .1
                .split_whitespace()
                .next()?
                .to_owned(),
        )
    };
    let length = after("\r\ncontent-length:").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a whole body");
    Response {
        status: after("http/1.1 ")
            .expect("a status")
            .parse()
            .expect("a number"),
        body: String::from_utf8(body).expect("UTF-8"),
        head,
    }
}

/// For failures, which show the beginning only.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, body) = (shortened(&self.head), shortened(&self.body));
        write!(f, "a response\n{head}{body}")
    }
}

impl Response {
    /// A string in the JSON of the body.
    #[track_caller]
    pub(crate) fn text(&self, field: &str) -> String {
        let json: Value = serde_json::from_str(&self.body).expect("JSON");
        json[field]
            .as_str()
            .unwrap_or_else(|| panic!("no {field} in {self:?}"))
            .to_owned()
    }

    /// The status must be this one, and the body must contain this part.
    #[track_caller]
    pub(crate) fn is(self, status: u16, part: &str) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        has_parts(&self.body, &[part]);
        self
    }
}
