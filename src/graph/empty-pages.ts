import type { Shape } from './shape.js';

/** Pages of no nodes: @neo4j/graphql takes 0 for no limit at all, so one node is asked for and dropped. */

export const atLeastOne = (limit: number): number => Math.max(1, limit);

export const same: Shape = (value) => value;

/** The field that an empty page of a connection needs beside its selection: whether there is a next page. */
export const edgesBeside = (selection: string): string =>
  /(^| )pageInfo \{/.test(selection) && !/(^| )edges \{/.test(selection) ? ' edges { cursor }' : '';

interface Page {
  readonly edges?: readonly unknown[];
  readonly pageInfo?: object;
}

/** Turns a connection's page of one node into an empty one. */
export const withoutPage: Shape = (value) => {
  if (value === null || value === undefined) return value;
  const { edges, pageInfo, ...others } = value as Page;
  return {
    ...others,
    ...(edges && { edges: [] }),
    ...(pageInfo && {
      pageInfo: { ...pageInfo, hasNextPage: edges!.length > 0, startCursor: null, endCursor: null },
    }),
  };
};
