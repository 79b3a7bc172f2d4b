import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { createRandom } from '../support/generate.js';
import { searchCondition, type Row } from '../support/search-condition.js';
import { cosine, createReference, type Reference } from '../support/search-reference.js';

interface Hit {
  readonly score: number;
  readonly foundBy: readonly { readonly part: string; readonly vector: string | null; readonly rank: number; readonly score: number }[];
  readonly node: { readonly __typename: string; readonly id: string };
}

const TEXTS = [
  'battery endurance',
  'people in the dark',
  'AIR-002 flight range',
  'landing in strong wind',
  'radio link lost',
  'training of operators',
];
const SELECTION = `{ score foundBy { part vector rank score } node { __typename ... on Requirement { id } ... on KnowledgeChunk { id }
  ... on KnowledgeAsset { id } } }`;
const TYPES: Readonly<Record<string, string>> = {
  REQUIREMENT: 'Requirement',
  KNOWLEDGE_CHUNK: 'KnowledgeChunk',
  KNOWLEDGE_ASSET: 'KnowledgeAsset',
};

/** What search finds is what a brute-force reckoning over the raw vectors and texts finds. */
export const searchContract = (profile: string, start: () => Promise<TestGateway>, count: number): void => {
  describe(`search on ${profile}`, () => {
    let gateway: TestGateway;
    let reference: Reference;
    const page = async (args: string): Promise<{ hits: Hit[]; hasNextPage: boolean; dropped: number }> => {
      const { data, errors } = await gateway.send(`{ searchPage(${args}) { hits ${SELECTION} hasNextPage dropped } }`);
      expect(errors, args).toBeUndefined();
      return data.searchPage;
    };
    const ids = (hits: readonly { readonly node: { readonly id: string } }[]): string[] => hits.map(({ node }) => node.id);

    beforeAll(async () => {
      gateway = await start();
      reference = await createReference(gateway);
    });
    afterAll(() => gateway.close());

    it(`equals a brute-force reckoning for ${count} generated searches`, async () => {
      const random = createRandom(11);
      for (let index = 0; index < count; index += 1) {
        const text = random.pick(TEXTS);
        const types = random.chance(0.5)
          ? ['REQUIREMENT']
          : ['REQUIREMENT', 'KNOWLEDGE_CHUNK', 'KNOWLEDGE_ASSET'].slice(0, 2 + random.below(2));
        const weights = random.pick([undefined, { dense: 1, keyword: 1 }, { dense: 0.3, keyword: 2 }, { dense: 0, keyword: 1 }]);
        const where = random.chance(0.6) ? searchCondition(random, reference, 2) : undefined;
        const groupField = types.length === 1 ? random.pick(['project', 'category', 'priority']) : undefined;
        const group = groupField && random.chance(0.4) ? { field: groupField, limit: 1 + random.below(3) } : undefined;
        const diversity = random.chance(0.3) ? random.pick([0.2, 0.5, 1]) : undefined;
        const minScore = random.chance(0.3) ? (10 + random.below(40)) / 100 : undefined;
        const limit = 1 + random.below(15);
        const offset = random.chance(0.5) ? random.below(30) : 0;
        const args = [
          `text: ${JSON.stringify(text)}, types: [${types.join(', ')}], limit: ${limit}, offset: ${offset}`,
          ...(weights ? [`weights: {dense: ${weights.dense}, keyword: ${weights.keyword}}`] : []),
          ...(where ? [`where: {requirement: ${where.text}}`] : []),
          ...(group ? [`groupBy: {field: "${group.field}", limit: ${group.limit}}`] : []),
          ...(diversity === undefined ? [] : [`diversity: ${diversity}`]),
          ...(minScore === undefined ? [] : [`minScore: ${minScore}`]),
        ].join(', ');
        const found = await page(args);
        const passes = (type: string, row: Record<string, unknown>) =>
          type !== 'Requirement' || !where || where.holds(row as unknown as Row) === true;
        const expected = await reference.search({
          text,
          types: types.map((type) => TYPES[type]!),
          weights: weights ?? { dense: 1, keyword: 0 },
          passes,
          group,
          diversity,
          minScore,
        });
        const slice = expected.slice(offset, offset + limit);
        expect(found.dropped, args).toBe(0);
        expect(found.hasNextPage, args).toBe(expected.length > offset + limit);
        expect(
          found.hits.map(({ node }) => `${node.__typename} ${node.id}`),
          args,
        ).toEqual(slice.map(({ type, key }) => `${type} ${key}`));
        found.hits.forEach((hit, position) => {
          expect(hit.score, args).toBeCloseTo(slice[position]!.score, 5);
          expect(
            hit.foundBy.map(({ part, rank }) => `${part} ${rank}`),
            args,
          ).toEqual(slice[position]!.foundBy.map(({ part, rank }) => `${part} ${rank}`));
          hit.foundBy.forEach(({ score }, one) => expect(score, args).toBeCloseTo(slice[position]!.foundBy[one]!.score, 4));
        });
      }
      // Servers differ in what these mean.
      expect(gateway.recorded.vector.filter((text) => /"is_null"|"range":\{("\w+":null,?)*\}/.test(text))).toEqual([]);
    }, 300_000);

    it('asks the vector store itself for what its points carry, and the rows only for the rest', async () => {
      await gateway.send('{ search(text: "battery", limit: 1) { score } }');
      gateway.recorded.clear();
      await page(`text: "battery", types: [REQUIREMENT], where: {requirement: {priority: {eq: HIGH},
        NOT: {project: {id: {eq: "00000000-0000-4000-8000-000000000000"}}}}}`);
      expect(gateway.recorded.relational).toHaveLength(1);
      expect(gateway.recorded.vector).toHaveLength(1);
      expect(gateway.recorded.vector[0]).toContain('"key":"priority","match":{"value":"high"}');
      gateway.recorded.clear();
      await page('text: "battery", types: [REQUIREMENT], where: {requirement: {priority: {eq: HIGH}, title: {contains: "e"}}}');
      expect(gateway.recorded.relational).toHaveLength(2);
      expect(gateway.recorded.vector[0]).toMatch(/has_id.*"key":"priority"/);
    });

    it('finds what is like some rows and unlike others, of any type, but not the examples', async () => {
      const [one, other] = [reference.keys('Requirement')[3]!, reference.keys('KnowledgeChunk')[5]!];
      const { hits } = await page(
        `like: ["${one}", "${other}"], unlike: ["${reference.keys('Requirement')[40]!}"], types: [REQUIREMENT, KNOWLEDGE_CHUNK], limit: 40`,
      );
      const unit = (key: string) => reference.unit(key);
      const target = unit(one).map((value, index) => value + unit(other)[index]! - unit(reference.keys('Requirement')[40]!)[index]!);
      const expected = ['Requirement', 'KnowledgeChunk']
        .flatMap((type) => reference.keys(type))
        .filter((key) => ![one, other, reference.keys('Requirement')[40]].includes(key))
        .map((key) => ({ key, score: cosine(target, unit(key)) }))
        .sort((a, b) => b.score - a.score);
      expect(ids(hits)).toEqual(expected.slice(0, 40).map(({ key }) => key));
      expect(hits[0]!.score).toBeCloseTo(expected[0]!.score, 4);
    });

    it('takes a vector for a text', async () => {
      const [vector] = await gateway.engine.embedder.embed(['battery endurance']);
      const byVector = await page(`vector: ${JSON.stringify(vector)}, types: [REQUIREMENT], limit: 5`);
      expect(ids(byVector.hits)).toEqual(ids((await page('text: "battery endurance", types: [REQUIREMENT], limit: 5')).hits));
    });

    it('finds an identifier by its word, which no vector knows', async () => {
      const { hits } = await page('text: "AIR-021", types: [REQUIREMENT], weights: {dense: 0}, limit: 1');
      const { data } = await gateway.send(`{ requirement(id: "${hits[0]!.node.id}") { identifier } }`);
      expect(data.requirement.identifier).toBe('AIR-021');
      expect(hits[0]!.foundBy).toEqual([expect.objectContaining({ part: 'KEYWORD', vector: 'keywords', rank: 1 })]);
    });

    it('keeps neighbours of each row to a page, a condition and a variety, in one statement for all rows', async () => {
      const query = `{ requirements(limit: 5, sort: [{identifier: ASC}]) {
        id similar(limit: 4, offset: 1, where: {priority: {in: [HIGH, CRITICAL]}, title: {contains: "e"}},
        groupBy: {field: "project", limit: 2}) { score requirement { id } } } }`;
      await gateway.send(query);
      gateway.recorded.clear();
      const { data, errors } = await gateway.send(query);
      expect(errors).toBeUndefined();
      expect(gateway.recorded.vector).toHaveLength(1);
      for (const { id, similar } of data.requirements as { id: string; similar: { score: number; requirement: { id: string } }[] }[]) {
        const near = reference
          .nearest('Requirement', reference.unit(id))
          .filter(
            ({ key, row }) => key !== id && ['HIGH', 'CRITICAL'].includes(String(row['priority'])) && String(row['title']).includes('e'),
          );
        const seen = new Map<string, number>();
        const capped = near.filter(({ row }) => {
          const project = (row['project'] as { id: string }).id;
          seen.set(project, (seen.get(project) ?? 0) + 1);
          return seen.get(project)! <= 2;
        });
        expect(similar.map(({ requirement }) => requirement.id)).toEqual(capped.slice(1, 5).map(({ key }) => key));
      }
    });

    it('drops and counts a vector whose row is gone, and one whose row is no longer what it says', async () => {
      const { client } = gateway.engine.stores.vector;
      const gone = '00000000-0000-4000-8000-0000000000fe';
      const [vector] = await gateway.engine.embedder.embed(['zebra crossing']);
      const changed = reference.keys('Requirement')[0]!;
      const [held] = await client.retrieve('requirements', { ids: [changed], with_vector: true, with_payload: true });
      const before = gateway.engine.drift.of('requirements');
      await client.upsert('requirements', {
        wait: true,
        points: [
          { id: gone, vector: vector!, payload: { priority: 'no such' } },
          {
            id: changed,
            vector: { ...(held!.vector as Record<string, number[]>), '': vector! },
            payload: { ...held!.payload, priority: 'no such' },
          },
        ],
      });
      const found = await page('text: "zebra crossing", types: [REQUIREMENT], limit: 5');
      expect(ids(found.hits)).not.toContain(gone);
      expect(ids(found.hits)).toContain(changed);
      expect([found.hits.length, found.dropped]).toEqual([4, 1]);
      const stale = await page(`text: "zebra crossing", types: [REQUIREMENT], limit: 5,
        where: {requirement: {NOT: {priority: {in: [LOW, MEDIUM, HIGH, CRITICAL]}}}}`);
      expect([stale.hits, stale.dropped]).toEqual([[], 2]);
      expect(gateway.engine.drift.of('requirements')).toBe(before + 3);
      const { data } = await gateway.send('{ collectionInfo { name drift } }');
      expect((data.collectionInfo as { name: string; drift: number }[]).find(({ name }) => name === 'requirements')!.drift).toBe(
        before + 3,
      );
      await client.delete('requirements', { wait: true, points: [gone] });
      await client.upsert('requirements', {
        wait: true,
        points: [{ id: changed, vector: held!.vector as Record<string, number[]>, payload: held!.payload! }],
      });
    });

    it('tells operators the state of each collection', async () => {
      // A server puts what was written before in order in the background.
      const { data, errors } = await vi.waitFor(
        async () => {
          const told = await gateway.send(`{ collectionInfo { name types status optimizerError points segments
            vectors { name part size distance quantization } payloadIndexes { field kind points } vectorBytes payloadBytes } }`);
          expect([...new Set((told.data.collectionInfo as { status: string }[]).map(({ status }) => status))]).toEqual(['GREEN']);
          return told;
        },
        { timeout: 60_000, interval: 100 },
      );
      expect(errors).toBeUndefined();
      const requirements = (data.collectionInfo as Record<string, unknown>[]).find(({ name }) => name === 'requirements')!;
      expect(requirements).toMatchObject({
        types: ['Requirement'],
        optimizerError: null,
        points: String(reference.keys('Requirement').length),
        segments: expect.toSatisfy((segments: number) => segments >= 1) as number,
      });
      expect(requirements['vectors']).toEqual([
        { name: null, part: 'DENSE', size: 512, distance: 'Cosine', quantization: null },
        { name: 'keywords', part: 'KEYWORD', size: null, distance: null, quantization: null },
      ]);
      expect(requirements['payloadIndexes']).toContainEqual({
        field: 'priority',
        kind: 'keyword',
        points: String(reference.keys('Requirement').length),
      });
      expect(requirements['payloadIndexes']).toContainEqual({ field: 'createdAt', kind: 'datetime', points: expect.any(String) as string });
      expect(Number(requirements['vectorBytes'])).toBeGreaterThan(200 * 512 * 4);
    });

    it.each(['{dense: 1, keyword: 0}', '{dense: 0, keyword: 1}', '{dense: 1, keyword: 1}'])(
      'gives pages that fit together where all scores are equal, with weights %s',
      async (weights) => {
        const input = Array.from(
          { length: 40 },
          (_, index) => `{identifier: "TIE-${index}", title: "Ties", text: "All of these are equally near to a question.", type: SAFETY,
            category: "ties", project: {connect: {where: {node: {domain: {eq: "sensing"}}}}}}`,
        );
        const made = await gateway.send(`mutation { createRequirements(input: [${input.join(', ')}]) { requirements { id } } }`);
        expect(made.errors).toBeUndefined();
        try {
          // Their identifiers are words, too.
          const text = weights.includes('dense: 1') ? 'All of these are equally near to a question.' : 'equally near';
          const found: string[] = [];
          for (let offset = 0; offset < 40; offset += 3) {
            const { hits, hasNextPage } = await page(`text: "${text}", types: [REQUIREMENT],
              where: {requirement: {category: {eq: "ties"}}}, weights: ${weights}, limit: 3, offset: ${offset}`);
            expect(hasNextPage).toBe(offset < 37);
            found.push(...ids(hits));
          }
          expect([...found].sort()).toEqual((made.data.createRequirements.requirements as { id: string }[]).map(({ id }) => id).sort());
        } finally {
          await gateway.send('mutation { deleteRequirements(where: {category: {eq: "ties"}}) { nodesDeleted } }');
        }
      },
      120_000,
    );
  });
};
