import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/graphiql.css';
import './page.css';

// The page is served with the endpoint's path in a data attribute: the bundle itself is the same everywhere.
const root = document.getElementById('graphiql');
const endpoint = new URL(root.dataset.endpoint, window.location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

// A browser cannot set headers on a WebSocket, so the headers of the editor travel as the payload of
// connection_init. A changed header must open a new connection, hence one client per set of headers.
let open = { key: undefined, client: undefined };
function socketClient(headers) {
  const key = JSON.stringify(headers ?? {});
  if (open.key !== key) {
    open.client?.dispose();
    open = { key, client: createClient({ url: socket.href, lazy: true, connectionParams: headers ?? {} }) };
  }
  return open.client;
}

const http = createGraphiQLFetcher({ url: endpoint.href, wsClient: null });
const fetcher = (params, options) => {
  const withSocket = createGraphiQLFetcher({ url: endpoint.href, wsClient: socketClient(options?.headers) });
  return (options?.documentAST ? withSocket : http)(params, options);
};

const welcome = root.dataset.welcome || undefined;
createRoot(root).render(
  createElement(GraphiQL, { fetcher, defaultQuery: welcome, defaultEditorToolsVisibility: true, shouldPersistHeaders: false }),
);
