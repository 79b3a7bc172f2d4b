import type { Random } from '../support/generate.js';
import { KEYS, RANKS, type TypeName } from './data.js';
import type { ReadGenerator } from './reads.js';
import { isRow, SHAPES } from './shapes.js';

const UPPER: Readonly<Record<TypeName, string>> = { Site: 'Sites', Person: 'People', Doc: 'Docs', Part: 'Parts', Maker: 'Makers' };
const INFO = {
  create: 'info { nodesCreated relationshipsCreated }',
  update: 'info { nodesCreated nodesDeleted relationshipsCreated relationshipsDeleted }',
  upsert: 'info { nodesCreated nodesUpdated relationshipsCreated }',
};
/** The join on the other side of a to-many join. */
const BACK: Readonly<Record<string, string>> = {
  'Site.docs': 'site',
  'Person.reports': 'boss',
  'Person.sites': 'owner',
  'Person.docs': 'author',
};

/** Mutations, nested at most two deep. Keys of new rows are their own, for a taken one would tell of a hidden row. */
export class WriteGenerator {
  #made = 0;

  constructor(
    readonly random: Random,
    readonly reads: ReadGenerator,
    /** Keys that an upsert may name. */
    readonly known: readonly number[],
  ) {}

  mutation(types: readonly TypeName[]): string {
    const { random } = this;
    const type = random.pick(types);
    const kind = random.pick(
      isRow(type) ? (['create', 'update', 'update', 'upsert', 'delete'] as const) : (['create', 'update', 'delete'] as const),
    );
    const where = random.chance(0.5) ? `{id: {eq: "${this.reads.key(type)}"}}` : this.reads.where(type, 1);
    const selection = `${SHAPES[type].plural} ${this.reads.selection(type, 1)}`;
    switch (kind) {
      case 'create':
        return `mutation { create${UPPER[type]}(input: [${this.#input(type, 1)}]) { ${INFO.create} ${selection} } }`;
      case 'upsert': {
        const key = random.chance(0.6) ? KEYS[type][random.pick(this.known)] : undefined;
        return `mutation { upsert${UPPER[type]}(input: [${this.#input(type, 1, key)}]) { ${INFO.upsert} ${selection} } }`;
      }
      case 'update':
        return `mutation { update${UPPER[type]}(where: ${where}, update: ${this.#update(type, 1)}) { ${INFO.update} ${selection} } }`;
      case 'delete': {
        const nested = random.chance(0.5) ? `, delete: ${this.#delete(type, 1)}` : '';
        return `mutation { delete${UPPER[type]}(where: ${where}${nested}) { nodesDeleted relationshipsDeleted } }`;
      }
    }
  }

  #newKey(type: TypeName): string {
    const number = String((this.#made += 1)).padStart(6, '0');
    return isRow(type) ? `ffffffff-0000-4000-8000-000000${number}` : `new-${number}`;
  }

  #one(type: TypeName): string {
    return `{where: {node: ${this.random.chance(0.8) ? `{id: {eq: "${this.reads.key(type)}"}}` : this.reads.where(type, 1)}}}`;
  }

  #within(type: TypeName, name: string): string {
    const { random, reads } = this;
    if (random.chance(0.3)) return '';
    const target = { ...SHAPES[type].many, ...SHAPES[type].one, ...SHAPES[type].hops }[name]!;
    return `where: {node: ${random.chance(0.5) ? `{id: {eq: "${reads.key(target)}"}}` : reads.where(target, 1)}}`;
  }

  #input(type: TypeName, depth: number, key = this.#newKey(type), without?: string): string {
    const { random } = this;
    const { texts, number, rank, one, many, hops } = SHAPES[type];
    const parts = [`id: "${key}"`, ...texts.map((name) => `${name}: "new radio ${name}"`)];
    if (number) parts.push(`${number}: ${random.below(50)}`);
    if (rank) parts.push(`rank: ${random.pick(RANKS)}`);
    for (const [name, target] of Object.entries(one)) {
      if (name === without || random.chance(0.5)) continue;
      const value =
        depth > 0 && random.chance(0.4) ? `{create: {node: ${this.#input(target, depth - 1)}}}` : `{connect: ${this.#one(target)}}`;
      parts.push(`${name}: ${value}`);
    }
    for (const [name, target] of Object.entries(isRow(type) ? many : hops)) {
      if (name === without || depth <= 0 || random.chance(0.6)) continue;
      const back = BACK[`${type}.${name}`];
      const made = isRow(type) || !isRow(target) ? `create: [{node: ${this.#input(target, depth - 1, undefined, back)}}]` : '';
      parts.push(`${name}: {${random.chance(0.5) && made ? made : `connect: [${this.#one(target)}]`}}`);
    }
    return `{${parts.join(', ')}}`;
  }

  #update(type: TypeName, depth: number): string {
    const { random } = this;
    const { texts, number, one, many, hops } = SHAPES[type];
    const parts: string[] = [];
    if (number && random.chance(0.6)) parts.push(`${number}: ${random.pick(['{set: 7}', '{add: 3}', '{set: null}'])}`);
    if (random.chance(0.3)) parts.push(`${texts[0]}: {set: "changed camera"}`);
    for (const [name, target] of Object.entries(one)) {
      if (random.chance(0.6)) continue;
      const choices = [`connect: ${this.#one(target)}`, 'disconnect: true'];
      if (depth > 0) choices.push(`create: {node: ${this.#input(target, 0)}}`, `update: {node: ${this.#update(target, 0)}}`);
      parts.push(`${name}: {${random.pick(choices)}}`);
    }
    for (const [name, target] of Object.entries(isRow(type) ? many : hops)) {
      if (depth <= 0 || random.chance(0.5)) continue;
      const where = this.#within(type, name);
      const choices = [`connect: [${this.#one(target)}]`, `disconnect: [{${where}}]`];
      if (isRow(type)) {
        choices.push(`update: [{${where} node: ${this.#update(target, 0)}}]`, `delete: [{${where}}]`);
        choices.push(`create: [{node: ${this.#input(target, 0, undefined, BACK[`${type}.${name}`])}}]`);
      } else if (!isRow(target)) choices.push(`update: {${where} node: ${this.#update(target, 0)}}`, `delete: [{${where}}]`);
      parts.push(`${name}: [{${random.pick(choices)}}]`);
    }
    return `{${parts.length === 0 ? `${texts[0]}: {set: "changed"}` : parts.join(', ')}}`;
  }

  #delete(type: TypeName, depth: number): string {
    const { random } = this;
    const { many, one, hops } = SHAPES[type];
    const parts: string[] = [];
    const inner = (name: string, target: TypeName) =>
      `{${this.#within(type, name)} ${depth > 0 && random.chance(0.4) ? `delete: ${this.#delete(target, depth - 1)}` : ''}}`;
    for (const [name, target] of Object.entries(isRow(type) ? many : hops))
      if (random.chance(0.5) && isRow(type) === isRow(target)) parts.push(`${name}: [${inner(name, target)}]`);
    for (const [name, target] of Object.entries(one)) if (random.chance(0.3)) parts.push(`${name}: ${inner(name, target)}`);
    return `{${parts.join(', ')}}`;
  }
}
