//! What is shown when the program panics: where, never the message, which could hold a token.

use std::panic::Location;

use super::page;

/// Shows the page's crash panel on a panic; its reload link works without the program.
pub fn install() {
    // Set through Yew, which otherwise puts its own hook in place, and that one logs the message.
    yew::set_custom_panic_hook(Box::new(|info| show(&report(info.location()))));
}

fn show(report: &str) {
    let Some(pre) = page::by_id("crash-report") else {
        return;
    };
    // One mistake often causes others; the first is the one to report.
    if pre.text_content().is_none_or(|text| text.is_empty()) {
        pre.set_text_content(Some(report));
    }
    if let Some(panel) = page::by_id("crash") {
        page::ignore(panel.remove_attribute("hidden"));
    }
    page::focus("crash");
}

fn report(location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(
        || "unknown place".to_owned(),
        |at| format!("{}:{}:{}", short(at.file()), at.line(), at.column()),
    );
    format!("fedcred {} {place}", env!("CARGO_PKG_VERSION"))
}

/// Without the directories of the machine that built it: `crate-1.0.0/src/lib.rs`, `src/app.rs`.
fn short(file: &str) -> &str {
    let Some(source) = file.rfind("/src/") else {
        return file;
    };
    let krate = file.get(..source).and_then(|before| before.rfind('/'));
    krate
        .and_then(|slash| file.get(slash + 1..))
        .unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: &str) {
        assert_eq!(short(file), expected);
    }

    #[test]
    fn a_place_has_no_directories_of_the_build() {
        check("src/app.rs", "src/app.rs");
        check("core/src/jose/parse.rs", "core/src/jose/parse.rs");
        check(
            "/home/a/registry/src/index/yew-0.23.0/src/lib.rs",
            "yew-0.23.0/src/lib.rs",
        );
        check("/build/library/core/src/option.rs", "core/src/option.rs");
    }

    #[test]
    fn a_report_names_line_and_column() {
        let at = Location::caller();
        let end = format!("crash.rs:{}:{}", at.line(), at.column());
        assert!(report(Some(at)).ends_with(&end));
    }
}
