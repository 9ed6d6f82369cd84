//! The mails that this subgraph writes, in the reader's language.

use crate::secret::Secret;

/// Subject and text.
pub struct Message {
    pub subject: String,
    pub text: String,
}

/// Lets the reader choose a new password.
pub fn password_reset(language: &str, name: &str, token: &Secret) -> Message {
    let token = token.expose();
    let (subject, text) = match language {
        "de" => (
            "Neues Passwort",
            format!(
                "Hallo {name},\n\nmit diesem Code wählen Sie ein neues Passwort. Er gilt eine Stunde.\n\n{token}\n\nWenn Sie keines angefordert haben, müssen Sie nichts tun."
            ),
        ),
        "ja" => (
            "パスワードの再設定",
            format!(
                "{name} 様\n\n次のコードで新しいパスワードを設定できます。有効期限は1時間です。\n\n{token}\n\nお心当たりのない場合は、このメールを破棄してください。"
            ),
        ),
        _ => (
            "Choose a new password",
            format!(
                "Hello {name},\n\nwith this code you can choose a new password. It is valid for an hour.\n\n{token}\n\nIf you did not ask for it, there is nothing to do."
            ),
        ),
    };
    Message { subject: subject.to_owned(), text }
}

/// Shows that the reader gets mail at the address.
pub fn verify_email(language: &str, name: &str, token: &Secret) -> Message {
    let token = token.expose();
    let (subject, text) = match language {
        "de" => (
            "Bitte bestätigen Sie Ihre Adresse",
            format!(
                "Hallo {name},\n\nmit diesem Code bestätigen Sie Ihre E-Mail-Adresse. Er gilt drei Tage.\n\n{token}"
            ),
        ),
        "ja" => (
            "メールアドレスの確認",
            format!(
                "{name} 様\n\n次のコードでメールアドレスを確認してください。有効期限は3日間です。\n\n{token}"
            ),
        ),
        _ => (
            "Please confirm your address",
            format!(
                "Hello {name},\n\nwith this code you confirm your email address. It is valid for three days.\n\n{token}"
            ),
        ),
    };
    Message { subject: subject.to_owned(), text }
}
