import { GatewayError } from '../errors.js';
import { graphPlural } from '../model/names.js';
import { MAX_ORDERS, ORDER_NAMES } from '../model/node-order.js';
import type { RelationshipField } from '../model/fields.js';
import type { EntityType, NodeType } from '../model/types.js';
import type { Shape } from './shape.js';
import { graphWhere } from './where.js';
import type { NodePath, NodeStep } from './node-paths.js';
import { Deferred, holdsDeferred, type Run } from '../predicate/deferred.js';
import type { Predicate } from '../predicate/types.js';

/** A condition on rows, inside the value of a variable, that waits for the keys of the matching rows. */
export class WaitingCondition {
  constructor(
    readonly predicate: Predicate,
    readonly target: EntityType,
    /** Whether it is on nodes of the target, or on relationships that lead to them. */
    readonly onEdge: boolean,
  ) {}
}

/** An item of a `sort` of nodes by the values behind a hop: it waits to be replaced by the rank of each node. */
export class WaitingOrder {
  constructor(
    readonly type: NodeType,
    readonly field: RelationshipField,
    readonly word: 'min' | 'max',
    /** Name of the field of the hop's target. */
    readonly of: string,
    readonly direction: string,
  ) {}
}

/** The ranks that replace an open order: by the keys of the nodes, and under NO_KEY the rank of all others. */
export class RankedOrder {
  constructor(
    readonly ranks: Readonly<Record<string, number>>,
    readonly direction: 'ASC' | 'DESC',
  ) {}
}

/** The values that replace open conditions and orders. */
export type Answers = ReadonlyMap<WaitingCondition | WaitingOrder, unknown>;

interface Variable {
  readonly value: unknown;
  /** In the form of its argument. */
  readonly type: string;
}

/** A field of the graph schema with its arguments and its selection, without an alias and independent of a document. */
export class GraphPart {
  readonly variables: Variable[] = [];
  readonly waiting: (WaitingCondition | WaitingOrder)[] = [];
  /** Whether it contains Deferred values of the caller. */
  isDeferred = false;
  /** The hops that lead to each selection of nodes. */
  readonly paths: NodePath[] = [];
  /** Whether it follows relationships to any depth. */
  isTraversal = false;
  #path: NodePath = [];
  /** The text: every value in it is a variable, v0, v1 and so on. */
  readonly text: string;
  /** How to reshape the answer; undefined where it already has the names of the response. */
  shape: Shape | undefined;

  constructor(write: (part: GraphPart) => string) {
    this.text = write(this);
  }

  bind(value: unknown, type: string): string {
    this.isDeferred ||= holdsDeferred(value);
    return `$v${this.variables.push({ value, type }) - 1}`;
  }

  /** Writes the selection at the end of a hop; without a step, the selection belongs to the current node. */
  within<T>(step: NodeStep | undefined, write: () => T): T {
    if (!step) return write();
    const before = this.#path;
    this.#path = [...before, step];
    this.paths.push(this.#path);
    const written = write();
    this.#path = before;
    return written;
  }

  wait<W extends WaitingCondition | WaitingOrder>(one: W): W {
    this.waiting.push(one);
    return one;
  }

  /** The text of another part, with its variables added to this one's. */
  embed({ text, variables, waiting }: GraphPart): string {
    const names = variables.map(({ value, type }) => this.bind(value, type));
    this.waiting.push(...waiting);
    return text.replace(/\$v(\d+)/g, (_, index: string) => names[Number(index)]!);
  }

  /** The same part with its open conditions and orders replaced. */
  answered(answers: Answers, run: Run): GraphPart {
    return new GraphPart((part) => {
      for (const { value, type } of this.variables) part.bind(filled(value, answers, run), type);
      part.shape = this.shape;
      part.paths.push(...this.paths);
      part.isTraversal = this.isTraversal;
      return this.text;
    });
  }
}

const filled = (value: unknown, answers: Answers, run: Run): unknown => {
  if (value instanceof WaitingOrder) return answers.get(value);
  if (value instanceof WaitingCondition) return graphWhere(answers.get(value) as Predicate, value.onEdge);
  if (value instanceof Deferred) return value.get(run);
  if (Array.isArray(value)) return value.map((item) => filled(item, answers, run));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, answers, run)]));
};

/** A root field that gives these fields of the nodes of a type with these keys. */
export const nodesPart = (type: string, keys: readonly string[], fields: (part: GraphPart) => string): GraphPart =>
  new GraphPart((part) => `${graphPlural(type)}(where: {id: {in: ${part.bind(keys, '[ID!]')}}}) { id ${fields(part)} }`);

/** A root field: the keys of the nodes of a type that match, and these fields. The predicate is guarded and needs no other store. */
export const keysPart = (
  type: string,
  where: Predicate,
  limit: number | undefined,
  fields: (part: GraphPart) => readonly string[] = () => [],
): GraphPart =>
  new GraphPart((part) => {
    const list = `where: ${part.bind(graphWhere(where), `${type}Where`)}`;
    const cut = limit === undefined ? '' : `, limit: ${part.bind(limit, 'Int')}`;
    return `${graphPlural(type)}(${list}${cut}) { ${['id', ...fields(part)].join(' ')} }`;
  });

export interface GraphDocument {
  readonly text: string;
  readonly variables: Record<string, unknown>;
  /** Parameters of statements of the graph schema itself: ranks of nodes. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A document of these root fields, which it names f0, f1 and so on. */
export const graphDocument = (kind: 'query' | 'mutation', roots: readonly GraphPart[]): GraphDocument => {
  const { text, variables } = new GraphPart((part) => roots.map((root, index) => `f${index}: ${part.embed(root)}`).join(' '));
  const declared = variables.map(({ type }, index) => `$v${index}: ${type}`).join(', ');
  const orders = new Map<RankedOrder, string>();
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named);
    if (!(value instanceof RankedOrder))
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, named(inner)]))
        : value;
    const name = orders.get(value) ?? ORDER_NAMES[orders.size];
    if (name === undefined)
      throw new GatewayError('BAD_INPUT', {
        argument: 'sort',
        field: 'the query',
        detail: `expected at most ${MAX_ORDERS} orders of nodes by what hops lead to, but got more. Ask in several queries`,
      });
    orders.set(value, name);
    return { [name]: value.direction };
  };
  const values = variables.map(({ value, type }) => (SORT.test(type) ? named(value) : value));
  return {
    text: `${kind} ${declared && `(${declared})`} { ${text} }`,
    variables: Object.fromEntries(values.map((value, index) => [`v${index}`, value])),
    parameters: Object.fromEntries([...orders].map(([{ ranks }, name]) => [name, ranks])),
  };
};

/** The type of a `sort`. */
const SORT = /Sort!?\]!?$/;
