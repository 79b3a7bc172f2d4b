import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest. Vitest orders by size what it has not run before, and theirs is mostly elsewhere, in test/contracts. */
const LONGEST = [
  'operations/cli',
  'server/conditions',
  'server/end-to-end',
  'server/differential',
  'server/neighbours',
  'operations/older-folder',
  'operations/process',
  'stores/embedded-threads',
  'operations/start',
  'model/names',
  'server/http-edge',
  'server/search',
  'server/foreign-sort',
  'resolvers/writes',
  'graph/node-where',
];

const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank === -1 ? LONGEST.length : rank;
};

/** The longest files begin, so that no worker is left with one of them when the others are done. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
