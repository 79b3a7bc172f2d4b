/** A way in which an answer is known to tell that something hidden is there, though not its key. */
interface Known {
  readonly why: string;
  /** Whether this operation (its text and variables as JSON) may differ so, here. */
  readonly mayBe: (asked: string, place: string) => boolean;
}

/**
 * What does not pass yet. An entry goes with what it is about: once no operation of all differs so, a test fails.
 */
export const KNOWN: Readonly<Record<string, Known>> = {
  ways: {
    why: 'the shortest ways are looked for through hidden nodes too, and then left out: longer ways around are not found',
    mayBe: (asked) => /\bpaths?\(/.test(asked),
  },
  'conditions on relationships alone': {
    why: 'of a condition on the properties of relationships, those that lead to hidden rows still count',
    mayBe: (asked) => /(feeds|fedBy|docs|sites)Connection/.test(asked) && asked.includes('edge'),
  },
  'hits grouped by what rows refer to': {
    why: 'hits whose rows refer to a hidden row are a group of their own in the vector store',
    mayBe: (asked) => /groupBy: ?\{\s*field: ?\\"site|"field":"site"/.test(asked),
  },
  'hits dropped': {
    why: 'hits whose row is hidden count as dropped',
    mayBe: (_, place) => /\.(dropped|other\d+):/.test(place),
  },
  'mutations of nodes': {
    why: 'nested updates, deletes and connects find hidden nodes, and relationships to them count with those of a deleted node',
    mayBe: (asked, place) => /mutation \{ (create|update|delete)(Parts|Makers)/.test(asked) && !place.includes('stands in the answer'),
  },
};

/** The entry that a difference belongs to. */
export const knownAs = (asked: string, difference: string): string | undefined =>
  Object.entries(KNOWN).find(([, { mayBe }]) => mayBe(asked, difference))?.[0];
