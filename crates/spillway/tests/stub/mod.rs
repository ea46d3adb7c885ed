//! A server on loopback that gives one prepared answer to each request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{JoinHandle, spawn};

use serde_json::Value;

/// A request as it came.
#[derive(Debug)]
pub struct Asked {
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn read(stream: &TcpStream) -> Self {
        let mut stream = BufReader::new(stream);
        let line = line(&mut stream);
        let mut headers = Vec::new();
        loop {
            let header = self::line(&mut stream);
            let Some((name, value)) = header.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let mut body = vec![0; length.map_or(0, |(_, value)| value.parse().unwrap())];
        stream.read_exact(&mut body).unwrap();
        Self { line, headers, body: String::from_utf8(body).unwrap() }
    }
}

fn line(stream: &mut impl BufRead) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

/// The server, which ends after its last answer.
pub struct Stub {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    thread: JoinHandle<Vec<Asked>>,
}

impl Stub {
    /// Starts a server with answers, one for each request.
    pub fn start(answers: Vec<(u16, Value)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let serve = move |(status, body): (u16, Value)| {
            let (mut stream, _) = listener.accept().unwrap();
            let asked = Asked::read(&stream);
            let body = body.to_string();
            let head = format!(
                "HTTP/1.1 {status} Word\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
                 connection: close\r\n\r\n",
                body.len()
            );
            // Whoever asked may have gone.
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
            asked
        };
        Self { address, thread: spawn(move || answers.into_iter().map(serve).collect()) }
    }

    /// Everything that it was asked. An answer that nobody asked for goes to an empty request.
    pub fn asked(self) -> Vec<Asked> {
        let address = self.address.trim_start_matches("http://");
        while !self.thread.is_finished() {
            // Refused once the server has ended.
            drop(TcpStream::connect(address));
        }
        self.thread.join().unwrap()
    }
}
