//! A real BottleCRM on a PostgreSQL of its own, for as long as a test holds it.
//!
//! How: `tests/bottlecrm/setup` makes a virtual environment and a seeded database once (a minute and a half; kept under
//! `target/bottlecrm`), `tests/bottlecrm/start` runs a fresh copy in about two seconds and takes it down when its
//! standard input is closed, which the system does even for a test that was killed. Where Python 3.13 or PostgreSQL is
//! missing there is no server, and the test that wanted one must say that it was skipped.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value as Json;

/// The scripts' way to say that something which they need is not on this machine.
const MISSING: i32 = 3;

/// A running BottleCRM.
pub struct Server {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The lead webhook's address: `crm.url` of a profile.
    pub webhook: String,
    /// The booth's token and the webhook's key: the connector's secret.
    pub secret: String,
    /// An administrator's token, for what the tests change themselves.
    pub admin_token: String,
    psql: String,
    socket: String,
    child: Child,
}

impl Server {
    /// Starts one; `None`, and a line on standard error that no test runner holds back, where this machine cannot.
    ///
    /// # Panics
    /// Where it should have started and did not.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// As [`Server::start`], with environment variables of the CRM's own, such as `LEAD_INTAKE_THROTTLE_MINUTE`.
    ///
    /// # Panics
    /// Where it should have started and did not.
    pub fn start_with(environment: &[(&str, &str)]) -> Option<Self> {
        if !available() {
            return None;
        }
        let mut child = script("start")
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/bottlecrm/start runs");
        let stdout = child.stdout.take().expect("it was piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it is");
        let said: Json =
            serde_json::from_str(&line).expect("BottleCRM starts, or says above why not");
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        let (url, seed) = (text(&said["url"]), &said["seed"]);
        Some(Self {
            webhook: format!("{url}/api/public/leads/{}/", text(&seed["intake"])),
            secret: format!("{} {}", text(&seed["token"]), text(&seed["intake_key"])),
            admin_token: text(&seed["admin_token"]),
            psql: text(&said["psql"]),
            socket: text(&said["database"]),
            url,
            child,
        })
    }

    /// The `[crm]` section of a profile that sends leads here.
    pub fn section(&self) -> String {
        format!("[crm]\nkind = \"bottlecrm\"\nurl = \"{}\"\n", self.webhook)
    }

    /// Takes every lead out, and what was noted of them; settings stay.
    ///
    /// # Panics
    /// Where its database does not answer.
    pub fn empty(&self) {
        self.sql("truncate lead cascade");
        self.sql("truncate activity");
        self.sql("update custom_field_definition set is_active = true");
    }

    /// How many leads the CRM holds.
    ///
    /// # Panics
    /// Where its database does not answer.
    pub fn count_leads(&self) -> usize {
        self.sql("select count(*) from lead")
            .parse()
            .expect("a number")
    }

    /// The row of the lead with this external id, as the CRM's table has it.
    ///
    /// # Panics
    /// Where its database does not answer, or holds the id twice.
    pub fn lead(&self, external_id: &str) -> Option<Json> {
        let id = external_id.replace('\'', "''");
        let rows = self.sql(&format!(
            "select row_to_json(l) from lead l where external_id = '{id}'"
        ));
        assert!(rows.lines().count() < 2, "{external_id} stands twice");
        rows.lines()
            .next()
            .map(|row| serde_json::from_str(row).expect("a row as JSON"))
    }

    /// The tables in which `text` stands anywhere. After an erasure of the person, none.
    ///
    /// # Panics
    /// Where its database does not answer.
    pub fn tables_with(&self, text: &str) -> Vec<String> {
        let tables =
            self.sql("select quote_ident(tablename) from pg_tables where schemaname = 'public'");
        let text = text.replace('\'', "''");
        let holds = |table: &&str| {
            let found =
                format!("select exists(select 1 from {table} t where t::text ilike '%{text}%')");
            self.sql(&found) == "t"
        };
        tables.lines().filter(holds).map(str::to_owned).collect()
    }

    /// Asks the CRM's database, past the program.
    ///
    /// # Panics
    /// Where it does not answer.
    pub fn sql(&self, query: &str) -> String {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(&self.psql)
            .args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-h", &self.socket])
            .args(["-U", "postgres", "-d", "bottlecrm", "-c", query])
            .output()
            .expect("psql runs");
        assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
        String::from_utf8_lossy(&stdout).trim_end().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It takes itself down; what happened to it is no concern of a test that has ended.
        let _ = self.child.wait();
    }
}

/// True where a server can be started. Makes what it needs the first time.
///
/// # Panics
/// Where that fails for another reason than a missing Python or PostgreSQL.
pub fn available() -> bool {
    let status = script("setup")
        .stdin(Stdio::null())
        .status()
        .expect("bash is there");
    if status.code() == Some(MISSING) {
        // Not by `eprintln`, which test runners hold back from tests that pass.
        let skipped = "SKIPPED: tests with a real BottleCRM did not run; the line above says what is missing\n";
        let _ = io::stderr().write_all(skipped.as_bytes());
        return false;
    }
    assert!(status.success(), "tests/bottlecrm/setup failed: {status}");
    true
}

fn script(name: &str) -> Command {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scripts = here
        .ancestors()
        .map(|folder| folder.join("tests/bottlecrm").join(name));
    let script = scripts.find(|script| script.exists());
    let mut command = Command::new("bash");
    command.arg(script.expect("tests/bottlecrm is there"));
    command
}
