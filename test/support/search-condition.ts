import type { Random } from './generate.js';
import type { Reference } from './search-reference.js';

/** A requirement as it is asked for. */
export interface Row {
  readonly priority: string;
  readonly state: string;
  readonly category: string | null;
  readonly version: number;
  readonly project: { readonly id: string };
  readonly isPublished: boolean;
  readonly createdAt: string;
  readonly title: string;
}

/** A condition on what points carry, or on what only rows have, and what it means, told row by row; null where SQL says neither. */
export const searchCondition = (
  random: Random,
  reference: Reference,
  depth: number,
): { text: string; holds: (row: Row) => boolean | null } => {
  if (depth > 0 && random.chance(0.5)) {
    if (random.chance(0.3)) {
      const inner = searchCondition(random, reference, depth - 1);
      return { text: `{NOT: ${inner.text}}`, holds: (row) => negated(inner.holds(row)) };
    }
    const parts = [searchCondition(random, reference, depth - 1), searchCondition(random, reference, depth - 1)];
    const and = random.chance(0.5);
    return {
      text: `{${and ? 'AND' : 'OR'}: [${parts.map(({ text }) => text).join(', ')}]}`,
      holds: (row) =>
        combined(
          parts.map((part) => part.holds(row)),
          and,
        ),
    };
  }
  switch (random.below(9)) {
    case 0: {
      const wanted = random.pick(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']);
      return { text: `{priority: {eq: ${wanted}}}`, holds: (row) => row.priority === wanted };
    }
    case 1:
      return { text: '{state: {in: [APPROVED, DRAFT]}}', holds: (row) => ['APPROVED', 'DRAFT'].includes(row.state) };
    case 2:
      return { text: '{category: {eq: null}}', holds: (row) => row.category === null };
    case 3: {
      const wanted = random.pick(reference.categories);
      return {
        text: `{category: {eq: ${JSON.stringify(wanted)}}}`,
        holds: (row) => (row.category === null ? null : row.category === wanted),
      };
    }
    case 4:
      return { text: '{version: {gte: 2}}', holds: (row) => row.version >= 2 };
    case 5: {
      const wanted = random.pick(reference.projects);
      return { text: `{project: {id: {eq: ${JSON.stringify(wanted.toUpperCase())}}}}`, holds: (row) => row.project.id === wanted };
    }
    case 6:
      return { text: '{isPublished: {eq: true}}', holds: (row) => row.isPublished === true };
    case 7: {
      const wanted = random.pick(reference.times);
      return { text: `{createdAt: {lt: ${JSON.stringify(wanted)}}}`, holds: (row) => row.createdAt < wanted };
    }
    default:
      return { text: '{title: {contains: "th"}}', holds: (row) => row.title.includes('th') };
  }
};

/** SQL's logic: null is neither true nor false. */
const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);
const combined = (values: readonly (boolean | null)[], and: boolean): boolean | null =>
  values.includes(!and) ? !and : values.includes(null) ? null : and;
