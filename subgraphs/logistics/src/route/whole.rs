//! Seconds and metres as tables keep them.

/// Rounded; what is too large becomes the largest.
pub fn whole(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a conversion to an integer keeps to its range")]
    let whole = value.round() as i32;
    whole
}
