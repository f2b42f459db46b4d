//! Passes the hashed names of the widget's files and its style sheet to the Worker, which writes them into
//! its pages, and the English texts.
//!
//! `edge/tools/build-widget.mjs` writes them to `www/dist/assets.json`. Without this file (a plain `cargo test` or
//! `cargo clippy` in a fresh checkout) the names have no hashes, which is enough to compile.

use std::{env, error::Error, fs, path::Path};

const PLAIN: &str = r#"{"js":"/assets/checkout.js","wasm":"/assets/checkout.wasm","code_js":"/assets/checkout-code.js","code_wasm":"/assets/checkout-code.wasm","loader":"/checkout.js","style":""}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new("../www/dist/assets.json");
    // The folder is watched too, because the file may be created later.
    println!("cargo::rerun-if-changed=../www/dist/assets.json");
    let names = fs::read_to_string(source).unwrap_or_else(|_| PLAIN.to_owned());
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("assets.json"), names)?;
    println!("cargo::rerun-if-changed=present/words/en.json");
    fs::write(Path::new(&out).join("english.json"), values(&fs::read_to_string("present/words/en.json")?))?;
    Ok(())
}

/// Returns the list of the texts in a file that has each on lines of its own. Without their keys, which the Worker has anyway, it is
/// 1 KB smaller.
fn values(file: &str) -> String {
    let texts = file.lines().filter(|line| !matches!(*line, "{" | "}"));
    let value = |line: &str| match line.starts_with("  \"") {
        true => line.split_once(": ").map_or_else(String::new, |(_, value)| value.to_owned()),
        false => line.trim().to_owned(),
    };
    format!("[{}]", texts.map(value).collect::<String>())
}
