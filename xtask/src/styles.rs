//! Makes one style sheet of static/css, so that a visit asks for one file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell::root;

/// Writes `target/css/app.css`: static/css/app.css with each imported file in place of its `@import`.
pub(crate) fn bundle() -> Result<()> {
    let css = with_imports(&root().join("static/css/app.css"))?;
    let folder = root().join("target/css");
    fs::create_dir_all(&folder)
        .with_context(|| format!("could not create {}", folder.display()))?;
    let file = folder.join("app.css");
    fs::write(&file, css).with_context(|| format!("could not write {}", file.display()))
}

fn with_imports(file: &Path) -> Result<String> {
    let text =
        fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))?;
    text.lines()
        .map(|line| match imported(line) {
            Some(name) => with_imports(&file.with_file_name(name)),
            None => Ok(format!("{line}\n")),
        })
        .collect()
}

/// The file named by a line `@import "file.css";`.
fn imported(line: &str) -> Option<&str> {
    let name = line.trim().strip_prefix("@import \"")?;
    name.strip_suffix("\";")
}

#[cfg(test)]
mod tests {
    use super::imported;

    #[test]
    fn only_plain_imports_are_replaced() {
        assert_eq!(
            imported("@import \"components/a.css\";"),
            Some("components/a.css")
        );
        assert_eq!(imported("  @import \"a.css\";"), Some("a.css"));
        assert_eq!(imported("@layer a, b;"), None);
        assert_eq!(imported("/* @import \"a.css\"; */"), None);
        assert_eq!(imported("@import url(a.css);"), None);
    }
}
