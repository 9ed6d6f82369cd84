//! Mail by SMTP, spoken with a server that the test plays.

use std::sync::{Arc, Mutex};

use platform_jobs::JobFilter;
use platform_testkit::{TestSubgraph, eventually, eventually_some};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use users::UsersSubgraph;
use users::demo::all;

use crate::support::{PASSWORD, REGISTER, builder, code, confirm};

/// Answers with which a mail server refuses, each once: to a command by its first letters, or to who connects.
type Answers = [(&'static str, &'static str)];
const CONNECT: &str = "";

/// A mail server: refuses with `answers`, one after the other, then takes everything.
#[derive(Clone, Default)]
struct Server {
    answers: Arc<Mutex<Vec<(&'static str, &'static str)>>>,
    conversations: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: &Answers) -> (Self, String) {
        let server = Self { answers: Arc::new(Mutex::new(answers.to_vec())), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let text = accepting.converse(stream).await.unwrap_or_default();
                accepting.conversations.lock().unwrap().push(text);
            }
        });
        (server, url)
    }

    /// The next answer that is scripted for `command`.
    fn scripted(&self, command: &str) -> Option<String> {
        let mut answers = self.answers.lock().unwrap();
        let next = answers.iter().position(|(to, _)| *to == command)?;
        Some(answers.remove(next).1.to_owned())
    }

    /// Speaks RFC 5321 with one client; returns all that it sent.
    async fn converse(&self, stream: TcpStream) -> std::io::Result<String> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        let (mut heard, mut in_data) = (String::new(), false);
        let greeting = self.scripted(CONNECT).unwrap_or_else(|| "220 mail.example ESMTP".to_owned());
        writing.write_all(format!("{greeting}\r\n").as_bytes()).await?;
        while let Some(line) = lines.next_line().await? {
            heard.push_str(&line);
            heard.push('\n');
            if in_data && line != "." {
                continue;
            }
            let command = line.get(..4).unwrap_or(&line);
            let scripted = if in_data { None } else { self.scripted(command) };
            let answer = match command {
                _ if scripted.is_some() => scripted.unwrap_or_default(),
                "EHLO" => "250-mail.example\r\n250 SMTPUTF8".to_owned(),
                "DATA" => {
                    in_data = true;
                    "354 go on".to_owned()
                }
                "QUIT" => "221 bye".to_owned(),
                _ => {
                    in_data = false;
                    "250 ok".to_owned()
                }
            };
            writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(heard)
    }

    fn heard(&self) -> Vec<String> {
        self.conversations.lock().unwrap().clone()
    }
}

async fn start(url: &str) -> TestSubgraph<UsersSubgraph> {
    let url = url.to_owned();
    let builder = builder().configure(|config| {
        config.mail.url = url;
        "shop@souk.example".clone_into(&mut config.mail.from);
        "The Souk".clone_into(&mut config.mail.from_name);
    });
    builder.start().await
}

async fn register(app: &TestSubgraph<UsersSubgraph>) -> String {
    let input = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Ann" });
    app.as_guest().execute(REGISTER, json!({ "input": input })).await.text("register.registration")
}

#[tokio::test]
async fn a_mail_goes_out_by_smtp_and_its_code_counts() {
    let (server, url) = Server::start(&[]).await;
    let app = start(&url).await;
    let registration = register(&app).await;
    let heard = eventually_some(|| async { server.heard().into_iter().next() }).await;
    for line in [
        "MAIL FROM:<shop@souk.example>",
        "RCPT TO:<ann@example.com>",
        "To: ann@example.com",
        "Subject: Your code",
        "QUIT",
    ] {
        assert!(heard.lines().any(|said| said.starts_with(line)), "{line}: {heard}");
    }
    assert!(heard.contains("From: \"The Souk\" <shop@souk.example>"), "{heard}");
    let input = json!({ "registration": registration, "code": code(&heard).unwrap() });
    let answer = confirm(&app.as_guest(), &input).await;
    assert_eq!(answer.text("confirmRegistration.__typename"), "RegisterSuccess");
}

/// The demo's own orders have mails, too: to addresses that nobody has.
#[tokio::test]
async fn a_demo_address_is_not_given_to_a_mail_server() {
    let (server, url) = Server::start(&[]).await;
    let app = start(&url).await;
    let send = "mutation ($input: SendMailInput!) { sendMail(input: $input) { sent } }";
    let demo = all().map(|login| login.email);
    for to in demo.chain(["guest@demo.souk.example", "Guest@DEMO.souk.example", "ann@example.com"]) {
        let input = json!({
            "key": to, "to": to, "language": "en", "template": "ORDER_CLAIM",
            "data": { "orderNumber": "S-1", "code": "1234 5678" },
        });
        app.as_service("orders").execute_internal(send, json!({ "input": input })).await.data();
    }
    let heard = eventually_some(|| async { server.heard().into_iter().next() }).await;
    assert!(heard.contains("RCPT TO:<ann@example.com>"), "{heard}");
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_not_taken_is_sent_again() {
    let (server, url) = Server::start(&[("RCPT", "451 come again"), ("RCPT", "421 closing")]).await;
    let app = start(&url).await;
    let registration = register(&app).await;
    // After one second, and after two more.
    let heard = eventually_some(|| async { server.heard().into_iter().nth(2) }).await;
    assert!(heard.contains("\nDATA\n"), "{heard}");
    let input = json!({ "registration": registration, "code": code(&heard).unwrap() });
    let answer = confirm(&app.as_guest(), &input).await;
    assert_eq!(answer.text("confirmRegistration.__typename"), "RegisterSuccess");
}

/// What a server refuses for good is not sent again, and leaves nothing for staff to look after: wrong addresses can be
/// named as often as somebody likes.
#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_done_with() {
    for refusal in [("RCPT", "550 no such user: ann@example.com"), ("DATA", "554 no such mail is taken here")]
    {
        let (server, url) = Server::start(&[refusal; 9]).await;
        let app = start(&url).await;
        register(&app).await;
        let jobs = &app.hosted().platform().jobs;
        let filter = JobFilter { kind: Some("users.registration-mail"), ..JobFilter::default() };
        eventually(|| async { server.heard().len() == 1 && jobs.list(filter, 10).await.unwrap().is_empty() })
            .await;
        assert_eq!(jobs.count_dead().await.unwrap(), 0);
    }
}

/// A server that takes nothing from us now (a greeting of 554), or nothing from our sender, says nothing of the mail: it
/// goes out once the operator has mended that.
#[tokio::test]
async fn a_mail_waits_for_a_server_that_takes_none_from_us() {
    let (server, url) = Server::start(&[
        (CONNECT, "554 no service for you"),
        ("EHLO", "550 not now"),
        ("MAIL", "550 5.7.1 sender refused"),
    ])
    .await;
    let app = start(&url).await;
    let registration = register(&app).await;
    // After one second, two more, and four more.
    let heard = eventually_some(|| async { server.heard().into_iter().nth(3) }).await;
    assert!(heard.contains("\nDATA\n"), "{heard}");
    let input = json!({ "registration": registration, "code": code(&heard).unwrap() });
    let answer = confirm(&app.as_guest(), &input).await;
    assert_eq!(answer.text("confirmRegistration.__typename"), "RegisterSuccess");
}
