import { describe, expect, it } from 'vitest';
import { callerOf, hiddenOf, type World } from './worlds.js';
import type { Hidden } from './data.js';

interface Given {
  readonly guarded: World;
  readonly unguarded: World;
  readonly viewers: readonly { readonly hidden: Hidden; readonly world: World }[];
}

const TOKEN = '{ doc(id: "KEY") { rowToken } }';
const UPDATE = `mutation { updateDocs(where: {id: {eq: "KEY"}}, ifMatch: "TOKEN", update: {pages: {set: 1}}) {
  info { nodesCreated } docs { id title pages } } }`;
const UPSERT = `mutation { upsertDocs(input: [{id: "KEY", title: "mine", text: "mine", rank: LOW}] IF_MATCH) {
  info { nodesCreated nodesUpdated } docs { id title text rank pages author { id } } } }`;

/** What a caller can do with the key of a hidden row, and even with its token, which a caller with more rights may have told. */
export const tokensContract = (profile: string, given: () => Given): void => {
  describe(`on ${profile}, who knows the key and the token of a hidden row`, () => {
    const each = async (work: (viewer: Given['viewers'][number], token: string) => Promise<void>): Promise<void> => {
      const { guarded, unguarded, viewers } = given();
      for (const viewer of viewers) {
        const before = hiddenOf(await guarded.held(), viewer.hidden);
        const { data } = await unguarded.ask({ query: TOKEN.replace('KEY', viewer.hidden.Doc) });
        const token = (data as { doc: { rowToken: string } }).doc.rowToken;
        expect(token).toMatch(/./);
        await work(viewer, token);
        expect(hiddenOf(await guarded.held(), viewer.hidden)).toEqual(before);
      }
    };
    const fill = (text: string, { hidden }: Given['viewers'][number], token: string, ifMatch = '') =>
      text.replace('KEY', hidden.Doc).replace('TOKEN', token).replace('IF_MATCH', ifMatch);
    const answers = async (viewer: Given['viewers'][number], query: string) => {
      const shown = ({ data, errors }: Awaited<ReturnType<World['ask']>>) => ({
        data,
        errors: errors?.map(({ message, extensions }) => [message, extensions?.['code']]),
      });
      const { guarded } = given();
      return [shown(await guarded.ask({ query }, callerOf(viewer.hidden))), shown(await viewer.world.ask({ query }))] as const;
    };

    it('is given no token', () =>
      each(async (viewer, token) => {
        const [answer, expected] = await answers(viewer, fill(TOKEN, viewer, token));
        expect(answer).toEqual({ data: { doc: null }, errors: undefined });
        expect(answer).toEqual(expected);
      }));

    it('updates nothing with it, and is told what is told of a row that is not there', () =>
      each(async (viewer, token) => {
        for (const one of [token, '0']) {
          const [answer, expected] = await answers(viewer, fill(UPDATE, viewer, one));
          expect(answer).toEqual(expected);
        }
      }));

    it('cannot write over it by an upsert, and is told no more than that the key is taken', () =>
      each(async (viewer, token) => {
        const told = [];
        for (const ifMatch of ['', `, ifMatch: ["${token}"]`, ', ifMatch: ["0"]'])
          told.push((await answers(viewer, fill(UPSERT, viewer, token, ifMatch)))[0]);
        for (const { data, errors } of told) {
          expect(data).toBeFalsy();
          expect(errors).toHaveLength(1);
        }
        // The right token is worth no more than a wrong one.
        expect(told[1]).toEqual(told[2]);
      }));
  });
};
