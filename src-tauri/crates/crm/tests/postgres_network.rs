//! The way to a hub, on a real PostgreSQL: lines that are cut, calls that are killed, certificates that are false.
#![allow(clippy::unwrap_used)]

#[allow(unreachable_pub, dead_code)]
mod hub;
#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::{count, hub, retry, server, told, upsert};
use postgres::{PASSWORD, Server};
use zgoda_core::outbox::{Message, Reason};
use zgoda_crm::HUB_SQL;

/// Where a line is cut.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    /// Nowhere.
    Nowhere,
    /// After so many bytes of the device's.
    Asking(usize),
    /// At the first answer after so many bytes of the device's: what was asked is done.
    Answering(usize),
}

/// A way to `port` that is cut as told. Answers its own port.
fn way(port: u16, cut: Arc<Mutex<Cut>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let far = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let asked = Arc::new(Mutex::new(0));
            relay(&near, &far, cut.clone(), asked.clone(), true);
            relay(&far, &near, cut.clone(), asked, false);
        }
    });
    own
}

/// Carries what `from` says to `to`, until the line is cut.
fn relay(
    from: &TcpStream,
    to: &TcpStream,
    cut: Arc<Mutex<Cut>>,
    asked: Arc<Mutex<usize>>,
    asks: bool,
) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut piece) {
            *asked.lock().unwrap() += if asks { read } else { 0 };
            let so_far = *asked.lock().unwrap();
            let over = match *cut.lock().unwrap() {
                Cut::Nowhere => false,
                Cut::Asking(most) => so_far > most,
                Cut::Answering(most) => !asks && so_far > most,
            };
            if over || to.write_all(&piece[..read]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    });
}

#[test]
fn a_line_cut_amid_a_batch_loses_nothing_and_doubles_nothing() {
    for (cut, arrived) in [(Cut::Asking(50_000), 0), (Cut::Answering(50_000), 200)] {
        let (hub, _) = hub();
        let now = Arc::new(Mutex::new(cut));
        let url = hub.url(1, way(server().port, now.clone()));
        let mut device = hub::to(&url, PASSWORD).unwrap();
        let messages: Vec<Message> = (0..200).map(|n| upsert(n, 1)).collect();
        assert_eq!(device.push(&messages), vec![retry(Reason::Ambiguous); 200]);
        assert_eq!(count(&hub), arrived);
        *now.lock().unwrap() = Cut::Nowhere;
        told(device.as_mut(), &messages);
        assert_eq!(count(&hub), 200);
        // A line that was idle too long is made anew without a word.
        *now.lock().unwrap() = Cut::Asking(0);
        assert!(
            device
                .push(&messages)
                .iter()
                .all(|one| *one == retry(Reason::Ambiguous) || *one == retry(Reason::Offline))
        );
        *now.lock().unwrap() = Cut::Nowhere;
        told(device.as_mut(), &messages);
    }
}

#[test]
fn a_call_that_is_killed_leaves_nothing_and_is_made_again() {
    let (hub, mut device) = hub();
    let messages: Vec<Message> = (0..200).map(|n| upsert(n, 1)).collect();
    let role = hub.url(1, 0);
    let role = role
        .trim_start_matches("postgres://")
        .split('@')
        .next()
        .unwrap();
    let kill = format!(
        "do $$ begin lock table hub.lead in exclusive mode; for i in 1..400 loop perform pg_sleep(0.05); \
           perform pg_stat_clear_snapshot(); exit when (select count(pg_terminate_backend(pid)) \
             from pg_stat_activity where usename = '{role}' and wait_event_type = 'Lock') > 0; \
         end loop; end $$"
    );
    let answers = std::thread::scope(|scope| {
        let killer = scope.spawn(|| hub.sql(&kill));
        let locked = "select count(*) from pg_locks where relation = 'hub.lead'::regclass and mode = 'ExclusiveLock'";
        while hub.sql(locked) == "0" {
            std::thread::sleep(Duration::from_millis(20));
        }
        let answers = device.push(&messages);
        killer.join().unwrap();
        answers
    });
    assert_eq!(answers, vec![retry(Reason::ServerTrouble); 200]);
    assert_eq!(count(&hub), 0);
    told(device.as_mut(), &messages);
    assert_eq!(count(&hub), 200);
}

#[test]
fn without_a_network_one_attempt_is_made() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut device = hub::to(&format!("postgres://tablet@127.0.0.1:{port}/leads"), "word").unwrap();
    let messages = [upsert(1, 1), upsert(2, 1)];
    assert_eq!(device.push(&messages), vec![retry(Reason::Offline); 2]);
    assert_eq!(device.test(), Err(Reason::Offline));
}

/// In a process of its own, because the machine's trusted roots are read from its environment.
#[test]
#[ignore = "`attack_46_only_a_trusted_certificate_is_spoken_to` runs it"]
fn push_two_to_the_hub_of_the_environment() {
    let url = std::env::var("ZGODA_TEST_HUB").unwrap();
    let mut device = hub::to(&url, PASSWORD).unwrap();
    eprintln!("said: {:?}", device.push(&[upsert(1, 1), upsert(2, 1)]));
}

fn pem(label: &str, der: &[u8]) -> String {
    let coded = STANDARD.encode(der).into_bytes();
    let lines = coded
        .chunks(64)
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)));
    format!(
        "-----BEGIN {label}-----\n{}-----END {label}-----\n",
        lines.collect::<String>()
    )
}

#[test]
fn attack_46_only_a_trusted_certificate_is_spoken_to() {
    let folder = tempfile::tempdir().unwrap();
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("cert.pem", pem("CERTIFICATE", own.cert.der()));
    write(
        "key.pem",
        pem("PRIVATE KEY", &own.signing_key.serialize_der()),
    );
    write("other.pem", pem("CERTIFICATE", other.cert.der()));
    let server = Server::start(Some(folder.path()));
    let hub = server.hub(HUB_SQL);
    let url = hub.device(1);
    let push = |root: &str| {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("push_two_to_the_hub_of_the_environment")
            .env("SSL_CERT_FILE", folder.path().join(root))
            .env_remove("SSL_CERT_DIR")
            .env("ZGODA_TEST_HUB", &url)
            .output();
        String::from_utf8_lossy(&output.unwrap().stderr).into_owned()
    };
    let said = push("other.pem");
    assert!(
        said.contains(&format!(
            "said: {:?}",
            [retry(Reason::Certificate), retry(Reason::Certificate)]
        )),
        "{said}"
    );
    assert_eq!(count(&hub), 0);
    let said = push("cert.pem");
    assert!(
        said.contains("said: [Confirmed") && !said.contains("Retry"),
        "{said}"
    );
    assert_eq!(count(&hub), 2);
}
