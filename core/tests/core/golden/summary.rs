//! Traces as text for people: all that is in them. Native tests and those in the browser share it.

use std::collections::BTreeMap;

use fedcred_core::entra::{Check, HttpRequest};
use fedcred_core::flow::{Scenario, Step, Trace, run, shipped_scenarios};
use fedcred_core::jose;
use fedcred_core::text::CheckVerdict;

/// A section with the texts that scenarios share, then a section for each shipped scenario.
pub(crate) fn sections() -> Vec<String> {
    let scenarios = shipped_scenarios().iter().map(|one| {
        let trace = run(&Scenario::parse(one.json).scenario);
        (one.name, trace)
    });
    let scenarios: Vec<_> = scenarios.collect();
    let texts = Texts::collect(scenarios.iter().map(|(_, trace)| trace));
    let mut sections = vec![texts.section()];
    sections.extend(
        scenarios
            .iter()
            .map(|(name, trace)| Summary::write(name, trace, &texts)),
    );
    sections
}

/// What steps and rules say wherever they occur: written once, so that a changed word is a changed line.
struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Where an id has more than one text, the first one counts; the others are written where they occur.
    fn collect<'a>(traces: impl Iterator<Item = &'a Trace>) -> Self {
        let mut texts = BTreeMap::new();
        for step in traces.flat_map(|trace| &trace.steps) {
            texts
                .entry(step_key(step))
                .or_insert_with(|| step_text(step));
            for check in &step.checks {
                texts
                    .entry(check_key(check))
                    .or_insert_with(|| check_text(check));
            }
        }
        Self(texts)
    }

    fn section(&self) -> String {
        let rows = self.0.iter().map(|(key, text)| format!("{key}: {text}\n"));
        format!("== texts\n{}", rows.collect::<String>())
    }

    /// The text in quotation marks where the section says something else.
    fn where_other(&self, key: &str, text: &str) -> String {
        match self.0.get(key) {
            Some(known) if known == text => String::new(),
            _ => format!(" “{text}”"),
        }
    }
}

fn step_key(step: &Step) -> String {
    format!("step {}", step.id)
}

fn step_text(step: &Step) -> String {
    format!("{} ({:?})", step.title, step.kind)
}

fn check_key(check: &Check) -> String {
    format!("rule {}", check.rule)
}

fn check_text(check: &Check) -> String {
    let (phase, confidence) = (check.phase, check.confidence.word());
    format!(
        "{} ({phase:?}, {confidence}: {})",
        check.question, check.source
    )
}

/// The section of one scenario.
struct Summary<'a> {
    text: String,
    texts: &'a Texts,
    /// The tokens so far; each is written out where it is first met.
    tokens: Vec<String>,
    /// The requests so far, each with the number of its step.
    requests: Vec<(usize, &'a HttpRequest)>,
}

impl<'a> Summary<'a> {
    fn write(name: &str, trace: &'a Trace, texts: &'a Texts) -> String {
        let mut summary = Self {
            text: String::new(),
            texts,
            tokens: Vec::new(),
            requests: Vec::new(),
        };
        summary.trace(name, trace);
        summary.text
    }

    /// A line below a step.
    fn line(&mut self, line: &str) {
        self.text += &format!("   {}\n", line.trim_end());
    }

    fn trace(&mut self, name: &str, trace: &'a Trace) {
        let at = trace.circumstances;
        self.text += &format!("== {name}: {}\n", trace.ending());
        self.line(&trace.title);
        self.line(&format!(
            "{:?} rules, {:?} cloud, at {}",
            at.rules, at.cloud, at.clock
        ));
        match trace.expectation_met {
            Some(true) => self.line("ends as expected"),
            Some(false) => self.line("does not end as expected"),
            None => {}
        }
        for step in &trace.steps {
            self.step(step);
        }
        for step in &trace.unreached {
            let (from, to) = (step.from.name(), step.to.name());
            self.text += &format!(" – {from} → {to} {} ({:?})\n", step.title, step.kind);
        }
    }

    fn step(&mut self, step: &'a Step) {
        let (from, to) = (step.from.name(), step.to.name());
        let failed = if step.failed { ", failed" } else { "" };
        let title = self.texts.where_other(&step_key(step), &step_text(step));
        self.text += &format!(
            "{:2} {from} → {to} {}{failed}{title}\n",
            step.number, step.id
        );
        if let Some(request) = &step.request {
            self.request(step, request);
        }
        if let Some(response) = &step.response {
            self.line(&response.status.to_string());
            self.message(&response.headers, &response.body);
        }
        step.checks.iter().for_each(|check| self.check(check));
        let unreached = |check: &&Check| check.verdict == CheckVerdict::NotReached;
        let unreached = step.checks.iter().filter(unreached);
        let unreached: Vec<_> = unreached.map(|check| check.rule.to_string()).collect();
        if !unreached.is_empty() {
            self.line(&format!("not reached: {}", unreached.join(", ")));
        }
        for change in &step.changes {
            self.line(&format!("{:?} {}", change.action, change.object));
            self.body(&format!("  {}", change.before));
            self.body(&format!("→ {}", change.after));
        }
    }

    /// A request, or the number of the step whose request this one answers.
    fn request(&mut self, step: &Step, request: &'a HttpRequest) {
        let mut earlier = self.requests.iter().rev();
        let answered = earlier.find(|(_, one)| *one == request && step.response.is_some());
        if let Some((number, _)) = answered {
            return self.line(&format!("answers {number}"));
        }
        self.requests.push((step.number, request));
        self.line(&format!("{} {}", request.method, request.url));
        self.message(&request.headers, &request.body);
    }

    fn message(&mut self, headers: &[(String, String)], body: &str) {
        for (name, value) in headers {
            self.body(&format!("{name}: {value}"));
        }
        if !body.is_empty() {
            self.body(body);
        }
    }

    /// A text with a line for each member of JSON or field of a form, and with numbers in place of its tokens.
    fn body(&mut self, text: &str) {
        let known = self.tokens.len();
        let mut shown = text.replace(['\r', '\n'], "␤");
        for token in tokens(text) {
            let place = self.tokens.iter().position(|one| *one == token);
            let number = place.unwrap_or(self.tokens.len());
            if place.is_none() {
                self.tokens.push(token.clone());
            }
            shown = shown.replace(&token, &format!("(token {})", number + 1));
        }
        for line in members(&shown).lines() {
            self.line(line);
        }
        for number in known..self.tokens.len() {
            self.token(number);
        }
    }

    fn token(&mut self, number: usize) {
        let text = self.tokens[number].clone();
        self.line(&format!("token {}:", number + 1));
        for token in jose::parse(&text).tokens {
            for part in [token.header(), token.payload()].into_iter().flatten() {
                for line in members(part.source()).lines() {
                    self.line(&format!("  {line}"));
                }
            }
        }
        let signature = text.rsplit('.').next().unwrap_or_default();
        let (start, length) = (&signature[..signature.len().min(24)], signature.len());
        self.line(&format!("  signature {start}… ({length} characters)"));
    }

    fn check(&mut self, check: &Check) {
        let mark = match check.verdict {
            CheckVerdict::Pass => '✓',
            CheckVerdict::Fail => '×',
            CheckVerdict::Skipped => '–',
            CheckVerdict::NotReached => return,
        };
        let mut line = format!("{mark} {}", check.rule);
        line += &self
            .texts
            .where_other(&check_key(check), &check_text(check));
        if !(check.presented.is_empty() && check.configured.is_empty()) {
            line += &format!(": {} | {}", check.presented, check.configured);
        }
        if !check.note.is_empty() {
            line += &format!(" [{}]", check.note);
        }
        self.line(&line);
    }
}

/// The tokens in a text: three parts in base64url, the first of which is a JSON object.
fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let tokens = words.filter(|word| word.starts_with("eyJ") && word.matches('.').count() == 2);
    tokens.map(str::to_owned).collect()
}

/// The text with a line break after each member of an object of JSON, or before each field of a form.
fn members(text: &str) -> String {
    if !text.contains('{') {
        return text.replace('&', "\n&");
    }
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 1 => out.push('\n'),
            _ => {}
        }
    }
    out
}
