import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { sendAsset, type Asset, type Pages } from './assets.js';
import { DEMO_STYLE, demoBar, demoScript, type DemoSwitch } from './demo-switch.js';

export interface GraphiQLOptions {
  /** Path of the GraphQL API; the page is served on it and its assets below it. */
  endpoint: string;
  title: string;
  /** GraphiQL titles a tab after its operation, so `name` is shown as a comment above the query. */
  tabs: readonly { name?: string; query: string; variables?: string; headers?: string }[];
  /** How the page subscribes at the endpoint: by POST answered with an event stream, or by graphql-ws. */
  subscriptions?: 'sse' | 'ws';
  /** Lets visitors of the demonstration become its users. */
  demo?: DemoSwitch | undefined;
}

const PACKAGE = '@graphql-yoga/render-graphiql';
type Bundle = typeof import('@graphql-yoga/render-graphiql/graphiql');
const require = createRequire(import.meta.url);
let loaded: ReadonlyMap<string, Asset> | undefined;

/** Reads the bundle on first use: a gateway that nobody browses does not hold its 9 MB. */
function loadAssets(etag: string): ReadonlyMap<string, Asset> {
  if (loaded) return loaded;
  const file = require.resolve(`${PACKAGE}/graphiql`);
  const bundle = require(file) as Bundle;
  // The module is only large strings, which would stay in the heap beside the buffers made of them.
  delete require.cache[file];
  const script = (text: string): Asset => ({ type: 'text/javascript; charset=utf-8', body: Buffer.from(text), etag });
  return (loaded = new Map([
    ['graphiql.js', script(bundle.js)],
    ['graphiql.css', { type: 'text/css; charset=utf-8', body: Buffer.from(bundle.css), etag }],
    ['editor.worker.js', script(bundle.editorWorkerService)],
    ['json.worker.js', script(bundle.jsonWorker)],
    ['graphql.worker.js', script(bundle.graphqlWorker)],
  ]));
}

/** The highest q among the media types that the header names explicitly; wildcards do not count. */
function quality(accept: string, types: RegExp): number {
  const ranges = accept.split(',').filter((range) => types.test(range.trim()));
  return Math.max(0, ...ranges.map((range) => Number(/;\s*q=([\d.]+)/i.exec(range)?.[1] ?? 1)));
}

/** HTML must be named explicitly and preferred over any JSON, so that no API client ever gets the page. */
const prefersHtml = (accept = '') =>
  quality(accept, /^text\/html\b/i) > quality(accept, /^(application\/([\w.-]+\+)?json|multipart\/mixed)\b/i);

const contentSecurityPolicy = (nonce: string) =>
  [
    `default-src 'none'`,
    `script-src 'self' 'nonce-${nonce}'`,
    `worker-src 'self'`,
    `connect-src 'self'`,
    `style-src 'self' 'unsafe-inline'`, // the editor creates style elements without a nonce
    `img-src 'self' data:`,
    `font-src 'self' data:`, // the style sheet holds its fonts and icons
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
/** JSON that cannot end the script element it stands in. */
const inlineJson = (value: unknown) => JSON.stringify(value).replace(/</g, '\\u003c');

function renderPage({ endpoint, title, tabs, subscriptions = 'sse', demo }: GraphiQLOptions, base: string, nonce: string): string {
  const props = {
    endpoint,
    title: escapeHtml(title), // inserted as HTML by the bundle
    logo: '',
    method: 'POST', // for subscriptions too: other sites can make a browser send a GET
    subscriptionsProtocol: subscriptions === 'ws' ? 'WS' : 'GRAPHQL_SSE',
    defaultTabs: tabs.map(({ name, query, variables, headers }) => ({
      query: name === undefined ? query : `# ${name.replace(/\s+/g, ' ')}\n${query}`,
      variables,
      headers,
    })),
  };
  // Tabs: focusing one uncovers a stale offset of its drag animation, and the click then misses it. Those that do not fit wrap.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escapeHtml(base)}graphiql.css">
<style>
.graphiql-tab:focus-within { transform: none !important; }
.graphiql-container .graphiql-session-header { flex: none; height: auto; min-height: var(--session-header-height); }
.graphiql-container .graphiql-tabs { flex-wrap: wrap; overflow: visible; }
.graphiql-container .graphiql-session-header ~ div { flex: 1; height: auto; min-height: 0; }
@media (max-width: 700px) {
  .graphiql-logo, .graphiql-container .graphiql-horizontal-drag-bar { display: none; }
  .graphiql-container .graphiql-session-header ~ div { flex-direction: column; }
  .graphiql-container .graphiql-response { min-height: 0; }
}
${demo ? DEMO_STYLE : ''}</style>
</head>
<body class="no-focus-outline">
<noscript>This page needs JavaScript.</noscript>
${demo ? demoBar(demo, escapeHtml) : ''}
<div id="root"></div>
<script nonce="${nonce}">
const base = ${inlineJson(base)};
const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' };
self.MonacoEnvironment = { globalAPI: true, getWorkerUrl: (_, label) => base + workers[label] + '.worker.js' };
${demo ? demoScript(demo, endpoint, inlineJson) : ''}</script>
<script src="${escapeHtml(base)}graphiql.js"></script>
<script nonce="${nonce}">
// No editor scrolls sideways: long lines wrap.
monaco.editor.onDidCreateEditor((editor) => editor.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent' }));
const props = ${inlineJson(props)};
// Headers may hold tokens: stored only if the user asks for it in the settings.
props.shouldPersistHeaders = undefined;
// GraphiQL restores the tabs of the last visit. On the first, the default tabs are left for it in their place: it would open the first of
// them without its variables, and a linked query in the place of the first.
let kept = {};
try { kept = JSON.parse(localStorage.getItem('graphiql:tabState')) ?? {}; } catch { /* as on the first visit */ }
const isDefault = ({ query }, tab) => query === tab.query;
if (!Array.isArray(kept.tabs)) {
  const nameOf = (query) => /^(?:query|mutation|subscription) +(\\w+)/m.exec(query)?.[1];
  const tabOf = ({ query, variables }, index) => ({
    id: 'default-' + index, title: nameOf(query) ?? '<untitled>', query, variables: variables ?? null,
    operationName: nameOf(query) ?? null, hash: null, headers: null, response: null,
  });
  kept = { activeTabIndex: 0, tabs: props.defaultTabs.map(tabOf) };
  // The query that it would look for among them.
  const [{ query, variables } = {}] = props.defaultTabs;
  for (const [name, value] of Object.entries({ query, variables }))
    if (value !== undefined) localStorage.setItem('graphiql:' + name, value);
}
// Headers are not stored: those of the default tabs, which hold none that is secret, come back. The tab in front has its own by a prop.
// The page keeps the query in front in its address, too.
const linked = new URLSearchParams(location.search).get('query');
const withHeaders = props.defaultTabs.filter(({ headers }) => headers);
for (const [index, tab] of kept.tabs.entries()) {
  const { headers } = withHeaders.find((each) => isDefault(each, tab) && !tab.headers) ?? {};
  if (headers && (linked === null ? index === kept.activeTabIndex : tab.query === linked)) props.initialHeaders = headers;
  else if (headers) tab.headers = headers;
}
localStorage.setItem('graphiql:tabState', JSON.stringify(kept));
// A tab of a default query shows the pane that it fills in.
const showPane = () => {
  const title = document.querySelector('.graphiql-tab-active .graphiql-tab-button')?.textContent;
  const tab = props.defaultTabs.find(({ query }) => query.includes('query ' + title));
  const pane = tab?.headers ? 'headers' : tab?.variables ? 'variables' : undefined;
  if (pane) document.querySelector('.graphiql-editor-tools button[data-name="' + pane + '"]:not(.active)')?.click();
};
document.addEventListener('click', ({ target }) => { if (target.closest?.('.graphiql-tab-button')) setTimeout(showPane); });
YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), props);
new MutationObserver((_, observer) => {
  if (!document.querySelector('.graphiql-editor-tools button')) return;
  observer.disconnect();
  showPane();
}).observe(document.getElementById('root'), { childList: true, subtree: true });
</script>
</body>
</html>
`;
}

export function createGraphiQL(options: GraphiQLOptions): Pages {
  // Read at once, so that a missing package stops the start and not a later request.
  const { version } = require(`${PACKAGE}/package.json`) as { version: string };
  const base = `${options.endpoint.replace(/\/$/, '')}/assets/graphiql-${version}/`;
  return {
    handle(req, res, path) {
      if (req.method !== 'GET' && req.method !== 'HEAD') return false;
      if (path === options.endpoint && prefersHtml(req.headers.accept)) {
        const nonce = randomBytes(16).toString('base64');
        res
          .writeHead(200, {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': contentSecurityPolicy(nonce),
            'cache-control': 'no-store',
            vary: 'accept',
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'same-origin',
          })
          .end(renderPage(options, base, nonce));
        return true;
      }
      // An exact name among a few held in memory: no path ever reaches the file system.
      const asset = path.startsWith(base) ? loadAssets(`W/"${version}"`).get(path.slice(base.length)) : undefined;
      if (!asset) return false;
      // The path holds the version.
      sendAsset(req, res, asset, { cacheControl: 'public, max-age=31536000, immutable' }).catch((error: Error) => res.destroy(error));
      return true;
    },
  };
}
