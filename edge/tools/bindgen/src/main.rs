//! Generates the JavaScript between a compiled wasm and its host, as `wasm-bindgen` does, for the wasm files of this project.
//!
//! `bindgen browser|worker WASM FOLDER` writes both into the folder: for browsers as a module for them, for the Worker as a
//! module for workerd, whose instance can be replaced after a trap.

use std::{env, error::Error, ffi::OsString};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    let [host, wasm, folder] = args.as_slice() else {
        return Err("usage: bindgen browser|worker WASM FOLDER".into());
    };
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).typescript(false);
    match host.to_str() {
        Some("browser") => bindgen.web(true)?.remove_producers_section(true),
        // The crate `worker` registers an abort handler, which a build that aborts on a panic has only with this option.
        Some("worker") => bindgen
            .module(true)?
            .out_name("index")
            .reset_state_function(true)
            .force_enable_abort_handler(true),
        _ => return Err("the first argument is neither browser nor worker".into()),
    };
    bindgen.generate(folder)?;
    Ok(())
}
