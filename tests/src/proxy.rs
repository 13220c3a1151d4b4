//! A proxy between a connector and a server that does to requests and answers what a fair's network does.
//!
//! How: one request at a time is read whole, and dice say what becomes of it: it is cut off before the server has seen it,
//! in its middle, while the server works, or after; the answer comes late, by half, as another's page, as JSON that no CRM
//! says, packed to a bomb, or sends elsewhere; or the server is said to be busy, or to have had too many requests, several
//! times on end. The server has always done its work before the next request is let through, as far as it was given any, so
//! that a schedule ends the same whenever it is run.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::schedule::Dice;

/// A running one. It ends with the test's process.
pub struct Proxy {
    /// Where it listens: `127.0.0.1` and a port.
    pub address: String,
    state: Arc<Mutex<State>>,
    /// Where it sends who is redirected.
    elsewhere: TcpListener,
}

struct State {
    dice: Option<Arc<Mutex<Dice>>>,
    /// What is said to how many requests more.
    storm: Option<(&'static (Fault, &'static str), u64)>,
    tokens: BTreeSet<String>,
    met: BTreeMap<&'static str, u32>,
    requests: u64,
}

/// What happens to one request.
#[derive(Clone, Copy)]
enum Fault {
    CutBefore,
    CutInside,
    CutWhileItWorks,
    CutAfter,
    HalfAnswer,
    Late,
    Busy,
    TooMany,
    OddJson,
    Page,
    Bomb,
    Redirect,
    NotSignedIn,
}

/// How many kinds of faults there are.
const KINDS: usize = FAULTS.len();

const FAULTS: [(Fault, &str); 13] = [
    (Fault::CutBefore, "cut before"),
    (Fault::CutInside, "cut in the request"),
    (Fault::CutWhileItWorks, "cut while the server works"),
    (Fault::CutAfter, "cut after"),
    (Fault::HalfAnswer, "half an answer"),
    (Fault::Late, "late"),
    (Fault::Busy, "busy"),
    (Fault::TooMany, "too many requests"),
    (Fault::OddJson, "odd JSON"),
    (Fault::Page, "a page"),
    (Fault::Bomb, "a bomb"),
    (Fault::Redirect, "a redirect"),
    (Fault::NotSignedIn, "not signed in"),
];

/// What schedules met, all together.
#[derive(Default)]
pub struct Tally {
    done: u32,
    met: BTreeMap<&'static str, u32>,
}

impl Tally {
    /// One more is done, which `met` these.
    pub fn add(&mut self, met: BTreeMap<&'static str, u32>) {
        for (fault, times) in met {
            *self.met.entry(fault).or_default() += times;
        }
        self.done += 1;
    }

    /// Says how many schedules they were, of `what` they are, and how often each fault happened.
    ///
    /// # Panics
    /// Where a kind of fault did not happen.
    pub fn close(&self, what: &str) {
        let Self { done, met } = self;
        println!("{done} schedules {what}: {met:?}");
        assert_eq!(met.len(), KINDS, "a kind of fault did not happen: {met:?}");
    }
}

impl Proxy {
    /// A proxy before the server at `upstream`, which is a host and a port. It does no harm until it has dice.
    ///
    /// # Panics
    /// Where this machine has no port for it.
    pub fn before(upstream: &str) -> Self {
        let listen = || TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let (listener, elsewhere) = (listen(), listen());
        let of = |listener: &TcpListener| listener.local_addr().expect("its number").to_string();
        let state = Arc::new(Mutex::new(State {
            dice: None,
            storm: None,
            tokens: BTreeSet::new(),
            met: BTreeMap::new(),
            requests: 0,
        }));
        let proxy = Self {
            address: of(&listener),
            state: state.clone(),
            elsewhere,
        };
        let way = Way {
            upstream: upstream.to_owned(),
            elsewhere: of(&proxy.elsewhere),
            state,
        };
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A line that breaks is what this is about.
                let _ = way.serve(&client);
                let _ = client.shutdown(Shutdown::Both);
            }
        });
        proxy
    }

    /// From now on the dice decide.
    pub fn harm(&self, dice: Arc<Mutex<Dice>>) {
        self.state().dice = Some(dice);
    }

    /// No harm any more.
    pub fn heal(&self) {
        let mut state = self.state();
        state.dice = None;
        state.storm = None;
    }

    /// Every `Authorization` that came by.
    pub fn tokens(&self) -> BTreeSet<String> {
        self.state().tokens.clone()
    }

    /// How often each fault happened.
    pub fn met(&self) -> BTreeMap<&'static str, u32> {
        self.state().met.clone()
    }

    /// How many requests came by.
    pub fn requests(&self) -> u64 {
        self.state().requests
    }

    /// True where somebody followed a redirect.
    ///
    /// # Panics
    /// Where the other host cannot be asked.
    pub fn was_followed(&self) -> bool {
        self.elsewhere.set_nonblocking(true).expect("it is ours");
        self.elsewhere.accept().is_ok()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands behind a running proxy.
struct Way {
    upstream: String,
    elsewhere: String,
    state: Arc<Mutex<State>>,
}

impl Way {
    fn serve(&self, client: &TcpStream) -> io::Result<()> {
        let request = Message::read(client)?;
        match self.fault(&request) {
            None => self.answer(client, &self.ask(&request)?.bytes),
            Some(Fault::CutBefore) => Ok(()),
            Some(Fault::CutInside) => self.half(&request),
            Some(Fault::CutWhileItWorks) => {
                client.shutdown(Shutdown::Both)?;
                self.ask(&request).map(drop)
            }
            Some(Fault::CutAfter) => self.ask(&request).map(drop),
            Some(Fault::HalfAnswer) => {
                let answer = self.ask(&request)?.bytes;
                self.answer(client, &answer[..answer.len() * 2 / 3])
            }
            Some(Fault::Late) => {
                let answer = self.ask(&request)?;
                std::thread::sleep(Duration::from_millis(15));
                self.answer(client, &answer.bytes)
            }
            Some(fault) => self.answer(client, &self.lie(fault)),
        }
    }

    /// What the dice say.
    fn fault(&self, request: &Message) -> Option<Fault> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.requests += 1;
        let token = request.header("authorization");
        state.tokens.extend(token);
        let dice = state.dice.clone()?;
        let mut dice = dice.lock().unwrap_or_else(PoisonError::into_inner);
        let (met, more) = match state.storm.take() {
            Some(storm) => storm,
            None => {
                let thrown = usize::try_from(dice.throw(3 * FAULTS.len() as u64)).ok();
                let met = FAULTS.get(thrown?)?;
                let storm = matches!(met.0, Fault::Busy | Fault::TooMany);
                (met, if storm { dice.throw(4) } else { 0 })
            }
        };
        state.storm = more.checked_sub(1).map(|more| (met, more));
        let (fault, name) = *met;
        *state.met.entry(name).or_default() += 1;
        Some(fault)
    }

    /// An answer that is not the server's.
    fn lie(&self, fault: Fault) -> Vec<u8> {
        let json = |status: &str, body: &str| {
            let length = body.len();
            let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n");
            format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
        };
        match fault {
            Fault::Busy => json("503 Busy", "{}"),
            // A wait longer than any fair, which nobody has to keep.
            Fault::TooMany => json("429 x\r\nRetry-After: 99999999999", "{}"),
            Fault::NotSignedIn => json("401 x", r#"{"detail": "expired"}"#),
            Fault::OddJson => json(
                "200 OK",
                r#"{"status": "ok", "lead_obj": "x", "result": []}"#,
            ),
            Fault::Page => b"HTTP/1.1 200 OK\r\n\r\n<html>Welcome to the fair!</html>".to_vec(),
            Fault::Redirect => {
                let to = &self.elsewhere;
                format!("HTTP/1.1 307 x\r\nLocation: http://{to}/\r\nContent-Length: 0\r\n\r\n")
                    .into_bytes()
            }
            _ => {
                let bomb = bomb();
                let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n";
                let head = format!("{head}Content-Length: {}\r\n\r\n", bomb.len());
                [head.as_bytes(), bomb].concat()
            }
        }
    }

    /// Lets the server do its work, and takes its answer.
    fn ask(&self, request: &Message) -> io::Result<Message> {
        let mut server = TcpStream::connect(&self.upstream)?;
        server.write_all(&request.bytes)?;
        Message::read(&server)
    }

    /// Gives the server the first half of a request, and lets it see that no more comes.
    fn half(&self, request: &Message) -> io::Result<()> {
        let mut server = TcpStream::connect(&self.upstream)?;
        server.write_all(&request.bytes[..request.bytes.len() / 2])?;
        server.shutdown(Shutdown::Write)?;
        server.set_read_timeout(Some(Duration::from_secs(5)))?;
        io::copy(&mut server, &mut io::sink()).map(drop)
    }

    fn answer(&self, mut client: &TcpStream, bytes: &[u8]) -> io::Result<()> {
        client.write_all(bytes)
    }
}

/// Eight million blanks, packed.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed
            .write_all(&[b' '; 8_000_000])
            .expect("memory takes it");
        packed.finish().expect("memory takes it")
    })
}

/// A request or an answer, as it was sent, but for what would keep its line open.
struct Message {
    head: String,
    bytes: Vec<u8>,
}

impl Message {
    fn read(stream: &TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while reader.read_line(&mut head)? > 2 {}
        let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        let mut message = Self {
            bytes: head.clone().into_bytes(),
            head,
        };
        let length = message.header("content-length");
        match length.and_then(|length| length.parse().ok()) {
            Some(length) => drop(reader.take(length).read_to_end(&mut message.bytes)?),
            // An answer without a length ends with its line; a request without one has no body.
            None if message.head.starts_with("HTTP/") && !message.head.contains(" 204 ") => {
                reader.read_to_end(&mut message.bytes)?;
            }
            None => {}
        }
        Ok(message)
    }

    fn header(&self, name: &str) -> Option<String> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }
}
