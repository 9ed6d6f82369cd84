//! A WebSocket client of single bytes, for frames that no library would send.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);
const MASK: [u8; 4] = [7, 11, 13, 17];
pub const TEXT: u8 = 1;

pub struct Raw(TcpStream);

impl Raw {
    /// Upgraded, and nothing said.
    pub async fn open(address: SocketAddr) -> Self {
        Self::upgraded(TcpStream::connect(address).await.unwrap(), address).await
    }

    /// Likewise over a connection of the caller's.
    pub async fn upgraded(mut socket: TcpStream, address: SocketAddr) -> Self {
        let head = format!(
            "GET /graphql HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
             Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        );
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut answered = Vec::new();
        while !answered.ends_with(b"\r\n\r\n") {
            answered.push(socket.read_u8().await.unwrap());
        }
        assert!(answered.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answered));
        Self(socket)
    }

    /// Upgraded and acknowledged.
    pub async fn ready(address: SocketAddr) -> Self {
        let mut raw = Self::open(address).await;
        raw.text(r#"{"type":"connection_init"}"#).await;
        let (opcode, _) = raw.frame().await;
        assert_eq!(opcode, TEXT);
        raw
    }

    pub async fn text(&mut self, text: &str) {
        self.send(&frame(0x80 | TEXT, text.as_bytes())).await;
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the server takes all that is sent");
    }

    /// Sends what may be more than sockets hold, and takes what comes meanwhile.
    pub async fn send_and_read(&mut self, bytes: &[u8]) {
        let (mut read, mut write) = self.0.split();
        let mut sink = vec![0; 64 * 1024];
        let sending = write.write_all(bytes);
        tokio::pin!(sending);
        loop {
            tokio::select! {
                sent = &mut sending => return sent.expect("the server takes all that is sent"),
                read = read.read(&mut sink) => assert_ne!(read.expect("the connection stays"), 0),
            }
        }
    }

    pub fn into_inner(self) -> TcpStream {
        self.0
    }

    /// The code and reason with which the server closes. Nothing may follow them, and the connection must not be torn.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            let (opcode, payload) = self.frame().await;
            if opcode == 8 {
                let (code, reason) = payload.split_at(2);
                self.send(&frame(0x88, code)).await;
                let mut rest = Vec::new();
                let end = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut rest)).await;
                end.expect("the server ends the connection").expect("in order");
                assert!(rest.is_empty());
                let code = u16::from_be_bytes(code.try_into().unwrap());
                return (code, String::from_utf8(reason.to_vec()).unwrap());
            }
        }
    }

    /// The next frame of the server: short and whole.
    pub async fn frame(&mut self) -> (u8, Vec<u8>) {
        let read = async {
            let head = self.0.read_u8().await?;
            let length = match self.0.read_u8().await? {
                126 => usize::from(self.0.read_u16().await?),
                length => usize::from(length),
            };
            let mut payload = vec![0; length];
            self.0.read_exact(&mut payload).await?;
            std::io::Result::Ok((head & 0x0f, payload))
        };
        tokio::time::timeout(PATIENCE, read).await.expect("a frame").expect("a frame")
    }
}

/// A masked frame, its first byte as it is given.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u16::try_from(payload.len()) {
        Ok(length) if length < 126 => bytes.push(0x80 | u8::try_from(length).unwrap()),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend(u64::try_from(payload.len()).unwrap().to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}
