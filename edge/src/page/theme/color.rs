//! Colours and their contrast (WCAG 2.2: relative luminance and contrast ratio).

/// An opaque sRGB colour: red, green, blue.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rgb([u8; 3]);

/// Black.
pub const BLACK: Rgb = Rgb([0; 3]);

/// White.
pub const WHITE: Rgb = Rgb([255; 3]);

/// A contrast ratio of 1:1. Ratios are counted in thousandths: 4.5:1 is 4500.
pub const ONE: u64 = 1000;

impl Rgb {
    /// Returns the colour `0xrrggbb`.
    pub const fn hex(rrggbb: u32) -> Self {
        let [_, r, g, b] = rrggbb.to_be_bytes();
        Self([r, g, b])
    }

    /// Parses a colour in the forms that browsers serialise: `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.5)`, `color(srgb 0.1 0.2 0.3 / 0.5)`;
    /// or `#rrggbb`. A colour of at least half opacity counts as opaque; a more transparent one is refused, because the shop's page shows
    /// through.
    pub fn parse(value: &str) -> Option<Self> {
        if let Some(hex) = value.strip_prefix('#') {
            let is_whole = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
            return u32::from_str_radix(hex, 16).ok().filter(|_| is_whole).map(Self::hex);
        }
        let (function, rest) = value.strip_suffix(')')?.split_once('(')?;
        let (all, rest) = match function {
            "rgb" | "rgba" => (255, rest),
            "color" => (1, rest.strip_prefix("srgb ")?),
            _ => return None,
        };
        let separates = |c: char| matches!(c, ' ' | ',' | '/');
        let mut parts = rest.split(separates).filter(|part| !part.is_empty());
        let mut next = || {
            let channel = thousandths(parts.next()?)?;
            u8::try_from((channel.clamp(0, all * 1000) * 255 + all * 500) / (all * 1000)).ok()
        };
        let color = Self([next()?, next()?, next()?]);
        let opacity = parts.next().map_or(Some(1000), |part| match part.strip_suffix('%') {
            Some(percent) => Some(thousandths(percent)? / 100),
            None => thousandths(part),
        })?;
        (opacity >= 500).then_some(color)
    }

    /// Mixes two colours: this one at 0 percent, `other` at 100.
    pub fn mix(self, other: Self, percent: u8) -> Self {
        let (Self([r, g, b]), Self([x, y, z])) = (self, other);
        let between = |from: u8, to: u8| {
            let percent = u32::from(percent.min(100));
            ((u32::from(from) * (100 - percent) + u32::from(to) * percent + 50) / 100) as u8
        };
        Self([between(r, x), between(g, y), between(b, z)])
    }

    /// Returns the contrast of two colours, from [`ONE`] to 21 times that.
    pub fn contrast(self, other: Self) -> u64 {
        let (a, b) = (self.luminance() + GLARE, other.luminance() + GLARE);
        a.max(b) * ONE / a.min(b)
    }

    /// Returns whether white is more readable on it than black.
    pub fn is_dark(self) -> bool {
        WHITE.contrast(self) > BLACK.contrast(self)
    }

    /// Returns the nearest colour between this one and black or white that has the contrast on every background; black or white itself if
    /// none has.
    pub fn readable(self, grounds: &[Self], contrast: u64) -> Self {
        let least =
            |color: Self| grounds.iter().map(|ground| color.contrast(*ground)).min().unwrap_or_default();
        let end = if least(WHITE) > least(BLACK) { WHITE } else { BLACK };
        let moved = (0..=100).step_by(2).map(|percent| self.mix(end, percent));
        moved.into_iter().find(|color| least(*color) >= contrast).unwrap_or(end)
    }

    /// Returns the luminance, from 0 to 10000 times 65535.
    fn luminance(self) -> u64 {
        let [r, g, b] = self.0.map(light);
        2126 * r + 7152 * g + 722 * b
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// Parses a decimal number such as `-0.5` or `12.3456` in thousandths; finer digits are dropped.
pub fn thousandths(text: &str) -> Option<i64> {
    let (sign, number) = text.strip_prefix('-').map_or((1, text), |number| (-1, number));
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if number.is_empty() || whole.len() > 6 || !are_digits(whole) || !are_digits(decimals) {
        return None;
    }
    let decimals: String = decimals.chars().chain("000".chars()).take(3).collect();
    Some(sign * format!("{whole}{decimals}").parse::<i64>().ok()?)
}

/// The flare term of the WCAG contrast ratio: 0.05 of the luminance of white.
const GLARE: u64 = 10_000 * 65_535 / 20;

/// Returns the linear light of a channel, from 0 to 65535: `((c + 0.055) / 1.055)^2.4`, or `c / 12.92` near black (WCAG 2.2, relative
/// luminance).
#[allow(
    clippy::float_arithmetic,
    reason = "WCAG 2.2 defines luminance in real numbers, and no money is counted here"
)]
fn light(channel: u8) -> u64 {
    let c = f64::from(channel) / 255.0;
    let light = if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    (light * 65_535.0 + 0.5) as u64
}

#[cfg(test)]
mod tests;
