// Serves the page as the shop does, under the same Content-Security-Policy, and plays the shop's side of
// graphql-transport-ws: `/track/<scenario>` follows a made-up delivery.
//
//   node mock/server.mjs [--port 4100] [--city file] [--every 1000] [--speed 1] [--from 0.55]
//
// Scenarios: normal (three stops or so before), last (the next stop), arriving (is delivered after some positions), far
// (too many stops before to see the van), packed, planned, setting-off, delivered, neighbour, safe-place, foreign (no
// courier of the shop delivered it), attempted, returned, lost, cancelled, wrong, unknown (a status of the future), stale
// (a position of ten minutes ago), connecting (nothing comes), flaky (drops the socket every few positions), dropped
// (drops it and does not come back), down (closes every socket at once), silent (says nothing after a while, not even
// pong), gone (is withdrawn while it is watched).
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocketServer } from 'ws';
import { MOVING, deliveries } from './delivery.mjs';
import { readCity, van } from './drive.mjs';

const root = join(import.meta.dirname, '..');
const CITY = join(root, '..', '..', '..', 'platform', 'geo', 'city', 'soukhaven.json');
const PAGE_POLICY = readFileSync(join(root, 'policy.txt'), 'utf8').trim();
/** Of everything that is no page: the gateway's own. */
const POLICY = "default-src 'none'; frame-ancestors 'none'";
const SCRIPT = 'text/javascript; charset=utf-8';
const ASSETS = new Map([
  ['/track/assets/track.js', ['built/track.js', SCRIPT]],
  ['/track/assets/track.css', ['built/track.css', 'text/css; charset=utf-8']],
  ['/track/assets/figtree.woff2', ['third_party/figtree.woff2', 'font/woff2']],
  ['/track/assets/maplibre-gl.js', ['third_party/maplibre-gl.js', SCRIPT]],
  ['/track/assets/maplibre-gl-worker.js', ['third_party/maplibre-gl-worker.js', SCRIPT]],
]);
const NOT_FOUND = [{ message: 'there is no delivery to follow here', extensions: { code: 'NOT_FOUND' } }];

/** Starts the server. */
export function start({ port = 0, city: path = CITY, every = 1_000, speed = 1, from = 0.55 } = {}) {
  const city = readCity(path);
  const route = van(city, city.way(city.city.depots[0].node, city.nodeAt(0.62, 0.6)));
  const state = deliveries({ city: city.city, route, from, speed, began: Date.now() });
  let hasDropped = false;
  let isGone = false;
  let refusing = false;

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://mock');
    const answer = (status, type, body, policy = POLICY) => {
      response.writeHead(status, {
        'content-type': type,
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      });
      response.end(body);
    };
    if (pathname === '/track/assets/city.json') return answer(200, 'application/json', readFileSync(path));
    const asset = ASSETS.get(pathname);
    if (asset) return answer(200, asset[1], readFileSync(join(root, asset[0])));
    if (!pathname.startsWith('/track/')) return answer(404, 'text/plain', 'not found');
    const token = pathname.slice('/track/'.length);
    const isToken = /^[0-9A-Za-z_-]{1,100}$/.test(token);
    const page = readFileSync(join(root, 'built', 'track.html'), 'utf8').replace(
      'data-token=""',
      `data-token="${isToken ? token : ''}"`,
    );
    return answer(isToken ? 200 : 404, 'text/html; charset=utf-8', page, PAGE_POLICY);
  });

  const chosen = (offered) => (offered.has('graphql-transport-ws') ? 'graphql-transport-ws' : false);
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: chosen });
  server.on('upgrade', (request, socket, head) => {
    if (refusing || new URL(request.url, 'http://mock').pathname !== '/graphql') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => serve(client));
  });

  function serve(client) {
    let acknowledged = false;
    let mute = false;
    const timers = [];
    const send = (message) => !mute && client.readyState === client.OPEN && client.send(JSON.stringify(message));
    client.on('close', () => timers.forEach(clearInterval));
    client.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_init') {
        acknowledged = true;
        send({ type: 'connection_ack' });
      } else if (message.type === 'ping') {
        send({ type: 'pong' });
      } else if (message.type === 'subscribe') {
        if (!acknowledged) return client.close(4401, 'Unauthorized');
        if (!/subscription Track\(\$token: String!\)/.test(message.payload.query))
          return client.close(4400, 'Invalid message');
        play(message.id, message.payload.variables.token);
      }
    });

    function play(id, scenario) {
      if (scenario === 'down' || (scenario === 'dropped' && hasDropped)) return client.close(4500, 'down');
      if (scenario === 'wrong' || (scenario === 'gone' && isGone))
        return send({ id, type: 'error', payload: NOT_FOUND });
      if (scenario === 'connecting') return;
      let sent = 0;
      const next = () => {
        if (scenario === 'gone' && sent === 3) {
          isGone = true;
          timers.forEach(clearInterval);
          return send({ id, type: 'complete' });
        }
        if (scenario === 'flaky' && sent === 4) return client.terminate();
        if (scenario === 'dropped' && sent === 3) {
          hasDropped = true;
          return client.terminate();
        }
        send({ id, type: 'next', payload: { data: { deliveryTracking: state(scenario, sent) } } });
        sent += 1;
        if (scenario === 'silent' && sent === 3) mute = true;
      };
      next();
      if (MOVING.includes(scenario)) timers.push(setInterval(next, every));
    }
  }

  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve({
        origin: `http://127.0.0.1:${server.address().port}`,
        /** Ends every open connection, as a failing network does. */
        cut: () => sockets.clients.forEach((client) => client.terminate()),
        /** Whether new connections are refused. @param {boolean} wanted */
        refuse: (wanted) => (refusing = wanted),
        close: () => {
          sockets.clients.forEach((client) => client.terminate());
          server.closeAllConnections();
          return new Promise((done) => server.close(done));
        },
      });
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const options = { port: 4100 };
  for (let i = 2; i + 1 < process.argv.length; i += 2) {
    const name = process.argv[i].replace(/^--/, '');
    options[name] = name === 'city' ? process.argv[i + 1] : Number(process.argv[i + 1]);
  }
  const { origin } = await start(options);
  console.log(`${origin}/track/normal`);
}
