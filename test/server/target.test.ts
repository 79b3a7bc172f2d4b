import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createHostCheck } from '../../src/server/target.js';

const OWN = [undefined, 'localhost', '127.0.0.1', '[::1]', 'odras.localhost'];
const ADDRESSES = ['192.0.2.7', '10.0.0.1', '[2001:db8::1]'];
const NAMES = ['graph.example.com', 'evil.example', '192.0.2.7.evil.example', 'evil.example.192'];

/** Which of the names are answered to. */
const answered = (listensOn: string, allowed: string[], names: readonly (string | undefined)[]) =>
  names.filter(createHostCheck(listensOn, allowed));

describe.each(['localhost', '127.0.0.1', '::1'])('on %s', (host) => {
  it('only names of this machine are answered to, and those that are allowed', () => {
    expect(answered(host, [], [...OWN, hostname().toLowerCase()])).toHaveLength(OWN.length + 1);
    expect(answered(host, [], [...ADDRESSES, ...NAMES])).toEqual([]);
    expect(answered(host, ['Graph.Example.com'], [...OWN, ...ADDRESSES, ...NAMES])).toEqual([...OWN, 'graph.example.com']);
  });
});

describe.each(['0.0.0.0', '::', '192.0.2.7'])('on %s, which others can reach', (host) => {
  it('addresses and the name of this machine are answered to: no page can make them its own', () => {
    const own = [...OWN, ...ADDRESSES, hostname().toLowerCase()];
    expect(answered(host, [], [...own, ...NAMES])).toEqual(own);
  });

  it('only the names that are allowed are, besides those of loopback', () =>
    expect(answered(host, ['graph.example.com'], [...OWN, ...ADDRESSES, ...NAMES])).toEqual([...OWN, 'graph.example.com']));

  it('all are where * is allowed', () => expect(answered(host, ['*'], [...OWN, ...ADDRESSES, ...NAMES])).toHaveLength(12));
});
