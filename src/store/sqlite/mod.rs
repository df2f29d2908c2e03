//! A store in one SQLite file, for a program that keeps its cases by itself.

mod file;
mod schema;
mod session;
mod trouble;
mod upkeep;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use self::session::Session;
use self::writer::SqliteWriter;
use super::{Reader, Store, Wake, Writer};
use crate::error::Error;

/// A store in one SQLite file. Its clones are the same store.
///
/// Beside the file lie its write-ahead log (`-wal`), what its connections share (`-shm`) and the lock of its writer
/// (`-lock`). One engine at a time can write; any number of connections read meanwhile, also those of other processes on the
/// same machine. The file must not lie on a network drive, where locks and shared memory do not hold.
///
/// ```no_run
/// use sopflow::store::{Sqlite, Store};
///
/// let store = Sqlite::open("office.db")?;
/// let mut reader = store.reader()?;
/// # Ok::<(), sopflow::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sqlite {
    path: Arc<Path>,
    watchers: Arc<Watchers>,
}

#[derive(Default)]
struct Watchers(Mutex<Vec<Weak<Wake>>>);

impl Sqlite {
    /// The store in a file, which is created if it is not there or empty, and brought up to the present version of the
    /// schema if it is older.
    ///
    /// # Errors
    ///
    /// When the file belongs to something else or to a later sopflow ([`Error::is_foreign`]), is older while an engine
    /// of another version holds it ([`Error::is_in_use`]), is damaged ([`Error::is_damaged_record`]), or cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        // The lock lies beside the file itself, whichever name leads to it.
        let path: PathBuf = path.as_ref().canonicalize().unwrap_or_else(|_| path.as_ref().to_owned());
        file::prepare(&path)?;
        let path = path.canonicalize().unwrap_or(path);
        Ok(Self { path: path.into(), watchers: Arc::default() })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the store as it is at one moment into a new file, which opens as a store of its own. Commits and readers go on
    /// meanwhile. `progress` is told after each part how many pages have been copied, and how many there are.
    ///
    /// The copy is there once it is complete and on disk; until then it has `-part` behind its name.
    ///
    /// # Errors
    ///
    /// When there is a file already, one of the two cannot be read or written, or the store is damaged.
    pub fn backup_to(&self, target: impl AsRef<Path>, mut progress: impl FnMut(u64, u64)) -> Result<(), Error> {
        upkeep::backup(&self.path, target.as_ref(), &mut progress)
    }

    /// Whether the file is whole: each page, each index, and the tables held against each other. What stands in events is
    /// not looked into; that is the engine's, which has their links.
    ///
    /// # Errors
    ///
    /// All that is wrong, up to a hundred faults of each kind ([`Error::is_damaged_record`]), or that the file cannot be
    /// read.
    ///
    /// # Complexity
    ///
    /// It reads the whole file. Commits and readers go on meanwhile.
    pub fn check(&self) -> Result<(), Error> {
        upkeep::check(&self.path)
    }
}

impl Store for Sqlite {
    fn writer(&self) -> Result<Box<dyn Writer>, Error> {
        Ok(Box::new(SqliteWriter::new(&self.path, &self.watchers)?))
    }

    fn reader(&self) -> Result<Box<dyn Reader>, Error> {
        let db = file::reader(&self.path).map_err(|trouble| trouble.in_file(&self.path))?;
        Ok(Box::new(Session::new(db, self.path.clone())))
    }

    /// Tells the commits of the writers of this store and its clones, not those of other processes.
    fn watch(&self, wake: Weak<Wake>) -> Result<(), Error> {
        self.watchers.add(wake);
        Ok(())
    }
}

impl Watchers {
    fn add(&self, wake: Weak<Wake>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(wake);
    }

    fn wake(&self) {
        let mut watchers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|wake| wake.strong_count() > 0);
        let woken: Vec<Arc<Wake>> = watchers.iter().filter_map(Weak::upgrade).collect();
        // Whoever is woken may watch anew.
        drop(watchers);
        for wake in woken {
            wake();
        }
    }
}

impl std::fmt::Debug for Watchers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watchers").finish_non_exhaustive()
    }
}
