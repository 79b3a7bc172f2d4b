import type { Random } from '../support/generate.js';
import { KEYS, RANKS, type TypeName } from './data.js';
import { GRAPH_NODE, isRow, SHAPES } from './shapes.js';

export const WORDS = ['battery', 'radio link', 'drone camera', 'storm in the harbour', 'copper valve', 'garden river'];
const QUANTIFIERS = ['some', 'none', 'all', 'single'];
/** Relationships without properties. */
const BARE = new Set(['Part.maker', 'Maker.parts']);

/** Conditions, orders and selections on the canary types; with `stores` also those that the graph or the vector store decides. */
export class ReadGenerator {
  constructor(
    readonly random: Random,
    readonly stores: { readonly graph: boolean; readonly vectors: boolean },
  ) {}

  key(type: TypeName): string {
    return this.random.pick(KEYS[type]);
  }

  #named(record: Readonly<Record<string, TypeName>>): [string, TypeName] | undefined {
    const entries = Object.entries(record);
    return entries.length === 0 ? undefined : this.random.pick(entries);
  }

  /** A hop whose other end this generator may ask for. */
  #hop(type: TypeName): [string, TypeName] | undefined {
    return this.stores.graph ? this.#named(SHAPES[type].hops) : undefined;
  }

  where(type: TypeName, depth: number): string {
    const { random } = this;
    const shape = SHAPES[type];
    const roll = random.below(16);
    if (depth > 0) {
      if (roll === 0) return `{${random.pick(['AND', 'OR'])}: [${this.where(type, depth - 1)}, ${this.where(type, depth - 1)}]}`;
      if (roll === 1) return `{NOT: ${this.where(type, depth - 1)}}`;
      const one = this.#named(shape.one);
      if (roll < 5 && one) return `{${one[0]}: ${random.chance(0.15) ? 'null' : this.where(one[1], depth - 1)}}`;
      const many = this.#named(shape.many);
      if (roll < 8 && many) return `{${many[0]}: {${random.pick(QUANTIFIERS)}: ${this.where(many[1], depth - 1)}}}`;
      const hop = this.#hop(type);
      if (roll < 11 && hop) return this.#hopWhere(type, hop, depth - 1);
    }
    if (type === 'Doc' && this.stores.vectors && roll < 13 && random.chance(0.5)) return `{near: ${this.#near()}}`;
    return this.#leaf(type);
  }

  #near(): string {
    const { random } = this;
    const least = random.chance(0.5) ? `minScore: 0.${2 + random.below(4)}` : `limit: ${1 + random.below(6)}`;
    return `{text: "${random.pick(WORDS)}", ${least}}`;
  }

  #leaf(type: TypeName): string {
    const { random } = this;
    const { texts, number, rank } = SHAPES[type];
    const roll = random.below(7);
    if (roll === 0) return `{id: {eq: "${this.key(type)}"}}`;
    if (roll === 1) return `{id: {in: [${Array.from({ length: 2 + random.below(4) }, () => `"${this.key(type)}"`).join(', ')}]}}`;
    if (roll === 2 && rank) return `{rank: {eq: ${random.pick(RANKS)}}}`;
    if (roll < 6 && number) {
      if (random.chance(0.1)) return `{${number}: {eq: null}}`;
      return `{${number}: {${random.pick(['lt', 'lte', 'gt', 'gte'])}: ${random.pick([0, 15, 25, 30, 99])}}}`;
    }
    return `{${random.pick(texts)}: {contains: "${random.pick(['r', 'e', 'o', 'or', 'battery'])}"}}`;
  }

  #hopWhere(type: TypeName, [name, target]: [string, TypeName], depth: number): string {
    const { random } = this;
    const quantifier = random.pick(QUANTIFIERS);
    if (random.chance(0.6)) return `{${name}: {${quantifier}: ${this.where(target, depth)}}}`;
    const isBare = BARE.has(`${type}.${name}`);
    if (!isRow(type) && random.chance(0.3)) {
      const compared = `{${random.pick(['eq', 'gt', 'lte'])}: ${random.below(5)}}`;
      return `{${name}Connection: {aggregate: {count: {nodes: ${compared}}}}}`;
    }
    if (!isBare && random.chance(0.5)) return `{${name}Connection: {${quantifier}: {edge: {weight: {gte: ${random.below(9)}}}}}}`;
    return `{${name}Connection: {${quantifier}: {node: ${this.where(target, depth)}}}}`;
  }

  direction(type: TypeName): string {
    return this.random.pick(isRow(type) ? ['ASC', 'DESC', 'ASC_NULLS_FIRST', 'DESC_NULLS_LAST'] : ['ASC', 'DESC']);
  }

  /** One order; they end with the key, so that what is told apart by nothing else has an order too. */
  #order(type: TypeName, depth: number): string {
    const { random } = this;
    const { texts, number, one, many } = SHAPES[type];
    const roll = random.below(10);
    const owner = this.#named(one);
    if (depth > 0 && roll < 3 && owner) return `{${owner[0]}: ${this.#order(owner[1], depth - 1)}}`;
    const related = roll < 5 ? this.#named(many) : this.#hop(type);
    if (depth > 0 && roll < 7 && related) {
      const inner = SHAPES[related[1]].number;
      const by = random.chance(0.5) || !inner ? `count: ${random.pick(['ASC', 'DESC'])}` : this.#extreme(inner);
      return `{${related[0]}: {${by}}}`;
    }
    if (roll === 9 && type === 'Doc' && this.stores.vectors) return `{near: {text: "${random.pick(WORDS)}"}}`;
    return `{${random.pick([...texts, ...(number ? [number] : [])])}: ${this.direction(type)}}`;
  }

  #extreme(column: string): string {
    return `${this.random.pick(['min', 'max'])}: {${column}: ${this.random.pick(['ASC', 'DESC_NULLS_LAST'])}}`;
  }

  sort(type: TypeName, depth = 1): string {
    return `[${this.#order(type, depth)}, {id: ASC}]`;
  }

  args(type: TypeName, depth: number): string {
    const { random } = this;
    const parts = [`sort: ${this.sort(type)}`];
    if (random.chance(0.6)) parts.push(`where: ${this.where(type, depth)}`);
    if (random.chance(0.5)) parts.push(`limit: ${1 + random.below(6)}`);
    if (random.chance(0.2)) parts.push(`offset: ${random.below(4)}`);
    return `(${parts.join(', ')})`;
  }

  scalars(type: TypeName): string[] {
    const { texts, number, rank } = SHAPES[type];
    return ['id', ...texts, ...(number ? [number] : []), ...(rank ? ['rank'] : [])];
  }

  selection(type: TypeName, depth: number): string {
    const { random } = this;
    const parts = ['id', ...this.scalars(type).filter((name) => name !== 'id' && random.chance(0.3))];
    for (let count = depth > 0 ? 1 + random.below(2) : 0; count > 0; count -= 1) {
      const field = this.#field(type, depth - 1, parts.length);
      if (field) parts.push(field);
    }
    return `{ ${parts.join(' ')} }`;
  }

  /** A field that leads to others, under a name of its own. */
  #field(type: TypeName, depth: number, alias: number): string | undefined {
    const { random } = this;
    const shape = SHAPES[type];
    const named = (text: string) => `f${alias}: ${text}`;
    const choices: (() => string)[] = [];
    const one = this.#named(shape.one);
    if (one) choices.push(() => `${one[0]} ${this.selection(one[1], depth)}`);
    const many = this.#named(shape.many);
    if (many) {
      choices.push(() => `${many[0]}${this.args(many[1], 1)} ${this.selection(many[1], depth)}`);
      choices.push(() => `${many[0]}Connection${this.page(many[1])} ${this.connection(many[1], depth)}`);
    }
    if (this.stores.graph) choices.push(...this.#graphFields(type, depth));
    if (type === 'Doc' && this.stores.vectors)
      choices.push(() => {
        const where = random.chance(0.5) ? `, where: ${this.where('Doc', 1)}` : '';
        return `similar(limit: ${1 + random.below(6)}${where}) { score doc ${this.selection('Doc', 0)} }`;
      });
    return choices.length === 0 ? undefined : named(random.pick(choices)());
  }

  #graphFields(type: TypeName, depth: number): (() => string)[] {
    const { random } = this;
    const shape = SHAPES[type];
    const choices: (() => string)[] = [];
    const hop = this.#hop(type);
    if (hop) {
      const [name, target] = hop;
      choices.push(() => `${name}${this.args(target, 1)} ${this.selection(target, depth)}`);
      choices.push(() => `${name}Connection${this.#hopPage(type, hop)} ${this.#hopConnection(type, hop, depth)}`);
    }
    const reach = shape.reach.length > 0 ? random.pick(shape.reach) : undefined;
    if (reach)
      choices.push(() => {
        const [name, wrapped, target, hasEdge] = reach;
        const where = random.chance(0.4) ? `, where: ${this.where(target, 1)}` : '';
        const edge = hasEdge && random.chance(0.3) ? `, edge: {weight: {gte: ${random.below(5)}}}` : '';
        const path = random.chance(0.4) ? 'path { length nodes { __typename } }' : '';
        return `${name}(depth: ${1 + random.below(4)}${where}${edge}) { distance ${wrapped} ${this.selection(target, 0)} ${path} }`;
      });
    if (shape.paths) {
      choices.push(
        () => `neighbourhood(depth: ${1 + random.below(3)}) { nodes { data { id type distance } node ${GRAPH_NODE} }
          edges { data { source target label } } truncated }`,
      );
    }
    return choices;
  }

  /** Ways to a node, which may be hidden. */
  ways(type: TypeName): string {
    const to = `to: "${this.key(this.random.chance(0.7) ? type : 'Part')}"`;
    const way = `{ length nodes ${GRAPH_NODE} relationships { type source target } }`;
    return `id paths(${to}) ${way} ${SHAPES[type].path ? `path(${to}) ${way}` : ''}`;
  }

  #hopPage(type: TypeName, [name, target]: [string, TypeName]): string {
    const { random } = this;
    const isBare = BARE.has(`${type}.${name}`);
    const direction = random.pick(['ASC', 'DESC']);
    const parts = [`first: ${1 + random.below(6)}`];
    parts.push(`sort: [${isBare || random.chance(0.5) ? '' : `{edge: {weight: ${direction}}}, `}{node: {id: ASC}}]`);
    if (random.chance(0.4)) parts.push(`where: {node: ${this.where(target, 1)}}`);
    else if (!isBare && random.chance(0.3)) parts.push(`where: {edge: {weight: {lt: ${random.below(9)}}}}`);
    return `(${parts.join(', ')})`;
  }

  #hopConnection(type: TypeName, [name, target]: [string, TypeName], depth: number): string {
    const { random } = this;
    const isBare = BARE.has(`${type}.${name}`);
    const parts = ['totalCount', `edges { ${isBare ? '' : 'properties { weight }'} node ${this.selection(target, depth)} }`];
    if (random.chance(0.3)) parts.push('pageInfo { hasNextPage endCursor }');
    if (!isRow(target) && random.chance(0.5)) {
      const { number, texts } = SHAPES[target];
      const inner = number ? `${number} { max min sum average }` : `${texts[0]} { shortest longest }`;
      parts.push(`aggregate { count { nodes edges } node { ${inner} } ${isBare ? '' : 'edge { weight { max sum } }'} }`);
    }
    return `{ ${parts.join(' ')} }`;
  }

  page(type: TypeName, cursor = ''): string {
    const { random } = this;
    const size = `${isRow(type) && random.chance(0.4) ? 'last' : 'first'}: ${1 + random.below(6)}`;
    const where = random.chance(0.5) ? `, where: ${this.where(type, 2)}` : '';
    return `(${size}, sort: ${this.sort(type)}${where}${cursor})`;
  }

  /** What of a connection of rows, or of a root connection of nodes, is asked for. */
  connection(type: TypeName, depth: number): string {
    const { random } = this;
    const { number, one, rank } = SHAPES[type];
    const numbers = number ? `${number} { ${isRow(type) ? 'count distinct' : ''} min max sum average }` : 'name { shortest longest }';
    const parts = ['totalCount', `edges { ${random.chance(0.3) ? 'cursor' : ''} node ${this.selection(type, depth)} }`];
    if (random.chance(0.3)) parts.push('pageInfo { hasNextPage hasPreviousPage startCursor endCursor }');
    if (random.chance(0.5)) parts.push(`aggregate { count { nodes } node { ${numbers} } }`);
    if (isRow(type) && random.chance(0.5)) {
      const joins = Object.keys(one);
      const by = random.pick([...joins, ...(rank ? ['rank'] : []), number!]);
      const key = joins.includes(by) ? `${by} { id name }` : by;
      const sort = `[{count: DESC}, {key: {${by}: ASC}}]`;
      const fields = `fields: [${by.toUpperCase()}], sort: ${sort}, limit: ${2 + random.below(12)}`;
      parts.push(`groupBy(${fields}) { key { ${key} } count { nodes } node { ${numbers} } }`);
    }
    return `{ ${parts.join(' ')} }`;
  }
}
