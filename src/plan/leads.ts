import DataLoader from 'dataloader';
import { nodeId, type NodeRef } from '../graph/traversal.js';
import type { EntityType } from '../model/types.js';
import type { Run } from '../predicate/deferred.js';
import type { Predicate } from '../predicate/types.js';
import type { SelectedField, Selection } from '../query/selection.js';
import { nodeNames } from '../remote/node-names.js';
import type { ReadStores } from '../remote/types.js';

/** Rows or nodes that a field's value leads to: another store has their keys, and their home store what is selected of them. */
export interface Lead {
  /** Lists of rows, each filtered, sorted and cut on its own; or single rows and nodes, by key. */
  readonly kind: 'list' | 'one';
  readonly type: EntityType;
  /** What is selected of them, and for lists the arguments. */
  readonly selected?: Pick<SelectedField, 'args' | 'nodes'> & { readonly name?: string };
  /** The same of rows, where no field of the document selects it. */
  readonly selection?: Selection;
  /** The client's condition on single rows and nodes: those that do not match count as missing. */
  readonly where?: unknown;
  /** Whether its condition is only known when the plan runs, or the values may lead to none of it: of the types of a union, few occur. */
  readonly isOpen?: boolean;
}

/** What the home stores gave, by lead: the JSON of each list, or of each row and node, empty for one that is missing. */
export type LedTexts = readonly (readonly string[])[];

/** The same as objects, by lead: lists of rows, or rows and nodes, null for one that is missing. Errors stand where there was one. */
export type LedObjects = readonly (readonly unknown[])[];

/** Collects the keys that a field's values lead to, for one run. */
export class Led {
  /** By lead: lists of keys, or keys. */
  readonly keys: (string | string[])[][];
  /** By lead: a condition that is known only now. */
  readonly wheres = new Map<number, Predicate>();
  /** What is still asked before all keys are known. */
  readonly pending: Promise<void>[] = [];
  readonly #known: Map<string, number>[];
  #names: DataLoader<NodeRef, string | null, string> | undefined;

  constructor(
    leads: readonly Lead[],
    readonly stores: ReadStores,
    readonly run: Run,
  ) {
    this.keys = leads.map(() => []);
    this.#known = leads.map(() => new Map<string, number>());
  }

  /** The number of a list of rows. */
  list(lead: number, keys: string[]): number {
    return this.keys[lead]!.push(keys) - 1;
  }

  /** The number of a row or node: each is asked for once. */
  one(lead: number, key: string): number {
    const known = this.#known[lead]!;
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = this.keys[lead]!.push(key) - 1));
    return number;
  }

  /** The label of a node; null where it was deleted. */
  nameOf(node: NodeRef): Promise<string | null> {
    this.#names ??= new DataLoader<NodeRef, string | null, string>((nodes) => nodeNames(this.stores, nodes), { cacheKeyFn: nodeId });
    return this.#names.load(node);
  }
}
