//! A text in the form in which it is searched, with the way back to the letters as they were written.

use platform_text::fold;

/// A folded text.
pub struct Folded {
    pub text: String,
    /// Where a part of the folded text and the part of the original that became it begin, in bytes; in ascending order,
    /// the ends of both last.
    starts: Vec<(usize, usize)>,
}

impl Folded {
    pub fn new(original: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(original.len()), starts: Vec::new() };
        let mut part = String::new();
        let mut part_folded = String::new();
        for (at, letter) in original.char_indices() {
            let alone = fold(letter.encode_utf8(&mut [0; 4]));
            part.push(letter);
            // A mark that joins the letter before it, as an accent does, belongs to that letter's part.
            let joins = !letter.is_ascii() && fold(&part) != format!("{part_folded}{alone}");
            if joins {
                part_folded = fold(&part);
            } else {
                folded.text.push_str(&part_folded);
                folded.starts.push((folded.text.len(), at));
                part.clear();
                part.push(letter);
                part_folded = alone;
            }
        }
        folded.text.push_str(&part_folded);
        folded.starts.push((folded.text.len(), original.len()));
        folded
    }

    /// The bytes of the original that became these of the folded text.
    pub fn origin(&self, from: usize, to: usize) -> (usize, usize) {
        let before = self.starts.partition_point(|(folded, _)| *folded <= from).saturating_sub(1);
        let after = self.starts.partition_point(|(folded, _)| *folded < to);
        let original = |index: usize| self.starts.get(index).or(self.starts.last()).map_or(0, |(_, at)| *at);
        (original(before), original(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_leads_back_to_what_became_it() {
        let original = "Cre\u{300}me Straße ｶﾞﾗｽ";
        let folded = Folded::new(original);
        assert_eq!(folded.text, "crème strasse ガラス");
        for (part, written) in
            [("crème", "Cre\u{300}me"), ("strasse", "Straße"), ("ガラス", "ｶﾞﾗｽ"), ("s", "S")]
        {
            let at = folded.text.find(part).unwrap();
            let (from, to) = folded.origin(at, at + part.len());
            assert_eq!(&original[from..to], written);
        }
        assert_eq!(Folded::new("").origin(0, 0), (0, 0));
    }
}
