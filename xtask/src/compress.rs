//! Compresses the site the way a good host does.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::site::files_below;

const QUALITY: u32 = 11;
const WINDOW: u32 = 22;

/// Replaces the folder `to` by a copy of `from` with a `.br` beside each file. Hosts compress by
/// themselves, so the folder that goes to them stays without.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("could not empty {}", to.display()))?;
    }
    for (name, bytes) in files_below(from)? {
        let file = to.join(name);
        let mut compressed = file.clone().into_os_string();
        compressed.push(".br");
        fs::create_dir_all(file.parent().unwrap_or(to))
            .and_then(|()| fs::write(&file, &bytes))
            .and_then(|()| fs::write(&compressed, brotli(&bytes)?))
            .with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}
