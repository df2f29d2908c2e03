//! Stands between a client and a server, and cuts the connection where it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use postgres::Config;

const NOWHERE: u8 = 0;
const BEFORE_THE_QUESTION: u8 = 1;
const BEFORE_THE_ANSWER: u8 = 2;

/// It and its connections last as long as the process.
pub(crate) struct Proxy {
    port: u16,
    cut: Arc<AtomicU8>,
}

impl Proxy {
    pub(crate) fn to(socket: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (port, cut) = (listener.local_addr().expect("bound").port(), Arc::new(AtomicU8::new(NOWHERE)));
        let told = cut.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&socket) else { continue };
                join(client, server, &told);
            }
        });
        Self { port, cut }
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::new();
        config.host("127.0.0.1").port(self.port).user("postgres").dbname("postgres");
        config
    }

    /// The next question of a client does not reach the server.
    pub(crate) fn cut_before_the_question(&self) {
        self.cut.store(BEFORE_THE_QUESTION, Ordering::SeqCst);
    }

    /// The next answer of the server does not reach the client.
    pub(crate) fn cut_before_the_answer(&self) {
        self.cut.store(BEFORE_THE_ANSWER, Ordering::SeqCst);
    }

    pub(crate) fn cut_nowhere(&self) {
        self.cut.store(NOWHERE, Ordering::SeqCst);
    }
}

fn join(client: TcpStream, server: UnixStream, cut: &Arc<AtomicU8>) {
    let (from_client, to_client) = (client.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
    let (from_server, to_server) = (server.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
    let close = Arc::new(move || {
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
    pass(from_client, to_server, cut.clone(), BEFORE_THE_QUESTION, close.clone());
    pass(from_server, to_client, cut.clone(), BEFORE_THE_ANSWER, close);
}

fn pass(
    mut from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    cut: Arc<AtomicU8>,
    here: u8,
    close: Arc<impl Fn() + Send + Sync + 'static>,
) {
    thread::spawn(move || {
        let mut buffer = [0; 1 << 14];
        while let Ok(bytes @ 1..) = from.read(&mut buffer) {
            if cut.load(Ordering::SeqCst) == here || to.write_all(&buffer[..bytes]).is_err() {
                break;
            }
        }
        close();
    });
}
