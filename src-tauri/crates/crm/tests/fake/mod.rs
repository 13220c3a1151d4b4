//! An HTTP server that misbehaves as told, and an imitation of BottleCRM behind it that keeps what it is told.

pub mod bottle;
pub mod organisers;
pub mod schedule;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

/// One request.
pub struct Request {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    /// The body as it was sent.
    pub bytes: Vec<u8>,
    /// The body as JSON; null where it is none.
    pub body: Json,
}

/// What the server does with it.
pub enum Deed {
    /// Answers.
    Answer(u16, Json),
    /// Answers with these bytes, head included.
    Raw(Vec<u8>),
    /// Answers without an end.
    Endless,
    /// Cuts the line without a word.
    Cut,
    /// Does what was asked, and then this instead of answering.
    After(Box<Deed>),
}

/// Decides about a request before the CRM sees it; `None` lets it through.
pub type Fault = Box<dyn FnMut(&Request) -> Option<Deed> + Send>;

/// Another CRM than BottleCRM, behind the same server.
pub type Site = Box<dyn FnMut(&Request) -> Deed + Send>;

/// The imitation: leads by the CRM's id.
#[derive(Default)]
#[allow(dead_code)]
pub struct Crm {
    pub leads: BTreeMap<String, Json>,
    pub log: Vec<String>,
    pub tokens: Vec<String>,
    fault: Option<Fault>,
    site: Option<Site>,
}

/// A running one. It ends with the test's process.
#[derive(Clone)]
pub struct Server {
    pub address: String,
    pub crm: Arc<Mutex<Crm>>,
}

impl Server {
    pub fn start() -> Self {
        Self::of(None)
    }

    /// A server with another CRM behind it.
    pub fn of(site: Option<Site>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let crm = Arc::new(Mutex::new(Crm {
            site,
            ..Crm::default()
        }));
        let server = Self { address, crm };
        let shared = server.crm.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let crm = shared.clone();
                std::thread::spawn(move || serve(&stream, &crm));
            }
        });
        server
    }

    pub fn webhook(&self) -> String {
        format!(
            "{}/api/public/leads/0f14d0ab-9605-4a62-a9e4-5ed26688389b/",
            self.address
        )
    }

    pub fn fault(&self, fault: impl FnMut(&Request) -> Option<Deed> + Send + 'static) {
        self.crm.lock().unwrap().fault = Some(Box::new(fault));
    }

    /// Carries out the next request of this method, and loses its answer.
    pub fn lose_answer_to(&self, method: &'static str) {
        let mut due = true;
        self.fault(move |request| {
            let now = due && request.method == method;
            due &= !now;
            now.then(|| Deed::After(Box::new(Deed::Cut)))
        });
    }

    pub fn heal(&self) {
        self.crm.lock().unwrap().fault = None;
    }

    pub fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.crm.lock().unwrap().log)
    }
}

fn serve(stream: &TcpStream, crm: &Mutex<Crm>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let deed = crm.lock().unwrap().handle(&request);
        if !write(stream, deed) {
            // Both ways, or a client that still writes would only see it later.
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        // Cut off in its head it is no request.
        if !header.ends_with('\n') {
            return None;
        }
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok());
    let length: usize = length.unwrap_or_default();
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Some(Request {
        method,
        path,
        headers,
        bytes,
        body,
    })
}

/// An answer behind which the line is cut says so: else the next request may still go out on it, and is in doubt.
fn closing(mut bytes: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let says_so = text.contains("\r\nconnection: close");
    if let (true, false, Some(at)) = (text.starts_with("http/1.1 "), says_so, text.find("\r\n")) {
        bytes.splice(at..at, *b"\r\nConnection: close");
    }
    bytes
}

/// False where the line is to be cut.
fn write(mut stream: &TcpStream, deed: Deed) -> bool {
    match deed {
        // It has no body: what came behind it would be taken for the next answer.
        Deed::Answer(204, _) => stream.write_all(b"HTTP/1.1 204 x\r\n\r\n").is_ok(),
        Deed::Answer(status, json) => {
            let body = json.to_string();
            let head = format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).is_ok()
        }
        Deed::Raw(bytes) => {
            let _ = stream.write_all(&closing(bytes));
            false
        }
        Deed::Endless => {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[";
            let mut going = stream.write_all(head).is_ok();
            while going {
                going = stream.write_all(&[b' '; 1 << 16]).is_ok();
            }
            false
        }
        Deed::Cut | Deed::After(_) => false,
    }
}

impl Crm {
    fn handle(&mut self, request: &Request) -> Deed {
        self.log
            .push(format!("{} {}", request.method, request.path));
        self.tokens
            .extend(request.headers.get("authorization").cloned());
        match self.fault.as_mut().and_then(|fault| fault(request)) {
            None => self.carry_out(request),
            Some(Deed::After(deed)) => {
                self.carry_out(request);
                *deed
            }
            Some(deed) => deed,
        }
    }

    fn carry_out(&mut self, request: &Request) -> Deed {
        if let Some(site) = &mut self.site {
            return site(request);
        }
        let path = request.path.as_str();
        if path.starts_with("/api/custom-fields/") {
            let keys = [
                "zgoda_lead",
                "zgoda_receipt",
                "zgoda_receipt_2",
                "zgoda_receipt_3",
                "zgoda_receipt_4",
                "zgoda_permission",
                "zgoda_proof",
            ];
            let definitions = keys.map(|key| json!({ "key": key }));
            return Deed::Answer(200, json!({ "definitions": definitions }));
        }
        if path.starts_with("/api/public/leads/") {
            return self.receive(&request.body);
        }
        if let Some(filter) = path.strip_prefix("/api/leads/?") {
            return self.list(filter);
        }
        let id = path.trim_start_matches("/api/leads/").trim_end_matches('/');
        let Some(lead) = self.leads.get_mut(id) else {
            return Deed::Answer(404, json!({ "detail": "No Lead matches the given query." }));
        };
        match request.method.as_str() {
            "GET" => Deed::Answer(200, json!({ "lead_obj": lead })),
            "DELETE" => {
                self.leads.remove(id);
                Deed::Answer(200, json!({ "error": false }))
            }
            _ => {
                for (key, value) in request.body.as_object().unwrap() {
                    lead[key] = value.clone();
                }
                Deed::Answer(200, json!({ "error": false }))
            }
        }
    }

    /// The leads whose custom field has exactly this content, or in whose address this stands.
    fn list(&self, filter: &str) -> Deed {
        let (key, value) = filter.split_once('=').unwrap();
        let value = value.split('&').next().unwrap();
        let own = |(_, lead): &(&String, &Json)| match key.strip_prefix("cf_") {
            Some(key) => lead["custom_fields"][key] == *value,
            None => {
                assert_eq!(key, "email");
                let address = lead["email"].as_str().unwrap_or_default();
                address.to_lowercase().contains(&value.replace("%40", "@"))
            }
        };
        let listed = self.leads.iter().filter(own).map(|(id, lead)| {
            let mut lead = lead.clone();
            lead["id"] = json!(id);
            lead
        });
        let listed: Vec<Json> = listed.collect();
        Deed::Answer(
            200,
            json!({ "open_leads": { "open_leads": listed }, "close_leads": { "close_leads": [] } }),
        )
    }

    fn receive(&mut self, body: &Json) -> Deed {
        let known = self
            .leads
            .iter()
            .find(|(_, lead)| lead["external_id"] == body["external_id"]);
        if let Some((id, _)) = known {
            return Deed::Answer(200, json!({ "result": "duplicate", "lead": id }));
        }
        let id = format!("5e1f0000-0000-4000-8000-{:012}", self.log.len());
        let answer = json!({ "result": "created", "lead": id });
        self.leads.insert(id, body.clone());
        Deed::Answer(201, answer)
    }
}
