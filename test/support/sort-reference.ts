import type { TestGateway } from './gateway.js';
import type { Random } from './generate.js';

/** A requirement as the stores hold it: its columns, its arrows in the graph, and its nearness to texts. */
export interface Raw {
  readonly id: string;
  readonly priority: string | null;
  readonly version: number | null;
  readonly createdAt: number | null;
  readonly title: number;
  readonly project: string;
  readonly parent: string | null;
  readonly components: readonly { readonly id: string; readonly name: number; readonly type: number | null }[];
  readonly dependsOn: readonly string[];
  readonly dependents: readonly string[];
  readonly scores: ReadonlyMap<string, number>;
}

export type Value = number | string | null;

/** A word of an order as the client writes it, and the value that it compares. */
export interface Word {
  readonly text: string;
  readonly valueOf: (row: Raw) => Value;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export const TEXTS = ['battery endurance', 'people in the dark', 'radio link lost'];

const KEY: Word = { text: '', valueOf: ({ id }) => id, descending: false, nullsFirst: false };

/** Keys of rows in the order of these words, reckoned row by row; the key is always the last word. */
export const sorted = (words: readonly Word[], among: Iterable<Raw>): string[] =>
  [...among]
    .sort((left, right) => {
      for (const { valueOf, descending, nullsFirst } of [...words, KEY]) {
        const [a, b] = [valueOf(left), valueOf(right)];
        if (a === b) continue;
        if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
        return a < b === descending ? 1 : -1;
      }
      return 0;
    })
    .map(({ id }) => id);

/** The least or the greatest of several values, null when there is none. */
export const least = (values: readonly Value[], word: 'min' | 'max'): Value =>
  values.reduce(
    (best, value) => (value !== null && (best === null || (word === 'min' ? value < best : value > best)) ? value : best),
    null,
  );

const leaf = (
  rows: ReadonlyMap<string, Raw>,
  random: Random,
): { text: (direction: string) => string; valueOf: Word['valueOf']; always?: true } => {
  const word = random.pick(['min', 'max'] as const);
  const hop = random.pick(['dependsOn', 'dependents'] as const);
  const score = random.pick(TEXTS);
  switch (random.below(9)) {
    case 0:
      return { text: (direction) => `{components: {count: ${direction}}}`, valueOf: (row) => row.components.length, always: true };
    case 1:
      return { text: (direction) => `{${hop}: {count: ${direction}}}`, valueOf: (row) => row[hop].length, always: true };
    case 2: {
      const field = random.pick(['name', 'type'] as const);
      return {
        text: (direction) => `{components: {${word}: {${field}: ${direction}}}}`,
        valueOf: (row) =>
          least(
            row.components.map((component) => component[field]),
            word,
          ),
      };
    }
    case 3: {
      const field = random.pick(['title', 'version', 'createdAt'] as const);
      return {
        text: (direction) => `{${hop}: {${word}: {${field}: ${direction}}}}`,
        valueOf: (row) =>
          least(
            row[hop].map((id) => rows.get(id)![field]),
            word,
          ),
      };
    }
    case 4:
      return {
        text: (direction) => `{near: {text: "${score}", direction: ${direction}}}`,
        valueOf: (row) => row.scores.get(score) ?? null,
      };
    case 5:
      return {
        text: (direction) => `{parent: {components: {count: ${direction}}}}`,
        valueOf: (row) => (row.parent === null ? 0 : rows.get(row.parent)!.components.length),
        always: true,
      };
    case 6:
      return {
        text: (direction) => `{parent: {near: {text: "${score}", direction: ${direction}}}}`,
        valueOf: (row) => (row.parent === null ? null : (rows.get(row.parent)!.scores.get(score) ?? null)),
      };
    case 7:
      return { text: (direction) => `{version: ${direction}}`, valueOf: (row) => row.version };
    default:
      return { text: (direction) => `{priority: ${direction}}`, valueOf: (row) => row.priority };
  }
};

/** A generated order. */
export const orderFrom = (rows: ReadonlyMap<string, Raw>, random: Random): Word[] =>
  Array.from({ length: 1 + random.below(3) }, (): Word => {
    const { text, valueOf, always } = leaf(rows, random);
    const descending = random.chance(0.5);
    const nulls = always ? '' : random.pick(['', '_NULLS_FIRST', '_NULLS_LAST']);
    return {
      text: text(`${descending ? 'DESC' : 'ASC'}${nulls}`),
      valueOf,
      descending,
      nullsFirst: nulls === '' ? descending : nulls === '_NULLS_FIRST',
    };
  });

export const textOf = (words: readonly Word[]): string => `[${words.map(({ text }) => text).join(', ')}]`;

/** A generated condition, as the client writes it, and what it means. */
export const conditionFrom = (random: Random): { text: string; holds: (row: Raw) => boolean } => {
  switch (random.below(5)) {
    case 0:
      return { text: '{priority: {in: [CRITICAL, HIGH]}}', holds: (row) => ['critical', 'high'].includes(row.priority!) };
    case 1:
      return { text: '{components: {some: {}}}', holds: (row) => row.components.length > 0 };
    case 2:
      return {
        text: `{near: {text: "${TEXTS[0]}", minScore: 0.2}, dependsOn: {none: {}}}`,
        holds: (row) => (row.scores.get(TEXTS[0]!) ?? -1) >= 0.2 && row.dependsOn.length === 0,
      };
    case 3:
      return { text: '{priority: {eq: null}}', holds: (row) => row.priority === null };
    default:
      return { text: '{}', holds: () => true };
  }
};

/** Everything as the stores hold it, read past the gateway. Texts are their places in the order of the database. */
export const readRaw = async (gateway: TestGateway): Promise<ReadonlyMap<string, Raw>> => {
  const { relational, graph, vector } = gateway.engine.stores;
  const read = (text: string, values: unknown[] = []) => relational.read({ text, values });
  const arrows = async (cypher: string) =>
    (await graph.read.run(cypher, {})).records.map((record) => record.toObject() as Record<string, string | null>);
  const columns = await read(`SELECT requirement_id::text, priority::text, version::text, (extract(epoch FROM created_at) * 1000)::text,
    requirement_title, project_id::text, parent_requirement_id::text FROM requirements_enhanced`);
  const deployed = await arrows(
    'MATCH (r:Requirement)-[:DEPLOYS]->(c:Component) RETURN DISTINCT r.id AS `from`, c.id AS id, c.name AS name, c.component_type AS type',
  );
  const depends = await arrows('MATCH (r:Requirement)-[:DEPENDS_ON]->(o:Requirement) RETURN DISTINCT r.id AS `from`, o.id AS id');
  const texts = [...columns.map((row) => row[4]!), ...deployed.flatMap(({ name, type }) => [name!, ...(type === null ? [] : [type!])])];
  const ranks = new Map(
    (await read('SELECT DISTINCT t, dense_rank() OVER (ORDER BY t)::text FROM unnest($1::text[]) t', [texts])).map(([text, rank]) => [
      text!,
      Number(rank),
    ]),
  );
  const queries = await gateway.engine.embedder.embed(TEXTS);
  const scores = await Promise.all(
    TEXTS.map(
      async (text, index) =>
        [
          text,
          new Map(
            (await vector.client.queryBatch('requirements', { searches: [{ query: queries[index]!, limit: 1000 }] }))[0]!.points.map(
              ({ id, score }) => [String(id), score],
            ),
          ),
        ] as const,
    ),
  );
  return new Map(
    columns.map(([id, priority, version, createdAt, title, project, parent]) => {
      const number = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text));
      const row: Raw = {
        id: id!,
        priority: priority!,
        version: number(version),
        createdAt: number(createdAt),
        title: ranks.get(title!)!,
        project: project!,
        parent: parent ?? null,
        components: deployed
          .filter(({ from }) => from === id)
          .map((component) => ({
            id: component['id']!,
            name: ranks.get(component['name']!)!,
            type: component['type'] === null ? null : ranks.get(component['type']!)!,
          })),
        dependsOn: depends.filter(({ from }) => from === id).map((arrow) => arrow['id']!),
        dependents: depends.filter((arrow) => arrow['id'] === id).map(({ from }) => from!),
        scores: new Map(scores.flatMap(([text, all]) => (all.has(id!) ? [[text, all.get(id!)!]] : []))),
      };
      return [row.id, row];
    }),
  );
};
