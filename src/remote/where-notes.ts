import type { KeyLookup, Keys } from './key-lookup.js';

/** One condition of a `where` over several stores, or another request for the same one. */
export interface NotedCondition {
  /** As the client names it: `components.some`, `near`. */
  readonly condition: string;
  /** The store that was asked; absent where the condition consists of others, which have notes of their own. */
  readonly store: 'relational' | 'graph' | 'vector' | undefined;
  /**
   * What it was asked for: at most so many keys, all, the nearest of all rows, or the next rows in their order. `last` is left
   * to the statement that has the keys of the others, `apart` is answered as its own conditions are.
   */
  readonly asked: number | 'all' | 'nearest' | 'block' | 'last' | 'apart';
  /** The condition whose keys restricted the request, and their number. */
  readonly among: { readonly condition: string; readonly keys: number } | undefined;
  /** Keys that it gave; nothing when it gave none. */
  keys: number | undefined;
  /** Whether its keys are those of rows that do not match. */
  readonly excludes: boolean;
  /** Whether its keys restricted other requests. */
  narrows: boolean;
}

/** A `where`, or a part of one that was answered separately: its conditions in the order of the requests. */
export interface NotedWhere {
  /** The path of its field: `requirements`, `requirements.OR`, `requirements.project`. */
  readonly field: string;
  readonly conditions: NotedCondition[];
}

/** Most notes that are kept for one request; more are only counted. */
const MAX_NOTED = 50;

/** Every `where` of a request that asked several stores, in order. */
export class WhereNotes {
  readonly kept: NotedWhere[] = [];
  /** The number of notes that were dropped because there were too many. */
  omitted = 0;
  /** The condition that returned a list of keys. */
  readonly #gave = new WeakMap<readonly string[], NotedCondition>();

  /** @param maxKeys most keys of one condition: a request for more is a request for all */
  constructor(readonly maxKeys: number) {}

  /** ANDed conditions of the field at this path. */
  begin(path: readonly string[]): WhereNote {
    const where: NotedWhere = { field: path.join('.'), conditions: [] };
    if (this.kept.length < MAX_NOTED) this.kept.push(where);
    else this.omitted += 1;
    return new WhereNote(where, this.#gave, this.maxKeys);
  }
}

/** Notes how ANDed conditions are answered. */
export class WhereNote {
  readonly #where: NotedWhere;
  readonly #gave: WeakMap<readonly string[], NotedCondition>;

  constructor(
    where: NotedWhere,
    gave: WeakMap<readonly string[], NotedCondition>,
    readonly maxKeys: number,
  ) {
    this.#where = where;
    this.#gave = gave;
  }

  /** The same condition, with a note of each request. */
  lookup(condition: string, lookup: KeyLookup, excludes: boolean): KeyLookup {
    return {
      kind: lookup.kind,
      heeds: (among) => lookup.heeds(among),
      keys: (limit, among) => {
        const heeded = among && lookup.heeds(among) ? among : undefined;
        return this.#answered(
          {
            condition,
            store: lookup.kind === 'hop' ? 'graph' : 'vector',
            asked: lookup.kind === 'whole' ? 'nearest' : this.#limitOf(limit),
            excludes,
          },
          heeded,
          lookup.keys(limit, among),
        );
      },
    };
  }

  /** Conditions on the rows' own table, answered before the others. */
  rows(condition: string, limit: number, keys: Promise<Keys>): Promise<Keys> {
    return this.#answered({ condition, store: 'relational', asked: this.#limitOf(limit), excludes: false }, undefined, keys);
  }

  /** A block of rows in order, whose keys restrict the other requests. */
  block(keys: readonly string[]): void {
    const noted = this.#note({ condition: 'rows', store: 'relational', asked: 'block', excludes: false }, undefined);
    noted.keys = keys.length;
    this.#gave.set(keys, noted);
  }

  /** Conditions on the rows' own table, in the final statement with the keys of all others. */
  last(condition: string): void {
    this.#note({ condition, store: 'relational', asked: 'last', excludes: false }, undefined);
  }

  /** A condition that consists of others, which have notes of their own. */
  apart(condition: string): void {
    this.#note({ condition, store: undefined, asked: 'apart', excludes: false }, undefined);
  }

  async #answered(asked: Asked, among: readonly string[] | undefined, keys: Promise<Keys>): Promise<Keys> {
    const noted = this.#note(asked, among);
    const given = await keys;
    noted.keys = given.keys.length;
    this.#gave.set(given.keys, noted);
    return given;
  }

  /** One key more is requested, to see whether there are more. */
  #limitOf(limit: number): number | 'all' {
    return limit > this.maxKeys ? 'all' : limit - 1;
  }

  #note(asked: Asked, among: readonly string[] | undefined): NotedCondition {
    const by = among && this.#gave.get(among);
    if (by) by.narrows = true;
    const noted: NotedCondition = {
      ...asked,
      among: by && { condition: by.condition, keys: among.length },
      keys: undefined,
      narrows: false,
    };
    this.#where.conditions.push(noted);
    return noted;
  }
}

type Asked = Pick<NotedCondition, 'condition' | 'store' | 'asked' | 'excludes'>;
