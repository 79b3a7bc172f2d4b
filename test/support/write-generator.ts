import { KINDS, type WriteModel } from './write-model.js';
import type { Random } from './generate.js';

type Input = Record<string, unknown>;
type TypeName = keyof typeof KINDS;

/** Random arguments of mutations on the tables of the workshop, nested at most `depth` deep. */
export class WriteGenerator {
  #names = 0;

  constructor(
    readonly model: WriteModel,
    readonly random: Random,
  ) {}

  mutation(): { readonly kind: 'create' | 'update' | 'delete'; readonly type: TypeName; readonly args: Input } {
    const { random } = this;
    const type = random.pick(['Team', 'Person', 'Task'] as const);
    const kind = this.model.rows.length < 12 ? 'create' : random.pick(['create', 'update', 'update', 'update', 'delete'] as const);
    if (kind === 'create') return { kind, type, args: { input: this.#some(3, () => this.#create(type, 3)) } };
    if (kind === 'update') return { kind, type, args: { where: this.#where(type), update: this.#update(type, 2) } };
    return { kind, type, args: { where: this.#where(type), delete: this.#delete(type, 3) } };
  }

  #some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.random.below(most) }, make);
  }

  /** Matches few rows, as a rule. */
  #where(type: TypeName): Input {
    const { random } = this;
    const names = this.model.rows.filter((row) => row.type === type).map((row) => row.name);
    const [[field, target]] = Object.entries(KINDS[type].one) as [[string, TypeName]];
    const label = KINDS[type].label;
    if (random.chance(0.15)) return { [field]: null };
    if (random.chance(0.15)) return { [field]: { [KINDS[target].label]: { startsWith: `${target}${random.below(3)}` } } };
    if (random.chance(0.15)) return { [label]: { startsWith: `${type}${random.below(9)}` } };
    const chosen = names.length === 0 ? ['none'] : this.#some(2, () => random.pick(names));
    return random.chance(0.05) ? { NOT: { [label]: { in: names.slice(2) } } } : { [label]: { in: chosen } };
  }

  /** One row, nearly always. */
  #connect(type: TypeName): Input {
    const names = this.model.rows.filter((row) => row.type === type).map((row) => row.name);
    const where =
      this.random.chance(0.04) || names.length === 0 ? this.#where(type) : { [KINDS[type].label]: { in: [this.random.pick(names)] } };
    return { where: { node: { '#type': type, ...where } } };
  }

  #create(type: TypeName, depth: number, given?: string): Input {
    const { random } = this;
    const kind = KINDS[type];
    const input: Input = { [kind.label]: `${type}${(this.#names += 1)}` };
    if (kind.column && random.chance(0.5)) input[kind.column] = random.below(10);
    for (const [name, target] of Object.entries(kind.one)) {
      const isNeeded = name === 'person';
      if (name === given || (!isNeeded && random.chance(0.5))) continue;
      const canConnect = this.model.rows.some((row) => row.type === target);
      if (canConnect && (depth <= 0 || random.chance(0.5))) input[name] = { connect: this.#connect(target) };
      else if (depth > 0 || isNeeded) input[name] = { create: { node: this.#create(target, depth - 1) } };
    }
    for (const [name, [target, back]] of Object.entries(kind.many)) {
      if (depth <= 0 || random.chance(0.5)) continue;
      input[name] = {
        ...(random.chance(0.7) ? { create: this.#some(2, () => ({ node: this.#create(target, depth - 1, back) })) } : {}),
        ...(random.chance(0.4) ? { connect: this.#some(2, () => this.#connect(target)) } : {}),
      };
    }
    return input;
  }

  #update(type: TypeName, depth: number): Input {
    const { random } = this;
    const kind = KINDS[type];
    const input: Input = {};
    if (kind.column && random.chance(0.5))
      input[kind.column] = random.pick([{ set: null }, { set: random.below(10) }, { add: random.below(5) }]);
    for (const [name, target] of Object.entries(kind.one)) {
      if (random.chance(0.6)) continue;
      const choices: (() => Input)[] = [() => ({ connect: this.#connect(target) })];
      // A reference that must be there may be taken away by mistake.
      if (name !== 'person' || random.chance(0.1)) choices.push(() => ({ disconnect: true }));
      if (depth > 0)
        choices.push(
          () => ({ create: { node: this.#create(target, depth - 1) } }),
          () => ({ update: { ...this.#within(target, 0.3), node: this.#update(target, depth - 1) } }),
        );
      input[name] = random.pick(choices)();
    }
    for (const [name, [target, back]] of Object.entries(kind.many)) {
      if (depth <= 0 || random.chance(0.5)) continue;
      input[name] = this.#some(2, () => ({
        ...(random.chance(0.4)
          ? { update: this.#some(2, () => ({ ...this.#within(target, 0.6), node: this.#update(target, depth - 1) })) }
          : {}),
        ...(back !== 'person' && random.chance(0.3) ? { disconnect: [this.#within(target, 0.8)] } : {}),
        ...(random.chance(0.3) ? { delete: [{ ...this.#within(target, 0.7), delete: this.#delete(target, depth) }] } : {}),
        ...(random.chance(0.3) ? { connect: [this.#connect(target)] } : {}),
        ...(random.chance(0.4) ? { create: this.#some(2, () => ({ node: this.#create(target, depth - 1, back) })) } : {}),
      }));
    }
    return input;
  }

  #delete(type: TypeName, depth: number): Input {
    const kind = KINDS[type];
    const input: Input = {};
    if (depth <= 0) return input;
    for (const [name, [target]] of Object.entries(kind.many))
      if (this.random.chance(0.8)) input[name] = [{ ...this.#within(target, 0.2), delete: this.#delete(target, depth - 1) }];
    for (const [name, target] of Object.entries(kind.one))
      if (this.random.chance(0.15)) input[name] = { ...this.#within(target, 0.5), delete: this.#delete(target, depth - 1) };
    return input;
  }

  #within(type: TypeName, chance: number): Input {
    return this.random.chance(chance) ? { where: { node: this.#where(type) } } : {};
  }
}
