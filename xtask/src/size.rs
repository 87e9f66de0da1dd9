//! Shows what a visit downloads, what that consists of, and how it changed since the last release. No size is an error.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::compress::{brotli, is_compressed};
use crate::program::Program;
use crate::shell::root;
use crate::site::{self, Site, files_below, write};
use crate::wasm_size;

/// A first visit of more compressed bytes than this says what grew most.
const WORTH_A_LOOK: u64 = 450_000;
/// Where the sizes of the last release are kept.
const LAST_RELEASE: &str = "xtask/last-release.json";
/// How many rows of a table are printed; the others become one row.
const ROWS: usize = 12;

/// Bytes by name.
type Sizes = BTreeMap<String, u64>;

#[derive(Debug, Default, Deserialize, Serialize)]
struct Report {
    /// Files of the site, compressed.
    files: Sizes,
    /// The program by crate, uncompressed.
    crates: Sizes,
    /// Files that are compiled into the program, each compressed by itself.
    data: Sizes,
}

/// Prints the sizes by file, by crate and by data file; keeps them as those of the last release if asked to.
pub(crate) fn report(site: &Site, json: bool, release: bool) -> Result<()> {
    let _lock = site::lock()?;
    let now = Report {
        files: files(site)?,
        crates: wasm_size::by_crate()?,
        data: data_files()?,
    };
    let as_json = format!("{}\n", serde_json::to_string_pretty(&now)?);
    if json {
        print!("{as_json}");
    } else {
        print!("{}", now.describe(&last_release()?));
    }
    if release {
        write(&root().join(LAST_RELEASE), as_json)?;
    }
    Ok(())
}

/// Prints what a first visit downloads.
pub(crate) fn show(site: &Site) -> Result<()> {
    print!("{}", first_visit(&files(site)?, &last_release()?.files));
    Ok(())
}

impl Report {
    fn describe(&self, last: &Self) -> String {
        [
            table("file of dist/, compressed", &self.files, &last.files),
            table("crate, in the program", &self.crates, &last.crates),
            table("data file, compressed", &self.data, &last.data),
            first_visit(&self.files, &last.files),
        ]
        .join("\n")
    }
}

/// Sizes with their change, largest first.
fn table(title: &str, now: &Sizes, last: &Sizes) -> String {
    let mut rows: Vec<_> = now.iter().collect();
    rows.sort_by_key(|(_, bytes)| Reverse(**bytes));
    let (shown, others) = rows.split_at(rows.len().min(ROWS));
    let mut text = format!("{title:<52} {:>9} {:>9}\n", "bytes", "change");
    for (name, bytes) in shown {
        text += &row(name, **bytes, last.get(*name).copied());
    }
    if !others.is_empty() {
        let bytes = others.iter().map(|(_, bytes)| **bytes).sum();
        let before = others.iter().filter_map(|(name, _)| last.get(*name)).sum();
        let before = (!last.is_empty()).then_some(before);
        text += &row(&format!("{} others", others.len()), bytes, before);
    }
    text + &row(
        "all",
        now.values().sum(),
        (!last.is_empty()).then(|| last.values().sum()),
    )
}

fn row(name: &str, bytes: u64, last: Option<u64>) -> String {
    let change = last.map_or("new".to_owned(), |last| {
        format!("{:+}", bytes.cast_signed() - last.cast_signed())
    });
    format!("{name:<52} {bytes:>9} {change:>9}\n")
}

/// What a visitor who comes for the first time downloads, and what grew where that is much.
fn first_visit(now: &Sizes, last: &Sizes) -> String {
    let is_late = |name: &str| name.ends_with(Program::LATE);
    let of_visit = |name: &str| name == "index.html" || name.starts_with("app/");
    let sum = |wanted: &dyn Fn(&str) -> bool| -> u64 {
        let files = now
            .iter()
            .filter(|(name, _)| of_visit(name) && wanted(name));
        files.map(|(_, bytes)| bytes).sum()
    };
    let whole = sum(&|_| true);
    let mut text = format!(
        "A first visit downloads {} kB; it can decode a token after {} kB.\n",
        kb(whole),
        kb(sum(&|name| !is_late(name)))
    );
    if whole > WORTH_A_LOOK && !last.is_empty() {
        let growth = |(name, bytes): &(&String, &u64)| {
            bytes.cast_signed() - last.get(*name).copied().unwrap_or_default().cast_signed()
        };
        if let Some(most) = now
            .iter()
            .filter(|(name, _)| of_visit(name))
            .max_by_key(growth)
        {
            text += &format!(
                "{} grew most since the last release: by {} bytes.\n",
                most.0,
                growth(&most)
            );
        }
    }
    text
}

/// The compressed files of the site. The folder of the program has a hash in its name, which is left out.
fn files(site: &Site) -> Result<Sizes> {
    let files = files_below(&site.dist)?.into_iter();
    Ok(files
        .filter(|(name, _)| is_compressed(name))
        .map(|(name, bytes)| {
            let name = name.with_extension("").to_string_lossy().replace('\\', "/");
            let stable = match name.split_once('/') {
                Some((folder, file)) if folder.starts_with("app-") => format!("app/{file}"),
                _ => name,
            };
            (stable, bytes.len() as u64)
        })
        .collect())
}

fn data_files() -> Result<Sizes> {
    const FOLDER: &str = "core/data";
    let mut sizes = Sizes::new();
    for (name, bytes) in files_below(&root().join(FOLDER))? {
        let name = Path::new(FOLDER).join(name);
        let bytes = brotli(&bytes).context("could not compress a data file")?;
        sizes.insert(name.display().to_string(), bytes.len() as u64);
    }
    Ok(sizes)
}

fn last_release() -> Result<Report> {
    let file = root().join(LAST_RELEASE);
    if !file.exists() {
        return Ok(Report::default());
    }
    let text =
        fs::read_to_string(&file).with_context(|| format!("could not read {LAST_RELEASE}"))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{LAST_RELEASE} does not hold a size report"))
}

fn kb(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(rows: &[(&str, u64)]) -> Sizes {
        rows.iter()
            .map(|(name, bytes)| ((*name).to_owned(), *bytes))
            .collect()
    }

    #[test]
    fn a_first_visit_is_the_first_page_and_the_program() {
        let now = sizes(&[
            ("404.html", 1_000),
            ("app/app.css", 5_000),
            ("app/split_late.wasm", 100_000),
            ("index.html", 2_000),
        ]);
        assert_eq!(
            first_visit(&now, &Sizes::new()),
            "A first visit downloads 107.0 kB; it can decode a token after 7.0 kB.\n"
        );
    }

    #[test]
    fn a_large_visit_says_what_grew_most() {
        let now = sizes(&[
            ("app/app.css", 300_000),
            ("index.html", 150_001),
            ("404.html", 900_000),
        ]);
        let last = sizes(&[("app/app.css", 299_000), ("index.html", 1)]);
        let said = "index.html grew most since the last release: by 150000 bytes.\n";
        assert!(first_visit(&now, &last).ends_with(said));
        let smaller = sizes(&[("app/app.css", 300_000), ("index.html", 150_000)]);
        assert!(!first_visit(&smaller, &last).contains("grew"));
    }

    #[test]
    fn a_table_shows_the_largest_and_sums_the_others() {
        let names: Vec<String> = (0..20).map(|number| format!("n{number:02}")).collect();
        let now: Sizes = names.iter().cloned().zip(0..20).collect();
        let last = sizes(&[("n19", 20), ("n00", 1)]);
        let text = table("what", &now, &last);
        let rows: Vec<Vec<&str>> = text
            .lines()
            .map(|row| row.split_whitespace().collect())
            .collect();
        assert_eq!(rows.len(), ROWS + 3);
        assert_eq!(rows[1], ["n19", "19", "-1"]);
        assert_eq!(rows[2], ["n18", "18", "new"]);
        assert_eq!(rows[ROWS + 1], ["8", "others", "28", "+27"]);
        assert_eq!(rows[ROWS + 2], ["all", "190", "+169"]);
    }

    #[test]
    fn kilobytes_are_thousands() {
        assert_eq!(kb(0), "0.0");
        assert_eq!(kb(53_101), "53.2");
    }
}
