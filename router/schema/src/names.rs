//! Names that somebody may have misspelt.

/// The known name that is most like another, if one is like it at all.
pub fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let far = name.chars().count().div_ceil(3).max(2);
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, known)| known)
}

/// What is wrong with a setting that names something that is not there, and what may have been meant.
pub fn unknown<'n>(
    setting: &str,
    name: &str,
    what: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> String {
    let meant = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("{setting}: `{name}` is no {what}{meant}")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_is_like_the_one_that_was_meant() {
        let known = ["guestOrder", "order", "orders", "products"];
        assert_eq!(nearest("guestOrdr", known), Some("guestOrder"));
        assert_eq!(nearest("GUESTORDER", known), Some("guestOrder"));
        assert_eq!(nearest("ordres", known), Some("orders"));
        assert_eq!(nearest("shipments", known), None);
    }
}
