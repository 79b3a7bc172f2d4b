import { GatewayError } from '../errors.js';
import { graphPlural } from '../model/names.js';
import { MAX_ORDERS, ORDER_NAMES } from '../model/node-order.js';
import type { EntityType, NodeType, RelationshipField } from '../model/types.js';
import type { Shape } from './shape.js';
import { graphWhere } from './where.js';
import type { NodePath, NodeStep } from './node-paths.js';
import { Deferred, holdsDeferred, type Run } from '../predicate/deferred.js';
import type { Predicate } from '../predicate/types.js';

/** A condition that waits in the value of a variable for the keys of the rows that it asks about. */
export class WaitingCondition {
  constructor(
    readonly predicate: Predicate,
    readonly target: EntityType,
    /** Whether it is on nodes of the target, or on relationships that lead to them. */
    readonly onEdge: boolean,
  ) {}
}

/** An item of a `sort` of nodes that waits for what stands behind a hop: in its place comes the rank of each node. */
export class WaitingOrder {
  constructor(
    readonly type: NodeType,
    readonly field: RelationshipField,
    readonly word: 'min' | 'max',
    /** Name of the field of what the hop leads to. */
    readonly of: string,
    readonly direction: string,
  ) {}
}

/** What an order that waited has become: ranks by the keys of the nodes, and by NO_KEY that of all others. */
export class RankedOrder {
  constructor(
    readonly ranks: Readonly<Record<string, number>>,
    readonly direction: 'ASC' | 'DESC',
  ) {}
}

/** What comes in the place of what waits. */
export type Answers = ReadonlyMap<WaitingCondition | WaitingOrder, unknown>;

interface Variable {
  readonly value: unknown;
  /** As the argument it is for. */
  readonly type: string;
}

/** A field of the graph schema with its arguments and all that is selected below it, without a name and apart from any document. */
export class GraphPart {
  readonly variables: Variable[] = [];
  readonly waiting: (WaitingCondition | WaitingOrder)[] = [];
  /** Whether values of the caller stand in it. */
  isDeferred = false;
  /** The hops that lead to each kind of nodes that is selected. */
  readonly paths: NodePath[] = [];
  /** Whether it follows relationships as far as they go. */
  isTraversal = false;
  #path: NodePath = [];
  /** Every value in it is a variable: v0, v1 and so on. */
  readonly text: string;
  /** What is to be made of the answer; nothing where it has the names of the response already. */
  shape: Shape | undefined;

  constructor(write: (part: GraphPart) => string) {
    this.text = write(this);
  }

  bind(value: unknown, type: string): string {
    this.isDeferred ||= holdsDeferred(value);
    return `$v${this.variables.push({ value, type }) - 1}`;
  }

  /** Writes what is selected at the end of a hop; what is no hop stands where it is. */
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

  /** The text of another part, its variables among those of this one. */
  embed({ text, variables, waiting }: GraphPart): string {
    const names = variables.map(({ value, type }) => this.bind(value, type));
    this.waiting.push(...waiting);
    return text.replace(/\$v(\d+)/g, (_, index: string) => names[Number(index)]!);
  }

  /** The same with what the graph is asked in the place of conditions and orders that waited. */
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
