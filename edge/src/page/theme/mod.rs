//! The colours and shapes of the checkout: our own, or those that a shop sets by the custom properties of its element. Colours move towards
//! black or white until their contrast is that of WCAG 2.2 AA. Values that cannot be used are ignored, and named in a comment in the style
//! sheet for the shop's programmer.

mod color;
mod palette;

use checkout_core::seal::sha256_base64;
use color::{Rgb, thousandths};
use palette::{Palette, Wished};

/// The theme requested by a shop; every value is optional.
#[derive(Default)]
pub struct Theme {
    scheme: Option<Scheme>,
    colors: Wished,
    /// In thousandths of a pixel.
    radius: Option<i64>,
    /// In thousandths of a pixel.
    spacing: Option<i64>,
    font: Option<String>,
    unusable: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Light,
    Dark,
    /// As set on the shopper's device.
    Auto,
}

/// The smallest and the largest radius of a corner, in thousandths of a pixel.
const RADIUS: (i64, i64) = (0, 24_000);

/// The smallest and the largest space between two fields, in thousandths of a pixel.
const SPACING: (i64, i64) = (12_000, 24_000);

impl Theme {
    /// Takes the value of the element's property `--voucher-{name}` from the page's address. Other names are ignored.
    pub fn wish(&mut self, name: &str, value: &str) {
        let unusable = match name {
            "scheme" => put(&mut self.scheme, Scheme::parse(value)).then_some("scheme"),
            "accent" => put(&mut self.colors.accent, Rgb::parse(value)).then_some("accent"),
            "surface" => put(&mut self.colors.surface, Rgb::parse(value)).then_some("surface"),
            "text" => put(&mut self.colors.text, Rgb::parse(value)).then_some("text"),
            "radius" => put(&mut self.radius, length(value, RADIUS)).then_some("radius"),
            "spacing" => put(&mut self.spacing, length(value, SPACING)).then_some("spacing"),
            "font" => put(&mut self.font, font(value)).then_some("font"),
            _ => None,
        };
        self.unusable.extend(unusable);
    }

    /// Returns the style sheet that sets the variables of `widget/style.css`.
    pub fn css(&self) -> String {
        let mut css = String::new();
        if !self.unusable.is_empty() {
            css += &format!("/* cannot be used: --voucher-{} */", self.unusable.join(", --voucher-"));
        }
        // Print uses no shop colours.
        let paper = Palette::of(&Wished::default(), false).css();
        css += &format!(":root{{{}{paper}}}", self.shape());
        let (light, dark) = (Palette::of(&self.colors, false).css(), Palette::of(&self.colors, true).css());
        let scheme = self.scheme();
        if scheme != Scheme::Dark && light != paper {
            css += &format!("@media screen{{:root{{{light}}}}}");
        }
        css += &match scheme {
            Scheme::Light => "main{color-scheme:light}".to_owned(),
            Scheme::Dark => format!("@media screen{{:root{{{dark}}}main{{color-scheme:dark}}}}"),
            Scheme::Auto => format!("@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"),
        };
        css
    }

    /// Returns the policy's source that allows that style sheet.
    pub fn policy(css: &str) -> String {
        format!("'sha256-{}'", sha256_base64(css))
    }

    /// Returns the colour scheme: a shop that sets its surface has chosen one.
    fn scheme(&self) -> Scheme {
        match (self.scheme, self.colors.surface) {
            (Some(scheme), _) => scheme,
            (None, Some(surface)) if surface.is_dark() => Scheme::Dark,
            (None, Some(_)) => Scheme::Light,
            (None, None) => Scheme::Auto,
        }
    }

    fn shape(&self) -> String {
        // In rem, so that it grows with the shopper's text.
        let rem = |name: &str, length: i64| {
            let rem = length / 16;
            format!("--vc-{name}:{}.{:03}rem;", rem / 1000, rem % 1000)
        };
        let mut shape = rem("radius", self.radius.unwrap_or(12_000));
        shape += &rem("gap", self.spacing.unwrap_or(18_000));
        if let Some(font) = &self.font {
            shape += &format!("--vc-font:{font},system-ui,sans-serif;");
        }
        shape
    }
}

impl Scheme {
    fn parse(value: &str) -> Option<Self> {
        match value {
            "light" => Some(Self::Light),
            "dark" => Some(Self::Dark),
            "auto" => Some(Self::Auto),
            _ => None,
        }
    }
}

/// Stores the value, and returns whether there was none.
fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let missing = value.is_none();
    *place = value;
    missing
}

/// Parses a length such as `8px`, `0.5rem` or `0` in thousandths of a pixel, clamped to the two limits.
fn length(value: &str, (least, most): (i64, i64)) -> Option<i64> {
    let (number, pixels) = match (value.strip_suffix("rem"), value.strip_suffix("px")) {
        (Some(number), _) => (number, 16),
        (_, Some(number)) => (number, 1),
        _ if value == "0" => (value, 1),
        _ => return None,
    };
    Some((thousandths(number)? * pixels).clamp(least, most))
}

/// Parses a list of font names that can end neither the declaration nor the style sheet.
fn font(value: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || " ,-_'\"".contains(c);
    let even = |quote: char| value.matches(quote).count().is_multiple_of(2);
    let is_usable =
        !value.is_empty() && value.len() <= 200 && value.chars().all(plain) && even('\'') && even('"');
    // Only one kind of quote, because two kinds could overlap.
    let is_mixed = value.contains('\'') && value.contains('"');
    (is_usable && !is_mixed).then(|| value.to_owned())
}

#[cfg(test)]
mod tests;
