//! Code shared by the fuzz targets: the configuration and the cases of the goldens, and the form of a target.
//!
//! A target is one file in `fuzz_targets/`. It has seeds, which it makes from goldens and from examples of its own, and a check,
//! which takes any bytes and panics where a promise is broken. A panic of the code under test is a finding as well.

use checkout_core::config::Config;
use checkout_wire::Millis;
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs, process};

pub mod provider;

// The goldens are read by code of edge/core that knows its crate by these names.
mod fields {
    pub use checkout_core::fields::Fields;
}
mod http {
    pub use checkout_core::http::HttpResponse;
}
mod config {
    pub use checkout_core::config::Config;
    pub mod tests {
        use crate::provider::folders;
        use checkout_core::config::Config;
        use checkout_core::vars::{ConfigError, Vars};
        use std::collections::BTreeMap;

        const GENERAL: [(&str, &str); 7] = [
            ("MERCHANT_API_KEY", "key_0123456789abcdef0123456789"),
            ("SEALING_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            ("SHOP_NAME", "Test Shop"),
            ("PUBLIC_URL", "http://localhost:8787"),
            ("ALLOWED_ORIGINS", "http://localhost:8788"),
            ("ACCESS_TEAM_DOMAIN", "acme.cloudflareaccess.com"),
            ("ACCESS_AUD", "audience0123456789abcdef"),
        ];

        /// Reads the configuration with every provider of the goldens, and with these changes.
        pub fn config_with(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let mut vars: BTreeMap<String, String> = GENERAL.iter().map(owned).collect();
            vars.extend(folders().iter().flat_map(|folder| folder.vars.clone()));
            vars.extend(changes.iter().map(owned));
            Config::read(&Vars::new(&|name| vars.get(name).cloned()))
        }
    }
}

/// The time of all checks.
pub const NOW: Millis = Millis(1_777_464_000_000);

/// Returns the configuration with every provider of the goldens.
pub fn config() -> Config {
    config::tests::config_with(&[]).expect("the configuration of the goldens")
}

/// The seeds of a target.
pub type Seeds = Vec<Vec<u8>>;

/// Returns a seed that begins with these bytes.
pub fn seed(head: &[u8], body: impl AsRef<[u8]>) -> Vec<u8> {
    [head, body.as_ref()].concat()
}

/// Declares a target by its check and its seeds. libFuzzer's program writes the seeds when `SEEDS` names a folder, and ends. The
/// program without libFuzzer checks the seeds, or the files that it is given.
#[macro_export]
macro_rules! target {
    ($check:path, $seeds:path) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(init: $crate::write_seeds($seeds), |data: &[u8]| $check(data));

        #[cfg(not(fuzzing))]
        fn main() {
            $crate::replay($check, $seeds);
        }
    };
}

/// Writes the seeds into the folder `SEEDS`, and their words into a dictionary beside it.
pub fn write_seeds(seeds: fn() -> Seeds) {
    let Some(folder) = env::var_os("SEEDS") else { return };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).expect("a folder for the seeds");
    let seeds = seeds();
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:04}")), seed).expect("a seed is written");
    }
    fs::write(folder.with_extension("dict"), dictionary(&seeds)).expect("the dictionary is written");
    process::exit(0);
}

/// Checks the files that are named by the program's arguments; without any, the seeds.
pub fn replay(check: fn(&[u8]), seeds: fn() -> Seeds) {
    let files: Vec<String> = env::args().skip(1).collect();
    let inputs = match files.is_empty() {
        true => seeds(),
        false => files.iter().map(|file| fs::read(file).expect(file)).collect(),
    };
    inputs.iter().for_each(|input| check(input));
    println!("{} inputs checked", inputs.len());
}

/// Returns the words and quoted texts of the seeds, in libFuzzer's form.
fn dictionary(seeds: &Seeds) -> String {
    let mut words = BTreeSet::new();
    for seed in seeds {
        let text = String::from_utf8_lossy(seed);
        let is_part = |c: char| c.is_ascii_alphanumeric() || "_-.:+/".contains(c);
        words.extend(text.split(|c| !is_part(c)).map(str::to_owned));
        words.extend(text.split('"').skip(1).step_by(2).map(|quoted| format!("\"{quoted}\"")));
    }
    let fits = |word: &&String| (2..=40).contains(&word.len());
    let line = |word: &String| {
        let bytes = word.bytes().map(|byte| match byte {
            b'\\' | b'"' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\x{byte:02X}"),
        });
        format!("\"{}\"\n", bytes.collect::<String>())
    };
    words.iter().filter(fits).map(line).collect()
}
