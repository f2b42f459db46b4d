//! Generates the JavaScript between a compiled wasm and its host, as `wasm-bindgen` does, for the two wasm files of this project.
//!
//! `bindgen widget|worker WASM FOLDER` writes both into the folder: for the widget as a module for browsers, for the Worker as
//! a module for workerd, whose instance can be replaced after a trap.

use std::{env, error::Error, ffi::OsString};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    let [host, wasm, folder] = args.as_slice() else {
        return Err("usage: bindgen widget|worker WASM FOLDER".into());
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).typescript(false);
    match host.to_str() {
        Some("widget") => bindgen.web(true)?.remove_producers_section(true),
        // The crate `worker` registers an abort handler, which a build that aborts on a panic has only with this option.
        Some("worker") => bindgen
            .module(true)?
            .out_name("index")
            .reset_state_function(true)
            .force_enable_abort_handler(true),
        _ => return Err("the first argument is neither widget nor worker".into()),
    };
    bindgen.generate(folder)?;
    Ok(())
}
