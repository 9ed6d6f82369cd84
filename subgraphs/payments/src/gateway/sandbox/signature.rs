//! The secret by which the sandbox's webhooks are signed.

use std::{fs, io};

use platform_server::Platform;
use platform_webhooks::Secret;

/// The one that is made at the first start and kept in the data folder.
pub fn kept(platform: &Platform) -> io::Result<Secret> {
    let folder = platform.data_dir.join(platform.name);
    let file = folder.join("sandbox-webhook-secret");
    fs::create_dir_all(&folder)?;
    if let Ok(secret) = fs::read(&file)
        && !secret.is_empty()
    {
        return Ok(Secret::new(secret));
    }
    let words = [platform.ids.next_uuid(), platform.ids.next_uuid()];
    let secret = words.map(|id| id.simple().to_string()).concat();
    fs::write(&file, &secret)?;
    Ok(Secret::new(secret.into_bytes()))
}
