// The subscription, over a WebSocket that speaks graphql-transport-ws.
//
// It owns the socket and when to open the next one. What must hold: at most one socket is alive, every failure leads
// either to `ended` or to another attempt, and a silent peer is noticed. It knows nothing of the page.

/** @typedef {'connecting' | 'live' | 'lost' | 'ended' | 'notFound'} Link */

/** The document; the server answers it with the whole state each time the parcel changes or its van moves. */
export const DOCUMENT = `subscription Track($token: String!) {
  deliveryTracking(token: $token) {
    trackingNumber
    status
    eta { earliest latest expected }
    stopsBefore
    courier { name position { latitude longitude heading recordedAt } }
    destination { latitude longitude }
    pathAhead { latitude longitude }
    events { status at place }
    proof { kind receivedBy at }
    timeZone
  }
}`;

const OPERATION = 'track';
/** How long the peer may be silent before it is asked, and how long it may take to answer. */
const SILENCE = 15_000;
const ANSWER = 10_000;
/** How long a socket may take to open and be acknowledged. */
const OPENING = 15_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Follows a delivery until it has ended or the link is found to be wrong.
 *
 * @param {object} options
 * @param {string} options.endpoint path or address of the GraphQL endpoint
 * @param {string} options.token
 * @param {(tracking: any) => void} options.onState called with the whole state
 * @param {(link: Link) => void} options.onLink called when the state of the connection changes
 * @param {() => boolean} options.isOver whether the state that was shown last is one after which nothing comes
 * @returns {{ stop: () => void }}
 */
export function follow({ endpoint, token, onState, onLink, isOver }) {
  const address = new URL(endpoint, location.href);
  address.protocol = address.protocol === 'http:' ? 'ws:' : 'wss:';

  /** @type {WebSocket | null} */
  let socket = null;
  let attempts = 0;
  let done = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watch;

  /** @param {Link} link */
  function end(link) {
    done = true;
    clearTimeout(retry);
    drop();
    removeEventListener('online', hurry);
    document.removeEventListener('visibilitychange', hurry);
    onLink(link);
  }

  /** Lets go of the socket: whatever it still says is not heard. */
  function drop() {
    clearTimeout(watch);
    const old = socket;
    socket = null;
    if (old && old.readyState <= WebSocket.OPEN) old.close(1000);
  }

  function lost() {
    drop();
    if (done) return;
    if (isOver()) return end('ended');
    onLink('lost');
    // Full jitter above a floor: many pages that lost the same server do not come back at once.
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempts, 10));
    attempts += 1;
    clearTimeout(retry);
    retry = setTimeout(open, ceiling / 2 + Math.random() * (ceiling / 2));
  }

  /** The browser has a network again or the reader looks: do not wait any longer, and doubt a socket that seems open. */
  function hurry() {
    if (done || document.visibilityState === 'hidden') return;
    if (!socket) {
      attempts = 0;
      clearTimeout(retry);
      open();
    } else if (socket.readyState === WebSocket.OPEN) {
      ask(socket);
    }
  }

  /** @param {WebSocket} on */
  function ask(on) {
    clearTimeout(watch);
    on.send('{"type":"ping"}');
    watch = setTimeout(lost, ANSWER);
  }

  function heard() {
    clearTimeout(watch);
    const on = socket;
    if (on) watch = setTimeout(() => ask(on), SILENCE);
  }

  function open() {
    drop();
    /** @type {WebSocket} */
    let mine;
    try {
      mine = new WebSocket(address, 'graphql-transport-ws');
    } catch {
      return lost();
    }
    socket = mine;
    watch = setTimeout(lost, OPENING);
    mine.onopen = () => mine === socket && mine.send('{"type":"connection_init"}');
    mine.onclose = () => mine === socket && lost();
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      let message;
      try {
        message = JSON.parse(event.data);
      } catch {
        return lost();
      }
      heard();
      take(mine, message);
    };
  }

  /**
   * @param {WebSocket} on
   * @param {any} message
   */
  function take(on, message) {
    switch (message.type) {
      case 'connection_ack':
        on.send(
          JSON.stringify({ id: OPERATION, type: 'subscribe', payload: { query: DOCUMENT, variables: { token } } }),
        );
        break;
      case 'ping':
        on.send('{"type":"pong"}');
        break;
      case 'next': {
        const tracking = message.payload?.data?.deliveryTracking;
        if (!tracking) return failed(message.payload?.errors);
        attempts = 0;
        onState(tracking);
        onLink('live');
        break;
      }
      case 'error':
        failed(message.payload);
        break;
      case 'complete':
        lost();
        break;
    }
  }

  /** @param {any} errors */
  function failed(errors) {
    const wrong = Array.isArray(errors) && errors.some((error) => error?.extensions?.code === 'NOT_FOUND');
    if (wrong) end('notFound');
    else lost();
  }

  addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  onLink('connecting');
  open();
  return { stop: () => end('ended') };
}
