import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { temporaryFolder } from '../support/folders.js';

const folder = temporaryFolder();
const [cert, key, otherKey] = ['cert.pem', 'key.pem', 'other.pem'].map((name) => join(folder.path, name)) as [string, string, string];
let gateway: TestGateway;

beforeAll(async () => {
  const make = (keyFile: string, certFile: string) =>
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-days', '2'].concat([
        ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certFile],
      ]),
      { stdio: 'ignore' },
    );
  make(otherKey, join(folder.path, 'other-cert.pem'));
  make(key, cert);
  for (const file of [key, otherKey]) chmodSync(file, 0o600);
  gateway = await startTestGateway({ settings: { TLS_CERT: cert, TLS_KEY: key } });
});
afterAll(async () => {
  await gateway.close();
  folder.remove();
});

const post = (): Promise<{ status: number; text: string; sts: string | undefined }> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(gateway.url);
    const headers = { 'content-type': 'application/json' };
    const sent = request({ host: 'localhost', port, path: '/graphql', method: 'POST', headers, ca: readFileSync(cert) }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, text, sts: response.headers['strict-transport-security'] }));
    });
    sent.on('error', reject);
    sent.end('{"query":"{ projects(limit: 1, sort: [{name: ASC}]) { name } }"}');
  });

describe('a gateway with a certificate', () => {
  it('answers by HTTPS, at the address that it prints', async () => {
    expect(gateway.url).toMatch(/^https:\/\/localhost:\d+\/graphql$/);
    expect(await post()).toEqual({ status: 200, text: '{"data":{"projects":[{"name":"Air Vehicle"}]}}\n', sts: undefined });
  });

  it('drops requests that are not encrypted, and goes on', async () => {
    const { port } = new URL(gateway.url);
    const refused = new Promise<string>((resolve) => {
      const sent = plainRequest({ host: 'localhost', port, path: '/graphql' }, (response) => resolve(String(response.statusCode)));
      sent.on('error', ({ message }) => resolve(message));
      sent.end();
    });
    expect(await refused).toMatch(/socket hang up|ECONNRESET|400/);
    expect(await post()).toMatchObject({ status: 200 });
  });

  it('speaks TLS 1.2 and later only', async () => {
    const { port } = new URL(gateway.url);
    const versionOf = (maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const options = { host: 'localhost', port: Number(port), ca: readFileSync(cert), maxVersion, minVersion: 'TLSv1' } as const;
        const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
          resolve(socket.getProtocol());
          socket.destroy();
        });
        socket.on('error', () => resolve(null));
      });
    expect([await versionOf('TLSv1.1'), await versionOf('TLSv1.2'), await versionOf('TLSv1.3')]).toEqual([null, 'TLSv1.2', 'TLSv1.3']);
  });
});

describe('a start is refused', () => {
  const fault = (settings: Record<string, string>): string => {
    try {
      readConfig({}, settings);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      return (error as Error).message;
    }
    throw new Error('the configuration has no fault');
  };

  it('with one of the two files, one that is not there, or none that is a certificate', () => {
    expect(fault({ TLS_CERT: cert })).toContain('TLS_CERT also needs TLS_KEY');
    expect(fault({ TLS_KEY: key })).toContain('TLS_KEY also needs TLS_CERT');
    expect(fault({ TLS_CERT: '/nowhere.pem', TLS_KEY: key })).toMatch(/TLS_CERT: the file \/nowhere\.pem cannot be read/);
    const text = join(folder.path, 'text.pem');
    writeFileSync(text, 'hush');
    expect(fault({ TLS_CERT: text, TLS_KEY: key })).toMatch(/expected a certificate and its own key/);
  });

  it('with the key of another certificate, of which the error shows nothing', () => {
    const message = fault({ TLS_CERT: cert, TLS_KEY: otherKey });
    expect(message).toMatch(/expected a certificate and its own key/);
    expect(message).not.toContain(readFileSync(otherKey, 'utf8').split('\n')[1]);
  });

  it.each([0o644, 0o602, 0o604, 0o601])('with a key that others can reach (mode %i)', (mode) => {
    const open = join(folder.path, `open-${mode}.pem`);
    writeFileSync(open, readFileSync(key));
    chmodSync(open, mode);
    expect(fault({ TLS_CERT: cert, TLS_KEY: open })).toMatch(/everybody on this machine may read or change the file .* chmod 600/);
  });
});
