//! Derives every colour of the page from the few that a shop can set.

use super::color::{BLACK, ONE, Rgb, WHITE};

/// The colours requested by a shop.
#[derive(Default)]
pub struct Wished {
    pub accent: Option<Rgb>,
    pub surface: Option<Rgb>,
    pub text: Option<Rgb>,
}

/// Declares the colours by the names of their variables in `widget/style.css`.
macro_rules! palette {
    ($($name:ident),*) => {
        /// The colours of the page.
        pub struct Palette {
            $(pub $name: Rgb,)*
        }

        impl Palette {
            /// Returns the CSS declarations.
            pub fn css(&self) -> String {
                let colors = [$((stringify!($name), self.$name)),*];
                colors.iter().map(|(name, color)| format!("--vc-{}:{color};", name.replace('_', "-"))).collect()
            }
        }
    };
}

palette!(
    ground,
    surface,
    field,
    text,
    muted,
    line,
    edge,
    accent,
    accent_strong,
    on_accent,
    tint,
    good,
    good_tint,
    bad,
    bad_tint,
    wait,
    wait_tint
);

/// The minimum contrast of text (WCAG 2.2, 1.4.3).
pub const TEXT: u64 = ONE * 9 / 2;

/// The minimum contrast of edges and marks that carry meaning (1.4.11).
pub const MARK: u64 = ONE * 3;

impl Palette {
    /// Returns the readable colours closest to those requested, light or dark.
    pub fn of(wished: &Wished, dark: bool) -> Self {
        let pick = |light, night| Rgb::hex(if dark { night } else { light });
        // On a middle grey neither black nor white leaves room for a tint between them.
        let room = |surface: Rgb| {
            let ink = if surface.is_dark() { WHITE } else { BLACK };
            surface.readable(&[ink], ONE * 9)
        };
        let surface = wished.surface.map_or_else(|| pick(0xff_ff_ff, 0x1c_1b_22), room);
        let ink = if surface.is_dark() { WHITE } else { BLACK };
        let paper = if surface.is_dark() { BLACK } else { WHITE };
        let ground = wished.surface.map_or_else(|| pick(0xf4_f3_f0, 0x13_12_17), |_| surface.mix(ink, 3));
        let field = surface.mix(paper, 40);
        let tinted = |color: Rgb| surface.mix(color, 8);
        let hue = |light, night| Rgb::hex(if surface.is_dark() { night } else { light });
        let accent = wished.accent.unwrap_or_else(|| hue(0x4a_3a_a7, 0xb3_a6_ff));
        let [good, bad, wait] =
            [hue(0x0b_6b_45, 0x6f_d6_a6), hue(0xad_1d_2f, 0xff_9a_a6), hue(0x7a_52_00, 0xf1_c4_70)];
        let [tint, good_tint, bad_tint, wait_tint] = [accent, good, bad, wait].map(tinted);
        let line = surface.mix(ink, 14);
        let grounds = [surface, field, ground, tint, good_tint, bad_tint, wait_tint, line];
        let text = wished.text.unwrap_or_else(|| hue(0x1c_1b_22, 0xf2_f0_f7)).readable(&grounds, TEXT);
        let accent = accent.readable(&[surface, ground, tint, field], TEXT);
        let on_accent = if WHITE.contrast(accent) >= TEXT { WHITE } else { BLACK };
        Self {
            muted: text.mix(surface, 30).readable(&[surface, field, ground, tint], TEXT),
            edge: surface.mix(ink, 45).readable(&[surface, field, ground, tint], MARK),
            accent_strong: accent.mix(if on_accent == WHITE { BLACK } else { WHITE }, 20),
            good: good.readable(&[surface, good_tint], TEXT),
            bad: bad.readable(&[surface, bad_tint, field], TEXT),
            wait: wait.readable(&[surface, wait_tint], TEXT),
            ground,
            surface,
            field,
            text,
            line,
            accent,
            on_accent,
            tint,
            good_tint,
            bad_tint,
            wait_tint,
        }
    }
}
