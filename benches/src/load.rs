//! A load driver: connections that are kept alive, each sending its next request as soon as it has
//! its answer. One thread, requests made beforehand, so that it takes little from the server.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failed;

/// A kept connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer; its body is in the buffer of the connection until the next request.
pub struct Answer<'l> {
    /// Status.
    pub status: u16,
    /// Body.
    pub body: &'l [u8],
}

impl Line {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self, Failed> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and waits for its answer.
    pub async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, Failed> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let (status, head, length) = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let text = std::str::from_utf8(&self.buffer[..head])?;
                let status = text.get(9..12).ok_or("no status")?.parse()?;
                let length = text.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
                });
                break (status, head + 4, length.unwrap_or(0));
            }
        };
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        Ok(Answer { status, body: &self.buffer[head..head + length] })
    }
}

/// A request as sent.
#[must_use]
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    if let Some(token) = token {
        head.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    let body = body.map(Value::to_string);
    if let Some(body) = &body {
        head.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    if path.ends_with("/transitions") {
        head.push_str("if-match: *\r\n");
    }
    head.push_str("\r\n");
    head.push_str(body.as_deref().unwrap_or_default());
    head.into_bytes()
}

/// Requests in the order in which they are sent.
pub enum Requests<'r> {
    /// Round and round.
    Again(&'r [Vec<u8>]),
    /// Each once.
    Once(&'r [Vec<u8>]),
}

/// Sends requests over so many connections until the time is up or they have run out; answers a second.
pub async fn run(address: SocketAddr, connections: usize, time: Duration, requests: &Requests<'_>, status: u16) -> Result<f64, Failed> {
    let lines = try_join_all((0..connections).map(|_| Line::open(address))).await?;
    let next = Cell::new(0_usize);
    let take = || {
        let at = next.get();
        next.set(at + 1);
        match requests {
            Requests::Again(all) => all.get(at % all.len().max(1)),
            Requests::Once(all) => all.get(at),
        }
    };
    let done = Cell::new(0_u32);
    let busy = Cell::new(0_u32);
    let refused = RefCell::new(None);
    let begun = Instant::now();
    let sending = lines.into_iter().map(|mut line| {
        let (take, done, busy, refused) = (&take, &done, &busy, &refused);
        async move {
            while begun.elapsed() < time {
                let Some(request) = take() else { break };
                let answer = line.ask(request).await?;
                if answer.status == 503 {
                    busy.set(busy.get() + 1);
                    continue;
                }
                if answer.status != status {
                    let body = String::from_utf8_lossy(answer.body).into_owned();
                    refused.replace(Some(format!("answered {} instead of {status}: {body}", answer.status)));
                    break;
                }
                done.set(done.get() + 1);
            }
            Ok::<_, Failed>(())
        }
    });
    try_join_all(sending).await?;
    let seconds = begun.elapsed().as_secs_f64();
    if busy.get() > 0 {
        eprintln!("{} answers said \"come back later\" and do not count", busy.get());
    }
    match refused.into_inner() {
        Some(said) => Err(said.into()),
        None => Ok(f64::from(done.get()) / seconds),
    }
}
