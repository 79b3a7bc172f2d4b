import type { TestGateway } from './gateway.js';

/** What is told of an answer. */
export interface Explained {
  readonly compiled: boolean;
  readonly totalMs: number;
  readonly plan?: readonly object[];
  readonly wheres?: readonly {
    readonly field: string;
    readonly conditions: readonly {
      readonly condition: string;
      readonly store: string | null;
      readonly keys: number | null;
      readonly how: string;
    }[];
  }[];
  readonly statements: readonly {
    readonly step: number;
    readonly store: 'relational' | 'graph' | 'vector';
    readonly statement: readonly string[];
    readonly parameters: unknown;
    readonly rows: number | null;
    readonly estimatedRows: number | null;
    readonly estimatedCost: number | null;
    readonly startedMs: number;
    readonly ms: number;
    readonly error?: string;
  }[];
  readonly omitted?: number;
}

/** The header that asks for it. */
export const ASK = { 'x-odras-explain': 'true' };

export const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Asks for an explanation, and writes down what reached the stores meanwhile. */
export const explain = async (gateway: TestGateway, query: string, variables?: Record<string, unknown>) => {
  gateway.recorded.clear();
  const { data, errors, extensions } = await gateway.send(query, variables, ASK);
  const asked = gateway.recorded;
  const recorded = {
    relational: asked.relational.filter((text) => !text.startsWith('EXPLAIN ')).map(spaced),
    graph: asked.graph.map((text) => spaced(gateway.engine.stores.graph.sent(text))),
    vector: asked.vector.filter((call) => !call.startsWith('count ')).map((call) => /^(\w+) \["(\w+)"/.exec(call)!.slice(1).join(' ')),
  };
  return { data, errors, recorded, explained: (extensions as { explain: Explained }).explain };
};
