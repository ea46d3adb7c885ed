//! What the pages need besides themselves, embedded in the program. Their addresses name their content, so browsers keep
//! them for ever, and never an old one.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// A file of the monitor.
pub(super) struct Asset {
    name: &'static str,
    media_type: &'static str,
    text: &'static str,
    address: LazyLock<String>,
}

/// The style sheet.
pub(super) static STYLE: Asset = Asset {
    name: "monitor.css",
    media_type: "text/css; charset=utf-8",
    text: include_str!("assets/monitor.css"),
    address: LazyLock::new(|| STYLE.versioned()),
};

/// The script: live updates.
pub(super) static SCRIPT: Asset = Asset {
    name: "monitor.js",
    media_type: "text/javascript; charset=utf-8",
    text: include_str!("assets/monitor.js"),
    address: LazyLock::new(|| SCRIPT.versioned()),
};

/// The mark in the browser's tab and above the menu.
pub(super) static ICON: Asset = Asset {
    name: "icon.svg",
    media_type: "image/svg+xml",
    text: include_str!("assets/icon.svg"),
    address: LazyLock::new(|| ICON.versioned()),
};

impl Asset {
    /// Its address.
    pub(super) fn href(&self) -> &str {
        &self.address
    }

    fn versioned(&self) -> String {
        let mut address = format!("/ui/assets/{}?v=", self.name);
        for byte in Sha256::digest(self.text).iter().take(6) {
            // Writing to a text cannot fail.
            let _ = write!(address, "{byte:02x}");
        }
        address
    }
}

/// Answers with a file. It needs no login: the login's page has it too, and it is the same for everybody.
pub(super) async fn get(Path(name): Path<String>) -> Response {
    match [&STYLE, &SCRIPT, &ICON].into_iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let headers = [
                (header::CONTENT_TYPE, asset.media_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            (headers, asset.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
