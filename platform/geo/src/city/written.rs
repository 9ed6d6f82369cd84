//! Addresses as people write them.

/// The most characters of a line that are looked at.
const MAX_LINE: usize = 200;
/// Words that announce a number.
const NUMBER_WORDS: [&str; 3] = ["nr", "no", "hausnummer"];

/// A street, folded, and the number of a house, as a line may be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub street: String,
    pub number: Option<u32>,
}

/// A name without what people write in several ways: in lower case, umlauts written out, `str.` as `strasse`, and letters and
/// digits alone.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 4);
    for c in text.chars().take(MAX_LINE).flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            // The two dots alone, after their letter.
            '\u{308}' => folded.push('e'),
            c if c.is_alphanumeric() => folded.push(c),
            _ => {}
        }
    }
    if folded.ends_with("str") {
        folded.push_str("asse");
    }
    folded
}

/// A postal code in upper case, letters and digits alone, without the country before it, as in `D-28991`.
pub(super) fn fold_postal_code(text: &str, country: &str) -> String {
    let is_written = |c: &char| c.is_ascii_alphanumeric();
    let folded: String =
        text.chars().take(MAX_LINE).filter(is_written).collect::<String>().to_ascii_uppercase();
    let country = country.to_ascii_uppercase();
    let initial = country.get(..1).unwrap_or_default();
    let code = [country.as_str(), initial].into_iter().find_map(|prefix| {
        folded.strip_prefix(prefix).filter(|code| code.starts_with(|c: char| c.is_ascii_digit()))
    });
    code.map_or_else(|| folded.clone(), str::to_owned)
}

/// What a line with street and number may mean, the likeliest first: the number after the street, before it, none.
pub(super) fn readings(line: &str) -> Vec<Reading> {
    let line: String = line.chars().take(MAX_LINE).collect();
    let mut readings: Vec<Reading> = numbers(&line)
        .filter(|(before, ..)| before.contains(char::is_alphabetic))
        .map(|(before, number, _)| Reading { street: fold(without_number_word(before)), number })
        .collect();
    if let Some((_, number, after)) = numbers(&line).next().filter(|(before, ..)| fold(before).is_empty()) {
        let (whole, short) = (first_part(after), first_part(without_letter(after)));
        readings.extend([short, whole].map(|street| Reading { street: fold(street), number }));
    }
    readings.extend(
        [line.as_str(), first_part(&line)].map(|street| Reading { street: fold(street), number: None }),
    );
    readings
}

/// Each run of digits: what is before it, the number, what is after it. A number that is too large for a house is none.
fn numbers(line: &str) -> impl Iterator<Item = (&str, Option<u32>, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut from = 0;
    std::iter::from_fn(move || {
        let begin = from + line.get(from..)?.find(is_digit)?;
        let digits = line.get(begin..)?;
        let end = begin + digits.find(|c| !is_digit(c)).unwrap_or(digits.len());
        from = end;
        Some((line.get(..begin)?, line.get(begin..end)?.parse().ok(), line.get(end..)?))
    })
}

/// `Wallring Nr.` without its last word.
fn without_number_word(street: &str) -> &str {
    let trimmed = street.trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = trimmed.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_number_word = NUMBER_WORDS.contains(&last.to_lowercase().as_str());
    if is_number_word { trimmed.strip_suffix(last).unwrap_or(trimmed) } else { street }
}

/// What follows a number, without the letter or the second number that belongs to it: `a`, `-14`, `/2 b`.
fn without_letter(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let mut chars = rest.chars();
    match (chars.next(), chars.as_str()) {
        (Some(_), after) if !after.starts_with(char::is_alphanumeric) => after,
        _ => rest,
    }
}

/// The part before a comma; commas in front do not count.
fn first_part(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    text.split(',').next().unwrap_or(text)
}
