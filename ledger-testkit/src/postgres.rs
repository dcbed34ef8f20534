//! A throw-away PostgreSQL server that cannot outlive the process that started it.
//!
//! A small shell script, the watchdog, makes the data folder, starts the server and then waits for the end of
//! its standard input: a pipe that this process holds open and that the kernel closes when the process ends,
//! even by `kill -9`. Then it stops the server and removes the folder.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use crate::database::TestDatabase;
use crate::programs;
use crate::psql::Psql;

/// Names a running server to use instead of one of our own.
const SERVER_VARIABLE: &str = "LEDGER_TEST_POSTGRES";

/// The number in the socket's file name; no TCP port is ever opened.
const SOCKET_NUMBER: u16 = 5432;

/// The longest path of a Unix socket that macOS takes (`sockaddr_un`); Linux takes four bytes more.
const SOCKET_PATH_BYTES_MAX: usize = 103;

/// How much of a server's log a failure to start shows.
const LOG_LINES_SHOWN: usize = 10;

/// Says `ready` or `failed` once, then waits for the end of the test process.
///
/// `$1` is the folder, `$2` the programs; the rest goes to the server. Signals of the terminal are ignored: the
/// closed pipe is the one way to end, so that the folder is always removed.
const WATCHDOG: &str = r#"
trap '' HUP INT PIPE
folder=$1 programs=$2
shift 2
server=
state=failed
if "$programs/initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
    --no-sync >"$folder/log" 2>&1
then
    "$programs/postgres" -D "$folder/data" "$@" >>"$folder/log" 2>&1 </dev/null &
    server=$!
    tries=1200
    while [ $tries -gt 0 ] && kill -0 $server 2>/dev/null; do
        if grep -q '^ready' "$folder/data/postmaster.pid" 2>/dev/null; then
            state=ready
            break
        fi
        tries=$((tries - 1))
        sleep 0.05
    done
fi
echo $state
exec >/dev/null
read -r end
# The data are of no use any more, so there is nothing to write out first.
[ -z "$server" ] || { kill -QUIT $server; wait $server; } 2>/dev/null
cd / && rm -rf "$folder"
"#;

/// How much a server promises about what it has committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Commits reach the operating system only: the speed that tests want.
    Relaxed,
    /// Commits are forced to the disk, as in earnest: what a bench has to measure.
    Forced,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Durability::Relaxed => &["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
            Durability::Forced => &["fsync=on", "synchronous_commit=on", "full_page_writes=on"],
        }
    }
}

/// A PostgreSQL server on which tests make their databases.
///
/// One that was started here listens on a Unix socket in its own folder and stops, with its folder removed,
/// when the value is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct PgServer {
    admin: Psql,
    watchdog: Option<Watchdog>,
}

impl PgServer {
    /// The server that the tests of this process share: the one in `LEDGER_TEST_POSTGRES`, or a relaxed one
    /// that the first caller starts.
    ///
    /// # Errors
    /// How to install PostgreSQL when its programs are missing; what they said when they failed. The outcome
    /// of the first call is kept.
    pub fn shared() -> Result<&'static PgServer, String> {
        static SERVER: OnceLock<Result<PgServer, String>> = OnceLock::new();
        let start = || match std::env::var(SERVER_VARIABLE) {
            Ok(url) if !url.is_empty() => PgServer::at(&url),
            _ => PgServer::start(Durability::Relaxed),
        };
        SERVER.get_or_init(start).as_ref().map_err(String::clone)
    }

    /// The server that the benches of this process share, which forces each commit to the disk.
    ///
    /// It is always one of our own. Where the temporary folder is kept in memory, point `TMPDIR` at a disk.
    ///
    /// # Errors
    /// As [`shared`](PgServer::shared).
    pub fn durable() -> Result<&'static PgServer, String> {
        static SERVER: OnceLock<Result<PgServer, String>> = OnceLock::new();
        SERVER.get_or_init(|| PgServer::start(Durability::Forced)).as_ref().map_err(String::clone)
    }

    /// Starts a server of one's own, for a test that wants to stop it; about a second.
    ///
    /// # Errors
    /// As [`shared`](PgServer::shared).
    pub fn start(durability: Durability) -> Result<PgServer, String> {
        let programs = programs::server_folder()?;
        let watchdog = Watchdog::start(&programs, durability)?;
        let host = percent_encoded(&watchdog.folder);
        let url = format!("postgres:///postgres?host={host}&port={SOCKET_NUMBER}&user=postgres");
        Ok(PgServer { admin: Psql::new(&programs.join("psql"), &url), watchdog: Some(watchdog) })
    }

    /// A server that runs already and lets us create databases.
    fn at(url: &str) -> Result<PgServer, String> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(format!(
                "{SERVER_VARIABLE} is \"{url}\", but has to be a URL: postgres://USER@HOST/DATABASE"
            ));
        }
        Ok(PgServer { admin: Psql::new(&programs::psql(), url), watchdog: None })
    }

    /// The URL of the database `postgres`, or of the one that `LEDGER_TEST_POSTGRES` names.
    pub fn url(&self) -> &str {
        self.admin.url()
    }

    /// The folder with data (`data`), messages (`log`) and socket; `None` for a server that someone else runs.
    pub fn folder(&self) -> Option<&Path> {
        self.watchdog.as_ref().map(|watchdog| watchdog.folder.as_path())
    }

    /// Makes an empty UTF-8 database that sorts by bytes; it is dropped with the value.
    ///
    /// # Errors
    /// The server's message.
    pub fn create_database(&self) -> Result<TestDatabase, String> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // The instant keeps processes apart that reach one server from different containers and so may have
        // the same process id.
        let instant = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let name = format!("ledger_test_{}_{instant}_{count}", std::process::id());
        self.admin.run(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        ))?;
        TestDatabase::on_server(&self.admin, name)
    }
}

/// The shell script that owns a server and its folder.
#[derive(Debug)]
struct Watchdog {
    shell: Child,
    folder: PathBuf,
}

impl Watchdog {
    fn start(programs: &Path, durability: Durability) -> Result<Self, String> {
        let folder = server_folder()?;
        let mut command = Command::new("sh");
        command
            .args(["-c", WATCHDOG, "ledger-test-postgres"])
            .args([folder.path(), programs])
            .args(server_arguments(folder.path(), durability))
            .current_dir(folder.path())
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Not ours: whoever reads the test runner's output would wait for the watchdog to close it.
            .stderr(Stdio::null())
            // Out of reach of a terminal's or a runner's signals to the tests.
            .process_group(0);
        if let Some((user, group)) = user_instead_of_root(folder.path())? {
            chown(folder.path(), Some(user), Some(group)).map_err(|cause| {
                format!("{} cannot be given to user {user}: {cause}", folder.path().display())
            })?;
            command.uid(user).gid(group);
        }
        let shell = command.spawn().map_err(|cause| format!("sh cannot be run: {cause}"))?;
        // From here on the watchdog removes the folder.
        let mut watchdog = Watchdog { shell, folder: folder.keep() };
        let mut state = String::new();
        if let Some(output) = watchdog.shell.stdout.take() {
            // An unreadable state is an empty one, which is not "ready".
            let _ = BufReader::new(output).read_line(&mut state);
        }
        if state.trim() == "ready" {
            return Ok(watchdog);
        }
        Err(format!("PostgreSQL in {} did not start:\n{}", programs.display(), end_of_log(&watchdog.folder)))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a watchdog that cannot be waited for.
        let _ = self.shell.wait();
    }
}

/// A new folder for data, log and socket, in the temporary folder if a socket can have its path there.
fn server_folder() -> Result<TempDir, String> {
    let make = |parent: &Path| {
        let made = tempfile::Builder::new().prefix("ledger-pg-").tempdir_in(parent);
        made.map_err(|cause| format!("no folder for a PostgreSQL server in {}: {cause}", parent.display()))
    };
    let folder = make(&std::env::temp_dir())?;
    if can_hold_socket(folder.path()) { Ok(folder) } else { make(Path::new("/tmp")) }
}

/// Whether server and client accept a socket in this folder: a short path, and no comma, which separates two
/// folders for both of them.
fn can_hold_socket(folder: &Path) -> bool {
    let socket = folder.join(format!(".s.PGSQL.{SOCKET_NUMBER}"));
    let bytes = socket.as_os_str().as_encoded_bytes();
    bytes.len() <= SOCKET_PATH_BYTES_MAX && !bytes.contains(&b',')
}

/// The last lines of a server's log, where it says why it gave up.
fn end_of_log(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
}

fn server_arguments(folder: &Path, durability: Durability) -> Vec<String> {
    let socket_folder = format!("unix_socket_directories={}", folder.display());
    let number = format!("port={SOCKET_NUMBER}");
    let settings = [
        "listen_addresses=",
        &socket_folder,
        &number,
        // Room for tests that post from fifty threads, several of them at a time.
        "max_connections=300",
        // Files in the data folder instead of /dev/shm, which is small in containers.
        "dynamic_shared_memory_type=mmap",
        "wal_level=minimal",
        "max_wal_senders=0",
        "timezone=UTC",
    ];
    let settings = settings.iter().chain(durability.settings());
    settings.flat_map(|setting| ["-c".to_owned(), (*setting).to_owned()]).collect()
}

/// The user and group to run as when this process is root, as whom PostgreSQL refuses to run.
fn user_instead_of_root(own_folder: &Path) -> Result<Option<(u32, u32)>, String> {
    let metadata = own_folder.metadata().map_err(|cause| format!("{}: {cause}", own_folder.display()))?;
    if metadata.uid() != 0 {
        return Ok(None);
    }
    let id = |option: &str, user: &str| -> Option<u32> {
        let output = Command::new("id").args([option, user]).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    let found = ["postgres", "nobody"].iter().find_map(|user| Some((id("-u", user)?, id("-g", user)?)));
    let refusal = "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as";
    found.map(Some).ok_or_else(|| refusal.to_owned())
}

/// A path as the value of a URI parameter (RFC 3986, section 2.1).
fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests;
