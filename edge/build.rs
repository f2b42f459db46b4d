//! Hands the hashed names of the widget's files and its style sheet to the Worker, which writes them into its pages.
//!
//! `edge/tools/build-widget.mjs` writes them to `www/dist/assets.json`. Without it (a plain `cargo test` or `cargo clippy` in a fresh
//! checkout) the names are the unhashed ones, good enough to compile.

use std::{env, error::Error, fs, path::Path};

const PLAIN: &str =
    r#"{"js":"/assets/checkout.js","wasm":"/assets/checkout.wasm","loader":"/checkout.js","style":""}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new("../www/dist/assets.json");
    // The folder, too: the file may appear later.
    println!("cargo::rerun-if-changed=../www/dist/assets.json");
    let names = fs::read_to_string(source).unwrap_or_else(|_| PLAIN.to_owned());
    fs::write(Path::new(&env::var("OUT_DIR")?).join("assets.json"), names)?;
    Ok(())
}
