//! A Unix socket between a client and a PostgreSQL server that counts round trips.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

const SOCKET: &str = ".s.PGSQL.5432";

/// Passes everything on, and counts how often the client spoke after the server did: a client that sends several
/// messages and then waits has made one round trip.
pub struct Proxy {
    url: String,
    turns: Arc<AtomicU64>,
    folder: tempfile::TempDir,
}

impl Proxy {
    /// Stands before the server whose socket is in `folder`; `url` is a database there.
    pub fn start(folder: &Path, url: &str) -> Proxy {
        let own = tempfile::Builder::new().prefix("lp").tempdir().expect("a folder for a socket");
        let listener = UnixListener::bind(own.path().join(SOCKET)).expect("a socket");
        let turns = Arc::new(AtomicU64::new(0));
        let (server, counted) = (folder.join(SOCKET), Arc::clone(&turns));
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                pass(client, &server, &counted);
            }
        });
        let (before, rest) = url.split_once("host=").expect("the testkit names the socket's folder as host");
        let after = rest.split_once('&').map_or("", |(_, after)| after);
        let host = own.path().to_str().expect("the temporary folder's name is UTF-8").replace('/', "%2F");
        Proxy { url: format!("{before}host={host}&{after}"), turns, folder: own }
    }

    /// The database, through the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many round trips there have been.
    pub fn round_trips(&self) -> u64 {
        self.turns.load(Ordering::SeqCst)
    }

    /// Where the socket is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn pass(client: UnixStream, server: &PathBuf, turns: &Arc<AtomicU64>) {
    let server = UnixStream::connect(server).expect("the server listens");
    let client_speaks = Arc::new(AtomicBool::new(false));
    let pipe = |mut from: UnixStream, mut to: UnixStream, by_client: bool| {
        let (client_speaks, turns) = (Arc::clone(&client_speaks), Arc::clone(turns));
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                // The answer cannot be read before the question was passed on, so that turns are counted in order.
                if by_client != client_speaks.swap(by_client, Ordering::SeqCst) && by_client {
                    turns.fetch_add(1, Ordering::SeqCst);
                }
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
            let _ = to.shutdown(std::net::Shutdown::Both);
        });
    };
    let copy = |stream: &UnixStream| stream.try_clone().expect("a second handle of a socket");
    pipe(copy(&client), copy(&server), true);
    pipe(server, client, false);
}
