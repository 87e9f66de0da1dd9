//! Compresses the site as a good host does, so that hosts that take ready-made files need not do it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::site::files_below;

const QUALITY: u32 = 11;
const WINDOW: u32 = 22;

/// Puts a `.br` beside each file of the folder.
pub(crate) fn compress(folder: &Path) -> Result<()> {
    for (name, bytes) in files_below(folder)? {
        let file = folder.join(name).with_added_extension("br");
        fs::write(&file, brotli(&bytes)?)
            .with_context(|| format!("could not write {}", file.display()))?;
    }
    Ok(())
}

/// Whether a file is one of these.
pub(crate) fn is_compressed(file: &Path) -> bool {
    file.extension() == Some(OsStr::new("br"))
}

/// The bytes as hosts send them.
pub(crate) fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}
