//! The life of one connection: initialise, then operate, until either side ends it.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use futures::StreamExt;
use http::{HeaderMap, StatusCode};
use platform_listener::Breach;
use router_transport::Object;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};
use tracing::Instrument;

use crate::answer::{Refusal, error};
use crate::auth::{AuthError, Authentication, Credentials};
use crate::authenticate::authenticate;
use crate::context::Context;
use crate::edge::{ClientAddress, Trace};
use crate::guard::{Ended, Guard};
use crate::operate::{Frames, Operation, operate};
use crate::operations::{NotStarted, Operations};
use crate::outbox::{Gone, Outbox};
use crate::request::GraphqlRequest;
use crate::shared::Shared;
use crate::websocket::incoming::{Arriving, Came, Incoming};
use crate::websocket::outgoing::Outgoing;
use crate::websocket::protocol::{ClientMessage, Close, Messages, SUBPROTOCOL, ServerMessage};
use crate::websocket::writer::{Ending, LAST_WORD, Writer};

pub async fn run(
    socket: WebSocket,
    arriving: Arriving,
    shared: Arc<Shared>,
    headers: HeaderMap,
    client: ClientAddress,
) {
    let _open = shared.metrics.websocket_opened();
    let negotiated = socket.protocol().is_some_and(|protocol| protocol == SUBPROTOCOL);
    let (sink, stream) = socket.split();
    let mut incoming = Incoming::new(stream, arriving);
    let config = &shared.config.subscriptions;
    let (outbox, messages) = Outbox::new(config);
    let writer = Writer::start(sink, messages);
    let ending = if negotiated {
        let mut connection = Connection {
            shared: shared.clone(),
            headers,
            client,
            outbox,
            operations: Operations::new(config.max_operations),
            session: None,
        };
        let ending = connection.serve(&mut incoming).await;
        connection.operations.cancel_all();
        ending
    } else {
        Ending::Close(Close::SubprotocolNotAcceptable)
    };
    let is_close = matches!(ending, Ending::Close(_));
    if writer.finish(ending).await && is_close {
        // Until the client has answered: what it still sends would tear the connection before it has read why. To who
        // does not read there is nothing to tell, and its pings would be answered on and on.
        if tokio::time::timeout(LAST_WORD, incoming.drain()).await.is_err() {
            tracing::trace!("a close was not answered");
        }
    }
}

struct Connection {
    shared: Arc<Shared>,
    /// Of the upgrade request.
    headers: HeaderMap,
    client: ClientAddress,
    outbox: Outbox<Outgoing>,
    operations: Operations,
    /// Set by `connection_init`.
    session: Option<Session>,
}

struct Session {
    credentials: Credentials,
    guard: Guard,
}

impl Session {
    /// By what an operation that begins now is authenticated: as a request would be.
    async fn authentication(&mut self, shared: &Shared) -> Result<Authentication, Unauthenticated> {
        if let Some(ended) = self.guard.has_ended() {
            return Err(Unauthenticated::Ended(ended));
        }
        if self.guard.authentication().renewed_by.is_some() {
            let present = shared.authenticator.authenticate(&self.credentials).await;
            if let Err(error @ AuthError::Unavailable) = present {
                return Err(Unauthenticated::Refused(error.into_refusal()));
            }
            if let Some(ended) = self.guard.renewed(present) {
                return Err(Unauthenticated::Ended(ended));
            }
        }
        Ok(self.guard.authentication().clone())
    }
}

/// Why an operation does not begin.
enum Unauthenticated {
    /// Nor does any other on this connection.
    Ended(Ended),
    Refused(Refusal),
}

fn closes(ended: Ended) -> Close {
    match ended {
        Ended::Stopping => Close::GoingAway,
        ended => Close::Forbidden(ended.told().1),
    }
}

/// What the connection waits for beside the client's messages.
enum Event {
    Came(Came),
    InitTimeout,
    Ended(Ended),
    TooSlow,
    Tick,
}

impl Connection {
    /// Returns when the connection is over.
    async fn serve(&mut self, incoming: &mut Incoming) -> Ending {
        let config = &self.shared.config.subscriptions;
        let init_deadline = Instant::now() + config.init_timeout;
        let pause = config.keep_alive.max(std::time::Duration::from_millis(10));
        let mut ticks = interval_at(Instant::now() + pause, pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut silent_ticks = 0_u8;
        loop {
            let stopping = self.shared.stopping.clone();
            let too_slow = self.outbox.too_slow.clone();
            let initialised = self.session.is_some();
            let ended = async {
                match &mut self.session {
                    Some(session) => session.guard.ended().await,
                    None => {
                        stopping.cancelled().await;
                        Ended::Stopping
                    }
                }
            };
            let event = tokio::select! {
                ended = ended => Event::Ended(ended),
                () = too_slow.cancelled() => Event::TooSlow,
                () = sleep_until(init_deadline), if !initialised => Event::InitTimeout,
                came = incoming.next() => Event::Came(came),
                _ = ticks.tick() => Event::Tick,
            };
            let handled = match event {
                Event::Came(Came::Frame(Ok(Message::Close(_)))) => return Ending::Answer,
                Event::Came(Came::Frame(Err(error))) => match Breach::of(error) {
                    Some(breach) => Err(Close::Breach(breach)),
                    None => return Ending::Gone,
                },
                Event::Came(Came::End) => return Ending::Gone,
                Event::Came(Came::Late) => Err(Close::MessageTimeout),
                Event::Came(Came::NoRoom) => {
                    Err(Close::TryAgain("more is being sent than there is room for"))
                }
                Event::Came(Came::Frame(Ok(frame))) => {
                    silent_ticks = 0;
                    self.frame(frame).await
                }
                Event::InitTimeout => Err(Close::InitTimeout),
                Event::Ended(ended) => Err(closes(ended)),
                Event::TooSlow => Err(Close::TryAgain("the client reads too slowly")),
                // Two pings without a sign of life: the other end is gone.
                Event::Tick if silent_ticks >= 2 => return Ending::Gone,
                Event::Tick => {
                    silent_ticks += 1;
                    self.send(Message::Ping(bytes::Bytes::new()).into()).await
                }
            };
            if let Err(close) = handled {
                return Ending::Close(close);
            }
        }
    }

    async fn frame(&mut self, frame: Message) -> Result<(), Close> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::BadRequest("messages are text".into())),
            // The library has made the answer, and would go on making them.
            Message::Ping(_) => return self.send(Outgoing::Pong).await,
            Message::Pong(_) | Message::Close(_) => return Ok(()),
        };
        match ClientMessage::parse(&text, &self.shared.config.limits)? {
            ClientMessage::ConnectionInit { .. } if self.session.is_some() => Err(Close::TooManyInits),
            ClientMessage::ConnectionInit { payload } => self.initialise(payload).await,
            ClientMessage::Ping { payload } => self.send(ServerMessage::Pong { payload }.frame()).await,
            ClientMessage::Pong => Ok(()),
            ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
            ClientMessage::Excessive { id, limit } => {
                let refused = self.shared.traced(Refusal::limit(&limit), &self.trace());
                self.send(Messages::error(&id, &refused.errors)).await
            }
            ClientMessage::Complete { id } => {
                self.operations.cancel(&id);
                Ok(())
            }
        }
    }

    async fn initialise(&mut self, payload: Option<Object>) -> Result<(), Close> {
        let credentials = Credentials::of_connection(&self.headers, payload.as_ref(), self.client);
        let authentication =
            authenticate(&self.shared, &credentials).await.map_err(|refusal| match refusal.status {
                StatusCode::UNAUTHORIZED => Close::Forbidden("Forbidden"),
                StatusCode::BAD_REQUEST => Close::BadRequest(refusal.message().to_owned().into()),
                _ => Close::TryAgain("try again"),
            })?;
        let guard = Guard::new(&self.shared, authentication);
        self.session = Some(Session { credentials, guard });
        self.send(ServerMessage::ConnectionAck.frame()).await
    }

    async fn subscribe(&mut self, id: String, request: GraphqlRequest) -> Result<(), Close> {
        // Nothing more is read meanwhile.
        let Some(place) = self.operations.place().await else { return Err(Close::GoingAway) };
        let beginning = self.shared.beginning.take(self.client.network(), 1).await;
        let trace = self.trace();
        let Some(session) = &mut self.session else { return Err(Close::Unauthorized) };
        let authentication = match session.authentication(&self.shared).await {
            Ok(authentication) => authentication,
            Err(Unauthenticated::Ended(ended)) => return Err(closes(ended)),
            Err(Unauthenticated::Refused(refused)) => {
                let refused = self.shared.traced(refused, &trace);
                return self.send(Messages::error(&id, &refused.errors)).await;
            }
        };
        let (serial, cancel) = match self.operations.begin(&id) {
            Ok(begun) => begun,
            Err(NotStarted::Duplicate) => return Err(Close::SubscriberExists(id)),
            Err(NotStarted::TooMany) => {
                let refused = [error("LIMIT_EXCEEDED", "too many operations run on this connection")];
                return self.send(Messages::error(&id, &refused)).await;
            }
        };
        let context = Context {
            authentication,
            client: self.client,
            subgraph_headers: self.shared.propagation.apply(session.credentials.headers(), &trace),
            trace,
        };
        let span = tracing::info_span!("gateway.operation", trace_id = %context.trace.trace_id);
        let operation = Operation::<Messages> {
            id,
            serial,
            request,
            context,
            outbox: self.outbox.clone(),
            operations: self.operations.clone(),
            place,
            beginning,
        };
        tokio::spawn(operate(self.shared.clone(), operation, cancel).instrument(span));
        Ok(())
    }

    /// Each operation is a trace of its own: a connection lives for days.
    fn trace(&self) -> Trace {
        Trace::of(&HeaderMap::new(), || self.shared.ids.next_uuid().as_u128())
    }

    async fn send(&mut self, message: Outgoing) -> Result<(), Close> {
        self.outbox.send(message).await.map_err(|Gone| Close::TryAgain("the client reads too slowly"))
    }
}
