//! A PostgreSQL server for tests and benches: the one that `SOPFLOW_POSTGRES` leads to, or one started for the time of the
//! process.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio, id};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Config, NoTls};
use sopflow::store::Postgres;

/// A server of its own, in a folder of its own. A shell stands between: it stops the server and removes the folder when this
/// process ends, however it ends.
pub(crate) struct Cluster {
    shell: Child,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

const SHELL: &str = r#"
folder=$1 options=$2
start() { pg_ctl start -s -w -D data -l log -o "-k '$PWD' -c listen_addresses='' -c max_connections=500 $options" >/dev/null; }
stop() { pg_ctl stop -s -w -m immediate -D data; }
initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync >log && start && echo done || { tail -n 5 log; echo failed; }
while read -r word; do $word && echo done || echo failed; done
stop 2>/dev/null
cd / && rm -rf "$folder"
"#;

impl Cluster {
    /// Starts a server.
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// Starts a server with options of its own.
    pub(crate) fn start_with(options: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let programs = programs().expect(
            "these tests need a PostgreSQL server: set SOPFLOW_POSTGRES to the connection string of one where schemas can be \
             made, and for those that stop a server, install one (on Debian: apt-get install postgresql)",
        );
        let name = format!("sopflow-{}-{}", id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).expect("a temporary folder");
        let mut command = Command::new("sh");
        command.args(["-c", SHELL, "sh"]).arg(&folder).arg(options).current_dir(&folder);
        let path = env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", programs.display()));
        // The server refuses to be run by the superuser.
        if fs::metadata(&folder).expect("the folder").uid() == 0 {
            let (user, group) = unprivileged();
            chown(&folder, Some(user), Some(group)).expect("the folder is given away");
            command.uid(user).gid(group);
        }
        // In a group of its own, so that an interrupt from the keyboard leaves it the time to tidy up.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().expect("a shell");
        let answers = BufReader::new(shell.stdout.take().expect("piped"));
        let mut cluster = Self { shell, answers, folder };
        cluster.wait();
        cluster
    }

    /// Stops the server as a crash would.
    pub(crate) fn crash(&mut self) {
        self.tell("stop");
    }

    /// Starts it again.
    pub(crate) fn restart(&mut self) {
        self.tell("start");
    }

    pub(crate) fn config(&self) -> Config {
        self.address().parse().expect("a connection string")
    }

    fn address(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.folder.display())
    }

    /// The socket that the server listens on.
    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// What the server has written down.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).expect("a log")
    }

    fn tell(&mut self, word: &str) {
        let shell = self.shell.stdin.as_mut().expect("piped");
        writeln!(shell, "{word}").expect("the shell listens");
        self.wait();
    }

    fn wait(&mut self) {
        let mut told = String::new();
        while !told.ends_with("done\n") {
            let bytes = self.answers.read_line(&mut told).expect("the shell answers");
            assert!(bytes > 0 && !told.ends_with("failed\n"), "the PostgreSQL server cannot be run: {told}");
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The server that tests share.
pub(crate) fn shared() -> Config {
    address().parse().expect("a connection string in SOPFLOW_POSTGRES")
}

/// Its connection string.
pub(crate) fn address() -> &'static str {
    static SHARED: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (address, _) = SHARED.get_or_init(|| {
        if let Ok(address) = env::var("SOPFLOW_POSTGRES") {
            return (address, None);
        }
        let cluster = Cluster::start();
        (cluster.address(), Some(cluster))
    });
    address
}

/// An empty store of its own on a server, and the name of its schema.
pub(crate) fn store_on(config: Config) -> (Postgres, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("sopflow_test_{}_{}", id(), COUNT.fetch_add(1, Ordering::Relaxed));
    // Process ids come round again, so what an earlier run has left on a server that stays is removed.
    let remove = format!("SET client_min_messages = error; DROP SCHEMA IF EXISTS {name} CASCADE");
    config.connect(NoTls).expect("a connection").batch_execute(&remove).expect("no such schema");
    (Postgres::new(config).in_schema(&name).expect("a name"), name)
}

/// The folder with the programs of the server.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    // Debian keeps them out of the way, a folder for each version.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).exists()))
}

/// The user and the group of somebody without rights.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string(Path::new("/etc/passwd")).expect("the users of this machine");
    let of = |name: &str| {
        let mut fields =
            users.lines().map(|line| line.split(':')).find(|fields| fields.clone().next() == Some(name))?;
        Some((fields.nth(2)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    of("postgres").or_else(|| of("nobody")).expect("a user without rights")
}
