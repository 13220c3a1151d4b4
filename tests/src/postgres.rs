//! A real PostgreSQL, for as long as a test holds it; where there is none the test fails and says so. Used by
//! `zgoda-crm`'s own tests too.
//!
//! How: `tests/postgres/start` makes a fresh cluster in about two seconds and takes it down when its standard input is
//! closed, which the system does even for a test that was killed.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::Value as Json;

/// The password of every device.
pub const PASSWORD: &str = "hasło dla testów";

/// A running PostgreSQL.
pub struct Server {
    /// Where it listens on this machine.
    pub port: u16,
    psql: String,
    socket: String,
    databases: AtomicUsize,
    /// Roles are the whole server's: two tests at once would meet in them.
    roles: Mutex<()>,
    child: Child,
}

impl Server {
    /// Starts one; with `tls`, a folder with `cert.pem` and `key.pem`, it speaks TLS alone.
    ///
    /// # Panics
    /// Where it does not start, as where PostgreSQL is not installed.
    pub fn start(tls: Option<&Path>) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut scripts = here
            .ancestors()
            .map(|folder| folder.join("tests/postgres/start"));
        let script = scripts.find(|script| script.exists());
        let mut child = Command::new("bash")
            .arg(script.expect("tests/postgres/start is there"))
            .args(tls)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash is there");
        let stdout = child.stdout.take().expect("it was piped");
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        assert!(
            read.is_ok_and(|bytes| bytes > 0),
            "no PostgreSQL: the line above says why; `make setup-test` installs it"
        );
        let said: Json = serde_json::from_str(&line).expect("it says where it is");
        let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let port = said["port"].as_u64().and_then(|port| port.try_into().ok());
        Self {
            port: port.expect("a port"),
            psql: text("psql"),
            socket: text("socket"),
            databases: AtomicUsize::new(0),
            roles: Mutex::new(()),
            child,
        }
    }

    /// A new database with the hub in it, by head office's own way: `psql` reads `sql`.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn hub(&self, sql: &str) -> Hub<'_> {
        let hub = self.bare();
        hub.install(sql);
        hub
    }

    /// A new database without a hub.
    ///
    /// # Panics
    /// Where it cannot be made.
    pub fn bare(&self) -> Hub<'_> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let database = format!("hub_{number}");
        self.psql("postgres", &format!("create database {database}"));
        Hub {
            server: self,
            database,
        }
    }

    fn psql(&self, database: &str, input: &str) -> String {
        let mut child = Command::new(&self.psql)
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-h", &self.socket])
            .args(["-p", &self.port.to_string(), "-U", "postgres"])
            .args(["-d", database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("psql runs");
        let mut stdin = child.stdin.take().expect("it was piped");
        stdin.write_all(input.as_bytes()).expect("psql reads");
        drop(stdin);
        let output = child.wait_with_output().expect("psql ends");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It takes itself down; what happened to it is no concern of a test that has ended.
        let _ = self.child.wait();
    }
}

/// One database of a server, as head office sees it.
pub struct Hub<'a> {
    server: &'a Server,
    database: String,
}

impl Hub<'_> {
    /// Installs the hub, or installs it again.
    ///
    /// # Panics
    /// Where `psql` refuses it.
    pub fn install(&self, sql: &str) {
        let roles = self.server.roles.lock();
        let _alone = roles.unwrap_or_else(PoisonError::into_inner);
        self.server.psql(&self.database, sql);
    }

    /// Asks the database as its administrator.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn sql(&self, query: &str) -> String {
        self.server.psql(&self.database, query)
    }

    /// Makes the role of device number `n` and answers its `crm.url`.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn device(&self, n: usize) -> String {
        self.role(n, "in role hub_device");
        self.url(n, self.server.port)
    }

    /// Makes a role of this database's that signs in, and answers its name.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn role(&self, n: usize, member: &str) -> String {
        let name = format!("{}_device_{n}", self.database);
        self.sql(&format!(
            "create role {name} login password '{PASSWORD}' {member}"
        ));
        name
    }

    /// The address of device number `n` by way of `port`.
    pub fn url(&self, n: usize, port: u16) -> String {
        let database = &self.database;
        format!("postgres://{database}_device_{n}@127.0.0.1:{port}/{database}")
    }

    /// The rows of `query` as JSON.
    ///
    /// # Panics
    /// Where it refuses.
    pub fn rows(&self, query: &str) -> Vec<Json> {
        let rows = self.sql(&format!("select to_jsonb(asked) from ({query}) as asked"));
        let parsed = rows
            .lines()
            .map(|row| serde_json::from_str(row).expect("a row as JSON"));
        parsed.collect()
    }
}
