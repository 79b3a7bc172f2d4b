import type { KeyLookup, Keys } from './key-lookup.js';

/** One condition of a `where` that asks several stores, or the same asked again. */
export interface NotedCondition {
  /** As the client names it: `components.some`, `near`. */
  readonly condition: string;
  /** Who was asked; nobody where the condition is several of its own, which are noted by themselves. */
  readonly store: 'relational' | 'graph' | 'vector' | undefined;
  /**
   * What it was asked for: at most so many keys, all, the nearest of all rows, or the next rows in their order. `last` is left
   * to the statement that has the keys of the others, `apart` is answered as its own conditions are.
   */
  readonly asked: number | 'all' | 'nearest' | 'block' | 'last' | 'apart';
  /** Among the keys of which other condition it was asked, and how many they were. */
  readonly among: { readonly condition: string; readonly keys: number } | undefined;
  /** Keys that it gave; nothing when it gave none. */
  keys: number | undefined;
  /** Whether its keys are those of rows that do not pass. */
  readonly excludes: boolean;
  /** Whether others were asked among its keys. */
  narrows: boolean;
}

/** A `where`, or a part of one that was answered by itself: its conditions in the order of asking. */
export interface NotedWhere {
  /** The field it is of, and the way to it: `requirements`, `requirements.OR`, `requirements.project`. */
  readonly field: string;
  readonly conditions: NotedCondition[];
}

/** Most that are kept of one request; more are counted. */
const MAX_NOTED = 50;

/** Every `where` of a request that asked several stores, in the order of asking. */
export class WhereNotes {
  readonly kept: NotedWhere[] = [];
  /** Those that are not kept, since there were too many. */
  omitted = 0;
  /** Who gave these keys: they are known again by their list. */
  readonly #gave = new WeakMap<readonly string[], NotedCondition>();

  /** @param maxKeys most keys that one condition may have: who is asked for more is asked for all */
  constructor(readonly maxKeys: number) {}

  /** Conditions that must all hold, of the field at the end of this way. */
  begin(path: readonly string[]): WhereNote {
    const where: NotedWhere = { field: path.join('.'), conditions: [] };
    if (this.kept.length < MAX_NOTED) this.kept.push(where);
    else this.omitted += 1;
    return new WhereNote(where, this.#gave, this.maxKeys);
  }
}

/** Takes down how conditions that must all hold are answered. */
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

  /** The same condition, but each time it is asked is noted. */
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

  /** Conditions of the rows themselves, asked before the others. */
  rows(condition: string, limit: number, keys: Promise<Keys>): Promise<Keys> {
    return this.#answered({ condition, store: 'relational', asked: this.#limitOf(limit), excludes: false }, undefined, keys);
  }

  /** Rows in their order, among whose keys the others are asked. */
  block(keys: readonly string[]): void {
    const noted = this.#note({ condition: 'rows', store: 'relational', asked: 'block', excludes: false }, undefined);
    noted.keys = keys.length;
    this.#gave.set(keys, noted);
  }

  /** Conditions of the rows themselves, which stand in the statement that has the keys of all others. */
  last(condition: string): void {
    this.#note({ condition, store: 'relational', asked: 'last', excludes: false }, undefined);
  }

  /** A condition that is several of its own, noted by themselves. */
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

  /** One key more is asked for, to see if there are more. */
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
