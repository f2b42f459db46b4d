use super::color::Rgb;
use super::palette::{MARK, Palette, TEXT, Wished};
use super::*;
use proptest::prelude::*;

/// Returns every pair of colours that `widget/style.css` puts on each other, with the contrast it needs.
fn pairs(p: &Palette) -> Vec<(&'static str, Rgb, Rgb, u64)> {
    let mut pairs = vec![
        ("text on line", p.text, p.line, TEXT),
        ("button", p.on_accent, p.accent, TEXT),
        ("button under the pointer", p.on_accent, p.accent_strong, TEXT),
        ("good news", p.good, p.good_tint, TEXT),
        ("bad news", p.bad, p.bad_tint, TEXT),
        ("error", p.bad, p.surface, TEXT),
        ("edge of a wrong field", p.bad, p.field, MARK),
        ("waiting", p.wait, p.wait_tint, TEXT),
        ("text on good news", p.text, p.good_tint, TEXT),
        ("text on bad news", p.text, p.bad_tint, TEXT),
        ("text on waiting", p.text, p.wait_tint, TEXT),
    ];
    for ground in [p.surface, p.field, p.ground, p.tint] {
        pairs.push(("text", p.text, ground, TEXT));
        pairs.push(("muted text", p.muted, ground, TEXT));
        pairs.push(("link and focus", p.accent, ground, TEXT));
        pairs.push(("edge", p.edge, ground, MARK));
    }
    pairs
}

fn check(wished: &Wished) -> Result<(), String> {
    for dark in [false, true] {
        for (what, front, back, needed) in pairs(&Palette::of(wished, dark)) {
            let found = front.contrast(back);
            if found < needed {
                return Err(format!("{what}: {front} on {back} is {found}, dark: {dark}"));
            }
        }
    }
    Ok(())
}

fn theme(wishes: &[(&str, &str)]) -> Theme {
    let mut theme = Theme::default();
    for (name, value) in wishes {
        theme.wish(name, value);
    }
    theme
}

#[test]
fn our_own_colours_are_readable() {
    assert_eq!(check(&Wished::default()), Ok(()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn every_theme_of_a_shop_is_readable(accent: u32, surface: u32, text: u32, which in 0..8_u32) {
        let wish = |bit: u32, color: u32| (which & bit != 0).then(|| Rgb::hex(color));
        let wished = Wished { accent: wish(1, accent), surface: wish(2, surface), text: wish(4, text) };
        prop_assert_eq!(check(&wished), Ok(()));
    }

    #[test]
    fn no_value_of_a_shop_ends_the_style_sheet(name in "scheme|accent|surface|text|radius|spacing|font", value in ".{0,40}") {
        let css = theme(&[(&name, &value)]).css();
        let rules = css.matches('{').count();
        prop_assert_eq!(rules, css.matches('}').count());
        prop_assert!(!css.contains(['<', '\\', '\n']));
        prop_assert!(rules >= 2);
    }
}

#[test]
fn a_readable_colour_is_kept() {
    let css = theme(&[("accent", "rgb(31, 87, 150)"), ("surface", "rgb(255, 255, 255)")]).css();
    assert!(css.contains("--vc-accent:#1f5796;"), "{css}");
    assert!(css.contains("--vc-surface:#ffffff;"), "{css}");
    assert!(css.contains("main{color-scheme:light}"), "{css}");
}

#[test]
fn the_scheme_is_set_or_follows_the_surface() {
    let scheme = |wishes: &[(&str, &str)]| match theme(wishes).scheme() {
        Scheme::Light => "light",
        Scheme::Dark => "dark",
        Scheme::Auto => "auto",
    };
    assert_eq!(scheme(&[]), "auto");
    assert_eq!(scheme(&[("accent", "#112233")]), "auto");
    assert_eq!(scheme(&[("surface", "#112233")]), "dark");
    assert_eq!(scheme(&[("surface", "#ffeedd")]), "light");
    assert_eq!(scheme(&[("surface", "#ffeedd"), ("scheme", "auto")]), "auto");
    assert_eq!(scheme(&[("scheme", "dark")]), "dark");
}

#[test]
fn lengths_and_fonts_are_bounded() {
    for (text, found) in
        [("8px", 8_000), ("1.5rem", 24_000), ("0.5rem", 8_000), ("0", 0), ("99px", 24_000), ("-4px", 0)]
    {
        assert_eq!(length(text, RADIUS), Some(found), "{text}");
    }
    for text in ["", "8", "px", "8em", "8vw", "calc(1px)", "1e999px", "nanpx", "8px;", "8px}"] {
        assert_eq!(length(text, RADIUS), None, "{text}");
    }
    assert_eq!(font("Georgia, 'Noto Serif', serif").as_deref(), Some("Georgia, 'Noto Serif', serif"));
    for text in ["", "a;b", "a}", "url(x)", "'a", "a\\", "\"a'b\"", "a</style>"] {
        assert_eq!(font(text), None, "{text}");
    }
}

#[test]
fn on_paper_a_dark_theme_is_dark_on_white() {
    let css = theme(&[("surface", "#101010"), ("text", "#ffffff")]).css();
    let (paper, screen) = css.split_once("@media screen").unwrap();
    assert!(paper.contains("--vc-text:#1c1b22;"), "{paper}");
    assert!(screen.contains("--vc-text:#ffffff;"), "{screen}");
}

#[test]
fn unusable_values_are_listed() {
    let css = theme(&[("accent", "blurple"), ("radius", "round"), ("other", "x")]).css();
    assert!(css.starts_with("/* cannot be used: --voucher-accent, --voucher-radius */:root{"), "{css}");
}
