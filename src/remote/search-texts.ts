import type { ColumnField } from '../model/types.js';
import type { Selection } from '../query/selection.js';
import { KEY } from '../sql/row.js';
import { idOf } from '../vector/ranking.js';
import { embeddedText } from '../vector/text.js';
import type { SearchResult } from './search.js';
import type { ReadStores } from './types.js';

/** The text that was compared, of each hit: that of the part that found it first. */
export const textsOf = async ({ rows: stored }: Pick<ReadStores, 'rows'>, hits: SearchResult['hits']): Promise<Map<string, string>> => {
  const loaded = await Promise.all(
    [...new Set(hits.map(({ of }) => of))].map(async (type) => {
      const { vectors, keywords } = type.embedding;
      const columnsOf = (names: readonly string[]) => names.map((name) => type.fields.get(name) as ColumnField);
      const fields = new Set([...vectors.flatMap(({ of }) => of), ...keywords].flatMap((name) => columnsOf([name])));
      const own = new Map(hits.filter(({ of }) => of === type).map((hit) => [hit.key, hit]));
      const selection: Selection = { type, fields: [...fields].map((field) => ({ kind: 'column', responseKey: field.name, field })) };
      const rows = await stored.load({ selection, query: { kind: 'keys', keys: [...own.keys()] } });
      return rows.map(({ row }) => {
        const hit = own.get(row[KEY]!)!;
        const { part, vector } = hit.foundBy[0]!;
        const compared = part === 'KEYWORD' ? keywords : (vectors.find(({ name }) => name === vector) ?? vectors[0]).of;
        return [idOf(hit), embeddedText(compared.map((name) => row[name] as string | null))] as const;
      });
    }),
  );
  return new Map(loaded.flat());
};
