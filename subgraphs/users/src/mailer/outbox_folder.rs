//! Mail as files in a folder, where a developer can read it.

use std::path::PathBuf;

use async_trait::async_trait;
use platform_text::find_control;

use crate::mailer::{Mail, MailError, Mailer};

/// Writes each mail as `<id>.eml`.
pub struct OutboxFolder {
    folder: PathBuf,
}

impl OutboxFolder {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl Mailer for OutboxFolder {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let Mail { id, to, subject, text } = mail;
        if [to.as_str(), subject].iter().any(|header| find_control(header).is_some() || header.contains('\n'))
        {
            return Err(MailError::Malformed);
        }
        let text = format!(
            "Message-ID: <{id}@souk>\r\nTo: {}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
            to.as_str()
        );
        tokio::fs::create_dir_all(&self.folder).await.map_err(MailError::Folder)?;
        // Under another name until it is whole, so that nobody reads half a mail.
        let draft = self.folder.join(format!("{id}.draft"));
        tokio::fs::write(&draft, text).await.map_err(MailError::Folder)?;
        tokio::fs::rename(&draft, self.folder.join(format!("{id}.eml"))).await.map_err(MailError::Folder)
    }
}
