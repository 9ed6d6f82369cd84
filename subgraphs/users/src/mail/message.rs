//! The mails that this subgraph writes, in the reader's language.

use crate::mail::plain;
use crate::secret::Secret;

/// Subject and text.
pub struct Message {
    pub subject: String,
    pub text: String,
}

/// Lets the reader choose a new password.
pub fn password_reset(language: &str, name: &str, token: &Secret) -> Message {
    let (name, token) = (plain(name), token.expose());
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
    let (name, token) = (plain(name), token.expose());
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

/// Shows that who registers gets mail at the address. Without the name: a stranger may have written it.
pub fn registration_code(language: &str, code: &str) -> Message {
    let (subject, text) = match language {
        "de" => (
            "Ihr Code",
            format!(
                "Guten Tag,\n\nmit diesem Code schließen Sie die Anmeldung ab. Er gilt eine Stunde.\n\n{code}\n\nWenn Sie sich nicht angemeldet haben, müssen Sie nichts tun. Geben Sie den Code niemandem."
            ),
        ),
        "ja" => (
            "確認コード",
            format!(
                "次のコードで登録を完了してください。有効期限は1時間です。\n\n{code}\n\nお心当たりのない場合は、このメールを破棄してください。コードを他の人に教えないでください。"
            ),
        ),
        _ => (
            "Your code",
            format!(
                "Hello,\n\nwith this code you complete your registration. It is valid for an hour.\n\n{code}\n\nIf you did not register, there is nothing to do. Give the code to nobody."
            ),
        ),
    };
    Message { subject: subject.to_owned(), text }
}

/// Tells the owner of an account that somebody registered with its address.
pub fn account_exists(language: &str, name: &str) -> Message {
    let name = plain(name);
    let (subject, text) = match language {
        "de" => (
            "Sie haben schon ein Konto",
            format!(
                "Hallo {name},\n\njemand hat sich mit Ihrer Adresse angemeldet, für die es schon ein Konto gibt. Wenn Sie es waren: Melden Sie sich mit Ihrem Passwort an, oder fordern Sie ein neues an.\n\nWenn Sie es nicht waren, müssen Sie nichts tun."
            ),
        ),
        "ja" => (
            "アカウントは登録済みです",
            format!(
                "{name} 様\n\nお客様のメールアドレスで新規登録の操作がありましたが、すでにアカウントがあります。ご本人の場合は、パスワードでログインするか、パスワードを再設定してください。\n\nお心当たりのない場合は、このメールを破棄してください。"
            ),
        ),
        _ => (
            "You have an account already",
            format!(
                "Hello {name},\n\nsomebody registered with your address, which has an account already. If it was you, log in with your password, or ask for a new one.\n\nIf it was not you, there is nothing to do."
            ),
        ),
    };
    Message { subject: subject.to_owned(), text }
}

/// Lets the reader take an order that was placed without an account into one.
pub fn order_claim(language: &str, number: &str, code: &str) -> Message {
    let (subject, text) = match language {
        "de" => (
            format!("Code für Ihre Bestellung {number}"),
            format!(
                "Guten Tag,\n\nmit diesem Code übernehmen Sie die Bestellung {number} in ein Kundenkonto. Er gilt 30 Minuten.\n\n{code}\n\nWenn Sie ihn nicht angefordert haben, geben Sie ihn niemandem; sonst müssen Sie nichts tun."
            ),
        ),
        "ja" => (
            format!("ご注文 {number} の確認コード"),
            format!(
                "お客様\n\n次のコードでご注文 {number} をアカウントに追加できます。有効期限は30分です。\n\n{code}\n\nお心当たりのない場合は、コードを誰にも教えず、このメールを破棄してください。"
            ),
        ),
        _ => (
            format!("Code for your order {number}"),
            format!(
                "Hello,\n\nwith this code you can take order {number} into an account. It is valid for 30 minutes.\n\n{code}\n\nIf you did not ask for it, give it to nobody; there is nothing else to do."
            ),
        ),
    };
    Message { subject, text }
}

/// Lets the reader call off an order that was placed without an account.
pub fn order_cancellation(language: &str, number: &str, code: &str) -> Message {
    let (subject, text) = match language {
        "de" => (
            format!("Bestellung {number} stornieren"),
            format!(
                "Guten Tag,\n\nmit diesem Code stornieren Sie die Bestellung {number}. Er gilt 30 Minuten.\n\n{code}\n\nWenn Sie ihn nicht angefordert haben, geben Sie ihn niemandem; die Bestellung bleibt bestehen."
            ),
        ),
        "ja" => (
            format!("ご注文 {number} のキャンセル"),
            format!(
                "お客様\n\n次のコードでご注文 {number} をキャンセルできます。有効期限は30分です。\n\n{code}\n\nお心当たりのない場合は、コードを誰にも教えないでください。ご注文はそのまま有効です。"
            ),
        ),
        _ => (
            format!("Cancel your order {number}"),
            format!(
                "Hello,\n\nwith this code you can cancel order {number}. It is valid for 30 minutes.\n\n{code}\n\nIf you did not ask for it, give it to nobody; the order stays as it is."
            ),
        ),
    };
    Message { subject, text }
}
