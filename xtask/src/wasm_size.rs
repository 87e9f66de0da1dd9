//! Tells which crates the bytes of the program belong to.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use rustc_demangle::demangle;
use wasmparser::{
    ImportSectionReader, KnownCustom, Name, NameSectionReader, Parser, Payload, TypeRef,
};

use crate::program;

/// Bytes by crate, and by section for what is not a function.
pub(crate) fn by_crate() -> Result<BTreeMap<String, u64>> {
    let mut sizes = BTreeMap::new();
    for part in program::parts_with_names()? {
        for (owner, size) in attribute(&part).context("could not understand the site's wasm")? {
            add(&mut sizes, &owner, size);
        }
    }
    Ok(sizes)
}

fn attribute(wasm: &[u8]) -> Result<BTreeMap<String, u64>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let names = names_in(wasm)?;
    let mut sizes = BTreeMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => imported = functions_in(section)?,
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                bodies.push(range.len() as u64);
            }
            Payload::DataSection(section) => {
                let range = section.range();
                add(&mut sizes, "(data: texts and tables)", range.len() as u64);
            }
            _ => {}
        }
    }
    for (index, size) in (imported..).zip(bodies) {
        let owner = names.get(&index).map_or("(no name)", |name| crate_of(name));
        add(&mut sizes, owner, size);
    }
    Ok(sizes)
}

/// The names of functions by number.
fn names_in(wasm: &[u8]) -> Result<BTreeMap<u32, String>> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(section) = section.as_known()
        {
            return function_names(section);
        }
    }
    bail!("it has no names")
}

/// Functions are numbered with the imported ones first.
fn functions_in(section: ImportSectionReader<'_>) -> Result<u32> {
    let mut count = 0;
    for import in section.into_imports() {
        count += u32::from(matches!(
            import?.ty,
            TypeRef::Func(_) | TypeRef::FuncExact(_)
        ));
    }
    Ok(count)
}

fn function_names(section: NameSectionReader<'_>) -> Result<BTreeMap<u32, String>> {
    let mut names = BTreeMap::new();
    for part in section {
        if let Name::Function(functions) = part? {
            for function in functions {
                let function = function?;
                let name = format!("{:#}", demangle(function.name));
                names.insert(function.index, name);
            }
        }
    }
    Ok(names)
}

fn add(sizes: &mut BTreeMap<String, u64>, owner: &str, size: u64) {
    *sizes.entry(owner.to_owned()).or_default() += size;
}

/// The crate at the start of a demangled path: `a::b`, `a[hash]::b`, `<a::b as c::d>::e`. Where that is
/// no crate, as in `<u8 as c::d>::e`, it is the trait's.
fn crate_of(name: &str) -> &str {
    let mut path = name.trim_start_matches(['<', '&', '*', '[', '(']);
    for word in ["mut ", "const ", "dyn "] {
        path = path.strip_prefix(word).unwrap_or(path);
    }
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (first, rest) = path.split_at(end.unwrap_or(path.len()));
    if rest.starts_with("::") || rest.starts_with('[') {
        first
    } else if let Some((_, of_trait)) = path.split_once(" as ") {
        crate_of(of_trait)
    } else if rest.starts_with(">::") {
        "core"
    } else {
        "(glue and compiler)"
    }
}

#[cfg(test)]
mod tests {
    use super::crate_of;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(crate_of(name), expected, "{name}");
    }

    #[test]
    fn crates_of_names() {
        check("fedcred_core::jose::parse::parse", "fedcred_core");
        check(
            "<alloc::string::String as core::fmt::Write>::write_str",
            "alloc",
        );
        check("<&mut W as core::fmt::Write>::write_char", "core");
        check("<f64 as core[c5930c85a12de822]::fmt::Display>::fmt", "core");
        check(
            "<dlmalloc[e24a]::Dlmalloc<dlmalloc[e24a]::System>>::malloc",
            "dlmalloc",
        );
        check("<char>::escape_debug_ext", "core");
        check("<[u8] as alloc::slice::Concat>::concat", "alloc");
        check(
            "<&mut core::fmt::Formatter as core::fmt::Write>::write_char",
            "core",
        );
        check("<dyn core::any::Any>::is", "core");
        check("__wbindgen_malloc", "(glue and compiler)");
        check("memcpy", "(glue and compiler)");
    }
}
