//! The data folder: whose eyes it is for, and which process has it.
//!
//! Invariants: what Souk makes there is readable by its owner alone, and what an older version left readable to others
//! is closed at the start; one process at a time serves a subgraph from a folder, and from the embedded databases of
//! another folder; a database that was there is not made anew when it is gone.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use platform_database::Database;
use rustix::fs::{Access, AtFlags, CWD, Mode};
use rustix::io::Errno;

use crate::config::SoukConfig;
use crate::subgraphs;

/// Rights of anybody but the owner.
const OTHERS: u32 = 0o077;
/// Folders within folders that are looked at: media and the search index have fewer.
const MOST_DEPTH: usize = 6;

/// Stands in the file of a subgraph whose database was made in the folder.
const MADE: &str = "made";

/// The parts of a data folder that this process has; others are refused them until it ends.
pub struct Claim {
    locked: Vec<File>,
}

impl Claim {
    /// Remembers that the databases are there: one that is missing at a later start was lost, and is not made anew.
    pub fn note_made(&mut self) -> Result<()> {
        self.locked.iter_mut().try_for_each(|file| note(file, true))
    }
}

/// Makes the folder, and sees to it that nobody else can read what is in it. From here on, everything that this
/// process makes is its owner's alone.
pub fn open(config: &SoukConfig) -> Result<()> {
    config.check_data_dir()?;
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
    let folder = &config.data_dir;
    fs::create_dir_all(folder)
        .with_context(|| format!("the data folder {} cannot be made", folder.display()))?;
    for path in open_to_others(folder) {
        if let Err(error) = close(&path) {
            tracing::warn!(target: "souk", path = %path.display(), %error, "others can read this file, and that cannot be changed");
        }
    }
    Ok(())
}

/// Takes the named subgraphs of the folder for this process. Files are locked, and a lock ends with its process,
/// however that ends. A subgraph whose database is gone is refused.
pub fn claim(config: &SoukConfig, names: &[&str]) -> Result<Claim> {
    open(config)?;
    let files =
        names.iter().flat_map(|name| in_use(config, name).into_iter().map(|path| lock(config, name, &path)));
    Ok(Claim { locked: files.collect::<Result<_>>()? })
}

/// Whether no other process has the named subgraphs of the folder, and none of their databases is gone. Leaves nothing
/// behind.
pub fn check_free(config: &SoukConfig, names: &[&str]) -> Result<String> {
    for name in names {
        for path in in_use(config, name).into_iter().filter(|path| path.exists()) {
            lock(config, name, &path)?;
        }
    }
    Ok("by no other process".to_owned())
}

/// The files that say who has a subgraph: one in the data folder, and one beside its database where that is elsewhere.
fn in_use(config: &SoukConfig, name: &str) -> BTreeSet<PathBuf> {
    let file = format!("{name}.in-use");
    let folders = Database::sqlite_file(&config.database, &config.data_dir, name)
        .and_then(|database| database.parent().map(Path::to_owned))
        .into_iter()
        .chain([config.data_dir.clone()]);
    // One folder may be written in two ways; that of a file without one is the present one.
    let folders = folders.map(|folder| Path::new(".").join(folder));
    folders.map(|folder| fs::canonicalize(&folder).unwrap_or(folder).join(&file)).collect()
}

fn lock(config: &SoukConfig, name: &str, path: &Path) -> Result<File> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let folder = folder.display();
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(path);
    let mut file =
        opened.with_context(|| format!("{} cannot be opened; check its rights", path.display()))?;
    let locked = file.try_lock();
    let mut known = String::new();
    // What it says helps, and is not needed.
    if Read::take(&file, 64).read_to_string(&mut known).is_err() {
        known.clear();
    }
    let mut known = known.lines();
    match locked {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = known.next().and_then(|id| id.parse::<u32>().ok());
            let holder =
                holder.map_or_else(|| "another process".to_owned(), |id| format!("the process {id}"));
            bail!(
                "the folder {folder} is in use: {holder} has {name} there; stop it, or set another data_dir"
            );
        }
        Err(TryLockError::Error(error)) => {
            tracing::warn!(target: "souk", path = %path.display(), %error, "files cannot be locked here; see to it that one process uses the folder");
        }
    }
    let was_made = known.any(|line| line == MADE);
    if was_made && let Some(fault) = loss(config, name) {
        bail!(
            "the database of {name} {fault}: put it back from a backup, with all others of the same moment; to begin \
             without what was in it, remove {}",
            path.display()
        );
    }
    note(&mut file, was_made)?;
    Ok(file)
}

/// What became of an embedded database that was made, where it is none any more: its file is gone, or has no table, as one
/// whose copying ended early, or one without the log (`-wal`) in which everything still stood.
fn loss(config: &SoukConfig, name: &str) -> Option<String> {
    let file = Database::sqlite_file(&config.database, &config.data_dir, name)?;
    let at = file.display();
    // Whoever may not look there is told so by what opens it.
    if !file.try_exists().unwrap_or(true) {
        return Some(format!("is gone: {at} is not there"));
    }
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    let has_log = fs::metadata(log).is_ok_and(|log| log.len() > 0);
    (!has_log && !has_schema(&file).unwrap_or(true)).then(|| format!("is gone: {at} is empty"))
}

/// Whether a file of SQLite without a log ever had a table: its header counts changes of the schema,
/// <https://www.sqlite.org/fileformat2.html#the_database_header>.
fn has_schema(file: &Path) -> io::Result<bool> {
    const COOKIE: u64 = 40;
    let mut file = File::open(file)?;
    if file.metadata()?.len() < COOKIE + 4 {
        return Ok(false);
    }
    let mut cookie = [0; 4];
    file.seek(SeekFrom::Start(COOKIE))?;
    file.read_exact(&mut cookie)?;
    Ok(cookie != [0; 4])
}

/// Says in the file of a subgraph which process has it, and whether its database was made.
fn note(file: &mut File, is_made: bool) -> Result<()> {
    let made = if is_made { MADE } else { "" };
    file.set_len(0)?;
    file.rewind()?;
    Ok(writeln!(file, "{}\n{made}", std::process::id())?)
}

/// Files and folders of Souk in the data folder that others can read: the folder itself if it is Souk's own, the
/// databases, and the folders of keys and of each subgraph. What else lies there is somebody else's.
pub fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    let named = fs::canonicalize(folder).ok();
    // `data_dir = "."` does not make the folder where one works Souk's.
    if !here.zip(named).is_some_and(|(here, named)| here.starts_with(named)) && is_open(folder) {
        found.push(folder.to_owned());
    }
    found.extend(own(folder).into_iter().filter(|path| is_open(path)));
    found
}

/// Whether this process can use all that Souk has made in the folder: what another user made there, as by `sudo`, keeps
/// it from starting, or from working later.
pub fn check_rights(config: &SoukConfig) -> Result<String> {
    for path in own(&config.data_dir) {
        let wanted = match path.is_dir() {
            true => Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK,
            false => Access::READ_OK | Access::WRITE_OK,
        };
        match rustix::fs::accessat(CWD, &path, wanted, AtFlags::EACCESS) {
            // It was there when it was listed: another process is done with it.
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => {
                return Err(error).with_context(|| {
                    format!(
                        "{} cannot be read and written by this process; give it to the user that runs souk",
                        path.display()
                    )
                });
            }
        }
    }
    Ok("all that is there can be used".to_owned())
}

/// The files and folders of Souk in the data folder.
fn own(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in entries(folder) {
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let owner = name.split(['.', '-']).next().unwrap_or_default();
        if name == "keys" || subgraphs::find(owner).is_some() {
            walk(entry, MOST_DEPTH, &mut found);
        }
    }
    found
}

/// Links are not followed.
fn walk(path: PathBuf, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(metadata) = fs::symlink_metadata(&path) else { return };
    if metadata.is_symlink() {
        return;
    }
    let within = if metadata.is_dir() && depth > 0 { entries(&path) } else { Vec::new() };
    found.push(path);
    within.into_iter().for_each(|entry| walk(entry, depth - 1, found));
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// Links are not followed: what they lead to is not in the folder.
fn is_open(path: &Path) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|metadata| !metadata.is_symlink() && metadata.permissions().mode() & OTHERS != 0)
}

/// What is gone since it was listed is open to nobody.
fn close(path: &Path) -> io::Result<()> {
    let closed = fs::symlink_metadata(path).and_then(|metadata| {
        let mode = metadata.permissions().mode();
        fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
    });
    closed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
