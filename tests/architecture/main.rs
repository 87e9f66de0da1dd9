//! The directions in which modules may use each other, checked on the source text.

#![cfg(not(target_arch = "wasm32"))]

mod circles;
mod source;

use std::fs;

use source::{Source, begins, code, files, folders, paths, root, used};

/// The rooms of the core; each uses only those before it.
const ROOMS: [&str; 10] = [
    "text",
    "jose",
    "claims",
    "errors",
    "expression",
    "federation",
    "export",
    "entra",
    "flow",
    "diagram",
];

/// The folders of the app that are no page; each other folder is one, and no page uses another.
const SHARED: [&str; 5] = ["app", "diagram", "late", "platform", "ui"];

/// What makes a function impure, or ties it to one target.
const IMPURE: [&str; 15] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "yew",
    "std::time",
    "SystemTime",
    "Instant",
    "rand",
    "getrandom",
    "std::fs",
    "std::net",
    "std::env",
    "std::thread",
    "async",
];

/// The crates that reach the browser; they belong into `platform`.
const BROWSER: [&str; 5] = [
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "gloo",
];

/// What may be used of them elsewhere: types of event targets and elements, and timers.
const BROWSER_TYPES: [&str; 6] = [
    "web_sys::Element",
    "web_sys::HtmlInputElement",
    "web_sys::HtmlSelectElement",
    "web_sys::HtmlTextAreaElement",
    "wasm_bindgen::JsCast",
    "gloo::timers::callback::Timeout",
];

/// A room of the core uses only rooms before it, and nothing impure.
fn check_core(source: &Source) -> Vec<String> {
    let base = "core/src/";
    let room = source.module(base);
    let place = |name: &str| ROOMS.iter().position(|known| *known == name);
    let mut findings = Vec::new();
    if room != "lib" && place(room).is_none() {
        findings.push(source.finding("is in no room"));
    }
    for name in used(source, base) {
        let below = place(&name) <= place(room) && place(&name).is_some();
        if !below {
            findings.push(source.finding(&format!("uses {name}")));
        }
    }
    let paths = paths(&source.text);
    for word in IMPURE {
        let names_it =
            |path: &String| begins(path, word) || path.split("::").any(|part| part == word);
        if paths.iter().any(names_it) {
            findings.push(source.finding(&format!("names {word}")));
        }
    }
    findings
}

/// Pages do not use each other, and what they share uses no page; the browser is reached through `platform`.
fn check_app(source: &Source, pages: &[&str]) -> Vec<String> {
    let base = "src/";
    let module = source.module(base);
    let mut findings = Vec::new();
    for name in used(source, base) {
        let page = pages.contains(&name.as_str());
        if page && name != module && module != "app" {
            findings.push(source.finding(&format!("uses the page {name}")));
        }
        if module == "platform" && ["ui", "diagram", "session", "app"].contains(&name.as_str()) {
            findings.push(source.finding(&format!("uses {name}")));
        }
    }
    if module != "platform" {
        for path in paths(&source.text) {
            let browser = BROWSER.iter().any(|name| begins(&path, name));
            let bare = BROWSER.contains(&path.as_str());
            let allowed = BROWSER_TYPES.iter().any(|known| begins(&path, known));
            if browser && !bare && !allowed {
                findings.push(source.finding(&format!("uses {path}")));
            }
            if bare {
                findings.extend(bare_use(source, &path));
            }
        }
    }
    if code(&source.text).contains("style=") {
        findings.push(source.finding("has style=, which the CSP blocks"));
    }
    findings
}

/// The name of a browser crate alone is the front of a written-out `use`; otherwise it hides what is used.
fn bare_use(source: &Source, name: &str) -> Option<String> {
    let whole = [
        format!("use {name};"),
        format!("use {name} as"),
        format!("extern crate {name}"),
    ];
    let text = code(&source.text);
    let hides = whole.iter().any(|form| text.contains(form));
    hides.then(|| source.finding(&format!("uses {name} as a whole")))
}

fn check_head(source: &Source) -> Option<String> {
    (!source.text.starts_with("//! ")).then(|| source.finding("begins without `//!`"))
}

#[track_caller]
fn none(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<_> = findings.into_iter().collect();
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn rooms_of_the_core_use_only_those_before_them() {
    let sources = files("core/src", ".rs");
    let folders = folders("core/src");
    for room in ROOMS {
        assert!(folders.iter().any(|folder| folder == room), "{room}");
    }
    none(sources.iter().flat_map(check_core));
}

#[test]
fn no_files_of_the_core_use_each_other_in_a_circle() {
    let circles = circles::circles(&files("core/src", ".rs"), "core/src/");
    assert!(
        circles.is_empty(),
        "each file, and what it uses in its circle: {circles:#?}"
    );
}

#[test]
fn pages_are_apart_and_the_browser_is_behind_platform() {
    let folders = folders("src");
    for module in SHARED {
        assert!(folders.iter().any(|folder| folder == module), "{module}");
    }
    let pages: Vec<_> = folders
        .iter()
        .map(String::as_str)
        .filter(|name| !SHARED.contains(name))
        .collect();
    assert!(pages.len() > 1, "{pages:?}");
    let sources = files("src", ".rs");
    none(sources.iter().flat_map(|source| check_app(source, &pages)));
}

#[test]
fn every_allowed_browser_type_is_in_use() {
    let sources = files("src", ".rs");
    let outside = sources
        .iter()
        .filter(|source| source.module("src/") != "platform");
    let paths: Vec<_> = outside.flat_map(|source| paths(&source.text)).collect();
    let unused = BROWSER_TYPES
        .iter()
        .filter(|known| !paths.iter().any(|path| begins(path, known)));
    none(unused.map(|known| format!("{known} is allowed and not used")));
}

#[test]
fn every_file_says_what_it_is_for() {
    for folder in ["src", "core", "cli", "xtask", "tests"] {
        none(files(folder, ".rs").iter().filter_map(check_head));
    }
}

#[test]
fn crates_outside_the_workspace_have_locked_what_the_core_uses() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let section = |text: &str, start: &str, end: &str| {
        let (_, section) = text.split_once(start).unwrap();
        section.split(end).next().unwrap().to_owned()
    };
    let used = section(&read("core/Cargo.toml"), "\n[dependencies]\n", "\n[");
    let used = used.lines().filter_map(|line| line.split_once(['.', ' ']));
    let used: Vec<_> = used.map(|(name, _)| name).collect();
    assert!(used.contains(&"serde"), "{used:?}");
    for path in ["bench/Cargo.lock", "fuzz/Cargo.lock"] {
        let locked = section(&read(path), "\nname = \"fedcred-core\"\n", "]");
        let is_locked = |name: &&&str| {
            [format!(" \"{name}\""), format!(" \"{name} ")]
                .iter()
                .any(|entry| locked.contains(entry))
        };
        let missing: Vec<_> = used.iter().filter(|name| !is_locked(name)).collect();
        assert!(
            missing.is_empty(),
            "{path} is out of date, without {missing:?}"
        );
    }
}

/// The checks find what they are for.
mod checks {
    use super::*;
    use crate::source::imports;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let source = Source::new(path, text);
        let findings = if path.starts_with("core/") {
            check_core(&source)
        } else {
            check_app(&source, &["credential", "decode"])
        };
        let mut found: Vec<_> = findings
            .iter()
            .map(|f| f.strip_prefix(path).unwrap().trim_start_matches(": "))
            .collect();
        found.dedup();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_room_that_uses_a_later_one() {
        check("core/src/jose/parse.rs", "use crate::text::Span;", &[]);
        check("core/src/jose/parse.rs", "use super::keys::Key;", &[]);
        check("core/src/jose/mod.rs", "use crate::jose::Key;", &[]);
        check("core/src/text/json.rs", "// use crate::flow::run;", &[]);
        let bad = [
            ("use crate::flow::run;", "uses flow"),
            ("use crate::{text::Span, claims::Cloud};", "uses claims"),
            (
                "use crate::{\n    text,\n    entra::{\n Tenant, http},\n};",
                "uses entra",
            ),
            (
                "fn f() { crate::federation::match_all(); }",
                "uses federation",
            ),
            ("pub use crate::claims::*;", "uses claims"),
            ("use super::super::claims::Cloud;", "uses claims"),
            ("let x = super::super::entra::checks::RULES;", "uses entra"),
            ("use super::super::{claims::Cloud};", "uses claims"),
        ];
        for (text, finding) in bad {
            check("core/src/jose/parse.rs", text, &[finding]);
        }
        check(
            "core/src/jose/mod.rs",
            "use super::claims::Cloud;",
            &["uses claims"],
        );
        let tests =
            "use super::keys::Key;\n#[cfg(test)]\nmod tests {\n    use super::super::keys::Key;\n}";
        check("core/src/jose/parse.rs", tests, &[]);
        let deep = tests.replace("super::super::keys", "super::super::super::flow");
        check("core/src/jose/parse.rs", &deep, &["uses flow"]);
        let in_mod = "use super::claims::Cloud;\n#[cfg(test)]\nmod tests {\n    use super::*;\n}";
        check("core/src/jose/mod.rs", in_mod, &["uses claims"]);
        check("core/src/lib.rs", "use crate::flow::run;", &["uses flow"]);
        check("core/src/helpers.rs", "", &["is in no room"]);
    }

    #[test]
    fn impurity() {
        for (text, finding) in [
            (
                "use std::time::SystemTime;",
                &["names std::time", "names SystemTime"][..],
            ),
            ("use std::{time::Duration};", &["names std::time"]),
            ("let t = Instant::now();", &["names Instant"]),
            ("std::fs::read(x)", &["names std::fs"]),
            ("use std::{io, net::TcpStream};", &["names std::net"]),
            ("pub async fn f() {}", &["names async"]),
            ("rand::random()", &["names rand"]),
            ("fn f(e: web_sys::Element) {}", &["names web_sys"]),
            ("fn grand() { async_like(); operand() }", &[]),
            ("//! Nothing of std::fs here.", &[]),
        ] {
            check("core/src/text/json.rs", text, finding);
        }
    }

    #[test]
    fn a_page_that_uses_another() {
        check("src/app/mod.rs", "use crate::decode::DecodePage;", &[]);
        check(
            "src/app/split.rs",
            "use crate::credential::CredentialPage;",
            &[],
        );
        check(
            "src/decode/mod.rs",
            "use crate::ui::panel;\nuse crate::decode::claims;",
            &[],
        );
        for (path, text) in [
            ("src/credential/mod.rs", "use crate::decode::claims;"),
            (
                "src/credential/fields.rs",
                "use super::super::decode::claims;",
            ),
            ("src/simulate/mod.rs", "use super::decode::claims;"),
            ("src/ui/panel.rs", "use crate::{route, decode::DecodePage};"),
            ("src/diagram/svg.rs", "fn f() -> crate::decode::X {}"),
            ("src/session.rs", "use crate::decode;"),
            ("src/route.rs", "use crate::decode::DecodePage;"),
            ("src/platform/page.rs", "use crate::decode::DecodePage;"),
        ] {
            check(path, text, &["uses the page decode"]);
        }
        check("src/platform/page.rs", "use crate::ui::icon;", &["uses ui"]);
    }

    #[test]
    fn the_browser_outside_platform() {
        check(
            "src/platform/page.rs",
            "use web_sys::Window;\nuse gloo::utils::document;",
            &[],
        );
        check(
            "src/ui/tabs.rs",
            "use gloo::timers::callback::Timeout;",
            &[],
        );
        check(
            "src/ui/tabs.rs",
            "e.target_dyn_into::<web_sys::HtmlSelectElement>();",
            &[],
        );
        for (text, finding) in [
            ("use web_sys::Window;", "uses web_sys::Window"),
            ("use web_sys::{Element, Storage};", "uses web_sys::Storage"),
            ("use web_sys::ElementX;", "uses web_sys::ElementX"),
            ("let w = web_sys::window();", "uses web_sys::window"),
            ("use gloo::utils::document;", "uses gloo::utils::document"),
            (
                "use gloo::{timers::callback::Timeout, storage::LocalStorage};",
                "uses gloo::storage::LocalStorage",
            ),
            ("js_sys::Date::now()", "uses js_sys::Date::now"),
            (
                "use wasm_bindgen::prelude::*;",
                "uses wasm_bindgen::prelude::*",
            ),
            ("use web_sys;", "uses web_sys as a whole"),
            ("use web_sys as w;", "uses web_sys as a whole"),
        ] {
            let source = Source::new("src/ui/tabs.rs", text);
            let found = check_app(&source, &["decode"]);
            assert!(
                found.contains(&source.finding(finding)),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn styles_and_heads() {
        check(
            "src/ui/icon.rs",
            "html! { <p style=\"color: red\" /> }",
            &["has style=, which the CSP blocks"],
        );
        check("src/ui/icon.rs", "html! { <p class=\"style\" /> }", &[]);
        for text in ["", "use x;", "// !", "\n//! x", "/// x", "//!"] {
            assert!(
                check_head(&Source::new("src/x.rs", text)).is_some(),
                "{text}"
            );
        }
        assert_eq!(check_head(&Source::new("src/x.rs", "//! Says it.\n")), None);
    }

    #[test]
    fn trees_of_use_are_written_out() {
        let found = imports("use a::{b, c::{self, d as e}, f::*};");
        assert_eq!(found, ["a::b", "a::c::self", "a::c::d", "a::f::*"]);
    }
}
