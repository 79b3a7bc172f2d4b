/** A graph by numbers: nodes are 0 to `nodes - 1`, relationship i goes from `sources[i]` to `targets[i]`. */
export interface NumberedGraph {
  readonly nodes: number;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/** What is asked of a graph, and what each gives. */
export type Analysis =
  /** The score of each node. */
  | { readonly kind: 'pageRank'; readonly damping: number; readonly directed: boolean }
  | { readonly kind: 'betweenness'; readonly normalized: boolean; readonly directed: boolean }
  | { readonly kind: 'degree'; readonly direction: 'IN' | 'OUT' | 'BOTH' }
  /** Groups of nodes, the largest first. */
  | { readonly kind: 'components' }
  | { readonly kind: 'communities'; readonly resolution: number }
  /** At most `limit` cycles of at most `maxLength` relationships, each from its lowest node on, and whether there are more. */
  | { readonly kind: 'cycles'; readonly limit: number; readonly maxLength: number };

export type Scores = number[];
export interface Groups {
  readonly groups: number[][];
  /** Of communities: how much denser they are inside than by chance. */
  readonly modularity: number;
}
export interface Cycles {
  readonly cycles: number[][];
  readonly truncated: boolean;
}
export type Analysed = Scores | Groups | Cycles;
