/** The kinds of search that find a hit: similarity of vectors, or keywords. */
export type SearchPart = 'DENSE' | 'KEYWORD';

/** The part that found a hit, with the hit's rank and score. */
export interface FoundBy {
  readonly part: SearchPart;
  /** Name of the vector that was compared; empty for a collection's unnamed one. */
  readonly vector: string;
  /** From 1. */
  readonly rank: number;
  readonly score: number;
}

/** A row's key in a ranked list, best first. */
export interface Ranked {
  readonly type: string;
  readonly key: string;
  readonly score: number;
  /** The value that the hit is grouped by, null where the row has none. */
  readonly group?: unknown;
  /** What there is of it, where it has no row. */
  readonly payload?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface Hit extends Ranked {
  readonly foundBy: readonly FoundBy[];
}

/** A part's list and its weight. */
export interface PartList {
  readonly part: SearchPart;
  readonly vector: string;
  readonly weight: number;
  readonly list: readonly Ranked[];
}

/** Dampens the difference between the first ranks; the constant of the paper that introduced the method. */
const RRF_CONSTANT = 60;

export const idOf = ({ type, key }: Pick<Ranked, 'type' | 'key'>): string => `${type} ${key}`;

/** Best first; ties by key, so that pages neither repeat nor skip hits. */
export const byScore = (one: Ranked, other: Ranked): number =>
  other.score - one.score || (one.key < other.key ? -1 : one.key > other.key ? 1 : one.type < other.type ? -1 : 1);

/**
 * Merges the parts by reciprocal rank fusion: a hit's score is the sum of weight / (60 + rank) over the parts that found it.
 * A single part keeps its own scores.
 */
export const fuse = (parts: readonly PartList[]): Hit[] => {
  const hits = new Map<string, Hit>();
  for (const { part, vector, weight, list } of parts) {
    list.forEach((ranked, index) => {
      const foundBy: FoundBy = { part, vector, rank: index + 1, score: ranked.score };
      const held = hits.get(idOf(ranked));
      const score = parts.length === 1 ? ranked.score : weight / (RRF_CONSTANT + index + 1);
      hits.set(
        idOf(ranked),
        held ? { ...held, score: held.score + score, foundBy: [...held.foundBy, foundBy] } : { ...ranked, score, foundBy: [foundBy] },
      );
    });
  }
  return [...hits.values()].sort(byScore);
};

/** The best `most` hits of each group; a hit without a group is a group of its own. */
export const capGroups = <T extends Ranked>(hits: readonly T[], most: number): T[] => {
  const taken = new Map<unknown, number>();
  return hits.filter(({ group }) => {
    if (group === null || group === undefined) return true;
    const count = (taken.get(group) ?? 0) + 1;
    taken.set(group, count);
    return count <= most;
  });
};

/**
 * The hits by maximal marginal relevance: each next one is similar to the query and unlike those before it. `diversity` 0 counts only
 * the former, 1 only the latter. `scale` is the score that counts as a cosine of 1. A hit without a vector is unlike all others.
 */
export const diversify = <T extends Ranked>(
  hits: readonly T[],
  vectors: readonly (readonly number[] | null)[],
  diversity: number,
  scale: number,
): T[] => {
  const left = hits.map((hit, index) => ({ hit, unit: unitOf(vectors[index] ?? null), relevance: hit.score / scale, nearest: -1 }));
  const chosen: T[] = [];
  while (left.length > 0) {
    const value = ({ relevance, nearest }: (typeof left)[number]): number =>
      (1 - diversity) * relevance - (chosen.length === 0 ? 0 : diversity * nearest);
    const next = left.reduce((winner, candidate, index) => (value(candidate) > value(left[winner]!) ? index : winner), 0);
    const [taken] = left.splice(next, 1);
    chosen.push(taken!.hit);
    for (const candidate of left) candidate.nearest = Math.max(candidate.nearest, cosine(candidate.unit, taken!.unit));
  }
  return chosen;
};

const unitOf = (vector: readonly number[] | null): readonly number[] | null => {
  if (vector === null) return null;
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
};

const cosine = (one: readonly number[] | null, other: readonly number[] | null): number =>
  one && other ? one.reduce((sum, value, index) => sum + value * other[index]!, 0) : 0;
