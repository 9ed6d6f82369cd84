//! Whether callers with open subscriptions are still who they were, in every process that serves a subgraph.
//!
//! Users' list of revocations says whose standing may have changed. It is read at most once a second and only while
//! subscriptions are open; whoever it names is asked about at once, everybody else once a minute (a session may run
//! out, which nobody announces). When users does not answer, what was known last counts, as at the gateway.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use platform_core::id::{PartnerId, SessionId, UserId};
use platform_identity::{Caller, Identity, Role};
use platform_server::{PeerDirectory, PeerError, Peers, Recheck};
use router_gateway::auth::{RevocationError, RevocationSource, Revoked};
use tokio::sync::Mutex;

use crate::directory::UsersDirectory;
use crate::peers::users::{self, standing};

/// The least time between two readings of the list.
const LIST_AGE: Duration = Duration::from_secs(1);
/// How long what users said of a caller counts, unless the list names it.
const STANDING_AGE: Duration = Duration::from_secs(60);
/// How long a partner's revocation ends subscriptions: each is checked several times meanwhile. A partner that is
/// resumed subscribes anew after that.
const PARTNER_REVOKED_FOR: Duration = Duration::from_secs(15);
const TIMEOUT: Duration = Duration::from_secs(2);

/// The standing of the callers of one process.
pub struct Standings {
    peers: Arc<Peers>,
    list: UsersDirectory,
    known: Mutex<Known>,
}

type Subject = (UserId, Option<SessionId>);

/// What was learned of users.
#[derive(Default)]
struct Known {
    cursor: Option<String>,
    read_at: Option<Instant>,
    /// Counts readings that named somebody: an answer that was asked for before one is not kept.
    changes: u64,
    standings: HashMap<Subject, Standing>,
    partners: HashMap<PartnerId, Instant>,
}

struct Standing {
    asked_at: Instant,
    /// `None` when the session is over or the account blocked.
    rights: Option<Rights>,
}

#[derive(Clone)]
struct Rights {
    roles: Vec<Role>,
    scopes: BTreeSet<String>,
}

impl Rights {
    fn of(standing: standing::Standing) -> Result<Self, PeerError> {
        let roles = standing.roles.into_iter().map(role).collect::<Result<_, _>>()?;
        Ok(Self { roles, scopes: standing.scopes.into_iter().collect() })
    }
}

fn role(role: users::Role) -> Result<Role, PeerError> {
    match role {
        users::Role::Buyer => Ok(Role::Buyer),
        users::Role::Seller => Ok(Role::Seller),
        users::Role::Courier => Ok(Role::Courier),
        users::Role::Support => Ok(Role::Support),
        users::Role::Admin => Ok(Role::Admin),
        users::Role::Unrecognised => Err(PeerError::unrecognised::<users::Standing>()),
    }
}

impl Standings {
    /// `directory` leads to users' internal schema.
    pub fn new(directory: PeerDirectory) -> Self {
        let peers = Arc::new(Peers::new("standing", directory, TIMEOUT));
        Self { list: UsersDirectory(peers.clone()), peers, known: Mutex::default() }
    }

    async fn ask(&self, (user, session): Subject) -> Result<Option<Rights>, PeerError> {
        let question = users::Standing { user_id: user, session_id: session };
        let standing = self.peers.ask(question, self.peers.own()).await?;
        standing.map(Rights::of).transpose()
    }

    /// Asks users, and keeps the answer unless the list has named somebody meanwhile.
    async fn learn(&self, subject: Subject, changes: u64) -> Result<Option<Rights>, PeerError> {
        let asked_at = Instant::now();
        let rights = self.ask(subject).await?;
        let mut known = self.known.lock().await;
        if known.changes == changes {
            known.standings.insert(subject, Standing { asked_at, rights: rights.clone() });
        }
        Ok(rights)
    }
}

impl Known {
    /// Reads the list to its end, and forgets what it says has changed and what is old.
    async fn refresh(&mut self, list: &UsersDirectory) -> Result<(), RevocationError> {
        let now = Instant::now();
        if self.read_at.is_some_and(|at| now.duration_since(at) < LIST_AGE) {
            return Ok(());
        }
        self.read_at = Some(now);
        let first = self.cursor.is_none();
        loop {
            let page = list.since(self.cursor.as_deref()).await?;
            self.cursor = Some(page.cursor);
            if page.revocations.is_empty() {
                break;
            }
            self.changes = self.changes.wrapping_add(1);
            for revocation in page.revocations {
                match revocation.what {
                    Revoked::Session(id) => self.standings.retain(|(_, session), _| *session != Some(id)),
                    Revoked::User(id) => self.standings.retain(|(user, _), _| *user != id),
                    // The first reading goes back further than any subscription that was checked.
                    Revoked::Partner(_) if first => {}
                    Revoked::Partner(id) => {
                        self.partners.insert(id, now);
                    }
                }
            }
        }
        let age = |at: Instant| now.duration_since(at);
        self.standings.retain(|_, standing| age(standing.asked_at) < STANDING_AGE);
        self.partners.retain(|_, at| age(*at) < PARTNER_REVOKED_FOR);
        Ok(())
    }
}

#[async_trait]
impl Recheck for Standings {
    async fn recheck(&self, caller: &Caller) -> Option<Caller> {
        let mut known = self.known.lock().await;
        if let Err(error) = known.refresh(&self.list).await {
            tracing::debug!(%error, "revocations cannot be read");
        }
        if caller.partner.is_some_and(|partner| known.partners.contains_key(&partner)) {
            return None;
        }
        let Some(user) = caller.user else { return Some(caller.clone()) };
        let subject = (user, caller.session);
        let rights = match known.standings.get(&subject) {
            Some(standing) => standing.rights.clone(),
            None => {
                let changes = known.changes;
                // Others are not held up while users answers.
                drop(known);
                match self.learn(subject, changes).await {
                    Ok(rights) => rights,
                    Err(error) => {
                        tracing::debug!(%error, "what a caller may do cannot be learned");
                        return Some(caller.clone());
                    }
                }
            }
        };
        rights.map(|rights| {
            let Rights { roles, scopes } = rights;
            Caller::new(Identity { roles: roles.into_iter().collect(), scopes, ..Identity::clone(caller) })
        })
    }
}
