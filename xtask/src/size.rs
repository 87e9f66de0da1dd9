//! Weighs the site against its budget.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::site::{Site, files_below, is_late};
use crate::wasm_size;

/// A first visit, compressed; kB are 1000 bytes.
const BUDGET: u64 = 250_000;
/// Above this, something goes before anything comes.
const CUT_LINE: u64 = 220_000;

/// A file of dist/.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Weight {
    name: String,
    raw: u64,
    brotli: u64,
    /// Fetched by a first visit of the first page.
    first: bool,
}

/// Prints the sizes by file and by crate.
pub(crate) fn report(site: &Site, json: bool) -> Result<()> {
    let weights = weights(site)?;
    let crates = wasm_size::by_crate()?;
    if json {
        println!("{:#}", as_json(&weights, &crates));
    } else {
        print!("{}{}", files_table(&weights), crates_table(&crates));
        print!("{}", verdict(&weights));
    }
    within_budget(&weights)
}

/// Prints the sizes by file. Whether to cut is decided with [`report`], not by a failing test.
pub(crate) fn show(site: &Site) -> Result<()> {
    let weights = weights(site)?;
    print!("{}", files_table(&weights));
    print!("{}", verdict(&weights));
    Ok(())
}

fn within_budget(weights: &[Weight]) -> Result<()> {
    let total = first_visit(weights);
    if total > BUDGET {
        bail!(
            "a first visit is {} kB, its budget {} kB: cut something, `cargo xtask size` shows what is large",
            kb(total),
            kb(BUDGET)
        );
    }
    Ok(())
}

fn first_visit(weights: &[Weight]) -> u64 {
    let first = weights.iter().filter(|weight| weight.first);
    first.map(|weight| weight.brotli).sum()
}

/// The bytes of a first visit without the late part of the program.
fn first_token(weights: &[Weight]) -> u64 {
    let late = weights.iter().filter(|weight| is_late(&weight.name));
    first_visit(weights) - late.map(|weight| weight.brotli).sum::<u64>()
}

fn verdict(weights: &[Weight]) -> String {
    let total = first_visit(weights);
    let words = if total > BUDGET {
        "over the budget"
    } else if total > CUT_LINE {
        "within the budget, above the cut line: cut before adding"
    } else {
        "within the budget"
    };
    format!(
        "First visit: {} kB ({words}: {} kB at most, cut line {} kB)\n\
         Before a first token is decoded: {} kB\n",
        kb(total),
        kb(BUDGET),
        kb(CUT_LINE),
        kb(first_token(weights))
    )
}

fn weights(site: &Site) -> Result<Vec<Weight>> {
    let compressed = files_below(&site.compressed)?;
    let html = compressed.get(Path::new("index.html"));
    let html = String::from_utf8_lossy(html.context("the site has no index.html")?).into_owned();
    let raw = compressed
        .iter()
        .filter(|(name, _)| name.extension() != Some("br".as_ref()));
    raw.map(|(name, bytes)| {
        let brotli = compressed.get(&name.with_added_extension("br"));
        let name = name.to_string_lossy().replace('\\', "/");
        Ok(Weight {
            raw: bytes.len() as u64,
            brotli: brotli.context("a file has no compressed copy")?.len() as u64,
            first: name == "index.html" || html.contains(&format!("/{name}")),
            name,
        })
    })
    .collect()
}

fn files_table(weights: &[Weight]) -> String {
    let mut table = format!(
        "\n{:<44} {:>9} {:>9}  first visit\n",
        "file of dist/", "raw", "brotli 11"
    );
    for weight in weights {
        let mark = if weight.first { "yes" } else { "" };
        table += &format!(
            "{:<44} {:>9} {:>9}  {mark}\n",
            weight.name, weight.raw, weight.brotli
        );
    }
    table
}

fn crates_table(crates: &BTreeMap<String, u64>) -> String {
    let mut table = format!("\n{:<44} {:>9}\n", "crate, in the wasm", "raw");
    for (name, size) in by_size(crates) {
        table += &format!("{name:<44} {size:>9}\n");
    }
    table + "\n"
}

fn by_size(crates: &BTreeMap<String, u64>) -> Vec<(&String, &u64)> {
    let mut rows: Vec<_> = crates.iter().collect();
    rows.sort_by_key(|(_, size)| std::cmp::Reverse(**size));
    rows
}

fn as_json(weights: &[Weight], crates: &BTreeMap<String, u64>) -> serde_json::Value {
    let files: Vec<_> = weights
        .iter()
        .map(|w| json!({ "file": w.name, "raw": w.raw, "brotli": w.brotli, "firstVisit": w.first }))
        .collect();
    json!({
        "files": files,
        "crates": crates,
        "firstVisit": { "brotli": first_visit(weights), "budget": BUDGET, "cutLine": CUT_LINE },
        "firstToken": { "brotli": first_token(weights) },
    })
}

fn kb(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(brotli: u64, first: bool) -> Weight {
        let name = "x".to_owned();
        Weight {
            name,
            raw: 2 * brotli,
            brotli,
            first,
        }
    }

    #[test]
    fn only_what_a_first_visit_fetches_is_summed() {
        assert_eq!(first_visit(&[]), 0);
        assert_eq!(
            first_visit(&[weight(5, true), weight(7, false), weight(11, true)]),
            16
        );
    }

    #[test]
    fn a_first_token_does_not_need_the_late_part() {
        let mut late = weight(7, true);
        late.name = "app-0123456789abcdef_late.wasm".to_owned();
        assert_eq!(first_token(&[weight(5, true), late, weight(11, false)]), 5);
    }

    #[test]
    fn the_budget_has_two_lines() {
        let verdict = |brotli| verdict(&[weight(brotli, true)]);
        assert!(verdict(220_000).contains("(within the budget:"));
        assert!(verdict(220_001).contains("above the cut line"));
        assert!(verdict(250_000).contains("above the cut line"));
        assert!(verdict(250_001).contains("(over the budget"));
        assert!(within_budget(&[weight(250_000, true)]).is_ok());
        assert!(within_budget(&[weight(250_000, true), weight(1, true)]).is_err());
    }

    #[test]
    fn kilobytes_are_thousands() {
        assert_eq!(kb(0), "0.0");
        assert_eq!(kb(53_101), "53.2");
    }
}
