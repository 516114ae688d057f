//! A real Alertmanager on loopback, and a receiver of its webhooks.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Unix milliseconds.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// A message that a webhook received.
#[derive(Clone, Debug)]
pub struct Message {
    pub at: i64,
    /// The path of the URL that was called.
    pub path: String,
    pub body: Value,
}

/// Takes what is posted to it, at any path.
pub struct Listener {
    pub port: u16,
    messages: Arc<Mutex<Vec<Message>>>,
    is_over: Arc<AtomicBool>,
}

impl Listener {
    pub fn new() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let messages = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let (taken, over) = (Arc::clone(&messages), Arc::clone(&is_over));
        std::thread::spawn(move || {
            for stream in socket.incoming() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let taken = Arc::clone(&taken);
                std::thread::spawn(move || serve(stream.unwrap(), &taken));
            }
        });
        Self {
            port,
            messages,
            is_over,
        }
    }

    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap().clone()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a caller.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Answers the requests of one connection.
fn serve(stream: TcpStream, taken: &Mutex<Vec<Message>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or(0) == 0 {
                return;
            }
            if header.trim().is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        taken.lock().unwrap().push(Message {
            at: now(),
            path,
            body,
        });
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if reader.get_mut().write_all(answer).is_err() {
            return;
        }
    }
}

/// A running Alertmanager; it ends with this.
pub struct Daemon {
    process: Child,
    pub port: u16,
    /// When it was started.
    pub started: i64,
}

impl Daemon {
    /// Starts it on `alertmanager.yml` of a folder and waits until it answers.
    pub fn start(folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let process = Command::new("prometheus-alertmanager")
            .arg(format!(
                "--config.file={}",
                folder.join("alertmanager.yml").display()
            ))
            .arg(format!("--storage.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--cluster.listen-address=")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let started = now();
        let daemon = Self {
            process,
            port,
            started,
        };
        let begin = Instant::now();
        while daemon.request("GET", "/-/ready", "").is_none() {
            let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
            assert!(begin.elapsed() < Duration::from_secs(20), "{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        daemon
    }

    /// Posts alerts in the form of API v2.
    pub fn post(&self, alerts: &Value) {
        let answer = self.request("POST", "/api/v2/alerts", &alerts.to_string());
        let answer = answer.unwrap_or_default();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// The answer, if there is one.
    fn request(&self, method: &str, path: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .ok()?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
