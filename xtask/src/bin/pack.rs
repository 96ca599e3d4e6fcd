//! `pack bindgen FILE.wasm FOLDER`: writes `docket.js` and `docket_bg.wasm`, what a browser loads.
//! `pack compress FOLDER`: writes a `.br` and a `.gz` beside every file that gets smaller by it.

use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Extensions of files that are already compressed, or are the compressed copies themselves.
const LEFT_ALONE: [&str; 7] = ["br", "gz", "png", "jpg", "woff2", "ico", "json"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["bindgen", wasm, folder] => bindgen(Path::new(wasm), Path::new(folder)),
        ["compress", folder] => compress(Path::new(folder)),
        _ => bail!("pack bindgen FILE.wasm FOLDER, or pack compress FOLDER"),
    }
}

fn bindgen(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.web(true)?.input_path(wasm).out_name("docket");
    // The page always names the wasm file; a default would only add bytes.
    bindgen.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen
        .generate(folder)
        .with_context(|| format!("cannot make {} loadable", wasm.display()))
}

fn compress(folder: &Path) -> Result<()> {
    for file in files(folder)? {
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        if LEFT_ALONE.contains(&extension.as_str()) {
            continue;
        }
        let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        keep_if_smaller(&file, "br", &bytes, &brotli(&bytes)?)?;
        keep_if_smaller(&file, "gz", &bytes, &gzip(&bytes)?)?;
    }
    Ok(())
}

fn keep_if_smaller(file: &Path, extension: &str, plain: &[u8], packed: &[u8]) -> Result<()> {
    if packed.len() >= plain.len() {
        return Ok(());
    }
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    std::fs::write(&name, packed).with_context(|| format!("cannot write {}", name.to_string_lossy()))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let highest = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &highest)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

/// Every file under `folder`.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}
