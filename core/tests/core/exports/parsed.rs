//! Reads exports with a real parser of their language: the texts of all literals, and what stands around them.

use std::env;
use std::fs;
use std::process::Command;

use serde_json::Value;
use tree_sitter::{Language, Node, Parser};

/// What a parser made of an export.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// The texts that literals and arguments stand for, in their order.
    pub(crate) texts: Vec<String>,
    /// The kinds of all other nodes: what was put in must not change them.
    pub(crate) shape: Vec<String>,
}

/// Parses an export; panics where it is wrong.
#[track_caller]
pub(crate) fn parse(language: &str, text: &str) -> Parsed {
    match language {
        "bash" => bash(text),
        "json" => json(text),
        "http" => http(text),
        _ => tree(language, text),
    }
}

fn json(text: &str) -> Parsed {
    let value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut parsed = Parsed::default();
    flatten(&value, &mut parsed);
    parsed
}

fn flatten(value: &Value, parsed: &mut Parsed) {
    match value {
        Value::String(text) => parsed.texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| flatten(item, parsed)),
        Value::Object(members) => members.iter().for_each(|(name, member)| {
            parsed.shape.push(name.clone());
            flatten(member, parsed);
        }),
        other => parsed.shape.push(other.to_string()),
    }
}

fn http(text: &str) -> Parsed {
    let (head, body) = text.split_once("\n\n").expect("head and body");
    let mut parsed = json(body);
    let (request, headers) = head.split_once('\n').expect("headers");
    let url = request.strip_prefix("POST ").expect("a request");
    parsed.texts.push(url.to_owned());
    parsed.shape.push(headers.to_owned());
    parsed
}

/// Runs it, with programs that only write down how they were called.
fn bash(text: &str) -> Parsed {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let folder = folder.path();
    let script = format!(
        "az() {{ printf '%s\\0' az \"$@\" >>calls; }}\n\
         curl() {{ printf '%s\\0' curl \"$@\" >>calls; echo TOKEN; }}\n\
         jq() {{ cat; }}\n\
         export idToken=T ID_TOKEN=T TFC_WORKLOAD_IDENTITY_TOKEN=T AZURE_FEDERATED_TOKEN_FILE=/dev/null\n{text}"
    );
    for check in [&["-n", "-c"][..], &["-eu", "-c"]] {
        let mut bash = Command::new("bash");
        bash.args(check)
            .arg(&script)
            .current_dir(folder)
            .env_clear();
        bash.envs([
            ("PATH", &*env::var("PATH").expect("a path")),
            ("LC_ALL", "C.UTF-8"),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"),
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                "https://github.example/?a=b",
            ),
        ]);
        let ran = bash.output().expect("bash");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && said.is_empty(), "{said}\n{text}");
    }
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    files.sort();
    let calls = fs::read_to_string(folder.join("calls")).expect("calls");
    let mut parsed = match fs::read_to_string(folder.join("credential.json")) {
        Ok(text) => json(&text),
        Err(_) => Parsed::default(),
    };
    parsed.texts.extend(calls.split('\0').map(str::to_owned));
    parsed.shape.extend(files);
    parsed
}

fn grammar(language: &str) -> (Language, &'static str) {
    match language {
        "powershell" => (tree_sitter_powershell::LANGUAGE.into(), "string_literal"),
        "hcl" => (tree_sitter_hcl::LANGUAGE.into(), "string_lit"),
        "bicep" => (tree_sitter_bicep::LANGUAGE.into(), "string"),
        "csharp" => (tree_sitter_c_sharp::LANGUAGE.into(), "string_literal"),
        "javascript" => (tree_sitter_javascript::LANGUAGE.into(), "string"),
        "python" => (tree_sitter_python::LANGUAGE.into(), "string"),
        "java" => (tree_sitter_java::LANGUAGE.into(), "string_literal"),
        "go" => (
            tree_sitter_go::LANGUAGE.into(),
            "interpreted_string_literal",
        ),
        "rust" => (tree_sitter_rust::LANGUAGE.into(), "string_literal"),
        _ => panic!("no parser for {language}"),
    }
}

fn tree(language: &str, text: &str) -> Parsed {
    // The grammar of Bicep does not know this statement yet.
    let lines = text
        .lines()
        .next()
        .filter(|line| line.starts_with("extension '"));
    let text = lines.map_or(text, |line| &text[line.len()..]);
    let (grammar, literal) = grammar(language);
    let mut parser = Parser::new();
    parser.set_language(&grammar).expect("a version that fits");
    let tree = parser.parse(text, None).expect("a tree");
    assert!(
        !tree.root_node().has_error(),
        "{}\n{text}",
        tree.root_node()
    );
    let mut parsed = Parsed::default();
    walk(tree.root_node(), text, language, literal, &mut parsed);
    parsed
}

fn walk(node: Node<'_>, text: &str, language: &str, literal: &str, parsed: &mut Parsed) {
    if node.kind() != literal {
        parsed.shape.push(node.kind().to_owned());
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            walk(child, text, language, literal, parsed);
        }
        return;
    }
    let text = decoded(language, &text[node.byte_range()]);
    match text.starts_with("{\n") {
        true => {
            let inner = json(&text);
            parsed.texts.extend(inner.texts);
            parsed.shape.extend(inner.shape);
        }
        false => parsed.texts.push(text),
    }
}

/// The text of a literal, by the rules of its language and no help of the code under test.
fn decoded(language: &str, literal: &str) -> String {
    let inside = |before: &str, after: &str| {
        let inner = literal.strip_prefix(before);
        inner.and_then(|inner| inner.strip_suffix(after))
    };
    if language == "powershell" {
        if let Some(text) = inside("@'\n", "\n'@") {
            return text.to_owned();
        }
        return singly(inside("'", "'").expect("quotes"));
    }
    let quote = if language == "bicep" { "'" } else { "\"" };
    let inner = inside(quote, quote).expect("quotes");
    assert!(!inner.contains(['\n', '\r']), "a line break in {literal}");
    escapes(language, inner)
}

/// PowerShell: two quotes of any of the five kinds are the second of them.
fn singly(inner: &str) -> String {
    let is_quote = |c: char| "'\u{2018}\u{2019}\u{201a}\u{201b}".contains(c);
    let mut out = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        let c = match is_quote(c) {
            true => characters.next().filter(|c| is_quote(*c)).expect("a pair"),
            false => c,
        };
        out.push(c);
    }
    out
}

fn escapes(language: &str, inner: &str) -> String {
    let mut out: Vec<u16> = Vec::new();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let braces = matches!(language, "hcl" | "bicep") && rest.starts_with("${");
        let directive = language == "hcl" && rest.starts_with("%{");
        assert!(!braces && !directive, "interpolation in {inner}");
        rest = &rest[c.len_utf8()..];
        if c == '\\' {
            rest = escape(language, rest, &mut out);
        } else {
            out.extend(c.encode_utf16(&mut [0; 2]).iter());
        }
    }
    String::from_utf16(&out).expect("whole pairs")
}

/// Reads what follows a backslash; gives what is left.
fn escape<'a>(language: &str, rest: &'a str, out: &mut Vec<u16>) -> &'a str {
    let c = rest.chars().next().expect("an escape");
    let after = &rest[c.len_utf8()..];
    let digits = |text: &str, radix| u32::from_str_radix(text, radix).expect("digits");
    let mut push = |c: u32| {
        let c = char::from_u32(c).expect("a character");
        out.extend(c.encode_utf16(&mut [0; 2]).iter());
    };
    let quote = if language == "bicep" { '\'' } else { '"' };
    match c {
        'n' => push(10),
        'r' => push(13),
        't' => push(9),
        '\\' => push(92),
        _ if c == quote => push(u32::from(quote)),
        '$' if language == "bicep" => {
            assert!(after.starts_with('{'), "only ${{ is escaped");
            push(36);
            push(123);
            return &after[1..];
        }
        'u' if matches!(language, "bicep" | "rust") => {
            let inner = after.strip_prefix('{').expect("a brace");
            let (number, after) = inner.split_once('}').expect("a brace");
            push(digits(number, 16));
            return after;
        }
        'u' => {
            let unit = digits(&after[..4], 16);
            assert!(language != "java" || unit > 127, "read too early by Java");
            match language {
                "csharp" | "javascript" | "java" => out.push(u16::try_from(unit).expect("16 bits")),
                _ => push(unit),
            }
            return &after[4..];
        }
        'U' if matches!(language, "hcl" | "python" | "go") => {
            push(digits(&after[..8], 16));
            return &after[8..];
        }
        '0'..='3' if language == "java" => {
            push(digits(&rest[..3], 8));
            return &rest[3..];
        }
        _ => panic!("{language} has no \\{c}"),
    }
    after
}
