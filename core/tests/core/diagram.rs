//! Diagrams as SVG files: well-formed, complete, escaped, and the same each time.

use fedcred_core::diagram::{Theme, svg};
use fedcred_core::flow::{Actor, Scenario, Trace, run, shipped_scenarios};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use similar_asserts::assert_eq;

const SVG: &str = "http://www.w3.org/2000/svg";

fn exchanges() -> impl Iterator<Item = (Scenario, Trace)> {
    shipped_scenarios().iter().map(|one| {
        let scenario = Scenario::parse(one.json).scenario;
        let trace = run(&scenario);
        (scenario, trace)
    })
}

#[track_caller]
fn parsed(file: &str) -> Document<'_> {
    Document::parse(file).unwrap_or_else(|error| panic!("{error}: {file}"))
}

/// The texts of elements with this name, in which the lines of a text are one.
fn texts(document: &Document<'_>, name: &str) -> Vec<String> {
    let lines = |node: Node<'_, '_>| {
        let texts = node.descendants().filter(Node::is_text);
        texts
            .filter_map(|text| text.text())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let elements = document.descendants();
    elements
        .filter(|node| node.has_tag_name((SVG, name)))
        .map(lines)
        .collect()
}

#[track_caller]
fn contains(texts: &[String], wanted: &str) {
    assert!(
        texts.iter().any(|text| text.contains(wanted)),
        "{wanted}: {texts:?}"
    );
}

#[test]
fn a_diagram_has_each_participant_and_each_step() {
    for (scenario, trace) in exchanges() {
        let file = svg(&scenario, &trace, Theme::Auto);
        let document = parsed(&file);
        let drawn = texts(&document, "text");
        for actor in trace
            .actors()
            .into_iter()
            .filter(|actor| *actor != Actor::Home)
        {
            let own = scenario.directory.external_issuers.first();
            match (actor, own) {
                (Actor::Issuer, Some(issuer)) => contains(&drawn, &issuer.display_name),
                _ => contains(&drawn, actor.title()),
            }
        }
        for step in &trace.steps {
            contains(&drawn, &step.title);
            contains(&drawn, &step.number.to_string());
        }
        for step in &trace.unreached {
            contains(&drawn, step.title);
        }
    }
}

#[test]
fn a_diagram_has_a_text_alternative() {
    for (scenario, trace) in exchanges() {
        let file = svg(&scenario, &trace, Theme::Auto);
        let document = parsed(&file);
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert_eq!(texts(&document, "title"), [trace.title.as_str()]);
        let description = texts(&document, "desc").concat();
        assert!(description.contains(&trace.ending()), "{description}");
        for step in &trace.steps {
            let line = format!("\n{}. {}: {}", step.number, step.route(), step.title);
            assert!(description.contains(&line), "{description}");
        }
        let labels = root.attribute("aria-labelledby").unwrap().split(' ');
        let ids = document
            .descendants()
            .filter_map(|node| node.attribute("id"));
        assert_eq!(labels.collect::<Vec<_>>(), ids.collect::<Vec<_>>());
    }
}

#[test]
fn a_theme_is_forced_or_the_reader_s() {
    let (scenario, trace) = exchanges().next().unwrap();
    let file = |theme| svg(&scenario, &trace, theme);
    let colours = |theme| {
        let file = file(theme);
        ["#ffffff", "#1b1d22", "prefers-color-scheme"].map(|text| file.contains(text))
    };
    assert_eq!(colours(Theme::Auto), [true, true, true]);
    assert_eq!(colours(Theme::Light), [true, false, false]);
    assert_eq!(colours(Theme::Dark), [false, true, false]);
    for theme in Theme::ALL {
        assert_eq!(file(theme), file(theme));
    }
}

/// Nothing is loaded, nothing runs, and a page's own elements keep their styles.
#[test]
fn a_diagram_is_alone() {
    for (scenario, trace) in exchanges() {
        let file = svg(&scenario, &trace, Theme::Auto);
        let document = parsed(&file);
        for node in document.descendants().filter(Node::is_element) {
            assert_eq!(node.tag_name().namespace(), Some(SVG));
            let known = [
                "svg", "title", "desc", "style", "g", "line", "rect", "path", "circle", "text",
                "tspan",
            ];
            assert!(known.contains(&node.tag_name().name()), "{node:?}");
            let mut names = node.attributes().map(|attribute| attribute.name());
            assert!(names.all(|name| !name.starts_with("on") && !name.ends_with("href")));
        }
        let style = texts(&document, "style").concat();
        assert!(!style.contains("url(") && !style.contains("@import"));
        let rules = style
            .lines()
            .filter(|line| line.contains('{') && !line.starts_with('@'));
        for rule in rules {
            let (selectors, _) = rule.split_once('{').unwrap();
            let mut selectors = selectors.split(',');
            assert!(
                selectors.all(|one| one.starts_with(".fedcred-auto ")),
                "{rule}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_names_stay_texts(
        hostile in "[<>&\"'\u{0}-\u{1f}\u{fffe}\u{202e}\\]\\[!a -]{0,40}",
        any: String,
    ) {
        let (mut scenario, _) = exchanges().next().unwrap();
        let plain = svg(&scenario, &run(&scenario), Theme::Auto);
        let elements = parsed(&plain).descendants().filter(Node::is_element).count();
        for name in [hostile, any] {
            scenario.title.clone_from(&name);
            for tenant in &mut scenario.directory.tenants {
                tenant.display_name = format!("{name}</text><script>");
            }
            scenario.request.api.url.clone_from(&name);
            let mut trace = run(&scenario);
            for step in &mut trace.steps {
                step.title.clone_from(&name);
            }
            let file = svg(&scenario, &trace, Theme::Auto);
            let document = parsed(&file);
            let known = ["script", "a", "image", "foreignObject"];
            let mut found = document.descendants().map(|node| node.tag_name().name());
            prop_assert!(!found.any(|name| known.contains(&name)));
            let structure = document.descendants().filter(Node::is_element);
            let without_texts = structure.filter(|node| !["text", "tspan"].contains(&node.tag_name().name()));
            prop_assert!(without_texts.count() <= elements);
        }
    }
}
