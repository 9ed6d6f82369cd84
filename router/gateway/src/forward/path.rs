//! Whether a path means what it says. Servers differ in how often they decode a path, what they take for a slash and
//! what they make of `..`; a path on which they could differ is not passed on.

/// A path is decoded this often at most; one that still changes hides something.
const ROUNDS: usize = 4;

/// Whether the path has no segment of dots, empty segment or hidden separator, however often it is decoded.
pub fn is_plain(path: &str) -> bool {
    let mut text = path.as_bytes().to_vec();
    for _ in 0..ROUNDS {
        if !has_plain_segments(&text) {
            return false;
        }
        match decode(&text) {
            None => return false,
            Some(decoded) if decoded == text => return true,
            Some(decoded) => text = decoded,
        }
    }
    false
}

fn has_plain_segments(path: &[u8]) -> bool {
    let Some(path) = path.strip_prefix(b"/") else { return false };
    let last = path.iter().filter(|byte| **byte == b'/').count();
    path.split(|byte| *byte == b'/').enumerate().all(|(index, segment)| {
        // Some servers take what follows a semicolon for parameters of the segment.
        let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
        let is_inside = index < last;
        !(name == b"." || name == b".." || (name.is_empty() && is_inside))
    })
}

/// One level of percent-encoding taken off. `None` where a separator or control character comes to light, or stands
/// there as it is.
fn decode(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((byte, more)) = rest.split_first() {
        let (byte, more, was_hidden) = match (byte, more) {
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, after, true),
                _ => (b'%', more, false),
            },
            _ => (*byte, more, false),
        };
        if byte == b'\\' || byte.is_ascii_control() || (was_hidden && byte == b'/') {
            return None;
        }
        decoded.push(byte);
        rest = more;
    }
    Some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Whether `path` is `prefix` or below it.
pub fn is_within(path: &str, prefix: &str) -> bool {
    path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}
