import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';

import { countRequirements, CREATE, newRequirement } from '../support/new-requirements.js';

type Rows = Answer[];

/** Mutations of one operation are written together or not at all, and what fails says why. */
export const oneTransactionContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`one transaction on ${profile}`, () => {
    let gateway: TestGateway;
    let project: string;
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };

    const requirement = (identifier: string, more?: object) => newRequirement(project, identifier, more);
    const counts = () => countRequirements(gateway);

    beforeAll(async () => {
      gateway = await start();
      const data = await ask('{ projects(where: {domain: {eq: "operations"}}) { id } }');
      project = (data['projects'] as Rows)[0]!['id'];
    });
    afterAll(() => gateway.close());
    beforeEach(async () => {
      await ask('mutation { deleteRequirements(where: {identifier: {startsWith: "NEW-"}}) { nodesDeleted } }');
    });

    it('writes nothing when one mutation of the operation fails', async () => {
      const before = await counts();
      const { data, errors } = await gateway.send(
        `mutation ($a: [RequirementCreateInput!]!) { first: createRequirements(input: $a) { info { nodesCreated } } second: createRequirements(input: $a) { info { nodesCreated } } }`,
        {
          a: [requirement('NEW-1')],
        },
      );
      expect(data).toBeNull();
      expect(errors!.map(({ extensions }) => extensions['code'])).toContain('ROLLED_BACK');
      expect(await counts()).toEqual(before);
    });

    it.each([
      ['a duplicate', () => ({ input: [requirement('NEW-1'), requirement('NEW-1')] }), 'UNIQUE_VIOLATION', ['project', 'identifier']],
      [
        'an error text that quotes an outage',
        () => ({ input: [requirement('NEW-1', { extractionJobId: 'fetch failed ECONNREFUSED' })] }),
        'VALUE_INVALID',
        undefined,
      ],
      [
        'a reference to nothing',
        () => ({ input: [requirement('NEW-1', { project: { connect: { where: { node: { name: { eq: 'no such project' } } } } } })] }),
        'BAD_INPUT',
        undefined,
      ],
      [
        'an optional reference to nothing',
        () => ({ input: [requirement('NEW-1', { parent: { connect: { where: { node: { identifier: { eq: 'no such' } } } } } })] }),
        'BAD_INPUT',
        undefined,
      ],
      [
        'a reference to several',
        () => ({ input: [requirement('NEW-1', { project: { connect: { where: { node: { name: { contains: '' } } } } } })] }),
        'CONNECT_NOT_UNIQUE',
        undefined,
      ],
      ['a text that is too long', () => ({ input: [requirement('N'.repeat(200))] }), 'VALUE_INVALID', undefined],
    ])('refuses %s in the words of the schema', async (_, variables, code, fields) => {
      const before = await counts();
      const { errors } = await gateway.send(CREATE, variables());
      expect(errors).toHaveLength(1);
      expect(errors![0]!.extensions).toMatchObject({ code, ...(fields ? { fields } : {}) });
      expect(errors![0]!.message).not.toMatch(/requirements_enhanced|violates|relation/);
      expect(await counts()).toEqual(before);
    });

    it('says in every undone field why, and does nothing for no input', async () => {
      const { errors } = await gateway.send(
        `mutation { good: updateProjects(where: {domain: {eq: "sensing"}}, update: {description: {set: "x"}}) { info { nodesCreated } } bad: updateUsers(update: {username: {set: "same"}}) { info { nodesCreated } } }`,
      );
      expect(errors![0]!.message).toContain('bad failed (A User with the same username already exists. Nothing was written.)');
      const data = await ask('mutation { createRequirements(input: []) { info { nodesCreated } requirements { id } } }');
      expect(data['createRequirements']).toEqual({ info: { nodesCreated: 0 }, requirements: [] });
    });

    it('keeps a row without text out of the collection', async () => {
      const [, , before] = await counts();
      await ask(CREATE, { input: [requirement('NEW-1', { title: '', text: ' ' })] });
      expect((await counts())[2]).toBe(before);
    });

    it('refuses to delete what others refer to', async () => {
      const { errors } = await gateway.send('mutation { deleteUsers(where: {username: {eq: "okafor"}}) { nodesDeleted } }');
      expect(errors![0]!.extensions).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION' });
    });
  });
};
