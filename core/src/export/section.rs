//! The data file of exports, a section for each export, piece and place of a token.

use std::sync::LazyLock;

pub(super) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let file = include_str!("../../data/exports.txt");
    file.split("\n=== ").filter_map(Section::parse).collect()
});

/// A section of the data file: `=== kind id`, lines `name: value`, an empty line, a template.
pub(super) struct Section {
    pub(super) kind: &'static str,
    pub(super) id: &'static str,
    pub(super) head: &'static str,
    pub(super) body: &'static str,
}

impl Section {
    fn parse(text: &'static str) -> Option<Self> {
        let (title, rest) = text.split_once('\n')?;
        let (kind, id) = title.trim_start_matches("=== ").split_once(' ')?;
        let (head, body) = match kind {
            "piece" => ("", rest),
            _ => rest.split_once("\n\n").unwrap_or((rest, "")),
        };
        Some(Self {
            kind,
            id,
            head,
            body: body.trim_end(),
        })
    }

    /// The value of a line of the head; empty where there is none.
    pub(super) fn value(&self, name: &str) -> &'static str {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }
}
