//! Phone numbers for display.

use checkout_wire::Country;

/// Returns a sample phone number in the usual notation of the country.
pub const fn example(country: Country) -> &'static str {
    match country {
        Country::SouthAfrica => "082 123 4567",
        Country::TrinidadAndTobago => "868 622 1234",
        Country::Ethiopia => "091 123 4567",
    }
}

#[cfg(test)]
mod tests;
