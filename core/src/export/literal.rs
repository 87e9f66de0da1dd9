//! Texts as literals of shells, data formats and languages: read there, they are the same text again.

/// The literal that is this text, quotes included; `None` where there is none, or the kind is not known.
///
/// What is not printable ASCII is escaped wherever there is an escape for it: nothing invisible, and nothing that a
/// wrong encoding can damage. `raw` is for constants alone.
pub(crate) fn literal(kind: &str, text: &str) -> Option<String> {
    Some(match kind {
        "raw" => text.to_owned(),
        "url" => url(text),
        "sh" => return sh(text),
        "powershell" => return powershell(text),
        "json" | "javascript" | "csharp" => quoted(text, '"', utf16),
        // The documented `$${` is read in two ways after another `$`.
        "hcl" => quoted(text, '"', code_point)
            .replace("${", r"$\u007b")
            .replace("%{", r"%\u007b"),
        "python" | "go" => quoted(text, '"', code_point),
        "rust" => quoted(text, '"', braces),
        "bicep" => quoted(text, '\'', braces).replace("${", "\\${"),
        "java" => quoted(text, '"', java),
        _ => return None,
    })
}

/// Percent-encoded: what is left can stand in an address, and between quotes of any kind.
fn url(text: &str) -> String {
    let form: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20").replace('*', "%2A")
}

/// Bash: `$'…'` where a terminal would act on a character. No argument can hold NUL.
fn sh(text: &str) -> Option<String> {
    (!text.contains('\0')).then(|| {
        if text.contains(|c: char| c.is_ascii_control()) {
            format!("${}", quoted(text, '\'', octal))
        } else {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
    })
}

/// Single quotes: nothing has a meaning inside but the quotes, of which PowerShell knows five. NUL ends a script.
fn powershell(text: &str) -> Option<String> {
    if text.contains('\0') {
        return None;
    }
    let mut literal = String::from("'");
    for c in text.chars() {
        if matches!(c, '\'' | '‘' | '’' | '‚' | '‛') {
            literal.push(c);
        }
        literal.push(c);
    }
    literal.push('\'');
    Some(literal)
}

/// Appends the escape of a character.
type Escape = fn(&mut String, char);

/// Between quotes with the escapes that most languages share; `escape` writes what is not printable ASCII.
fn quoted(text: &str, quote: char, escape: Escape) -> String {
    let mut literal = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\\' => literal.push_str("\\\\"),
            ' '..='~' => {
                if c == quote {
                    literal.push('\\');
                }
                literal.push(c);
            }
            _ => escape(&mut literal, c),
        }
    }
    literal.push(quote);
    literal
}

fn utf16(literal: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        literal.push_str(&format!("\\u{unit:04x}"));
    }
}

fn code_point(literal: &mut String, c: char) {
    literal.push_str(&match u32::from(c) {
        long @ 0x1_0000.. => format!("\\U{long:08x}"),
        short => format!("\\u{short:04x}"),
    });
}

fn braces(literal: &mut String, c: char) {
    literal.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
}

/// Java reads `\u000a` as the line break itself, before it looks for literals.
fn java(literal: &mut String, c: char) {
    if c.is_ascii() {
        octal(literal, c);
    } else {
        utf16(literal, c);
    }
}

fn octal(literal: &mut String, c: char) {
    if c.is_ascii() {
        literal.push_str(&format!("\\{:03o}", u32::from(c)));
    } else {
        literal.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kinds: &[&str], text: &str, expected: &str) {
        for kind in kinds {
            assert_eq!(literal(kind, text).as_deref(), Some(expected), "{kind}");
        }
    }

    const DOUBLE: [&str; 8] = [
        "json",
        "javascript",
        "csharp",
        "hcl",
        "python",
        "go",
        "rust",
        "java",
    ];

    #[test]
    fn plain_texts_are_only_quoted() {
        let plain = "repo:contoso/shop:ref:refs/heads/main";
        check(&DOUBLE, plain, &format!("\"{plain}\""));
        check(&["bicep", "sh", "powershell"], plain, &format!("'{plain}'"));
        check(&["raw"], plain, plain);
        check(&DOUBLE, "", "\"\"");
        check(&["bicep", "sh", "powershell"], "", "''");
        assert_eq!(literal("cobol", plain), None);
    }

    #[test]
    fn double_quotes() {
        check(&DOUBLE, r#"a"b\c'd"#, r#""a\"b\\c'd""#);
        check(&DOUBLE, "a\n\r\tb", r#""a\n\r\tb""#);
        check(&DOUBLE, "$(x) `x` */ '@", r#""$(x) `x` */ '@""#);
        for (kinds, expected) in [
            (
                &["json", "javascript", "csharp"][..],
                r#""\u0000é\ud83d\ude00""#,
            ),
            (&["hcl", "python", "go"], r#""\u0000é\U0001f600""#),
            (&["rust"], r#""\u{0}é\u{1f600}""#),
            (&["java"], r#""\000é\ud83d\ude00""#),
        ] {
            let accent = if kinds == ["rust"] {
                "\\u{e9}"
            } else {
                "\\u00e9"
            };
            check(kinds, "\0é😀", &expected.replace('é', accent));
        }
    }

    #[test]
    fn interpolation_is_no_interpolation() {
        check(
            &["hcl"],
            "${a} %{b} $c {d} $${e}",
            r#""$\u007ba} %\u007bb} $c {d} $$\u007be}""#,
        );
        check(&["bicep"], r"it's ${a} \${b}", r"'it\'s \${a} \\\${b}'");
        check(&["python"], "{a} %s ${b}", r#""{a} %s ${b}""#);
    }

    #[test]
    fn java_sees_no_line_break_too_early() {
        check(&["java"], "\u{b}\u{7f}\u{2028}", r#""\013\177\u2028""#);
        check(&["java"], r"\u0022", r#""\\u0022""#);
    }

    #[test]
    fn bash() {
        check(&["sh"], "it's $x `y` \\ \" !", r#"'it'\''s $x `y` \ " !'"#);
        check(&["sh"], "a\nb'\\\u{1b}[1", r"$'a\nb\'\\\033[1'");
        check(&["sh"], "\u{202e}’é", "'\u{202e}’é'");
        assert_eq!(literal("sh", "a\0b"), None);
        assert_eq!(literal("powershell", "a\0b"), None);
    }

    #[test]
    fn every_quote_of_powershell() {
        check(&["powershell"], "'‘’‚‛", "'''‘‘’’‚‚‛‛'");
        check(&["powershell"], "$x `n \"“\n'@", "'$x `n \"“\n''@'");
    }

    #[test]
    fn addresses() {
        check(&["url"], "a-b_c.d~", "a-b_c.d%7E");
        check(
            &["url"],
            "api://a b+*'\"é",
            "api%3A%2F%2Fa%20b%2B%2A%27%22%C3%A9",
        );
    }
}
