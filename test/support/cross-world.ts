import type { Stores } from '../../src/stores/types.js';
import type { TestGateway } from './gateway.js';
import type { Random } from './generate.js';
import { rawArrows, rawNodes, rawRows, rawVectors, type Arrow } from './raw.js';

export interface Component {
  readonly id: string;
  readonly type: string;
  readonly requirements: readonly { readonly id: string }[];
  readonly mentionedIn: readonly { readonly sequenceNumber: number }[];
  readonly functions: readonly { readonly components: readonly { readonly id: string }[] }[];
}

export interface Requirement {
  readonly id: string;
  readonly priority: string;
  readonly state: string;
  readonly title: string;
  readonly constraints: readonly { readonly type: string }[];
  readonly components: readonly { readonly name: string; readonly type: string }[];
  readonly dependsOn: readonly { readonly id: string }[];
}

/** A condition as the client writes it, and what it means, told row by row. */
export interface Predicate<T = Requirement> {
  readonly text: string;
  readonly holds: (row: T) => boolean;
}

type Quantifier = 'some' | 'none' | 'all' | 'single';
const QUANTIFIERS: readonly Quantifier[] = ['some', 'none', 'all', 'single'];
const TEXTS = ['battery endurance', 'people in the dark', 'radio link lost', 'landing in strong wind', 'operator training'];

const quantified = <T>(quantifier: Quantifier, items: readonly T[], holds: (item: T) => boolean): boolean => {
  const passing = items.filter(holds).length;
  return { some: passing > 0, none: passing === 0, all: passing > 0 && passing === items.length, single: passing === 1 }[quantifier];
};

/** All that the stores hold of requirements and components, and conditions on them that are told row by row. */
export interface CrossWorld {
  readonly rows: ReadonlyMap<string, Requirement>;
  readonly components: ReadonlyMap<string, Component>;
  /** Nearness of requirements to a text, by text and key. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** A condition on requirements, at most so deep. */
  predicate(random: Random, depth: number): Predicate;
  /** A condition on components. */
  nodePredicate(random: Random, depth: number): Predicate<Component>;
}

/** Nodes of rows that are gone are left out, as the gateway does it. */
const readEntities = async (stores: Stores): Promise<Pick<CrossWorld, 'rows' | 'components'>> => {
  const [requirements, constraints, chunks, parts, deploys, depends, mentions, functions] = await Promise.all([
    rawRows<Pick<Requirement, 'id' | 'priority' | 'state' | 'title'>>(
      stores,
      'SELECT requirement_id AS id, upper(priority::text) AS priority, upper(state::text) AS state, requirement_title AS title FROM requirements_enhanced',
    ),
    rawRows<{ of: string; type: string }>(
      stores,
      'SELECT requirement_id AS of, upper(constraint_type::text) AS type FROM requirements_constraints',
    ),
    rawRows<{ id: string; sequenceNumber: number }>(stores, 'SELECT id, sequence_number AS "sequenceNumber" FROM knowledge_chunks'),
    rawNodes<{ id: string; name: string; component_type: string }>(stores, 'Component', ['id', 'name', 'component_type']),
    rawArrows(stores, 'Requirement', 'DEPLOYS', 'Component'),
    rawArrows(stores, 'Requirement', 'DEPENDS_ON', 'Requirement'),
    rawArrows(stores, 'Chunk', 'MENTIONS', 'Component'),
    rawArrows(stores, 'Function', 'DEPENDS_UPON', 'Component'),
  ]);
  const types = new Map(parts.map((part) => [part.id, { name: part.name, type: part.component_type }]));
  const keys = new Set(requirements.map(({ id }) => id));
  const sequences = new Map(chunks.map(({ id, sequenceNumber }) => [id, sequenceNumber]));
  const ends = (arrows: readonly Arrow[], start: string) => arrows.filter(({ from }) => from === start).map(({ to }) => to);
  const starts = (arrows: readonly Arrow[], end: string) => arrows.filter(({ to }) => to === end).map(({ from }) => from);
  return {
    rows: new Map(
      requirements.map((row) => [
        row.id,
        {
          ...row,
          constraints: constraints.filter(({ of }) => of === row.id),
          components: ends(deploys, row.id).map((id) => types.get(id)!),
          dependsOn: ends(depends, row.id).flatMap((id) => (keys.has(id) ? [{ id }] : [])),
        },
      ]),
    ),
    components: new Map(
      parts.map(({ id, component_type }) => [
        id,
        {
          id,
          type: component_type,
          requirements: starts(deploys, id).flatMap((key) => (keys.has(key) ? [{ id: key }] : [])),
          mentionedIn: starts(mentions, id).flatMap((key) => (sequences.has(key) ? [{ sequenceNumber: sequences.get(key)! }] : [])),
          functions: starts(functions, id).map((each) => ({ components: ends(functions, each).map((key) => ({ id: key })) })),
        },
      ]),
    ),
  };
};

export const readCrossWorld = async ({ engine }: TestGateway): Promise<CrossWorld> => {
  const { rows, components } = await readEntities(engine.stores);
  const vectors = await rawVectors(engine.stores, 'requirements');
  const cosine = (one: readonly number[], other: readonly number[]) =>
    one.reduce((sum, value, index) => sum + value * other[index]!, 0) / (Math.hypot(...one) * Math.hypot(...other));
  const queries = await engine.embedder.embed(TEXTS);
  const scores = new Map(
    TEXTS.map((text, index) => [text, new Map([...vectors].map(([id, vector]) => [id, cosine(queries[index]!, vector)]))]),
  );

  const leaf = (random: Random): Predicate => {
    const quantifier = random.pick(QUANTIFIERS);
    switch (random.below(6)) {
      case 0: {
        const wanted = random.pick(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
        return { text: `{priority: {eq: ${wanted}}}`, holds: (row) => row.priority === wanted };
      }
      case 1: {
        const wanted = random.pick(['a', 'th', 'Pro', 'battery', 'of the']);
        return { text: `{title: {contains: ${JSON.stringify(wanted)}}}`, holds: (row) => row.title.includes(wanted) };
      }
      case 2: {
        const wanted = random.pick(['THRESHOLD', 'OBJECTIVE', 'KPP', 'ENVIRONMENTAL']);
        return {
          text: `{constraints: {${quantifier}: {type: {eq: ${wanted}}}}}`,
          holds: (row) => quantified(quantifier, row.constraints, ({ type }) => type === wanted),
        };
      }
      case 3: {
        const wanted = random.pick(['power', 'payload', 'avionics', 'ground', 'no such type']);
        return {
          text: `{components: {${quantifier}: {type: {eq: "${wanted}"}}}}`,
          holds: (row) => quantified(quantifier, row.components, ({ type }) => type === wanted),
        };
      }
      case 4: {
        const inner = random.chance(0.3)
          ? near(random)
          : { text: '{state: {in: [APPROVED, PUBLISHED]}}', holds: (row: Requirement) => ['APPROVED', 'PUBLISHED'].includes(row.state) };
        return {
          text: `{dependsOn: {${quantifier}: ${inner.text}}}`,
          holds: (row) => quantified(quantifier, row.dependsOn, ({ id }) => inner.holds(rows.get(id)!)),
        };
      }
      default:
        return near(random);
    }
  };

  const near = (random: Random): Predicate => {
    const text = random.pick(TEXTS);
    const minScore = (20 + random.below(30)) / 100;
    return { text: `{near: {text: "${text}", minScore: ${minScore}}}`, holds: (row) => (scores.get(text)!.get(row.id) ?? -1) >= minScore };
  };

  /** A condition on a component that rows of other stores decide, or with `hops` other components by them. */
  const nodeLeaf = (random: Random, hops = 1): Predicate<Component> => {
    const quantifier = random.pick(QUANTIFIERS);
    switch (random.below(4 + hops)) {
      case 0: {
        const wanted = random.pick(['power', 'payload', 'avionics', 'ground']);
        return { text: `{type: {eq: "${wanted}"}}`, holds: ({ type }) => type === wanted };
      }
      case 1: {
        const most = random.below(6);
        return {
          text: `{mentionedIn: {${quantifier}: {sequenceNumber: {lt: ${most}}}}}`,
          holds: ({ mentionedIn }) => quantified(quantifier, mentionedIn, ({ sequenceNumber }) => sequenceNumber < most),
        };
      }
      case 4: {
        const inner = nodeLeaf(random, 0);
        const other = random.pick(QUANTIFIERS);
        return {
          text: `{functions: {${quantifier}: {components: {${other}: ${inner.text}}}}}`,
          holds: ({ functions }) =>
            quantified(quantifier, functions, (each) => quantified(other, each.components, ({ id }) => inner.holds(components.get(id)!))),
        };
      }
      default: {
        const inner = predicate(random, 1);
        const [name, condition] = random.chance(0.5) ? ['requirements', inner.text] : ['requirementsConnection', `{node: ${inner.text}}`];
        return {
          text: `{${name}: {${quantifier}: ${condition}}}`,
          holds: ({ requirements }) => quantified(quantifier, requirements, ({ id }) => inner.holds(rows.get(id)!)),
        };
      }
    }
  };

  const predicate = (random: Random, depth: number): Predicate => nested(random, depth, leaf);

  const nested = <T>(random: Random, depth: number, make: (random: Random) => Predicate<T>): Predicate<T> => {
    if (depth === 0 || random.chance(0.3)) return make(random);
    if (random.chance(0.25)) {
      const inner = nested(random, depth - 1, make);
      return { text: `{NOT: ${inner.text}}`, holds: (row) => !inner.holds(row) };
    }
    const parts = Array.from({ length: 2 + random.below(2) }, () => nested(random, depth - 1, make));
    const texts = parts.map(({ text }) => text).join(', ');
    return random.chance(0.5)
      ? { text: `{AND: [${texts}]}`, holds: (row) => parts.every((part) => part.holds(row)) }
      : { text: `{OR: [${texts}]}`, holds: (row) => parts.some((part) => part.holds(row)) };
  };

  return { rows, components, scores, predicate, nodePredicate: (random, depth) => nested(random, depth, (leaves) => nodeLeaf(leaves)) };
};
