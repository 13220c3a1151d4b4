//! Leads to a real BottleCRM and to the hub, beside a bare client that sends the same requests in a loop; and the memory
//! that it takes. `make bench-sync` runs it.
//!
//! How: a recorder on the way of the first lead keeps what the connector says; the bare client says that again with the next
//! leads' ids and addresses in it, over one line, and looks at nothing but the answer's end. Both go in turn, some leads
//! each, so that whatever else the machine does weighs on both alike. `LEADS` says how many go to BottleCRM; the hub takes
//! ten thousand at least.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../../../../tests/src/bottlecrm.rs"]
#[allow(unreachable_pub, dead_code)]
mod bottlecrm;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zgoda_core::outbox::{Answer, Message};
use zgoda_core::profile::Profile;
use zgoda_crm::{Connector, HUB_SQL, Secret};

/// The number of the first lead: all have six digits, so that their requests are of one length.
const FIRST: u32 = 100_000;
/// Where the bare client's leads begin.
const BARE: u32 = 500_000;
/// Leads that each sends before it is the other's turn.
const TURN: u32 = 50;
/// As many as the hub's connector hands over at once.
const BATCH: u32 = 1000;

fn main() {
    let wanted = std::env::var("LEADS").ok();
    let leads: u32 = wanted
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or(10_000);
    hub(leads.max(10_000));
    match bottlecrm::Server::start() {
        Some(server) => bottle(&server, leads),
        None => println!("BottleCRM: not measured, there is none"),
    }
}

fn hub(leads: u32) {
    let server = postgres::Server::start(None);
    let hub = server.hub(HUB_SQL);
    let recorder = Recorder::before(&format!("127.0.0.1:{}", server.port));
    let url = hub.device(1);
    let by_recorder = url.replace(&server.port.to_string(), &recorder.port.to_string());
    let to = |url: &str| connector("postgres", url, postgres::PASSWORD);
    confirmed(to(&by_recorder).as_mut(), &messages(FIRST, BATCH));
    let said = recorder.said();
    let at = said.windows(3).position(|some| some == b"[{\"").unwrap();
    let length = u32::from_be_bytes(said[at - 4..at].try_into().unwrap());
    let batch = &said[at..at + usize::try_from(length).unwrap()];
    let batch = String::from_utf8(batch.to_vec()).unwrap();

    let mut device = to(&url);
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for turn in 1..=leads.div_ceil(BATCH) {
        let some = messages(FIRST + turn * BATCH, BATCH);
        ours += time(|| confirmed(device.as_mut(), &some));
        // Other people's ids, of the same length.
        let same = batch.replace("2a900a00", &format!("{:08x}", 0x3b00_0000 + turn));
        let query =
            format!("select count(*) from (select hub.push($bare${same}$bare$::jsonb)) as done");
        bare += time(|| assert_eq!(hub.sql(&query), "1"));
    }
    tell("PostgreSQL", leads, ours, bare);

    let at_first = peak();
    for turn in 0..100 {
        let some = messages(FIRST + 100 * BATCH + turn * BATCH, BATCH);
        confirmed(device.as_mut(), &some);
    }
    let at_last = peak();
    println!(
        "memory: peak {} kB after {} leads, {} kB after 100,000 more ({:+.1} %)",
        at_first,
        leads + BATCH,
        at_last,
        100.0 * (f64::from(at_last) / f64::from(at_first) - 1.0)
    );
}

fn bottle(server: &bottlecrm::Server, leads: u32) {
    server.empty();
    let upstream = server.url.trim_start_matches("http://");
    let recorder = Recorder::before(upstream);
    let here = format!("127.0.0.1:{}", recorder.port);
    let to = |webhook: &str| connector("bottlecrm", webhook, &server.secret);
    let mut by_recorder = to(&server.webhook.replace(upstream, &here));
    confirmed(by_recorder.as_mut(), &messages(FIRST, 1));
    let said = String::from_utf8(recorder.said()).unwrap();
    let said = said.replace(&here, upstream);
    let request = |method: &str| {
        let from = said.find(method).unwrap();
        let rest = &said[from..];
        let ends = ["POST /", "PATCH /", "GET /"].map(|next| rest[1..].find(next));
        let end = ends.into_iter().flatten().min();
        rest[..end.map_or(rest.len(), |end| end + 1)].to_owned()
    };
    let requests = [
        request("GET /api/leads/?"),
        request("POST /"),
        request("PATCH /"),
    ];
    let first = Bare::lead(FIRST, server);

    let mut device = to(&server.webhook);
    device.test().unwrap();
    let (mut our_time, mut bare_time) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..leads.div_ceil(TURN) {
        let some = messages(FIRST + 1 + turn * TURN, TURN);
        our_time += time(|| confirmed(device.as_mut(), &some));
        bare_time += time(|| {
            // A line of its own for each turn: the server ends one that waits.
            let mut bare = Bare::at(upstream);
            for n in 0..TURN {
                bare.send(&requests, &first, BARE + turn * TURN + n);
            }
        });
    }
    let expected = usize::try_from(2 * leads.div_ceil(TURN) * TURN + 1).unwrap();
    assert_eq!(server.count_leads(), expected);
    tell(
        "BottleCRM (three requests a lead)",
        leads,
        our_time,
        bare_time,
    );
}

fn tell(what: &str, leads: u32, ours: Duration, bare: Duration) {
    let each = |all: Duration| f64::from(leads) / all.as_secs_f64();
    println!(
        "{what}: {leads} leads, {:.0} a second; a bare client {:.0}; ratio {:.2}",
        each(ours),
        each(bare),
        bare.as_secs_f64() / ours.as_secs_f64()
    );
}

fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

/// The most memory that this process has had, in kB.
fn peak() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mut lines = status.lines();
    let line = lines.find(|line| line.starts_with("VmHWM:")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    words[1].parse().unwrap()
}

fn offline() -> Profile {
    imagined::profile("[crm]\nkind = \"file\"\nplain = true")
}

fn connector(kind: &str, url: &str, secret: &str) -> Box<dyn Connector> {
    let mut profile = offline();
    profile.crm.kind = kind.to_owned();
    profile.crm.url = Some(url.to_owned());
    zgoda_crm::connect(&profile, Some(&Secret::new(secret)), "".as_ref()).unwrap()
}

fn messages(from: u32, count: u32) -> Vec<Message> {
    let profile = offline();
    let all = from..from + count;
    all.map(|n| imagined::upsert(&imagined::lead(n, &profile)))
        .collect()
}

fn confirmed(connector: &mut dyn Connector, messages: &[Message]) {
    let answers = connector.push(messages);
    let confirmed = |answer: &Answer| matches!(answer, Answer::Confirmed { .. });
    assert!(answers.iter().all(confirmed), "{answers:?}");
}

/// Sends what was recorded, and nothing else.
struct Bare {
    line: BufReader<TcpStream>,
}

impl Bare {
    fn at(upstream: &str) -> Self {
        let line = TcpStream::connect(upstream).unwrap();
        line.set_nodelay(true).unwrap();
        Self {
            line: BufReader::new(line),
        }
    }

    /// What is this lead's own in a request: its id, its number and the CRM's id.
    fn lead(n: u32, server: &bottlecrm::Server) -> [String; 3] {
        let id = imagined::lead_id(n).to_string();
        let crm_id = server.lead(&id).unwrap()["id"].as_str().unwrap().to_owned();
        [id, n.to_string(), crm_id]
    }

    fn send(&mut self, requests: &[String; 3], first: &[String; 3], n: u32) {
        let [id, number, crm_id] = first;
        let lead = imagined::lead_id(n).to_string();
        let [search, post, patch] = requests
            .each_ref()
            .map(|one| one.replace(id, &lead).replace(number, &n.to_string()));
        self.ask(&search);
        let made = self.ask(&post);
        let (_, rest) = made.split_once("\"lead\":").unwrap();
        let known = rest.split('"').nth(1).unwrap();
        let done = self.ask(&patch.replace(crm_id, known));
        assert!(done.contains("\"error\":false"), "{done}");
    }

    fn ask(&mut self, request: &str) -> String {
        self.line.get_mut().write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.line.read_line(&mut header).unwrap();
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            if header.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.line.read_exact(&mut body).unwrap();
        String::from_utf8(body).unwrap()
    }
}

/// Keeps what goes by.
struct Recorder {
    port: u16,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (kept, upstream) = (said.clone(), upstream.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(&upstream).unwrap();
                let (back, to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || pump(back, to, None));
                let kept = kept.clone();
                std::thread::spawn(move || pump(client, server, Some(&kept)));
            }
        });
        Self { port, said }
    }

    fn said(&self) -> Vec<u8> {
        self.said.lock().unwrap().clone()
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, kept: Option<&Mutex<Vec<u8>>>) {
    let mut buffer = [0; 1 << 16];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if let Some(kept) = kept {
            kept.lock().unwrap().extend(&buffer[..read]);
        }
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    // Or whoever keeps the line for the next request waits on it in vain.
    let _ = to.shutdown(Shutdown::Both);
}
