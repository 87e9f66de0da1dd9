//! `fedcred serve`, through real sockets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use similar_asserts::assert_eq;

use crate::fixture::{root, scenario};
use crate::parts::has_parts;
use crate::process::{Folder, fedcred};
use crate::schemas::check_output;
use crate::server::{Response, Server, ask, read};

const TENANT: &str = "c0c0c0c0-0000-4000-8000-000000000001";
const LOGIN: &str = "login.microsoftonline.com";
const MIB: usize = 1024 * 1024;
const API: &str = "orders.contoso.example";

fn serving(name: &str) -> Server {
    Server::start(&scenario(name), &[])
}

/// A request with these header lines.
fn request(line: &str, host: &str, lines: &[&str], body: &str) -> String {
    let length = body.len();
    let mut head = format!("{line} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n");
    for line in lines {
        head += &format!("{line}\r\n");
    }
    format!("{head}\r\n{body}")
}

fn identity_request() -> String {
    let line = concat!(
        "GET /metadata/identity/oauth2/token?api-version=2018-02-01",
        "&resource=api%3A%2F%2FAzureADTokenExchange&client_id=bbbbbbbb-0000-4000-8000-000000000003",
    );
    request(line, "169.254.169.254", &["Metadata: true"], "")
}

fn token_request(assertion: &str) -> String {
    let body = format!(
        "client_id=cccccccc-0000-4000-8000-000000000004\
         &scope=api%3A%2F%2Fdddddddd-0000-4000-8000-000000000006%2F.default\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
         &client_assertion={assertion}&grant_type=client_credentials"
    );
    let form = ["Content-Type: application/x-www-form-urlencoded"];
    let line = format!("POST /{TENANT}/oauth2/v2.0/token");
    request(&line, LOGIN, &form, &body)
}

fn api_request(token: &str) -> String {
    let bearer = format!("Authorization: Bearer {token}");
    request("GET /orders", API, &[&bearer], "")
}

fn discovery_request(host: &str) -> String {
    let line = format!("GET /{TENANT}/v2.0/.well-known/openid-configuration");
    request(&line, host, &[], "")
}

#[track_caller]
fn access_token(answer: Response) -> String {
    answer.is(200, "Bearer").text("access_token")
}

#[test]
fn the_whole_exchange() {
    let server = serving("managed-identity");
    let assertion = access_token(server.ask(&identity_request()));
    let token = access_token(server.ask(&token_request(&assertion)));
    server.ask(&api_request(&token)).is(200, "Hello, workload.");
    server.ask(&api_request(&assertion)).is(401, "");
    let stopped = server.stop();
    assert_eq!(stopped.code, Some(0));
    let parts = [
        "current rules, global cloud",
        "GET 169.254.169.254 /metadata/identity/oauth2/token 200\n",
        &format!("POST {LOGIN} /{TENANT}/oauth2/v2.0/token 200\n"),
        &format!("GET {API} /orders 200\n"),
        &format!("GET {API} /orders 401\n"),
        "× api-audience: Is the token for this API?",
        "configured  dddddddd-0000-4000-8000-000000000006\n",
    ];
    has_parts(&stopped.log, &parts);
    for secret in [&assertion, &token] {
        assert!(!stopped.log.contains(&**secret), "the log has a token");
    }
}

#[test]
fn a_refusal_is_logged_with_its_check() {
    let server = serving("wrong-subject");
    let assertion = access_token(server.ask(&identity_request()));
    let answer = server
        .ask(&token_request(&assertion))
        .is(401, "AADSTS700213: ");
    assert_eq!(answer.text("error"), "invalid_client");
    let log = server.stop().log;
    let parts = [
        "/oauth2/v2.0/token 401 AADSTS700213\n",
        "× subject: Does a credential have this subject?",
        "presented   aaaaaaaa-0000-4000-8000-000000000002\n",
        "configured  bbbbbbbb-0000-4000-8000-000000000003\n",
    ];
    has_parts(&log, &parts);
}

/// The log with the same word in place of every time.
fn times_hidden(log: &str) -> String {
    let is_time = |word: &&str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    let times = log.split_whitespace().filter(is_time);
    times.fold(log.to_owned(), |log, time| log.replace(time, "TIME"))
}

/// The two requests of docs/cli.md, and what it shows of them.
#[test]
fn the_log_is_the_one_in_the_documentation() {
    let document = std::fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let (_, example) = document.split_once("$ fedcred serve ").unwrap();
    let (file, example) = example.split_once('\n').unwrap();
    assert_eq!(file, "core/data/scenarios/wrong-subject.json");
    let (example, _) = example.split_once("```").unwrap();
    let (first, documented) = example.split_once('\n').unwrap();
    let server = serving("wrong-subject");
    let opening = format!("Listening on {}; press Ctrl-C to stop.", server.address);
    assert_eq!(first, opening.replace(&server.address, "127.0.0.1:8090"));
    let assertion = access_token(server.ask(&identity_request()));
    let request = token_request(&assertion).replace(TENANT, "contoso.example");
    server.ask(&request).is(401, "");
    let log = server.stop().log;
    assert_eq!(times_hidden(&log), times_hidden(documented));
}

#[test]
fn the_json_log_has_one_line_per_request() {
    let server = Server::start(&scenario("wrong-subject"), &["--format", "json"]);
    let assertion = access_token(server.ask(&identity_request()));
    server.ask(&token_request(&assertion)).is(401, "");
    let log = server.stop().log;
    for line in log.lines() {
        check_output(&["serve", "--format", "json"], line);
    }
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let fields = lines
        .iter()
        .map(|line| json!([line["host"], line["status"], line["code"]]));
    let expected = json!([["169.254.169.254", 200, null], [LOGIN, 401, 700_213]]);
    assert_eq!(Value::from_iter(fields), expected);
    let checks = lines[1]["checks"].as_array().unwrap();
    let failed: Vec<_> = checks
        .iter()
        .filter(|check| check["verdict"] == "fail")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["rule"], "subject");
    let rules = checks
        .iter()
        .filter(|check| check["verdict"] == "pass")
        .count();
    assert!(rules > 10 && !log.contains(&assertion), "{rules} rules");
}

#[test]
fn the_host_header_selects_the_service() {
    let server = serving("managed-identity");
    let issuer = format!("https://{LOGIN}/{TENANT}/v2.0");
    let port = server.address.rsplit(':').next().unwrap();
    for host in [
        LOGIN,
        "LOGIN.microsoftonline.com",
        &format!("{LOGIN}:443"),
        &format!("{LOGIN}:{port}"),
    ] {
        server.ask(&discovery_request(host)).is(200, &issuer);
    }
    let absolute =
        discovery_request("elsewhere.example").replace("GET /", &format!("GET http://{LOGIN}/"));
    server.ask(&absolute).is(200, &issuer);
    for host in [
        "login.microsoftonline.us",
        "elsewhere.example",
        "login.microsoftonline.com.",
        "[::1]",
    ] {
        server.ask(&discovery_request(host)).is(404, "");
    }
    for host in ["127.0.0.1", "localhost", &server.address] {
        server
            .ask(&discovery_request(host))
            .is(404, "The Host header selects the service");
    }
    for host in ["", "a b", "a/b", "a\r\nHost: b", "a:b"] {
        server.ask(&discovery_request(host)).is(400, "");
    }
}

#[test]
fn odd_requests_get_an_answer() {
    let server = serving("managed-identity");
    let token = token_request("x");
    server
        .ask(&token.replace("POST", "GET"))
        .is(400, "AADSTS900561");
    server
        .ask(&token.replace("POST", "BREW"))
        .is(400, "AADSTS900561");
    server
        .ask(&token.replace("POST", "CONNECT"))
        .is(405, "is not a proxy");
    server.ask(&token).is(400, "AADSTS50027");
    server
        .ask(&request(
            "POST /%zz%/oauth2/v2.0/token?%",
            LOGIN,
            &[],
            "%zz=%&&=\u{0}",
        ))
        .is(400, "AADSTS");
    server
        .ask(&request("OPTIONS *", LOGIN, &[], ""))
        .is(404, "");
    for garbage in [
        "\r\nGET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno header\r\n\r\n",
        "\u{0}\u{1}\r\n\r\n",
    ] {
        let mut stream = server.connect();
        stream.write_all(garbage.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
            "{garbage:?}: {answer}"
        );
    }
    let long = format!("GET /{}", "x".repeat(10_000));
    server.ask(&request(&long, LOGIN, &[], "")).is(404, "");
    server.ask(&discovery_request(LOGIN)).is(200, "");
    let stopped = server.stop();
    assert_eq!(stopped.code, Some(0));
    assert!(stopped.log.lines().all(|line| line.len() < 4_000));
}

#[test]
fn a_huge_body_is_refused_before_its_end() {
    let server = serving("managed-identity");
    let mut stream = server.connect();
    let head = request("POST /x/oauth2/v2.0/token", LOGIN, &[], "");
    let announced = head.replace("Content-Length: 0", "Content-Length: 10000000000");
    stream.write_all(announced.as_bytes()).unwrap();
    let chunk = vec![b'x'; MIB / 4];
    for _ in 0..5 {
        let _ = stream.write_all(&chunk); // it may be refused by then
    }
    read(&mut stream).is(413, "larger than 1 MiB");
    let too_much = "x".repeat(MIB + 1);
    let body = |text| request("POST /x/oauth2/v2.0/token", LOGIN, &[], text);
    server.ask(&body(&too_much)).is(413, "");
    let fits = "x".repeat(MIB - 1_000); // address and headers count as well
    server.ask(&body(&fits)).is(400, "AADSTS900023");
    assert!(server.stop().log.contains(" /x/oauth2/v2.0/token 413\n"));
}

#[test]
fn a_connection_serves_many_requests() {
    let server = serving("managed-identity");
    let mut stream = server.connect();
    for _ in 0..3 {
        let assertion = access_token(ask(&mut stream, &identity_request()));
        access_token(ask(&mut stream, &token_request(&assertion)));
    }
    let twice = discovery_request(LOGIN).repeat(2);
    ask(&mut stream, &twice).is(200, "");
    let answer = read(&mut stream).is(200, "");
    assert!(answer.head.contains("\r\ndate: "), "{}", answer.head);
}

#[test]
fn many_connections_at_once() {
    let server = serving("managed-identity");
    let waiting = server.connect();
    let mut half = server.connect();
    half.write_all(b"POST / HTTP/1.1\r\nHost: x").unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let assertion = access_token(server.ask(&identity_request()));
                let token = access_token(server.ask(&token_request(&assertion)));
                server.ask(&api_request(&token)).is(200, "");
            });
        }
    });
    waiting.shutdown(Shutdown::Both).unwrap();
    let log = server.stop().log;
    assert_eq!(log.matches(" /orders 200\n").count(), 8);
}

#[test]
fn the_clock_is_now_or_the_scenario_s() {
    let issued = |arguments: &[&str]| {
        let server = Server::start(&scenario("managed-identity"), arguments);
        let answer = server.ask(&identity_request()).is(200, "");
        answer.text("expires_on").parse::<i64>().unwrap() - 86_400
    };
    let now = || {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        i64::try_from(since_1970.unwrap().as_secs()).unwrap()
    };
    for (arguments, start) in [
        (&[][..], None),
        (&["--clock", "now"], None),
        (&["--clock", "scenario"], Some(1_795_447_440)),
    ] {
        let before = now();
        let issued = issued(arguments);
        let passed = now() - before;
        let start = start.unwrap_or(before);
        assert!(
            (start..=start + passed).contains(&issued),
            "{arguments:?}: {issued} is not {start} to {passed} s later"
        );
    }
}

#[test]
fn the_same_requests_get_the_same_trace_ids() {
    let trace = || {
        let server = Server::start(&scenario("managed-identity"), &["--clock", "scenario"]);
        server.ask(&token_request("x")).is(400, "").text("trace_id")
    };
    assert_eq!(trace(), trace());
}

#[test]
fn a_port_in_use_is_reported() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = Folder::with("scenario.json", scenario("managed-identity"));
    let arguments = ["serve", "scenario.json", "--port", &port];
    let ran = folder.fedcred(&arguments, "").ends(2);
    let what = format!("cannot listen on 127.0.0.1:{port}: ");
    let ran = ran.warns(&[
        &what,
        "Choose another port with --port; 0 picks a free one.",
    ]);
    assert_eq!(ran.out, "");
}

#[test]
fn wrong_scenarios_and_wrong_usage_are_reported() {
    let ran = Folder::with("broken.json", "{}")
        .fedcred(&["serve", "broken.json"], "")
        .ends(1)
        .warns(&["`fedcred` is missing"]);
    assert_eq!(ran.out, "");
    let why = "only one input can be `-`";
    fedcred(&["serve", "-", "--until-stdin-closes"], "")
        .ends(2)
        .warns(&[why]);
    for (arguments, why) in [
        (&["serve"][..], "<SCENARIO>"),
        (&["serve", "no-such-file"], "cannot read no-such-file"),
        (&["serve", "x", "--port", "70000"], "70000"),
        (
            &["serve", "x", "--clock", "never"],
            "[possible values: now, scenario]",
        ),
    ] {
        let ran = fedcred(arguments, "").ends(2).warns(&[why]);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn signals_stop_it_cleanly() {
    for signal in ["-TERM", "-INT"] {
        let mut server = serving("managed-identity");
        let mut idle = server.connect();
        ask(&mut idle, &discovery_request(LOGIN)).is(200, "");
        let mut half = server.connect();
        half.write_all(b"POST / HTTP/1.1\r\nHost: x").unwrap();
        let start = Instant::now();
        let id = server.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(server.wait().code, Some(0), "{signal}");
        assert!(start.elapsed() < Duration::from_secs(15));
        let closed = idle.read(&mut [0]);
        assert!(matches!(closed, Ok(0) | Err(_)));
    }
}

/// As in `fedcred serve … | head -1`: it is not a reason to stop.
#[test]
fn an_unread_log_does_not_stop_the_server() {
    let mut child = Folder::new()
        .command(&["serve", "-", "--port", "0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text = scenario("managed-identity");
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let address = line
        .strip_prefix("Listening on ")
        .and_then(|rest| rest.split(';').next());
    let address = address.unwrap();
    for _ in 0..2 {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        ask(&mut stream, &discovery_request(LOGIN)).is(200, "");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_hostile_scenario_from_standard_input_is_escaped() {
    let text = scenario("managed-identity").replacen(
        "\"title\": \"",
        "\"title\": \"\\u001b[2J 127.0.0.1:1 \u{202e}",
        1,
    );
    let server = Server::start(&text, &[]);
    assert_ne!(server.address, "127.0.0.1:1");
    server
        .ask(&request("GET /\u{1b}[31m", LOGIN, &[], ""))
        .is(400, "");
    let log = server.stop().log;
    has_parts(&log, &["\\u{202e}"]);
    assert!(!log.contains(['\u{1b}', '\u{202e}']), "{log:?}");
}
