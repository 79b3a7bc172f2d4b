import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { createSilentLog } from '../../src/log.js';
import { Availability } from '../../src/stores/availability.js';
import { isUnavailable } from '../../src/stores/failures.js';
import { withinDeadline } from '../../src/stores/deadline.js';

const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));

describe('availability', () => {
  it('refuses calls without waiting while the store is away, and lets them through when it is back', async () => {
    let there = false;
    const availability = new Availability({
      store: 'graph',
      log: createSilentLog(),
      firstDelayMs: 1,
      ping: () => (there ? Promise.resolve() : away()),
    });
    expect(await availability.check()).toBe(false);
    const call = vi.fn(() => Promise.resolve('answer'));
    await expect(availability.call(call)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', extensions: { store: 'graph' } });
    expect(call).not.toHaveBeenCalled();
    const back = new Promise<void>((resolve) => availability.whenUp(resolve));
    there = true;
    await back;
    expect(await availability.call(call)).toBe('answer');
    availability.close();
  });

  it('asks at once when a call fails for want of the store, and not when the request was wrong', async () => {
    const ping = vi.fn(() => Promise.resolve());
    const availability = new Availability({ store: 'vector', log: createSilentLog(), ping });
    await expect(availability.call(() => Promise.reject(new Error('bad request')))).rejects.toThrow('bad request');
    expect(ping).not.toHaveBeenCalled();
    await expect(availability.call(away)).rejects.toThrow('ECONNREFUSED');
    expect(ping).toHaveBeenCalledOnce();
    availability.close();
  });
});

it.each([
  ['EPIPE', true],
  ['ECONNRESET', true],
  ['57P01', true],
  ['08006', true],
  ['08P01', false],
  ['22P02', false],
])('a failure with the code %s means that the store is away: %s', (code, away) => {
  expect(
    isUnavailable(
      Object.assign(new Error('it quotes: fetch failed'), { code, message: code.startsWith('E') ? 'write' : 'it quotes: fetch failed' }),
    ),
  ).toBe(away);
});

describe('a deadline', () => {
  it('ends a call that hangs, and tells the store to stop', async () => {
    const cancel = vi.fn();
    const call = withinDeadline({ store: 'relational', timeoutMs: 5 }, (onCancel) => {
      onCancel(cancel);
      return new Promise(() => {});
    });
    await expect(call).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
      message: 'The relational store did not answer within 5 ms. Request less data, or try again.',
    });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('ends with the request, for the reason the request gives', async () => {
    const end = new AbortController();
    const call = withinDeadline({ store: 'graph', timeoutMs: 10_000, signal: end.signal }, () => new Promise(() => {}));
    end.abort(new GatewayError('REQUEST_CANCELLED'));
    await expect(call).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await expect(withinDeadline({ store: 'graph', timeoutMs: 10, signal: end.signal }, () => Promise.resolve(1))).rejects.toMatchObject({
      code: 'REQUEST_CANCELLED',
    });
  });

  it('leaves a call that answers in time as it is', async () => {
    await expect(withinDeadline({ store: 'graph', timeoutMs: 1_000 }, () => Promise.resolve(7))).resolves.toBe(7);
    await expect(withinDeadline({ store: 'graph', timeoutMs: 1_000 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
