import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';

/** What a client is told when it asks for what cannot be. */
export const refusalsContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`refusals on ${profile}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });
    afterAll(() => gateway.close());

    describe('bad input', () => {
      // The names of tests show the beginning of long ones.
      it.each(
        [
          [
            '{ projects(limit: 1001) { name } }',
            'LIMIT_EXCEEDED',
            'Argument limit of projects must be a whole number from 0 to 1000 (default 100), but got 1001.',
          ],
          [
            '{ components(limit: 1001) { name } }',
            'LIMIT_EXCEEDED',
            'Argument limit of components must be a whole number from 0 to 1000 (default 100), but got 1001.',
          ],
          ['{ projects { requirements(limit: -1) { id } } }', 'LIMIT_EXCEEDED', 'but got -1'],
          ['{ requirements(limit: 1) { dependsOn(limit: 5000) { id } } }', 'LIMIT_EXCEEDED', 'limit of dependsOn'],
          [
            '{ requirements(limit: 1) { impact(depth: 11) { distance } } }',
            'LIMIT_EXCEEDED',
            'Argument depth of impact must be a whole number from 1 to 10 (default 5), but got 11.',
          ],
          [
            '{ requirements(limit: 1) { path(to: "x", depth: 11) { length } } }',
            'LIMIT_EXCEEDED',
            'Argument depth of path must be a whole number from 1 to 10 (default 10), but got 11.',
          ],
          [
            '{ search(text: "x", limit: 1001) { score } }',
            'LIMIT_EXCEEDED',
            'Argument limit of search must be a whole number from 0 to 1000 (default 10), but got 1001.',
          ],
          [
            '{ projectsConnection(after: "nonsense") { totalCount edges { cursor } } }',
            'BAD_CURSOR',
            'Argument after of projectsConnection must be a cursor',
          ],
          [
            '{ componentsConnection(after: "nonsense") { totalCount } }',
            'BAD_CURSOR',
            'Argument after of componentsConnection must be a cursor',
          ],
          ['{ search(text: " ") { score } }', 'BAD_INPUT', 'Argument text of search: expected words to search for'],
          ['{ components(offset: -1) { id } }', 'LIMIT_EXCEEDED', 'Argument offset of components must be a whole number from 0'],
          ['{ requirements(where: {createdAt: {gte: "2026-13-45T00:00:00Z"}}) { id } }', 'VALUE_INVALID', 'a time is out of range'],
          ['{ requirements(where: {createdAt: {gt: "yesterday"}}) { id } }', 'GRAPHQL_VALIDATION_FAILED', 'DateTime must be written like'],
          [`{ projects(where: {OR: [${'{level: {gt: 1, lt: 1}},'.repeat(33_000)}]}) { id } }`, 'GRAPHQL_PARSE_FAILED', '10000 tokens'],
          [`{ requirements(where: ${'{NOT: '.repeat(200)}{}${'}'.repeat(200)}) { id } }`, 'BAD_WHERE', 'conditions may be nested 12 deep'],
          [
            `{ projects(where: ${'{requirements: {some: {project: '.repeat(20)}{}${'}}}'.repeat(20)}) { id } }`,
            'BAD_WHERE',
            'conditions may be nested 12 deep',
          ],
          [`{ components(where: ${'{NOT: '.repeat(200)}{}${'}'.repeat(200)}) { id } }`, 'BAD_WHERE', 'conditions may be nested 12 deep'],
          [
            `{ requirements(limit: 1) { ${'parent { '.repeat(50)} id ${'}'.repeat(50)} } }`,
            'OPERATION_TOO_LARGE',
            'An operation may have 20 nested fields, but this one has 52',
          ],
          ['{ requirements(where: {NOT: null}) { id } }', 'BAD_WHERE', 'expected a condition for NOT, but got null'],
          ['{ requirements(where: {OR: null}) { id } }', 'BAD_WHERE', 'expected a condition for OR, but got null'],
          ['{ requirements(where: {children: null}) { id } }', 'BAD_WHERE', 'but got null'],
          ['{ requirements(where: {children: {some: null}}) { id } }', 'BAD_WHERE', 'expected a condition for children.some, but got null'],
          ['{ requirements(where: {components: null}) { id } }', 'BAD_WHERE', 'expected a condition for components, but got null'],
          [
            '{ requirements(where: {componentsConnection: null}) { id } }',
            'BAD_WHERE',
            'expected a condition for componentsConnection, but got null',
          ],
          ['{ requirements(where: {near: null}) { id } }', 'BAD_WHERE', 'expected a condition for near, but got null'],
          [
            '{ requirements(where: {components: {some: null}}) { id } }',
            'BAD_WHERE',
            'expected a condition for components.some, but got null',
          ],
          [
            '{ requirements(where: {components: {some: {functions: {none: null}}}}) { id } }',
            'BAD_WHERE',
            'expected a condition for functions.none, but got null',
          ],
          [
            '{ components(where: {requirements: {some: {constraints: {all: null}}}}) { id } }',
            'BAD_WHERE',
            'expected a condition for constraints.all, but got null',
          ],
          ['{ components(where: {requirements: {some: {near: {text: "x"}}}}) { id } }', 'BAD_WHERE', 'near needs minScore or limit'],
          ['{ components(where: {NOT: null}) { id } }', 'BAD_WHERE', 'expected a condition for NOT, but got null'],
          ['{ components(limit: -1) { id } }', 'LIMIT_EXCEEDED', 'must be a whole number from 0 to 1000'],
          ['mutation { deleteRequirements(where: {NOT: null}) { nodesDeleted } }', 'BAD_WHERE', 'but got null'],
          [
            '{ requirements(sort: [{title: ASC, id: DESC}]) { id } }',
            'BAD_INPUT',
            'Argument sort of requirements: expected one field an item, since those of one have no order, but got id and title. Write ' +
              'an item for each, the most important first',
          ],
          ['{ requirements(sort: [{project: {name: ASC, level: ASC}}]) { id } }', 'BAD_INPUT', 'but got project.level and project.name.'],
          ['{ requirements(sort: [{components: {count: DESC}, title: ASC}]) { id } }', 'BAD_INPUT', 'but got components and title.'],
          [
            '{ requirements(sort: [{notes: {max: {createdAt: DESC, id: ASC}}}]) { id } }',
            'BAD_INPUT',
            'but got notes.max.createdAt and notes.max.id.',
          ],
          [
            '{ requirementsConnection(sort: [{title: ASC, id: DESC}]) { totalCount edges { cursor } } }',
            'BAD_INPUT',
            'Argument sort of requirements',
          ],
          [
            '{ components(sort: [{type: ASC, name: DESC}]) { id } }',
            'BAD_INPUT',
            'Argument sort of components: expected one field an item, since those of one have no order, but got name and type.',
          ],
          ['{ components(sort: [{requirements: {count: DESC}, name: DESC}]) { id } }', 'BAD_INPUT', 'but got name and requirements.'],
          ['{ componentsConnection(sort: [{name: ASC, id: DESC}]) { totalCount } }', 'BAD_INPUT', 'Argument sort of componentsConnection'],
          [
            '{ knowledgeAssets(limit: 1) { referencesConnection(sort: [{edge: {confidence: DESC}, node: {title: ASC}}]) { totalCount } } }',
            'BAD_INPUT',
            'but got edge and node.',
          ],
          ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing"'],
          ['{ users { passwordHash } }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "passwordHash"'],
        ].map(([query, code, message]) => ({ query: query!, code: code!, message: message!, shown: query!.slice(0, 150) })),
      )('$shown is refused with $code', async ({ query, code, message }) => {
        const { errors } = await gateway.send(query);
        expect(errors).toHaveLength(1);
        expect(errors![0]!.extensions).toMatchObject({ code });
        expect(errors![0]!.message).toContain(message);
        expect(JSON.stringify(errors)).not.toContain('stacktrace');
      });

      it('refuses more values than one statement takes', async () => {
        const input = Array.from({ length: 9_500 }, () => ({
          id: 'x',
          name: '',
          level: 1,
          domain: '',
          iri: '',
          description: '',
          isActive: true,
        }));
        const { errors } = await gateway.send(
          'mutation ($input: [ProjectCreateInput!]!) { createProjects(input: $input) { info { nodesCreated } } }',
          { input },
        );
        expect(errors).toMatchObject([
          {
            message: 'One statement would need more than 65535 values. Send fewer conditions or rows at once.',
            extensions: { code: 'TOO_MANY_VALUES' },
          },
        ]);
      });

      it.each([
        ['10,000 names', `{ ${Array.from({ length: 10_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`, 'GRAPHQL_PARSE_FAILED'],
        ['3,000 names', `{ ${Array.from({ length: 3_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`, 'OPERATION_TOO_LARGE'],
        [
          'fragments that multiply',
          '{ ' +
            'projects { ...F0 } } ' +
            `${Array.from(
              { length: 30 },
              (_, index) =>
                `fragment F${index} on Project { ` +
                `${index === 29 ? 'id' : `a: parent { ...F${index + 1} } b: parent { ...F${index + 1} }`} ` +
                '}',
            ).join(' ')}`,
          'OPERATION_TOO_LARGE',
        ],
        ['one field 3,000 times', `{ ${'projects { id } '.repeat(500)} }`, 'OPERATION_TOO_LARGE'],
      ])('refuses a hostile document without validating it: %s', async (_, query, code) => {
        const { errors } = await gateway.send(query);
        expect(errors).toMatchObject([{ extensions: { code } }]);
      });

      it('takes an item of a sort with one word, whatever else in it is null or consists of', async () => {
        const sorts = [
          { title: 'ASC', id: null },
          { project: { name: 'DESC', level: null }, id: null },
          { near: { text: 'range', direction: 'ASC' } },
        ];
        const { data, errors } = await gateway.send(
          `query ($sort: [RequirementSort!], $other: SortDirection) {
            requirements(sort: $sort, limit: 1) { id } components(sort: [{name: ASC, type: $other}], limit: 1) { name } }`,
          { sort: sorts },
        );
        expect(errors).toBeUndefined();
        expect(data).toMatchObject({ components: [{ name: 'Airframe' }] });
      });

      it('takes down only the field it stands in', async () => {
        const { data, errors } = await gateway.send(
          '{ bad: requirement(id: "x") { id } worse: requirementsConnection(first: 5000) { totalCount } }',
        );
        expect(errors).toHaveLength(1);
        expect(data).toEqual({ bad: null, worse: null });
        const graph = await gateway.send('{ a: components(limit: 1, sort: [{name: ASC}]) { name } b: components(limit: 5000) { name } }');
        expect(graph.errors).toHaveLength(1);
        expect(graph.data).toEqual({ a: [{ name: 'Airframe' }], b: null });
        const pattern = await gateway.send(
          '{ good: components(limit: 1, sort: [{name: ASC}]) { name } bad: components(offset: -1) { name } }',
        );
        expect(pattern.errors).toHaveLength(1);
        expect(pattern.data).toEqual({ good: [{ name: 'Airframe' }], bad: null });
        const other = await gateway.send(`{ users(limit: 1, sort: [{username: ASC}]) { username }
          a: projects(limit: 1) { name requirements(limit: 1, where: {createdAt: {gte: "2026-13-45T00:00:00Z"}}) { id } } }`);
        expect(other.errors).toHaveLength(1);
        expect(other.data).toEqual({ users: [{ username: 'brandt' }], a: null });
      });
    });

    describe('a search that cannot be', () => {
      it.each([
        ['', 'expected one of text, vector and like, but got none'],
        ['text: "a", vector: [1]', 'expected one of text, vector and like, but got text and vector'],
        [`text: "${'x'.repeat(10_001)}"`, '10000 characters in text, but this one has 10001'],
        ['vector: [1, 2]', 'Argument vector of searchPage: expected 512 numbers, as the embedding model makes, but got 2'],
        [`vector: [${Array<number>(512).fill(0).join(', ')}]`, 'but got only zeros'],
        ['like: []', 'expected the id of at least one row'],
        ['like: ["nobody"]', 'Argument like of searchPage: expected ids of rows that have a vector, but got "nobody"'],
        ['like: ["00000000-0000-4000-8000-000000000000"]', 'expected ids of rows that have a vector'],
        ['text: "a", unlike: ["x"]', 'expected examples of what is wanted in like, too'],
        ['text: "a", weights: {dense: 0, keyword: 0}', 'expected numbers from 0, not both 0'],
        ['vector: [1], weights: {}', 'expected 512 numbers'],
        ['text: "of the", weights: {dense: 0}', 'only words that every text has'],
        ['text: "a", diversity: 1.5', 'expected a number from 0 to 1, but got 1.5'],
        [
          'text: "a", diversity: 0.5, limit: 20, offset: 81',
          'Argument offset of searchPage must be a whole number from 0 to 80 (default 0), but got 81',
        ],
        ['text: "battery", weights: {}, limit: 100, offset: 901', 'from 0 to 900'],
        ['text: "a", limit: 10, offset: 9991', 'from 0 to 9990'],
        ['text: "a", limit: 1001', 'Argument limit of searchPage must be a whole number from 0 to 1000'],
        [
          'text: "a", types: [REQUIREMENT], groupBy: {field: "nothing"}',
          'expected a field that the points of Requirement carry (type, category, priority, state, version, isPublished, createdAt, ' +
            'project), but got "nothing"',
        ],
        ['text: "a", groupBy: {field: "priority"}', 'expected a field that the points of'],
        ['text: "a", types: [REQUIREMENT], groupBy: {field: "priority", limit: 0}', 'expected a limit of at least 1, but got 0'],
        ['text: "a", where: {requirement: {createdAt: {gte: "2026-02-30T00:00:00Z"}}}', 'a time is out of range'],
        ['text: "a", where: {requirement: {category: {eq: "a\\u0000b"}}}', 'cannot store'],
        [
          `text: "a", where: {requirement: ${'{NOT: '.repeat(13)}{priority: {eq: LOW}}${'}'.repeat(13)}}`,
          'conditions may be nested 12 deep',
        ],
        [
          `text: "a", where: {requirement: ${'{AND: ['.repeat(13)}{priority: {eq: LOW}}${']}'.repeat(13)}}`,
          'conditions may be nested 12 deep',
        ],
        ['text: "a", where: {requirement: {NOT: null}}', 'expected a condition for NOT, but got null'],
      ])('refuses %#: %s', async (args, message) => {
        const { errors } = await gateway.send(`{ searchPage${args === '' ? '' : `(${args})`} { dropped } }`);
        expect(errors).toHaveLength(1);
        expect(errors![0]!.message).toContain(message);
      });
    });
  });
};
