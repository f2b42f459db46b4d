//! Reads a local file in slices, so that the page stays responsive. The content never leaves the browser.

use crate::api::Failure;
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecodeOptions, TextDecoder, TextDecoderOptions};

/// The largest file, in bytes.
const LARGEST: u64 = 100_000_000;
/// The bytes that are read at a time.
const SLICE: u64 = 1 << 20;
/// The encoding of a file that is not in Unicode.
const OLD: &str = "windows-1252";

/// A text file in slices.
pub struct Text<'a> {
    file: &'a File,
    decoder: TextDecoder,
    at: u64,
    /// Its size in bytes.
    pub size: u64,
}

/// The reason why a slice cannot be read.
pub enum Fault {
    /// The file is not in this encoding.
    Encoding,
    /// The file cannot be read.
    Failure(Failure),
}

/// Detects the encoding from the first bytes of a file: UTF-16 has a byte-order mark, and UTF-8 may have one.
pub async fn encoding(file: &File) -> Result<&'static str, Failure> {
    let size = file.size() as u64;
    if size == 0 {
        return Err(Failure::of("The file is empty", "Export the statement again."));
    }
    if size > LARGEST {
        return Err(Failure::of(
            "The file is too large",
            "A statement may have 100 MB. Export it in two parts.",
        ));
    }
    let bytes = Uint8Array::new(&slice(file, 0, 4.min(size)).await?.into()).to_vec();
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] => Ok("utf-16le"),
        [0xFE, 0xFF, ..] => Ok("utf-16be"),
        b"%PDF" => Err(no_text("It is a PDF.")),
        [b'P', b'K', 3, 4] | [0xD0, 0xCF, 0x11, 0xE0] => Err(no_text("It is a workbook or an archive.")),
        _ => Ok("utf-8"),
    }
}

impl<'a> Text<'a> {
    /// Opens a file in this encoding.
    pub fn open(file: &'a File, encoding: &str) -> Result<Self, Failure> {
        let options = TextDecoderOptions::new();
        options.set_fatal(true);
        let decoder = TextDecoder::new_with_label_and_options(encoding, &options);
        let decoder = decoder.map_err(|_| no_text("The browser does not know its encoding."))?;
        Ok(Self { file, decoder, at: 0, size: file.size() as u64 })
    }

    /// Returns the text of the next slice, and the number of bytes read so far; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<(String, u64)>, Fault> {
        if self.at >= self.size {
            return Ok(None);
        }
        let end = self.size.min(self.at + SLICE);
        let bytes = slice(self.file, self.at, end).await.map_err(Fault::Failure)?;
        let options = TextDecodeOptions::new();
        options.set_stream(end < self.size);
        let text = self
            .decoder
            .decode_with_buffer_source_and_options(&bytes, &options)
            .map_err(|_| Fault::Encoding)?;
        if text.chars().any(|one| one.is_ascii_control() && !matches!(one, '\t' | '\r' | '\n')) {
            return Err(Fault::Failure(no_text("It has characters that no text has.")));
        }
        self.at = end;
        Ok(Some((text, end)))
    }
}

impl Fault {
    /// Returns the encoding with which to read the file from its beginning, after UTF-8 has failed.
    pub fn or_old(self, encoding: &str) -> Result<&'static str, Failure> {
        match self {
            Self::Encoding if encoding == "utf-8" => Ok(OLD),
            Self::Encoding => Err(no_text("It does not have the encoding that it says.")),
            Self::Failure(failure) => Err(failure),
        }
    }
}

fn no_text(detail: &str) -> Failure {
    Failure::of(
        "This is no CSV file",
        &format!("{detail} Export the statement as CSV, and choose that file."),
    )
}

async fn slice(file: &File, from: u64, to: u64) -> Result<ArrayBuffer, Failure> {
    let unreadable = || Failure::of("The file cannot be read", "It was moved or changed. Choose it again.");
    let slice = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|_| unreadable())?;
    let bytes = JsFuture::from(slice.array_buffer()).await.map_err(|_| unreadable())?;
    bytes.dyn_into().map_err(|_| unreadable())
}

/// Lets the browser render and handle input.
pub async fn yield_to_browser() {
    let wait = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            // If no timer can be set, the work continues at once.
            if window.set_timeout_with_callback(&resolve).is_err() {
                let _ = resolve.call0(&JsValue::NULL);
            }
        }
    });
    // The promise is never rejected.
    let _ = JsFuture::from(wait).await;
}
