//! Wrong usage, files that cannot be read, help, and pipes that close.

use std::process::Stdio;

use similar_asserts::assert_eq;

use crate::fixture::{CLAIMS, MOMENT, key_set, scenario, signed};
use crate::process::{Folder, fedcred, run};

#[test]
fn wrong_usage_exits_with_2() {
    for (arguments, why) in [
        (&[][..], "Usage: fedcred <COMMAND>"),
        (&["bake"], "bake"),
        (&["decode", "--bogus"], "--bogus"),
        (&["decode", "a", "b"], "unexpected argument"),
        (
            &["decode", "--format", "xml"],
            "[possible values: text, json]",
        ),
        (
            &["decode", "--at", "never"],
            "a time like 2026-11-23T15:24:00Z",
        ),
        (
            &["decode", "--at", "2026-02-30T00:00:00Z"],
            "use Unix seconds",
        ),
        (&["decode", "--at"], "--at"),
        (&["decode", "--issuer"], "--issuer"),
        (&["decode", "--leeway", "-1"], "-1"),
        (&["decode", "--own-key", "x", "y"], "unexpected argument"),
        (&["decode", "--compare"], "<OTHER>"),
        (&["match"], "--token"),
        (&["match", "--token", "x"], "--credentials"),
        (
            &[
                "match",
                "--token",
                "x",
                "--credentials",
                "y",
                "--rules",
                "2022",
            ],
            "[possible values: current, preview2022]",
        ),
        (&["simulate"], "<FILE>"),
        (&["explain"], "<FILE|--text <TEXT>>"),
        (&["explain", "x", "--text", "y"], "cannot be used with"),
        (&["explain", "x", "y"], "unexpected argument"),
        (&["explain", "--text"], "--text"),
    ] {
        let ran = fedcred(arguments, "").ends(2).warns(&[why]);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[test]
fn only_one_input_can_be_standard_input() {
    let why = &["only one input can be `-`"];
    for arguments in [
        &["match", "--token", "-", "--credentials", "-"][..],
        &["decode", "-", "--keys", "-"],
        &["decode", "--keys", "-"],
        &["decode", "--payload", "-"],
        &["decode", "--compare", "-"],
        &["decode", "x", "--keys", "-", "--payload", "-"],
        &["decode", "x", "--payload", "-", "--compare", "-"],
        &["simulate", "-", "-"],
    ] {
        let ran = fedcred(arguments, CLAIMS).ends(2).warns(why);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::with("there", CLAIMS).and("scenario.json", scenario("managed-identity"));
    for (arguments, name) in [
        (&["decode", "no-such-file"][..], "no-such-file"),
        (&["decode", "."], "."),
        (&["explain", "no-log"], "no-log"),
        (&["decode", "there", "--keys", "no-keys"], "no-keys"),
        (&["decode", "there", "--payload", "no-bytes"], "no-bytes"),
        (&["decode", "there", "--compare", "no-other"], "no-other"),
        (
            &["match", "--token", "no-token", "--credentials", "there"],
            "no-token",
        ),
        (
            &["match", "--token", "there", "--credentials", "no-list"],
            "no-list",
        ),
        (&["simulate", "scenario.json", "no-scenario"], "no-scenario"),
    ] {
        let message = format!("fedcred: cannot read {name}: ");
        let ran = folder
            .fedcred(arguments, "")
            .ends(2)
            .warns(&[&message, "Check the path"]);
        assert_eq!(ran.out, "", "nothing half done");
    }
}

#[test]
fn hostile_arguments_do_not_reach_the_terminal() {
    for arguments in [
        ["decode", "\u{1b}]0;x\u{7}\u{202e}"],
        ["decode", "--\u{1b}[31m\u{202e}"],
    ] {
        let ran = fedcred(&arguments, "").ends(2).warns(&["\\u{202e}"]);
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}', '\u{7}']));
    }
}

#[track_caller]
fn check_width(text: &str) {
    let wide = text.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None);
}

#[test]
fn help_has_an_example_and_80_columns() {
    for command in [
        "decode",
        "credential",
        "match",
        "explain",
        "simulate",
        "serve",
    ] {
        let ran = fedcred(&[command, "--help"], "").ends(0).quietly();
        let ran = ran.says(&["Usage: fedcred", "\nExamples:", "\nExit codes:", "--format"]);
        check_width(&ran.out);
    }
    let ran = fedcred(&["--help"], "").ends(0).quietly();
    check_width(&ran.out);
    let version = format!("fedcred {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(fedcred(&["--version"], "").ends(0).out, version);
}

/// The output does not depend on the size of the terminal, colours, language, time zone or home folder.
#[test]
fn the_environment_changes_nothing() {
    let folder = Folder::with("scenario.json", scenario("wrong-subject"))
        .and("jwks.json", key_set())
        .and("other.txt", CLAIMS.replace("app", "apq"));
    let token = signed("demo-1", CLAIMS);
    for arguments in [
        &["--help"][..],
        &["decode", "--help"],
        &["decode", "--bogus"],
        &["decode", "no-such-file"],
        &["decode", "--at", MOMENT, "--keys", "jwks.json"],
        &["decode", "--at", MOMENT, "--compare", "other.txt"],
        &["credential", "--from-token", "-"],
        &["simulate", "scenario.json"],
    ] {
        let plain = run(folder.command(arguments).env_clear(), &token);
        for odd in [
            [("COLUMNS", "37"), ("LINES", "5"), ("CLICOLOR_FORCE", "1")],
            [("COLUMNS", "300"), ("NO_COLOR", ""), ("TERM", "dumb")],
            [
                ("LANG", "tr_TR.UTF-8"),
                ("LC_ALL", "tr_TR.UTF-8"),
                ("TZ", "Pacific/Kiritimati"),
            ],
            [
                ("HOME", "/nowhere"),
                ("TERM", "xterm-256color"),
                ("FORCE_COLOR", "3"),
            ],
        ] {
            let ran = run(folder.command(arguments).envs(odd), &token);
            assert_eq!(ran.out, plain.out, "{arguments:?} with {odd:?}");
            assert_eq!(ran.err, plain.err, "{arguments:?} with {odd:?}");
            assert_eq!(ran.code, plain.code, "{arguments:?} with {odd:?}");
        }
    }
}

/// As in `fedcred … | head -0`: the reader closes the pipe at once.
#[test]
fn a_closed_pipe_does_not_crash() {
    let folder =
        Folder::with("token.txt", CLAIMS).and("scenario.json", scenario("managed-identity"));
    for arguments in [
        &["decode", "token.txt", "--format", "json"][..],
        &["decode", "token.txt"],
        &["simulate", "scenario.json", "--format", "json"],
        &["--help"],
    ] {
        let mut child = folder
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_failing_write_is_reported() {
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = Folder::with("token.txt", CLAIMS)
        .command(&["decode", "token.txt"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write the result"));
}
