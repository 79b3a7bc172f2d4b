import { wordsOf } from '../../src/vector/keywords.js';
import type { TestGateway } from './gateway.js';
import { rawRows, rawTime, rawVectors } from './raw.js';

interface FoundBy {
  readonly part: string;
  readonly rank: number;
  readonly score: number;
}

interface Expected {
  readonly type: string;
  readonly key: string;
  readonly score: number;
  readonly foundBy: readonly FoundBy[];
}

interface Entry {
  readonly type: string;
  readonly key: string;
  readonly row: Record<string, unknown>;
  readonly unit: readonly number[];
  readonly words: readonly string[];
}

export interface ReferenceSearch {
  readonly text: string;
  readonly types: readonly string[];
  readonly weights: { readonly dense: number; readonly keyword: number };
  readonly passes: (type: string, row: Record<string, unknown>) => boolean;
  readonly group: { readonly field: string; readonly limit: number } | undefined;
  readonly diversity: number | undefined;
  readonly minScore: number | undefined;
}

/** A search reckoned over everything, one by one, from the raw vectors and the rows' own texts. */
export interface Reference {
  readonly categories: readonly string[];
  readonly projects: readonly string[];
  readonly times: readonly string[];
  keys(type: string): string[];
  unit(key: string): readonly number[];
  nearest(type: string, to: readonly number[]): { key: string; score: number; row: Record<string, unknown> }[];
  search(request: ReferenceSearch): Promise<Expected[]>;
}

export const cosine = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, index) => sum + value * other[index]!, 0) / (Math.hypot(...one) * Math.hypot(...other));

/** The rows of each type, fields by the names that clients know. */
const ROWS: Readonly<Record<string, string>> = {
  Requirement: `SELECT requirement_id AS id, requirement_identifier AS identifier, requirement_title AS title, requirement_text AS text,
    upper(requirement_type::text) AS type,
    category, upper(priority::text) AS priority, upper(state::text) AS state, version, is_published AS "isPublished",
      ${rawTime('created_at')} AS "createdAt",
    json_build_object('id', project_id) AS project FROM requirements_enhanced ORDER BY requirement_id`,
  KnowledgeChunk: `SELECT id, chunk_type AS type, content, json_build_object('id', asset_id) AS asset,
    coalesce(qdrant_point_id, id) AS point FROM knowledge_chunks ORDER BY id`,
  KnowledgeAsset:
    'SELECT id, document_type AS "documentType", title, content_summary AS "contentSummary" FROM knowledge_assets ORDER BY id',
};
const WORDS: Readonly<Record<string, readonly string[]>> = {
  Requirement: ['identifier', 'title', 'text'],
  KnowledgeChunk: ['content'],
  KnowledgeAsset: ['title', 'contentSummary'],
};
const COLLECTIONS: Readonly<Record<string, string>> = {
  Requirement: 'requirements',
  KnowledgeChunk: 'knowledge_chunks',
  KnowledgeAsset: 'knowledge_assets',
};

export const createReference = async (gateway: TestGateway): Promise<Reference> => {
  const { stores } = gateway.engine;
  const entries: Entry[] = [];
  for (const [type, sql] of Object.entries(ROWS)) {
    const [rows, vectors] = [await rawRows<Record<string, unknown>>(stores, sql), await rawVectors(stores, COLLECTIONS[type]!)];
    for (const row of rows) {
      const key = row['id'] as string;
      const vector = vectors.get((row['point'] as string | undefined) ?? key)!;
      const length = Math.hypot(...vector);
      entries.push({
        type,
        key,
        row,
        unit: vector.map((value) => value / length),
        words: wordsOf(
          WORDS[type]!.map((name) => row[name])
            .filter(Boolean)
            .join('\n'),
        ),
      });
    }
  }
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const of = (type: string) => entries.filter((entry) => entry.type === type);

  /** Okapi BM25 by the book, with texts of 64 words as usual; rarity is within the collection. */
  const bm25 = (entry: Entry, words: readonly { word: string; rarity: ReadonlyMap<string, number> }[]): number =>
    words.reduce((sum, { word, rarity }) => {
      const count = entry.words.filter((one) => one === word).length;
      return sum + (rarity.get(entry.type)! * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * entry.words.length) / 64));
    }, 0);
  const rarityOf = (word: string): ReadonlyMap<string, number> =>
    new Map(
      Object.keys(COLLECTIONS).map((type) => {
        const having = of(type).filter((one) => one.words.includes(word)).length;
        return [type, Math.log((of(type).length - having + 0.5) / (having + 0.5) + 1)];
      }),
    );
  const product = (one: readonly number[], other: readonly number[]): number =>
    one.reduce((sum, value, index) => sum + value * other[index]!, 0);
  const known = new Map<string, number>();
  const alike = (one: Entry, other: Entry): number => {
    const pair = [one.key, other.key].sort().join();
    if (!known.has(pair)) known.set(pair, product(one.unit, other.unit));
    return known.get(pair)!;
  };
  const ranked = (list: { entry: Entry; score: number }[]) =>
    list.sort((one, other) => other.score - one.score || (one.entry.key < other.entry.key ? -1 : 1));

  return {
    categories: [...new Set(of('Requirement').map(({ row }) => row['category']))].filter((value) => value !== null) as string[],
    projects: [...new Set(of('Requirement').map(({ row }) => (row['project'] as { id: string }).id))],
    times: [...new Set(of('Requirement').map(({ row }) => row['createdAt'] as string))].slice(0, 20),
    keys: (type) =>
      of(type)
        .map(({ key }) => key)
        .sort(),
    unit: (key) => byKey.get(key)!.unit,
    nearest: (type, to) =>
      ranked(of(type).map((entry) => ({ entry, score: cosine(entry.unit, to) }))).map(({ entry, score }) => ({
        key: entry.key,
        score,
        row: entry.row,
      })),
    search: async ({ text, types, weights, passes, group, diversity = 0, minScore = -1 }) => {
      const [asked] = await gateway.engine.embedder.embed([text]);
      const candidates = entries.filter(({ type, row }) => types.includes(type) && passes(type, row));
      const words = [...new Set(wordsOf(text))].map((word) => ({ word, rarity: rarityOf(word) }));
      const lists = [
        {
          part: 'DENSE',
          weight: weights.dense,
          list: ranked(candidates.map((entry) => ({ entry, score: cosine(entry.unit, asked!) })).filter(({ score }) => score >= minScore)),
        },
        {
          part: 'KEYWORD',
          weight: weights.keyword,
          list: ranked(candidates.map((entry) => ({ entry, score: bm25(entry, words) })).filter(({ score }) => score > 0)),
        },
      ].filter(({ weight }) => weight > 0);
      const places = lists.map(({ list }) => new Map(list.map(({ entry, score }, index) => [entry, { rank: index + 1, score }])));
      const fusedScore = (entry: Entry): number =>
        lists.length === 1
          ? places[0]!.get(entry)!.score
          : lists.reduce(
              (sum, { weight }, index) => sum + (places[index]!.has(entry) ? weight / (60 + places[index]!.get(entry)!.rank) : 0),
              0,
            );
      const fused = ranked(
        candidates.filter((entry) => places.some((place) => place.has(entry))).map((entry) => ({ entry, score: fusedScore(entry) })),
      );
      const taken = new Map<unknown, number>();
      const capped = fused.filter(({ entry }) => {
        const held = group ? entry.row[group.field] : null;
        const value = held !== null && typeof held === 'object' ? (held as { id: string }).id : (held ?? null);
        if (value === null) return true;
        taken.set(value, (taken.get(value) ?? 0) + 1);
        return taken.get(value)! <= group!.limit;
      });
      let order = capped;
      if (diversity > 0) {
        const left = capped.slice(0, 100);
        const scale = lists.length === 1 && lists[0]!.part === 'DENSE' ? 1 : (left[0]?.score ?? 1);
        order = [];
        while (left.length > 0) {
          const likeness = (entry: Entry): number => Math.max(...order.map((one) => alike(one.entry, entry)));
          const value = ({ entry, score }: (typeof left)[number]) =>
            (1 - diversity) * (score / scale) - (order.length === 0 ? 0 : diversity * likeness(entry));
          const values = left.map(value);
          order.push(...left.splice(values.indexOf(Math.max(...values)), 1));
        }
      }
      return order.map(({ entry, score }) => ({
        type: entry.type,
        key: entry.key,
        score,
        foundBy: lists.flatMap(({ part }, index) => (places[index]!.has(entry) ? [{ part, ...places[index]!.get(entry)! }] : [])),
      }));
    },
  };
};
