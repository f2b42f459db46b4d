//! Passes the hashed names of the widget's files and its style sheet to the Worker, which writes them into
//! its pages.
//!
//! `edge/tools/build-widget.mjs` writes them to `www/dist/assets.json`. Without this file (a plain `cargo test` or
//! `cargo clippy` in a fresh checkout) the names have no hashes, which is enough to compile.

use std::{env, error::Error, fs, path::Path};

const PLAIN: &str =
    r#"{"js":"/assets/checkout.js","wasm":"/assets/checkout.wasm","loader":"/checkout.js","style":""}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new("../www/dist/assets.json");
    // The folder is watched too, because the file may be created later.
    println!("cargo::rerun-if-changed=../www/dist/assets.json");
    let names = fs::read_to_string(source).unwrap_or_else(|_| PLAIN.to_owned());
    fs::write(Path::new(&env::var("OUT_DIR")?).join("assets.json"), names)?;
    Ok(())
}
