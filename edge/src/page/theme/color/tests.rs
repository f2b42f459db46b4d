use super::*;

#[test]
#[allow(clippy::float_arithmetic)]
fn the_light_of_a_channel_matches_wcag() {
    for (channel, found) in [(0, 0), (10, 199), (11, 219), (128, 14_146), (254, 64_952), (255, 65_535)] {
        assert_eq!(light(channel), found);
    }
    for channel in 0..=255_u8 {
        // The inverse function, from light to the value of a channel (IEC 61966-2-1).
        let found = light(channel) as f64 / 65_535.0;
        let value = if found <= 0.003_130_8 { 12.92 * found } else { 1.055 * found.powf(1.0 / 2.4) - 0.055 };
        assert!((value * 255.0 - f64::from(channel)).abs() < 0.03, "{channel}: {value}");
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    assert_eq!(BLACK.contrast(WHITE), 21_000);
    assert_eq!(Rgb::hex(0x77_77_77).contrast(WHITE), 4_477);
    assert_eq!(Rgb::hex(0xff_00_00).contrast(WHITE), 3_998);
}

#[test]
fn colours_as_browsers_write_them() {
    let orange = Some(Rgb::hex(0xff_80_00));
    for text in [
        "rgb(255, 128, 0)",
        "rgba(255, 128, 0, 0.5)",
        "rgb(255 128 0 / 50%)",
        "rgb(300, 128.4, -4)",
        "color(srgb 1 0.501961 0)",
        "#ff8000",
    ] {
        assert_eq!(Rgb::parse(text), orange, "{text}");
    }
    for text in [
        "",
        "red",
        "rgb(1, 2)",
        "rgb(a, b, c)",
        "rgb(1, 2, 3",
        "#ff80",
        "#+f8000",
        "#ff80001",
        "color(xyz 1 1 1)",
        "rgb(inf, 1, 1)",
        "rgb(1e3, 1, 1)",
        "rgb(99999999, 1, 1)",
        "rgba(0, 0, 0, 0)",
        "rgb(0 0 0 / 5%)",
        "color(srgb 0 0 0 / 0.49)",
        "rgb(0 0 0 / half)",
    ] {
        assert_eq!(Rgb::parse(text), None, "{text}");
    }
}
