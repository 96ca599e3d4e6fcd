//! The built site: from the binary (feature `embed`) or from a folder; without a build, the sources' style sheets as they are.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use app::state::Assets;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::state::Server;

/// Where the style sheet is when no site was built.
const DEV_CSS: &str = "/style/dev.css";
/// Folders whose names carry the hash of what is in them.
const HASHED: [&str; 2] = ["/pkg/", "/style/"];

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../target/site"]
struct Embedded;

/// What `cargo xtask build` writes beside the site.
#[derive(Debug, Deserialize)]
struct Manifest {
    pkg: String,
    css: String,
}

/// Files that pages load.
#[derive(Clone, Debug)]
pub struct Site {
    files: Files,
    assets: Assets,
}

#[derive(Clone, Debug)]
enum Files {
    #[cfg(feature = "embed")]
    Embedded,
    Folder(PathBuf),
    /// No site was built: `style/` and `public/` of the sources.
    Sources(PathBuf),
}

impl Site {
    /// The site in `folder`, or the sources' files when none was built there. With the feature `embed`, the binary's own.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        #[cfg(feature = "embed")]
        if let Some(manifest) = Embedded::get("manifest.json").and_then(|f| serde_json::from_slice(&f.data).ok()) {
            return Self {
                files: Files::Embedded,
                assets: assets(manifest),
            };
        }
        let manifest = std::fs::read(folder.join("manifest.json"))
            .ok()
            .and_then(|t| serde_json::from_slice(&t).ok());
        match manifest {
            Some(manifest) => Self {
                files: Files::Folder(folder.to_owned()),
                assets: assets(manifest),
            },
            None => Self {
                files: Files::Sources(sources()),
                assets: Assets {
                    css: DEV_CSS.to_owned(),
                    pkg: None,
                },
            },
        }
    }

    /// Addresses of the files that a page loads.
    #[must_use]
    pub fn assets(&self) -> Assets {
        self.assets.clone()
    }

    /// Whether there was a build: names then change with the content.
    const fn is_built(&self) -> bool {
        !matches!(self.files, Files::Sources(_))
    }

    /// The bytes at `path`, which begins with a slash.
    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        let relative = path.strip_prefix('/')?;
        // Only names, joined anew: of `style///etc/passwd` what follows the first folder would lead to the disk's root.
        let mut names = Vec::new();
        for part in Path::new(relative).components() {
            match part {
                Component::Normal(name) => names.push(name.to_str()?),
                _ => return None,
            }
        }
        let relative = names.join("/");
        let relative = relative.as_str();
        match &self.files {
            #[cfg(feature = "embed")]
            Files::Embedded => Embedded::get(relative).map(|file| file.data),
            Files::Folder(folder) => std::fs::read(folder.join(relative)).ok().map(Cow::Owned),
            Files::Sources(root) => {
                let file = match relative.strip_prefix("style/") {
                    Some("dev.css") => root.join("style/main.css"),
                    Some(sheet) => root.join("style").join(sheet),
                    None => root.join("public").join(relative),
                };
                std::fs::read(file).ok().map(Cow::Owned)
            }
        }
    }

    /// The best form of the file that the reader takes: brotli, gzip, plain.
    fn find(&self, path: &str, accepted: &str) -> Option<(Cow<'static, [u8]>, Option<&'static str>)> {
        let packed = [("br", "br"), ("gzip", "gz")]
            .into_iter()
            .filter(|(coding, _)| takes(accepted, coding));
        packed
            .filter_map(|(coding, end)| Some((self.read(&format!("{path}.{end}"))?, Some(coding))))
            .next()
            .or_else(|| Some((self.read(path)?, None)))
    }
}

fn assets(manifest: Manifest) -> Assets {
    let rooted = |path: &str| format!("/{}", path.trim_start_matches('/'));
    Assets {
        css: rooted(&manifest.css),
        pkg: Some(rooted(manifest.pkg.trim_end_matches('/'))),
    }
}

/// The sources' folder: where cargo runs us, else where we were started.
fn sources() -> PathBuf {
    match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(server) => Path::new(&server).parent().map_or_else(PathBuf::new, Path::to_owned),
        None => PathBuf::new(),
    }
}

/// Whether an `Accept-Encoding` header takes `coding`.
fn takes(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|part| {
        let mut fields = part.split(';').map(str::trim);
        let named = fields.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !fields.any(|field| matches!(field, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Answers with a file of the site.
pub async fn file(State(server): State<Server>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let Some((bytes, coding)) = server.site.find(&path, accepted) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let hashed = server.site.is_built() && HASHED.iter().any(|folder| path.starts_with(folder));
    let kept = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let media_type = mime_guess::from_path(&path)
        .first_raw()
        .unwrap_or("application/octet-stream");
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}

/// Which links browsers may fetch before they are followed: those marked for it.
pub async fn speculation_rules() -> Response {
    const RULES: &str = r#"{"prefetch":[{"where":{"selector_matches":"a[data-prefetch]"},"eagerness":"moderate"}]}"#;
    let headers = [
        (header::CONTENT_TYPE, "application/speculationrules+json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, RULES).into_response()
}

#[cfg(test)]
mod tests {
    use super::{Site, takes};

    fn built() -> (tempfile::TempDir, Site) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("pkg/0a1b")).unwrap();
        std::fs::write(
            dir.path().join("manifest.json"),
            r#"{"pkg":"pkg/0a1b","css":"style/77.css"}"#,
        )
        .unwrap();
        std::fs::write(dir.path().join("pkg/0a1b/docket.js"), "plain").unwrap();
        std::fs::write(dir.path().join("pkg/0a1b/docket.js.br"), "packed").unwrap();
        let site = Site::open(dir.path());
        (dir, site)
    }

    #[test]
    fn the_manifest_names_the_files_of_a_page() {
        let (_dir, site) = built();
        assert_eq!(site.assets().css, "/style/77.css");
        assert_eq!(site.assets().pkg.as_deref(), Some("/pkg/0a1b"));
    }

    #[test]
    fn a_reader_gets_the_form_it_takes() {
        let (_dir, site) = built();
        let find = |accepted| site.find("/pkg/0a1b/docket.js", accepted).unwrap();
        assert_eq!(find("gzip, br"), (b"packed".as_slice().into(), Some("br")));
        assert_eq!(find("gzip, br;q=0"), (b"plain".as_slice().into(), None));
        assert!(takes("br;q=0.5", "br"));
    }

    #[test]
    fn no_path_leads_out_of_the_site() {
        let (dir, site) = built();
        std::fs::write(dir.path().parent().unwrap().join("docket-site-test-outside"), "x").unwrap();
        for path in [
            "/../docket-site-test-outside",
            "/pkg/../../docket-site-test-outside",
            "//etc/passwd",
            "/style//../manifest.json",
            "/./manifest.json",
        ] {
            assert!(site.read(path).is_none(), "{path}");
        }
        std::fs::remove_file(dir.path().parent().unwrap().join("docket-site-test-outside")).unwrap();
    }

    #[test]
    fn no_path_leads_out_of_the_sources_either() {
        let site = Site::open(std::path::Path::new("no/such/folder"));
        assert!(site.read("/style/dev.css").is_some(), "the sources are here");
        assert!(site.read("/style//dev.css").is_some(), "two slashes are one");
        for path in [
            "/style///etc/passwd",
            "/style//etc/passwd",
            "//style///etc/passwd",
            "/pkg///etc/passwd",
        ] {
            assert!(site.read(path).is_none(), "{path}");
        }
    }
}
