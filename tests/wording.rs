//! Texts that a user sees are plain English: turns that may not come back, and the length of sentences in the data.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// The most words that a sentence in `core/data` may have.
const LONGEST: usize = 25;

/// Members of data files that quote others, or are no sentences: texts of Entra ID, commands, values.
const QUOTED: [&str; 4] = ["template", "how", "snippets", "example"];

/// A text as a user sees it, without the line breaks of its source.
#[derive(Debug, Default)]
struct Text {
    file: String,
    /// Each character with its line.
    characters: Vec<(char, usize)>,
}

impl Text {
    fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            characters: Vec::new(),
        }
    }

    /// Adds a character; white space of any kind and length becomes one blank.
    fn push(&mut self, character: char, line: usize) {
        let blank = character.is_whitespace();
        if !blank {
            self.characters.push((character, line));
        } else if self.characters.last().is_some_and(|(last, _)| *last != ' ') {
            self.characters.push((' ', line));
        }
    }

    fn words(&self) -> String {
        self.characters
            .iter()
            .map(|(character, _)| character)
            .collect()
    }

    /// The line of the character that begins at a byte.
    fn line(&self, byte: usize) -> usize {
        let mut at = 0;
        let mut found = self.characters.iter().find(|(character, _)| {
            at += character.len_utf8();
            at > byte
        });
        found.take().map_or(0, |(_, line)| *line)
    }
}

/// One row of `wording.txt`.
#[derive(Debug)]
struct Turn {
    turn: String,
    better: String,
    exceptions: Vec<String>,
}

fn turns() -> Vec<Turn> {
    let table = read(&root().join("tests/wording.txt"));
    let rows = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|row| {
        let mut columns = row.split(" | ");
        let turn = columns.next().unwrap_or_default().to_owned();
        let better = columns
            .next()
            .unwrap_or_else(|| panic!("{row:?} lacks better wording"));
        let exceptions = columns.next().unwrap_or_default().split(';');
        Turn {
            turn,
            better: better.to_owned(),
            exceptions: exceptions
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect(),
        }
    })
    .collect()
}

impl Turn {
    /// The bytes of a text at which the turn begins.
    fn places(&self, text: &str) -> Vec<usize> {
        let exact = self.turn.starts_with(char::is_uppercase);
        let folded = |text: &str| {
            if exact {
                text.to_owned()
            } else {
                text.to_ascii_lowercase()
            }
        };
        let (text, turn) = (folded(text), folded(&self.turn));
        let (begin, end) = turn.split_once(" … ").unwrap_or((&turn, ""));
        let exceptions = self.exceptions.iter().map(|one| folded(one));
        let excepted: Vec<_> = exceptions
            .flat_map(|one| {
                let found = text.match_indices(&one).map(|(at, one)| at..at + one.len());
                found.collect::<Vec<_>>()
            })
            .collect();
        text.match_indices(begin)
            .map(|(at, _)| at)
            .filter(|at| is_whole(&text, *at, begin))
            .filter(|at| end.is_empty() || follows(&text[at + begin.len()..], end))
            .filter(|at| !excepted.iter().any(|range| range.contains(at)))
            .collect()
    }
}

/// Whether a part of a text is no piece of longer words.
fn is_whole(text: &str, at: usize, part: &str) -> bool {
    let letter =
        |next: Option<char>| next.is_some_and(|next| next.is_alphanumeric() || next == '_');
    let before = text[..at].chars().next_back();
    let after = text[at + part.len()..].chars().next();
    let continues = letter(part.chars().next_back()) && letter(after);
    !letter(before) && !continues
}

/// Whether words follow in the same sentence, after one to four others.
fn follows(rest: &str, words: &str) -> bool {
    let ends = |word: &&str| word.contains(['.', ':', ';', ',', '`']);
    let near: Vec<_> = rest
        .split_whitespace()
        .take_while(|word| !ends(word))
        .take(6)
        .collect();
    let sought: Vec<_> = words.split_whitespace().collect();
    near.windows(sought.len())
        .skip(1)
        .any(|found| found == sought)
}

/// The sentences of a text, each with the byte at which it begins.
fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut begin = 0;
    for (at, _) in text.match_indices(['.', '!', '?', ':']) {
        let rest = &text[at + 1..];
        let ends = rest.is_empty()
            || rest
                .strip_prefix(' ')
                .is_some_and(|next| next.starts_with(|c: char| c.is_uppercase() || c == '`'));
        if ends {
            found.push((begin, &text[begin..=at]));
            begin = at + 1;
        }
    }
    found.push((begin, &text[begin..]));
    found
}

/// How many words a sentence has; code counts as one, and a value for a placeholder as well.
fn length(sentence: &str) -> usize {
    let outside = sentence.split('`').step_by(2);
    let code = sentence.matches('`').count() / 2;
    let words = outside.flat_map(str::split_whitespace);
    code + words
        .filter(|word| word.contains(char::is_alphanumeric))
        .count()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder with this ending, each with its path from the root and its content.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), end, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, end: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, end, found);
        } else if path.to_string_lossy().ends_with(end) {
            let below = path.strip_prefix(root()).unwrap().to_string_lossy();
            found.push((below.replace('\\', "/"), read(&path)));
        }
    }
}

/// The string literals of Rust code outside comments and tests.
fn literals(file: &str, code: &str) -> Vec<Text> {
    let code = code.split("\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut characters = code.chars().peekable();
    let mut line = 1;
    while let Some(character) = characters.next() {
        match character {
            '\n' => line += 1,
            '/' if characters.peek() == Some(&'/') => {
                while characters.next_if(|next| *next != '\n').is_some() {}
            }
            // A character literal; what looks like one in a lifetime has no quote at its end.
            '\'' => {
                let rest: String = characters.clone().take(3).collect();
                let escaped = rest.starts_with('\\');
                if escaped || rest.chars().nth(1) == Some('\'') {
                    characters.next();
                    if escaped {
                        characters.next();
                    }
                    while characters.next_if(|next| *next != '\'').is_some() {}
                    characters.next();
                }
            }
            '"' => {
                let mut text = Text::new(file);
                while let Some(inner) = characters.next_if(|next| *next != '"') {
                    line += usize::from(inner == '\n');
                    let character = match inner {
                        '\\' => escape(&mut characters, &mut line),
                        other => other,
                    };
                    text.push(character, line);
                }
                characters.next();
                found.push(text);
            }
            'r' if characters.clone().take(2).eq("#\"".chars()) => {
                characters.nth(1);
                let mut text = Text::new(file);
                while let Some(inner) = characters.next() {
                    if inner == '"' && characters.next_if_eq(&'#').is_some() {
                        break;
                    }
                    line += usize::from(inner == '\n');
                    text.push(inner, line);
                }
                found.push(text);
            }
            _ => {}
        }
    }
    found
}

/// What a backslash and the next character stand for, as far as words are concerned.
fn escape(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, line: &mut usize) -> char {
    match characters.next() {
        Some('\n') => {
            *line += 1;
            ' '
        }
        Some('n' | 't') | None => ' ',
        Some(other) => other,
    }
}

/// The strings of a JSON file, but for names of members and for what is quoted.
fn values(file: &str, json: &str) -> Vec<Text> {
    let mut found: Vec<Text> = Vec::new();
    let mut name = String::new();
    let mut characters = json.chars().peekable();
    let mut line = 1;
    while let Some(character) = characters.next() {
        match character {
            '\n' => line += 1,
            ':' => name = found.pop().map_or(name, |text| text.words()),
            '"' => {
                let mut text = Text::new(file);
                while let Some(inner) = characters.next_if(|next| *next != '"') {
                    let character = match inner {
                        '\\' => escape(&mut characters, &mut line),
                        other => other,
                    };
                    text.push(character, line);
                }
                characters.next();
                let is_name = characters.clone().find(|next| !next.is_whitespace()) == Some(':');
                if is_name || !QUOTED.contains(&name.as_str()) {
                    found.push(text);
                }
            }
            _ => {}
        }
    }
    found
}

/// The paragraphs of a Markdown file without its code blocks, or the lines of a text.
fn paragraphs(file: &str, markdown: &str) -> Vec<Text> {
    let mut found = vec![Text::new(file)];
    let mut code = false;
    for (index, row) in markdown.lines().enumerate() {
        let fence = row.trim_start().starts_with("```");
        code ^= fence;
        let ends = row.trim().is_empty() || row.starts_with(['|', '#', '*']) || fence;
        if ends {
            found.push(Text::new(file));
        }
        if let (false, false, Some(text)) = (code, fence, found.last_mut()) {
            row.chars()
                .chain([' '])
                .for_each(|character| text.push(character, index + 1));
        }
    }
    found
}

/// The parts of the exports that are sentences.
fn notes(file: &str, exports: &str) -> Vec<Text> {
    let lines = exports.lines().enumerate();
    lines
        .filter_map(|(index, row)| {
            let names = ["title: ", "note: ", "no-expression: "];
            let words = names.iter().find_map(|name| row.strip_prefix(name))?;
            let mut text = Text::new(file);
            words
                .chars()
                .for_each(|character| text.push(character, index + 1));
            Some(text)
        })
        .collect()
}

fn data() -> Vec<Text> {
    let json = files("core/data", ".json");
    let exports = files("core/data", "exports.txt");
    json.iter()
        .flat_map(|(file, text)| values(file, text))
        .chain(exports.iter().flat_map(|(file, text)| notes(file, text)))
        .collect()
}

fn code() -> Vec<Text> {
    ["core/src", "cli/src", "src"]
        .iter()
        .flat_map(|folder| files(folder, ".rs"))
        .flat_map(|(file, text)| literals(&file, &text))
        .collect()
}

fn documents() -> Vec<Text> {
    let mut all = files("docs", ".md");
    let crate_readme = "core/README.md".to_owned();
    all.push((crate_readme.clone(), read(&root().join(crate_readme))));
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "md") {
            let name = path.file_name().unwrap().to_string_lossy();
            all.push((name.into_owned(), read(&path)));
        }
    }
    all.iter()
        .flat_map(|(file, text)| paragraphs(file, text))
        .collect()
}

#[track_caller]
fn none(findings: Vec<String>) {
    assert!(
        findings.is_empty(),
        "{} texts:\n{}",
        findings.len(),
        findings.join("\n")
    );
}

#[test]
fn no_turn_comes_back() {
    let turns = turns();
    let mut findings = Vec::new();
    let texts = data().into_iter().chain(code()).chain(documents());
    for text in texts {
        let words = text.words();
        for turn in &turns {
            for at in turn.places(&words) {
                findings.push(format!(
                    "{}:{}: {:?} may not come back; better: {}\n    {words}",
                    text.file,
                    text.line(at),
                    turn.turn,
                    turn.better,
                ));
            }
        }
    }
    none(findings);
}

#[test]
fn sentences_of_the_data_are_short() {
    let mut findings = Vec::new();
    for text in &data() {
        let words = text.words();
        for (at, sentence) in sentences(&words) {
            let length = length(sentence);
            if length > LONGEST {
                findings.push(format!(
                    "{}:{}: {length} words, {LONGEST} are the limit; make two sentences of it\n    {}",
                    text.file,
                    text.line(at),
                    sentence.trim(),
                ));
            }
        }
    }
    none(findings);
}

#[test]
fn every_turn_is_found_and_its_exceptions_are_not() {
    let turns = turns();
    assert!(turns.len() > 50);
    for turn in &turns {
        let sentence = format!("First. {} x.", turn.turn.replace('…', "two words"));
        assert_eq!(turn.places(&sentence), [7], "{turn:?}");
        let inside = format!("a{}b", turn.turn.replace('…', "two words"));
        assert_eq!(turn.places(&inside), [0; 0], "{turn:?}");
        for exception in &turn.exceptions {
            let allowed = format!("First. {exception} x.");
            assert_eq!(turn.places(&allowed), [0; 0], "{turn:?}: {exception}");
        }
    }
}

#[test]
fn texts_are_found_with_their_lines() {
    let code = "fn f<'a>(x: &'a str) {\n    // \"no\"\n    g('\"', '\\'', \"one\\\n        two\");\n    h(r#\"a \"b\"\n c\"#);\n}\nmod tests { \"no\" }";
    let found = literals("f.rs", code);
    let words: Vec<_> = found.iter().map(Text::words).collect();
    assert_eq!(words, ["one two", "a \"b\" c"]);
    assert_eq!((found[0].line(0), found[0].line(4)), (3, 4));
    assert_eq!(found[1].line(6), 6);

    let json = "{\"a\": \"one\",\n \"template\": \"no\",\n \"b\": [\"two\", \"three\"]}";
    let found = values("f.json", json);
    let words: Vec<_> = found.iter().map(Text::words).collect();
    assert_eq!(words, ["one", "two", "three"]);
    assert_eq!(found[2].line(0), 3);

    let markdown = "# Title\n\nOne\ntwo.\n\n```\nno\n```\n| a | b |\n";
    let found = paragraphs("f.md", markdown);
    let words: Vec<_> = found
        .iter()
        .map(|text| text.words().trim().to_owned())
        .collect();
    assert!(words.contains(&"One two.".to_owned()), "{words:?}");
    assert!(words.contains(&"| a | b |".to_owned()), "{words:?}");
    assert!(!words.iter().any(|text| text.contains("no")), "{words:?}");
}

#[test]
fn words_of_a_sentence_are_counted() {
    let text = "One two `three four` five. Six: Seven {eight}. e.g. nine";
    let lengths: Vec<_> = sentences(text)
        .iter()
        .map(|(_, sentence)| length(sentence))
        .collect();
    assert_eq!(lengths, [4, 1, 4]);
}
