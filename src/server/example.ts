import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../root.js';
import { sendAsset, type Asset, type Pages } from './assets.js';

/** Path of the example page. */
export const EXAMPLE = '/example';

const require = createRequire(import.meta.url);

/** Files of the page by the name below its path. Scripts of packages have their names of the import map. */
const FILES: Readonly<Record<string, () => URL>> = {
  'example.css': () => new URL('src/server/example/example.css', ROOT),
  ...Object.fromEntries(
    ['example', 'list', 'requirement', 'search', 'graph', 'dom', 'client'].map((name) => [
      `${name}.js`,
      () => new URL(`src/server/example/${name}.js`, ROOT),
    ]),
  ),
  ...Object.fromEntries(
    ['client', 'answer', 'subscribe'].map((name) => [`odras-gateway/${name}.js`, () => new URL(`dist/src/client/${name}.js`, ROOT)]),
  ),
  'odras-gateway/client/operations.js': () => new URL('dist/src/client/generated/operations.js', ROOT),
  // It stands beside the build that `require` gets.
  'cytoscape.js': () => new URL('cytoscape.esm.min.mjs', pathToFileURL(require.resolve('cytoscape'))),
};

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', html: 'text/html; charset=utf-8' };

const assetOf = (file: URL, type: keyof typeof TYPES): Asset => {
  const body = readFileSync(file);
  return { type: TYPES[type], body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
};

/** The page, and its policy: nothing but this server's own files, and the import map that stands in it. */
const readPage = (): { page: Asset; policy: string } => {
  const page = assetOf(new URL('src/server/example/example.html', ROOT), 'html');
  const map = /<script type="importmap">([^]*?)<\/script>/.exec(page.body.toString())![1]!;
  const policy = [
    `default-src 'none'`,
    `script-src 'self' 'sha256-${createHash('sha256').update(map).digest('base64')}'`,
    `style-src 'self'`,
    `connect-src 'self'`,
    `img-src 'self' data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  return { page, policy };
};

/** A front end in plain HTML and JavaScript over the demonstration data, without a build step. Files are read on first use. */
export const createExample = (): Pages => {
  const read = new Map<string, Asset>();
  let opened: ReturnType<typeof readPage> | undefined;
  return {
    handle(req, res, path) {
      if (req.method !== 'GET' && req.method !== 'HEAD') return false;
      if (path !== EXAMPLE && !path.startsWith(`${EXAMPLE}/`)) return false;
      const send = (asset: Asset, headers = {}): true => {
        sendAsset(req, res, asset, { cacheControl: 'no-cache', headers }).catch((error: Error) => res.destroy(error));
        return true;
      };
      const name = path.slice(EXAMPLE.length + 1);
      if (name === '') {
        opened ??= readPage();
        return send(opened.page, { 'content-security-policy': opened.policy, 'referrer-policy': 'same-origin' });
      }
      // An exact name among a few: no path ever reaches the file system.
      const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
      if (!file) return false;
      if (!read.has(name)) read.set(name, assetOf(file(), name.endsWith('.css') ? 'css' : 'js'));
      return send(read.get(name)!);
    },
  };
};
