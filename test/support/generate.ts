import { FILTER_OPERATORS } from '../../src/model/filter-sdl.js';
import { groupFields, isComparable as isComparableColumn } from '../../src/model/aggregate-sdl.js';
import { enumName } from '../../src/model/names.js';
import type { ColumnField, FieldPlan } from '../../src/model/fields.js';
import { columnFields, tableTypes, type EntityType, type Model, type TableType } from '../../src/model/types.js';

/** Values seen in the data, by type and field: what a generated condition compares with. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>;

/** A deterministic sequence of numbers in [0, 1): mulberry32. */
export const createRandom = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    chance: (probability: number): boolean => next() < probability,
    below: (limit: number): number => Math.floor(next() * limit),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
  };
};

export type Random = ReturnType<typeof createRandom>;

/** The types and fields that generated queries use. */
export class QueryGenerator {
  readonly #types: EntityType[];
  readonly #names = new Map<string, EntityType>();

  constructor(
    readonly model: Model,
    readonly samples: Samples,
    readonly random: Random,
    /** Only what lives in tables: the queries that are compiled. */
    readonly tablesOnly = false,
  ) {
    this.#types = [...model.types.values()].filter((type) => !tablesOnly || type.home === 'table');
    for (const type of this.#types) this.#names.set(type.name, type);
  }

  /** A whole query on a random root. */
  query(): string {
    const { random } = this;
    if (!this.tablesOnly && random.chance(0.08)) return this.#search();
    const type = random.pick(this.#types);
    if (random.chance(0.12) && type.fields.has('id')) {
      const id = random.pick([...(this.samples.get(type.name)?.get('id') ?? []), 'no such key']);
      return `{ ${type.singular}(id: ${literal(id)}) ${this.#selection(type, 2)} }`;
    }
    if (random.chance(0.3)) return `{ ${this.#pages(`${type.plural}Connection`, type, 2)} }`;
    return `{ ${type.plural}${this.#arguments(type)} ${this.#selection(type, 3)} }`;
  }

  #page(type: EntityType): string {
    // A connection of nodes gives at least one.
    const size = Math.max(this.random.below(8), type.home === 'node' ? 1 : 0);
    return type.home === 'table' && this.random.chance(0.3) ? `last: ${size}` : `first: ${size}`;
  }

  /** A connection of all rows, or of those of each owner. */
  #pages(name: string, type: EntityType, depth: number): string {
    return `${name}(${this.#page(type)}${this.#where(type, ', ')}${this.#sort(type)}) ${this.#connection(type, depth)}`;
  }

  #connection(type: EntityType, depth: number): string {
    const { random } = this;
    const parts = [
      'totalCount',
      'pageInfo { hasNextPage hasPreviousPage startCursor }',
      `edges { cursor node ${this.#selection(type, depth)} }`,
    ].filter(() => random.chance(0.7));
    if (type.home === 'table' && random.chance(0.1))
      parts.push(`more: edges { node ${this.#selection(type, depth - 1)} other: node ${this.#selection(type, 0)} }`);
    if (type.home === 'table') {
      const columns = columnFields(type).filter(isComparableColumn);
      const numbers = () => `count { nodes } node { ${random.pick(columns).name} { count distinct } }`;
      if (random.chance(0.3)) parts.push(`aggregate { ${numbers()} }`);
      const by = random.pick(groupFields(type));
      if (random.chance(0.3)) {
        const args = `fields: [${enumName(by.name)}], limit: ${1 + random.below(5)}${this.#groupSort(by.name, random.pick(columns).name)}`;
        const joined = by.kind === 'join' ? ` ${this.#selection(this.#names.get(by.target)!, 0)}` : '';
        parts.push(`groupBy(${args}) { key { ${by.name}${joined} } ${numbers()} }`);
      }
    }
    if (random.chance(0.3)) parts.push(`nodes ${this.#selection(type, depth)}`);
    return `{ ${parts.length === 0 ? 'totalCount' : parts.join(' ')} }`;
  }

  #groupSort(key: string, column: string): string {
    const { random } = this;
    const direction = random.pick(['ASC', 'DESC']);
    return random.pick([
      '',
      `, sort: [{count: ${direction}}]`,
      `, sort: [{key: {${key}: ${direction}_NULLS_FIRST}}]`,
      `, sort: [{node: {${column}: {distinct: ${direction}}}}, {count: ASC}]`,
    ]);
  }

  #search(): string {
    const { random } = this;
    const embedded = tableTypes(this.model).filter((type) => type.embedding);
    const type = random.pick(embedded);
    const words = String(random.pick(this.samples.get(type.name)?.get(type.embedding!.vectors[0].of[0]!) ?? ['drone'])).split(/\s+/);
    const text = words.slice(0, 4 + random.below(6)).join(' ');
    const where = random.chance(0.5) ? `, where: {${type.singular}: ${this.#condition(type, 1)}}` : '';
    const weights = random.chance(0.4) ? `, weights: {keyword: ${random.pick([0.5, 1, 2])}}` : '';
    const offset = random.chance(0.3) ? `, offset: ${random.below(10)}` : '';
    const diversity = random.chance(0.2) ? ', diversity: 0.4' : '';
    const args = `text: ${literal(text)}, limit: ${1 + random.below(8)}${offset}${weights}${diversity}${where}`;
    const nodes = embedded.map((each) => `... on ${each.name} ${this.#selection(each, 1, `${each.singular}_`)}`).join(' ');
    return `{ search(${args}) { score text node { __typename ${nodes} } } }`;
  }

  #arguments(type: EntityType): string {
    const { random } = this;
    const offset = random.chance(0.3) ? `, offset: ${random.below(6)}` : '';
    return `(limit: ${1 + random.below(12)}${offset}${this.#where(type, ', ')}${this.#sort(type)})`;
  }

  #where(type: EntityType, before: string): string {
    return this.random.chance(0.7) ? `${before}where: ${this.#condition(type, 2)}` : '';
  }

  #sort(type: EntityType): string {
    const { random } = this;
    if (random.chance(0.4)) return '';
    const words = Array.from({ length: 1 + random.below(2) }, () => this.#sortWord(type, 1));
    return words.some((word) => word === undefined) ? '' : `, sort: [${[...new Set(words)].join(', ')}]`;
  }

  #sortWord(type: EntityType, depth: number): string | undefined {
    const { random } = this;
    const joins = [...type.fields.values()].filter((field) => field.kind === 'join');
    if (depth > 0 && joins.length > 0 && random.chance(0.3)) {
      const join = random.pick(joins);
      const inner = join.list ? `{count: ${random.pick(['ASC', 'DESC'])}}` : this.#sortWord(this.#names.get(join.target)!, depth - 1);
      return inner && `{${join.name}: ${inner}}`;
    }
    const sortable = [...type.fields.values()].filter(isComparable).filter(({ scalar }) => scalar !== 'Bytes');
    if (sortable.length === 0) return undefined;
    const nulls = type.home === 'table' ? ['', '', '_NULLS_FIRST', '_NULLS_LAST'] : [''];
    return `{${random.pick(sortable).name}: ${random.pick(['ASC', 'DESC'])}${random.pick(nulls)}}`;
  }

  /** A condition of at most `depth` nested joins or connectives. */
  #condition(type: EntityType, depth: number): string {
    const { random } = this;
    if (depth > 0 && random.chance(0.2)) {
      const parts = Array.from({ length: 2 }, () => this.#condition(type, depth - 1));
      return `{${random.pick(['AND', 'OR'])}: [${parts.join(', ')}]}`;
    }
    if (depth > 0 && random.chance(0.1)) return `{NOT: ${this.#condition(type, depth - 1)}}`;
    const joins = [...type.fields.values()].filter((field) =>
      type.home === 'table'
        ? field.kind === 'join' || (field.kind === 'relationship' && !this.tablesOnly)
        : field.kind === 'relationship' && this.#names.get(field.target)?.home === 'node',
    );
    if (depth > 0 && joins.length > 0 && random.chance(0.3)) {
      const join = random.pick(joins);
      const inner = this.#condition(this.#names.get((join as { target: string }).target)!, depth - 1);
      return `{${join.name}: ${join.list ? `{${random.pick(['some', 'none', 'all', 'single'])}: ${inner}}` : inner}}`;
    }
    const lists = columnFields(type as TableType).filter((field) => field.list || field.scalar === 'JSON');
    if (type.home === 'table' && lists.length > 0 && random.chance(0.15)) return `{${this.#contents(type, random.pick(lists))}}`;
    const fields = [...type.fields.values()].filter(isComparable);
    return `{${this.#comparison(type, random.pick(fields))}}`;
  }

  /** A condition on what a list or a JSON value holds. */
  #contents(type: EntityType, field: ColumnField): string {
    const { random } = this;
    const seen =
      this.samples
        .get(type.name)
        ?.get(field.name)
        ?.filter((value) => value !== null) ?? [];
    if (seen.length === 0) return `${field.name}: {eq: null}`;
    const value = random.pick(seen);
    if (field.list) {
      const items = value as unknown[];
      const operator = random.pick(['eq', 'includes', 'includesAll', 'includesSome']);
      return `${field.name}: {${operator}: ${literal(operator === 'includes' ? (items[0] ?? 'x') : items)}}`;
    }
    const keys = typeof value === 'object' ? Object.keys(value) : [];
    if (keys.length === 0 || random.chance(0.3)) return `${field.name}: {contains: ${inputLiteral(value)}}`;
    const key = random.pick(keys);
    const at = (condition: string) => `{at: [{path: [${literal(key)}], ${condition}}]}`;
    const condition = random.pick([
      `{hasKey: ${literal(key)}}`,
      at(`eq: ${inputLiteral((value as Record<string, unknown>)[key])}`),
      at(`exists: ${random.chance(0.5)}`),
    ]);
    return `${field.name}: ${condition}`;
  }

  #comparison(type: EntityType, field: FieldPlan & { scalar: string }): string {
    const { random } = this;
    const operators = field.kind === 'column' && field.enumType ? ['eq', 'in'] : (FILTER_OPERATORS[field.scalar] ?? ['eq']);
    const seen =
      this.samples
        .get(type.name)
        ?.get(field.name)
        ?.filter((value) => value !== null) ?? [];
    const write = (value: unknown): string => (field.kind === 'column' && field.enumType ? (value as string) : literal(value));
    if (seen.length === 0 || random.chance(0.06)) return `${field.name}: {eq: null}`;
    const operator = random.pick(operators);
    const value = random.pick(seen);
    if (operator === 'in')
      return `${field.name}: {in: [${Array.from({ length: 1 + random.below(3) }, () => write(random.pick(seen))).join(', ')}]}`;
    if (['contains', 'startsWith', 'endsWith'].includes(operator)) {
      const text = value as string;
      const length = 1 + random.below(6);
      const start =
        operator === 'startsWith'
          ? 0
          : operator === 'endsWith'
            ? Math.max(0, text.length - length)
            : random.below(Math.max(1, text.length - length));
      const part = text.slice(start, start + length);
      return field.scalar === 'String' && random.chance(0.3)
        ? `${field.name}: {caseInsensitive: {${operator}: ${literal(part.toUpperCase())}}}`
        : `${field.name}: {${operator}: ${literal(part)}}`;
    }
    return `${field.name}: {${operator}: ${write(value)}}`;
  }

  /** `prefix` keeps fields of the members of a union apart, whose types may differ. */
  #selection(type: EntityType, depth: number, prefix = ''): string {
    const alias = (name: string): string => (prefix === '' ? name : `${prefix}${name}: ${name}`);
    const { random } = this;
    const fields = [...type.fields.values()];
    const scalars = fields.filter((field) => 'scalar' in field && !('token' in field));
    const chosen = new Set(Array.from({ length: 1 + random.below(4) }, () => random.pick(scalars).name));
    const parts = [...chosen].map(alias);
    for (let count = depth > 0 ? random.below(3) : 0; count > 0; count -= 1) {
      const reached = fields.filter((each) => 'target' in each && (!this.tablesOnly || each.kind === 'join')) as Extract<
        FieldPlan,
        { target: string }
      >[];
      if (reached.length === 0) break;
      const field = random.pick(reached);
      if (chosen.has(field.name)) continue;
      chosen.add(field.name);
      const target = this.#names.get(field.target)!;
      if (field.kind === 'join' && field.list && random.chance(0.35)) {
        parts.push(
          prefix === ''
            ? this.#pages(`${field.name}Connection`, target, depth - 1)
            : `${prefix}${field.name}: ${this.#pages(`${field.name}Connection`, target, depth - 1)}`,
        );
        continue;
      }
      const inner = this.#selection(target, depth - 1);
      if (field.kind === 'traverse')
        parts.push(`${alias(field.name)}(depth: ${1 + random.below(4)}) { distance ${field.wrapped} ${inner} }`);
      else if (field.kind === 'nearest')
        parts.push(`${alias(field.name)}(limit: ${1 + random.below(4)}) { score ${field.wrapped} ${inner} }`);
      else parts.push(`${alias(field.name)}${field.list ? this.#arguments(target) : ''} ${inner}`);
    }
    return `{ ${parts.join(' ')} }`;
  }
}

const isComparable = (field: FieldPlan): field is FieldPlan & { scalar: string } =>
  'scalar' in field &&
  !field.list &&
  !('token' in field) &&
  (FILTER_OPERATORS[field.scalar] !== undefined || (field as ColumnField).enumType);

const literal = (value: unknown): string => JSON.stringify(value);

/** A JSON value as GraphQL writes it: keys without quotes where it takes them, and none where it does not. */
const inputLiteral = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inputLiteral).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .filter(([key]) => /^[_a-z]\w*$/i.test(key))
    .map(([key, item]) => `${key}: ${inputLiteral(item)}`)
    .join(', ')}}`;
};
