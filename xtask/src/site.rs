//! `target/site`: what browsers load, under names that change with the content, compressed once.
//!
//! ```text
//! manifest.json            {"pkg":"pkg/<hash>","css":"style/<hash>.css"}
//! pkg/<hash>/docket.js     docket_bg.wasm   each with .br and .gz beside it
//! style/<hash>.css
//! favicon.svg, robots.txt  and what else `public/` holds
//! ```

use crate::build::site_folder;
use crate::machine::{clear, own_folder, root};
use crate::process::{Show, program, run};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// Most that the wasm may weigh after brotli.
pub(crate) const WASM_LIMIT: u64 = 150_000;

/// What Rust's compiler emits by default and every browser since 2022 understands. `wasm-opt` uses nothing that is not named here.
const WASM_FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What a browser has to load, in bytes after brotli.
pub(crate) struct Site {
    pub(crate) wasm: u64,
    pub(crate) script: u64,
    pub(crate) style: u64,
}

impl Site {
    /// Prints the sizes.
    pub(crate) fn print(&self) {
        let kilobytes = |bytes: u64| format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100);
        println!(
            "    after brotli: wasm {}, script {}, style {}",
            kilobytes(self.wasm),
            kilobytes(self.script),
            kilobytes(self.style)
        );
    }

    fn measure(folder: &Path) -> Result<Self> {
        let manifest = std::fs::read_to_string(folder.join("manifest.json")).context("the site has no manifest")?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest).context("the site's manifest is not JSON")?;
        let named = |key: &str| manifest[key].as_str().unwrap_or_default().to_owned();
        // What brotli cannot shrink is sent as it is.
        let size = |file: String| -> Result<u64> {
            let plain = std::fs::metadata(folder.join(&file)).with_context(|| format!("the site has no {file}"))?;
            Ok(std::fs::metadata(folder.join(format!("{file}.br")))
                .unwrap_or(plain)
                .len())
        };
        Ok(Self {
            wasm: size(format!("{}/docket_bg.wasm", named("pkg")))?,
            script: size(format!("{}/docket.js", named("pkg")))?,
            style: size(named("css"))?,
        })
    }
}

/// Makes `target/site` of a compiled `frontend`, unless it is there already and made of the same.
pub(crate) fn assemble(wasm: &Path, pack: &Path, wasm_opt: Option<&Path>) -> Result<Site> {
    let style = bundle(&root().join("style"))?;
    let compiled = std::fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let public = files(&root().join("public"))?;
    let mut inputs = vec![
        compiled,
        style.clone().into_bytes(),
        std::fs::read(pack)?,
        format!("{wasm_opt:?}{WASM_FEATURES:?}").into_bytes(),
    ];
    for file in &public {
        inputs.push(file.to_string_lossy().into_owned().into_bytes());
        inputs.push(std::fs::read(file)?);
    }
    let made_of = content_hash(&inputs);
    let note = own_folder("site")?.join("made-of");
    let site = site_folder();
    if std::fs::read_to_string(&note).is_ok_and(|made| made == made_of) && site.join("manifest.json").exists() {
        return Site::measure(&site);
    }

    let draft = own_folder("site")?.join("draft");
    clear(&draft)?;
    let package = draft.join("package");
    std::fs::create_dir_all(&package)?;
    run(
        program(&pack.to_string_lossy()).arg("bindgen").arg(wasm).arg(&package),
        Show::Progress,
    )?;
    if let Some(wasm_opt) = wasm_opt {
        let file = package.join("docket_bg.wasm");
        run(
            program(&wasm_opt.to_string_lossy())
                .arg("-Oz")
                .args(WASM_FEATURES)
                .arg(&file)
                .arg("-o")
                .arg(&file),
            Show::Progress,
        )?;
    }
    let package_hash = content_hash(&[
        std::fs::read(package.join("docket.js"))?,
        std::fs::read(package.join("docket_bg.wasm"))?,
    ]);
    let style_hash = content_hash(&[style.as_bytes()]);
    std::fs::create_dir_all(draft.join("pkg"))?;
    std::fs::rename(&package, draft.join("pkg").join(&package_hash))?;
    std::fs::create_dir_all(draft.join("style"))?;
    std::fs::write(draft.join(format!("style/{style_hash}.css")), style)?;
    for file in &public {
        let name = file.strip_prefix(root().join("public"))?;
        let to = draft.join(name);
        std::fs::create_dir_all(to.parent().context("a file without a folder")?)?;
        std::fs::copy(file, to)?;
    }
    let manifest =
        serde_json::json!({ "pkg": format!("pkg/{package_hash}"), "css": format!("style/{style_hash}.css") });
    std::fs::write(draft.join("manifest.json"), manifest.to_string())?;
    run(
        program(&pack.to_string_lossy()).arg("compress").arg(&draft),
        Show::Progress,
    )?;

    clear(&site)?;
    move_folder(&draft, &site)?;
    std::fs::write(&note, made_of)?;
    Site::measure(&site)
}

/// One style sheet: `main.css` with every `@import "file.css";` (or `@import "file.css" layer(name);`) replaced by that file.
fn bundle(folder: &Path) -> Result<String> {
    let read =
        |name: &str| std::fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read style/{name}"));
    let mut bundle = String::new();
    for line in read("main.css")?.lines() {
        let Some(import) = line.trim().strip_prefix("@import") else {
            bundle.push_str(line);
            bundle.push('\n');
            continue;
        };
        let (name, condition) =
            import_of(import).with_context(|| format!("style/main.css: I can't follow `{line}`"))?;
        let text = read(name)?;
        match condition {
            "" => bundle.push_str(&text),
            layer => bundle.push_str(&format!("@layer {layer} {{\n{text}\n}}")),
        }
        bundle.push('\n');
    }
    Ok(bundle)
}

/// File and layer of what follows `@import`; the layer is empty where there is none.
fn import_of(text: &str) -> Result<(&str, &str)> {
    let text = text.trim().strip_suffix(';').context("no semicolon")?;
    let (name, rest) = text
        .trim()
        .strip_prefix('"')
        .and_then(|text| text.split_once('"'))
        .context("no file in quotes")?;
    let rest = rest.trim();
    match rest.strip_prefix("layer(").and_then(|rest| rest.strip_suffix(')')) {
        Some(layer) => Ok((name, layer)),
        None if rest.is_empty() => Ok((name, "")),
        None => bail!("only layer(name) may follow the file"),
    }
}

/// 64 bits of FNV-1a as 16 hexadecimal digits: enough to tell two builds apart, and the same on every machine.
fn content_hash(parts: &[impl AsRef<[u8]>]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        let part = part.as_ref();
        for byte in part.len().to_le_bytes().iter().chain(part) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// Every file under `folder`, sorted; none when there is no such folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Moves a folder, also to another disk.
fn move_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to.parent().context("a folder without a parent")?)?;
    if std::fs::rename(from, to).is_ok() {
        return Ok(());
    }
    for file in files(from)? {
        let copy = to.join(file.strip_prefix(from)?);
        std::fs::create_dir_all(copy.parent().context("a file without a folder")?)?;
        std::fs::copy(&file, copy)?;
    }
    clear(from)
}

#[cfg(test)]
mod tests {
    use super::{bundle, content_hash, import_of};

    #[test]
    fn a_style_sheet_is_one_file_in_the_order_of_its_imports() {
        let folder = std::env::temp_dir().join(format!("docket-style-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("main.css"),
            "@layer tokens, parts;\n@import \"b.css\";\n@import \"a.css\" layer(parts);\n",
        )
        .unwrap();
        std::fs::write(folder.join("a.css"), "a{}").unwrap();
        std::fs::write(folder.join("b.css"), "b{}").unwrap();
        assert_eq!(
            bundle(&folder).unwrap(),
            "@layer tokens, parts;\nb{}\n@layer parts {\na{}\n}\n"
        );
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_import_that_we_would_get_wrong_is_refused() {
        assert_eq!(import_of(" \"a.css\" layer(parts);").unwrap(), ("a.css", "parts"));
        assert!(import_of(" \"a.css\" print;").is_err());
        assert!(import_of(" url(a.css);").is_err());
    }

    #[test]
    fn a_hash_changes_with_the_content_and_with_its_parts() {
        assert_eq!(content_hash(&["a", "b"]), content_hash(&["a", "b"]));
        assert_ne!(content_hash(&["ab", ""]), content_hash(&["a", "b"]));
    }
}
