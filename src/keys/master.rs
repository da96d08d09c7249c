//! The master key file: 32 random bytes in base64url, readable by its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::random::Random;
use crate::secret::{MasterKey, base64url};

/// 43 characters and a line end, with room for a careless editor. Bytes.
const LONGEST: usize = 64;

/// Why there is no master key. Says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Others than the owner may read or write it.
    #[error("master key file {path} has mode {mode:04o}: others can use it. Run: chmod 600 {path}", path = path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not 32 bytes in base64url.
    #[error("master key file {path} must hold 32 bytes as 43 characters of base64url, and nothing else", path = .0.display())]
    Malformed(PathBuf),
    /// The file system refused.
    #[error("master key file {path} cannot be {what}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: read or created.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}

/// Reads the master key, or makes one on the very first start.
///
/// A key that is made appears under its name in one piece: of two processes that start together, one makes it and both
/// read the same. Missing folders are made with mode 0700.
///
/// # Errors
/// When the file can be used by group or world, is malformed, or cannot be read or created.
pub fn load_or_create_master_key(path: &Path, random: &Random) -> Result<MasterKey, MasterKeyError> {
    match load_master_key(path) {
        Err(MasterKeyError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            create(path, random).map_err(|source| MasterKeyError::Io { path: path.into(), what: "created", source })?;
            load_master_key(path)
        }
        loaded => loaded,
    }
}

/// Reads the master key.
///
/// # Errors
/// When the file is absent, can be used by group or world, is malformed, or cannot be read.
pub fn load_master_key(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let unreadable = |source| MasterKeyError::Io { path: path.into(), what: "read", source };
    let file = File::open(path).map_err(unreadable)?;
    // Of the open file, so that nobody can exchange it between the check and the reading.
    let mode = file.metadata().map_err(unreadable)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::Exposed { path: path.into(), mode });
    }
    let mut text = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    file.take(LONGEST as u64 + 1).read_to_end(&mut text).map_err(unreadable)?;
    let mut key = Zeroizing::new([0_u8; 32]);
    match URL_SAFE_NO_PAD.decode_slice(text.trim_ascii_end(), key.as_mut_slice()) {
        Ok(32) if text.len() <= LONGEST => Ok(MasterKey::new(*key)),
        _ => Err(MasterKeyError::Malformed(path.into())),
    }
}

fn create(path: &Path, random: &Random) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", random.uuid()));
    let draft = PathBuf::from(draft);
    let made = write_new(&draft, random).and_then(|()| match fs::hard_link(&draft, path) {
        // Another process was faster: its key is the key.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    fs::remove_file(&draft).or_else(|error| if made.is_err() { Ok(()) } else { Err(error) })?;
    made
}

fn write_new(path: &Path, random: &Random) -> io::Result<()> {
    let key = Zeroizing::new(random.bytes::<32>());
    let text = Zeroizing::new(base64url(key.as_slice()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn file_with(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn the_first_start_makes_a_key_for_the_owner_alone_and_the_second_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/keys/master.key");
        let made = load_or_create_master_key(&path, &Random::system()).unwrap();
        let read = load_or_create_master_key(&path, &Random::system()).unwrap();
        assert_eq!(made.derive("x"), read.derive("x"));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o7777, 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn two_first_starts_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let start = || load_or_create_master_key(&path, &Random::system()).unwrap().derive("x");
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_file_that_others_can_use_is_refused_with_the_command_that_mends_it() {
        for mode in [0o640, 0o604, 0o660, 0o601, 0o644] {
            let (_folder, path) = file_with(&base64url(&[7; 32]), mode);
            let error = load_or_create_master_key(&path, &Random::system()).err().unwrap();
            assert!(matches!(error, MasterKeyError::Exposed { mode: found, .. } if found == mode));
            assert!(error.to_string().contains("chmod 600"), "{error}");
        }
    }

    #[test]
    fn a_file_of_another_form_is_refused_and_never_overwritten() {
        let long = "A".repeat(100);
        for text in ["", "short", &base64url(&[7; 31]), &base64url(&[7; 33]), &long, "あ"] {
            let (_folder, path) = file_with(text, 0o600);
            let loaded = load_or_create_master_key(&path, &Random::system());
            assert!(matches!(loaded, Err(MasterKeyError::Malformed(_))), "{text:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        let (_folder, path) = file_with(&format!("{}\r\n", base64url(&[7; 32])), 0o400);
        assert!(load_or_create_master_key(&path, &Random::system()).is_ok());
    }
}
