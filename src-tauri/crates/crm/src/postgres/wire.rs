//! The connection to a PostgreSQL.
//!
//! How: TLS by the system's roots; only to this machine may it be plain, and there too a certificate that is shown must be
//! trusted. One connection, made when it is first needed and made anew once it has broken. Everything waits at most
//! [`PATIENCE`], and as long as what is sent takes.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::{Config, Host, SslMode};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};
use tokio_postgres_rustls::MakeRustlsConnect;
use zgoda_core::outbox::Reason;

use super::failure::{self, Failure};
use crate::http::{self, PATIENCE, Trouble};
use crate::{ConnectError, Missing, Secret};

/// The longest wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// How often a call is made that the database took back for another's sake.
const ATTEMPTS: u32 = 4;

/// A connection, or the way to one.
pub(super) struct Wire {
    config: Config,
    tls: MakeRustlsConnect,
    runtime: Runtime,
    client: Option<Client>,
    /// The SQLSTATE of the last call that failed.
    failed: Option<String>,
    /// What the database's clock said last.
    date: Option<DateTime<Utc>>,
}

impl Wire {
    pub(super) fn new(url: &str, secret: &Secret) -> Result<Self, ConnectError> {
        let mut config = address(url)?;
        let mut password = secret.expose();
        if config.get_user().is_none() {
            let words = password.split_once(' ').ok_or(ConnectError::NoSecret)?;
            config.user(words.0);
            password = words.1.trim_start();
        }
        config
            .password(password)
            .application_name(concat!("zgoda/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_PATIENCE);
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self {
            config,
            tls: tls().ok_or(ConnectError::NoTls)?,
            runtime: runtime.map_err(|_| ConnectError::NoTls)?,
            client: None,
            failed: None,
            date: None,
        })
    }

    /// The first column of the one row that `query`, a `select` without a `from` of its own, answers. What the database took
    /// back, because another call stood in the way, is tried again at once.
    pub(super) fn call(
        &mut self,
        query: &str,
        parameters: &[&str],
    ) -> Result<Option<String>, Trouble> {
        let query = format!("{query}, extract(epoch from now())::bigint");
        let mut attempt = 1;
        loop {
            let error = match self.attempt(&query, parameters) {
                Ok(row) => return self.read(&row),
                Err(error) => error,
            };
            let state = error.state().map(str::to_owned);
            let again = state.as_deref().is_some_and(failure::was_taken_back) && attempt < ATTEMPTS;
            self.failed = state;
            if !again {
                return Err(error.reason().into());
            }
            std::thread::sleep(Duration::from_millis(20) * attempt);
            attempt += 1;
        }
    }

    /// What is missing, where the last call failed for that: `function`, or the right of `role` to call it.
    pub(super) fn lacking(&self, function: &str, role: &str) -> Option<Missing> {
        let state = self.failed.as_deref()?;
        failure::lacking(state, function, role)
    }

    /// Whom the database takes us for: `ROLE@HOST/DATABASE`.
    pub(super) fn account(&self) -> String {
        let host = self.config.get_hosts().first().map(name);
        format!(
            "{}@{}/{}",
            self.config.get_user().unwrap_or_default(),
            host.unwrap_or_default(),
            self.config.get_dbname().unwrap_or_default()
        )
    }

    pub(super) fn date(&self) -> Option<DateTime<Utc>> {
        self.date
    }

    fn read(&mut self, row: &Row) -> Result<Option<String>, Trouble> {
        let (said, date) = (row.try_get(0), row.try_get(1));
        let (Ok(said), Ok(date)) = (said, date) else {
            return Err(Reason::NotTheCrm.into());
        };
        self.date = DateTime::from_timestamp(date, 0).or(self.date);
        Ok(said)
    }

    fn attempt(&mut self, query: &str, parameters: &[&str]) -> Result<Row, Failure> {
        let Self {
            config,
            tls,
            runtime,
            client,
            ..
        } = self;
        let standing = client.take().filter(|client| !client.is_closed());
        let asked = async {
            let client = match standing {
                Some(client) => client,
                None => connect(config, tls).await?,
            };
            let typed = parameters
                .iter()
                .map(|one| (one as &(dyn ToSql + Sync), Type::TEXT));
            let typed: Vec<_> = typed.collect();
            let asked = client.query_typed_one(query, &typed);
            let bytes = parameters.iter().map(|one| one.len()).sum();
            let patience = PATIENCE + http::to_send(bytes);
            let row = match tokio::time::timeout(patience, asked).await {
                Ok(answered) => answered.map_err(Failure::Asking),
                // The connection is dropped with its client: what still comes is nobody's answer.
                Err(_) => return Err(Failure::Waiting),
            };
            Ok((client, row))
        };
        let (standing, row) = runtime.block_on(asked)?;
        // After an error that ends the session the line itself may still look open.
        let goes_on = row.as_ref().err().is_none_or(Failure::spares_the_line);
        *client = Some(standing).filter(|client| goes_on && !client.is_closed());
        row
    }
}

async fn connect(config: &Config, tls: &MakeRustlsConnect) -> Result<Client, Failure> {
    let connecting = tokio::time::timeout(CONNECT_PATIENCE, config.connect(tls.clone()));
    let (client, connection) = match connecting.await {
        Ok(connected) => connected.map_err(Failure::Connecting)?,
        Err(_) => return Err(Failure::NotConnected),
    };
    // It runs while a call is waited for. Its end is seen by the client.
    tokio::spawn(async move { connection.await.is_ok() });
    Ok(client)
}

/// Reads an address. What would weaken the connection cannot be written in it.
fn address(url: &str) -> Result<Config, ConnectError> {
    let scheme = ["postgres://", "postgresql://"];
    let fine = scheme.iter().any(|scheme| url.starts_with(scheme)) && !url.contains('?');
    let mut config: Config = url.parse().map_err(|_| ConnectError::BadUrl)?;
    let hosts = config.get_hosts();
    let is_name = |name: String| !name.is_empty() && !name.starts_with('/');
    let by_name = hosts.iter().all(|host| is_name(name(host)));
    let whole = config.get_dbname().is_some() && !hosts.is_empty();
    if !fine || !by_name || !whole || config.get_password().is_some() {
        return Err(ConnectError::BadUrl);
    }
    let here = hosts.iter().all(|host| is_here(&name(host)));
    config.ssl_mode(if here {
        SslMode::Prefer
    } else {
        SslMode::Require
    });
    Ok(config)
}

/// A host's name; empty, or on Windows a path, for a socket in the file system.
#[allow(unreachable_patterns)]
fn name(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        _ => String::new(),
    }
}

fn is_here(host: &str) -> bool {
    let number = host.parse();
    host == "localhost" || number.is_ok_and(|address: IpAddr| address.is_loopback())
}

fn tls() -> Option<MakeRustlsConnect> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.ok()?.with_platform_verifier().ok()?;
    Some(MakeRustlsConnect::new(builder.with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn only_tls_or_this_machine_and_nothing_that_weakens_it() {
        let mode = |url| address(url).map(|config| config.get_ssl_mode());
        for far in [
            "postgres://tablet_1@hub.example/leads",
            "postgresql://tablet%201@hub.example:5433/leads",
            "postgres://hub.example/leads",
            "postgres://a@127.0.0.1,hub.example/leads",
            "postgres://a@127.0.0.1.hub.example/leads",
        ] {
            assert_eq!(mode(far), Ok(SslMode::Require), "{far}");
        }
        for near in [
            "postgres://a@127.0.0.1:5433/b",
            "postgres://a@localhost/b",
            "postgres://a@[::1]/b",
        ] {
            assert_eq!(mode(near), Ok(SslMode::Prefer), "{near}");
        }
        for bad in [
            "postgres://a:word@hub.example/b",
            "postgres://a@hub.example/b?sslmode=disable",
            "postgres://a@hub.example",
            "postgres://a@/b",
            "postgres://a@%2Ftmp/b",
            "host=hub.example user=a dbname=b",
            "https://hub.example/",
            "",
        ] {
            assert_eq!(mode(bad), Err(ConnectError::BadUrl), "{bad}");
        }
    }

    /// What is said of a server that answers the wish for TLS with `answer`, and how many bytes it heard.
    fn met(answer: &'static [u8]) -> (Reason, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heard = vec![0; 8];
            stream.read_exact(&mut heard).unwrap();
            stream.write_all(answer).unwrap();
            let _ = stream.read_to_end(&mut heard);
            heard.len()
        });
        let url = format!("postgres://tablet@127.0.0.1:{port}/leads");
        let mut wire = Wire::new(&url, &Secret::new("a word")).unwrap();
        // As to any other machine.
        wire.config.ssl_mode(SslMode::Require);
        let trouble = wire.call("select $1", &["somebody"]).err();
        (trouble.unwrap().reason, heard.join().unwrap())
    }

    #[test]
    fn attack_42_nothing_is_said_without_tls() {
        for answer in [
            &b"N"[..],
            b"HTTP/1.1 200 OK\r\n\r\n<html>Welcome to the fair!</html>",
        ] {
            assert_eq!(met(answer), (Reason::NotTheCrm, 8));
        }
    }
}
