//! Mail to users: the messages, and where they go.
//!
//! A mail is the one place outside the database where an address and a token meet; neither is logged, nor what a mail
//! server says, which may repeat them. What users wrote stands in no header, and in a text only by [`plain`].

pub mod graphql;
pub mod limit;
mod message;
mod order_code;
mod order_message;
mod store;

pub use limit::MailLimitError;
pub use message::{account_exists, password_reset, registration_code, verify_email};
pub use order_code::forget_sent;

/// What somebody wrote, such as a name, for the text of a mail: on one line, short, and so that no mail program makes a
/// link of a part of it.
pub fn plain(text: &str) -> String {
    const MAX: usize = 60;
    let mut plain = String::new();
    let mut letters = text.chars().take(MAX).peekable();
    while let Some(letter) = letters.next() {
        let before_more = letters.peek().is_some_and(|next| !next.is_whitespace());
        match letter {
            '.' if before_more => plain.push_str(". "),
            // Dots, slashes, colons and at signs of other scripts, which programs read as those of an address.
            '．' | '。' | '｡' | '․' if before_more => {
                plain.push(letter);
                plain.push(' ');
            }
            '/' | '\\' | ':' | '@' | '<' | '>' | '／' | '：' | '＠' | '﹕' | '﹫' => plain.push(' '),
            letter if letter.is_control() => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_no_link_in_a_mail() {
        assert_eq!(plain("Ann Smith Jr."), "Ann Smith Jr.");
        assert_eq!(plain("https://evil.example/win"), "https evil. example win");
        assert_eq!(plain("You won: www.evil.example"), "You won www. evil. example");
        assert_eq!(plain("<a@evil.example>\r\nBcc: x"), "a evil. example Bcc x");
        assert_eq!(plain("win at evil．co evil。co evil｡co"), "win at evil． co evil。 co evil｡ co");
        assert_eq!(plain("https：／／evil＠x"), "https evil x");
        assert_eq!(plain(&"x".repeat(100)).len(), 60);
    }
}
