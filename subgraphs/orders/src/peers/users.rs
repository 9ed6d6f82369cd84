//! Addresses, VAT ids and mail, asked of users, which never calls orders.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("users");
}

use platform_core::id::UserId;
use platform_identity::Caller;
use platform_server::{PeerError, Peers};
use platform_text::VatId;

use asked::{CountMail, OwnsEmail, SendMail, UserAddress, VatIdIsValid};

/// A mail about an order: what stands in it is a code, or the order itself.
pub use asked::{
    MailDataInput as MailData, MailOrderInput as MailOrder, MailOrderLineInput as MailLine,
    MailParcelInput as MailParcel, MailRefundInput as MailRefund, MailTemplate, SendMailInput as Mail,
};

/// Whether it is the user's VAT id, marked valid by staff.
pub async fn vat_id_is_valid(peers: &Peers, user: UserId, id: &VatId) -> Result<bool, PeerError> {
    let question = VatIdIsValid { user_id: user, vat_id: id.to_string() };
    peers.ask(question, peers.own()).await
}

/// Whether `email` is the verified address of an active account. Users compares; no address comes back.
pub async fn owns_email(
    peers: &Peers,
    caller: &Caller,
    user: UserId,
    email: &str,
) -> Result<bool, PeerError> {
    peers.ask(OwnsEmail { user_id: user, email: email.to_owned() }, caller).await
}

/// Counts a mail that `caller` asks for against the limit of its network; the seconds to wait, if there were too many.
pub async fn count_mail(peers: &Peers, caller: &Caller) -> Result<Option<u64>, PeerError> {
    let counted = peers.ask(CountMail, caller).await?;
    Ok((!counted.allowed).then(|| counted.retry_after_seconds.unwrap_or(1)))
}

/// The address of an account that is not blocked; not to be stored or logged.
pub async fn address_of(peers: &Peers, user: UserId) -> Result<Option<String>, PeerError> {
    let account = peers.ask(UserAddress { user_id: user }, peers.own()).await?;
    Ok(account.filter(|account| account.active).map(|account| account.email))
}

/// Sends a mail, or does nothing if it was sent before: the key says which it is.
pub async fn send_mail(peers: &Peers, mail: Mail) -> Result<(), PeerError> {
    peers.ask(SendMail { input: mail }, peers.own()).await.map(drop)
}
