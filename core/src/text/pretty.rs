//! JSON laid out for reading: only white space changes, numbers and texts stay as they are.

use super::json::Document;

/// Lays JSON out with a line for each member or item. A text that is not JSON stays as it is.
///
/// ```
/// assert_eq!(fedcred_core::text::pretty(r#"{"a":1.0}"#), "{\n  \"a\": 1.0\n}");
/// ```
#[must_use]
pub fn pretty(text: &str) -> String {
    let document = Document::parse(text);
    let structured = document.root().is_some() && document.is_complete();
    if structured {
        indent(text)
    } else {
        text.to_owned()
    }
}

/// Removes the white space outside of strings, whether the text is JSON or not.
///
/// ```
/// assert_eq!(fedcred_core::text::compact(r#"{ "a b": [1, 2] }"#), r#"{"a b":[1,2]}"#);
/// ```
#[must_use]
pub fn compact(text: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let mut out = String::new();
    for c in text.chars() {
        if quoted || !c.is_ascii_whitespace() {
            out.push(c);
        }
        quoted = if quoted {
            escaped || c != '"'
        } else {
            c == '"'
        };
        escaped = quoted && !escaped && c == '\\';
    }
    out
}

fn indent(text: &str) -> String {
    let mut layout = Layout::default();
    let (mut quoted, mut escaped) = (false, false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if quoted {
            layout.out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == '"' {
            layout.out.push(c);
            quoted = true;
        } else if !c.is_ascii_whitespace() {
            while rest.next_if(char::is_ascii_whitespace).is_some() {}
            let empty = matches!((c, rest.peek()), ('{', Some('}')) | ('[', Some(']')));
            if empty {
                layout.out.push(c);
                layout.out.extend(rest.next());
            } else {
                layout.outside(c);
            }
        }
    }
    layout.out
}

#[derive(Default)]
struct Layout {
    out: String,
    depth: usize,
}

impl Layout {
    /// A character outside of texts.
    fn outside(&mut self, c: char) {
        match c {
            '{' | '[' => {
                self.out.push(c);
                self.depth += 1;
                self.line();
            }
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                self.line();
                self.out.push(c);
            }
            ',' => {
                self.out.push(c);
                self.line();
            }
            ':' => self.out.push_str(": "),
            _ => self.out.push(c),
        }
    }

    fn line(&mut self) {
        self.out.push('\n');
        // Deeper than this, the indentation would be most of the text.
        self.out
            .extend(std::iter::repeat_n("  ", self.depth.min(32)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(pretty(text), expected);
        assert_eq!(pretty(expected), expected, "a second time");
    }

    #[test]
    fn a_line_for_each_member() {
        check(
            r#"{"a":1,"b":[true,{"c":"d"}]}"#,
            "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    {\n      \"c\": \"d\"\n    }\n  ]\n}",
        );
        check("{ }", "{}");
        check("[[],{}]", "[\n  [],\n  {}\n]");
    }

    #[test]
    fn values_stay_as_they_are() {
        check(
            "[1.0,1e400,12345678901234567890]",
            "[\n  1.0,\n  1e400,\n  12345678901234567890\n]",
        );
        check(
            r#"["a\"b,{:}\\","\u0041 é"]"#,
            "[\n  \"a\\\"b,{:}\\\\\",\n  \"\\u0041 é\"\n]",
        );
    }

    #[test]
    fn white_space_at_the_start_of_a_text_stays() {
        check(
            r#"{" a":"\t b ","c":[" "]}"#,
            "{\n  \" a\": \"\\t b \",\n  \"c\": [\n    \" \"\n  ]\n}",
        );
        check(r#" [ " { " ] "#, "[\n  \" { \"\n]");
    }

    #[test]
    fn without_white_space() {
        for (text, expected) in [
            ("", ""),
            (" { \"a b\" : [ 1 ,\n\t2 ] } ", r#"{"a b":[1,2]}"#),
            (r#"["\" ]", "\\", " x"]"#, r#"["\" ]","\\"," x"]"#),
            ("{\"a\\", "{\"a\\"),
        ] {
            assert_eq!(compact(text), expected);
        }
        let text = r#"{"a":[1,{"b":"c d\"e"}],"f":" "}"#;
        assert_eq!(compact(&pretty(text)), text);
    }

    #[test]
    fn other_text_is_not_touched() {
        check("", "");
        check("Not found.", "Not found.");
        check("{\"a\":", "{\"a\":");
    }
}
