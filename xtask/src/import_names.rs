//! Numbers the names by which the script and the wasm know each other: they end in hashes, which do not compress.

use std::collections::{BTreeMap, BTreeSet};

/// wasm-bindgen ends a name with so many hexadecimal digits.
const HASH: usize = 16;

/// Puts a number in place of each hash, in both. It has the length of the hash, so nothing in the wasm moves.
pub(crate) fn number(script: &mut String, wasm: &mut [u8]) {
    let mut numbers = BTreeMap::new();
    for name in names(script) {
        let (stem, _) = name.split_at(name.len() - HASH);
        let Some(at) = place(wasm, &name) else {
            continue;
        };
        let number = numbers.entry(stem.to_owned()).or_insert(0);
        let new = format!("{stem}{number:0HASH$}");
        *number += 1;
        wasm[at..at + name.len()].copy_from_slice(new.as_bytes());
        *script = script.replace(&name, &new);
    }
}

fn names(script: &str) -> BTreeSet<String> {
    let words = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| ends_in_hash(word))
        .map(ToOwned::to_owned)
        .collect()
}

fn ends_in_hash(word: &str) -> bool {
    let hash = word.len().checked_sub(HASH).and_then(|at| word.get(at..));
    hash.is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Imports and exports stand before the code, each name once, with its length before it (in a byte, below 128).
fn place(wasm: &[u8], name: &str) -> Option<usize> {
    let length = u8::try_from(name.len()).ok().filter(u8::is_ascii)?;
    let found = wasm
        .windows(name.len() + 1)
        .position(|bytes| bytes[0] == length && &bytes[1..] == name.as_bytes());
    found.map(|before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the wasm holds them.
    fn wasm(names: &[&str]) -> Vec<u8> {
        let name = |name: &&str| [&[name.len() as u8], name.as_bytes()].concat();
        names.iter().flat_map(name).collect()
    }

    #[track_caller]
    fn check(script: &str, names: &[&str], expected_script: &str, expected_names: &[&str]) {
        let (mut script, mut bytes) = (script.to_owned(), wasm(names));
        number(&mut script, &mut bytes);
        assert_eq!(
            (script.as_str(), bytes),
            (expected_script, wasm(expected_names))
        );
    }

    #[test]
    fn names_of_both_are_numbered() {
        check(
            "a={__wbg_get_00112233445566ff:f,__wbg_get_aa112233445566ff:g};w.run__haa112233445566ff()",
            &[
                "__wbg_get_aa112233445566ff",
                "__wbg_get_00112233445566ff",
                "run__haa112233445566ff",
            ],
            "a={__wbg_get_0000000000000000:f,__wbg_get_0000000000000001:g};w.run__h0000000000000000()",
            &[
                "__wbg_get_0000000000000001",
                "__wbg_get_0000000000000000",
                "run__h0000000000000000",
            ],
        );
    }

    #[test]
    fn other_words_stay() {
        let script = "__wbg_get_00112233445566ff; 00112233445566ff; x_0011223344556g77; 0x12; é";
        let names = ["__wbg_set_00112233445566ff", "x_0011223344556g77"];
        check(script, &names, script, &names);
    }
}
