/** The demonstration data: as the files have it, and as rows, nodes and relationships. */

export interface End {
  readonly label: string;
  readonly id: string;
}

export interface DemoNode extends End {
  readonly properties: Record<string, unknown>;
}

export interface DemoRelationship {
  readonly type: string;
  readonly from: End;
  readonly to: End;
  readonly properties: Record<string, unknown>;
}

export type Entry = Readonly<{ key: string; name: string; type: string; description: string }>;

/** The system model as graph.yaml has it. */
export interface Model {
  readonly components: readonly (Entry & Readonly<{ presents: readonly string[]; performs: readonly string[] }>)[];
  readonly interfaces: readonly Entry[];
  readonly processes: readonly (Entry & Readonly<{ realizes: readonly string[] }>)[];
  readonly functions: readonly (Entry & Readonly<{ activatesOn: readonly string[]; dependsUpon: readonly string[] }>)[];
  readonly conditions: readonly Entry[];
  readonly tests: readonly (Entry & Readonly<{ verifies: readonly string[] }>)[];
}

/** A candidate architecture as architectures.yaml has it. */
export type Architecture = Readonly<{
  key: string;
  project: string;
  name: string;
  requirement: string;
  /** Key of its ontology and of the table of individuals. */
  ontology: string;
  /** Of the assistant; none if a person drew it. */
  confidence?: number;
  by: string;
  at: string;
  components: readonly string[];
}>;

export type Front = Readonly<{
  title: string;
  project: string;
  type: string;
  file: string;
  contentType: string;
  size: number;
  summary: string;
  createdBy: string;
  created: string;
  /** Why the file is gone, when it is. */
  orphaned?: string;
  public?: boolean;
  cites?: readonly string[];
  relations?: readonly Readonly<{ to: string; type: string; confidence: number }>[];
}>;

export interface DemoChunk {
  readonly type: 'text' | 'list' | 'table';
  readonly section: string;
  readonly content: string;
  readonly requirements: readonly string[];
  readonly components: readonly string[];
  readonly processes: readonly string[];
}

export interface DemoDocument {
  readonly key: string;
  /** Path in the folder, for messages. */
  readonly place: string;
  readonly sha256: string;
  readonly front: Front;
  readonly chunks: readonly DemoChunk[];
}

export type Row = Record<string, unknown>;

export interface DemoTable {
  readonly table: string;
  readonly rows: readonly Row[];
}

/** A point that another program than the gateway has written. */
export interface DemoPoint {
  readonly collection: string;
  /** Table of its row, where it has one. */
  readonly table?: string;
  readonly id: string | number;
  readonly text: string;
  readonly payload: Row;
  /** Key of the row whose qdrant_point_id is the point's id, where it is not the row's key. */
  readonly savedIn?: string;
}

export interface Demo {
  /** Rows by table; tables and rows stand in an order that satisfies foreign keys. All rows of a table have the same columns. */
  readonly tables: readonly DemoTable[];
  /** Nodes that no row stands for. */
  readonly nodes: readonly DemoNode[];
  readonly relationships: readonly DemoRelationship[];
  /** Points that the gateway has not made of rows. */
  readonly points: readonly DemoPoint[];
}

export type User = Readonly<{ username: string; displayName: string; admin: boolean; active: boolean; created: string }>;

export type Member = Readonly<{ user: string; role: string; joined: string }>;

export type Project = Readonly<{
  key: string;
  name: string;
  description: string;
  domain: string;
  level: number;
  parent: string | null;
  publication: string;
  publishedBy?: string;
  publishedAt?: string;
  createdBy: string;
  created: string;
  members: readonly Member[];
}>;

export type Constraint = Readonly<{
  type: string;
  name: string;
  description: string;
  priority?: string;
  measurement?: string;
  tolerance?: number;
  toleranceUnit?: string;
  value?: number;
  range?: readonly [number, number];
  unit?: string;
  text?: string;
  enumeration?: readonly unknown[];
  equation?: string;
}>;

export type Note = Readonly<{
  text: string;
  type: string;
  visibility: string;
  by: string;
  at: string;
  resolved?: Readonly<{ by: string; at: string; text: string }>;
}>;

export type Revision = Readonly<{
  change: string;
  field?: string;
  old?: string;
  new?: string;
  reason?: string;
  by: string;
  at: string;
  from: number;
  to: number;
}>;

export type Requirement = Readonly<{
  id: string;
  title: string;
  text: string;
  rationale?: string;
  type: string;
  category: string;
  priority: string;
  state: string;
  parent?: string;
  derivedFrom?: string;
  importedFrom?: string;
  createdBy: string;
  created: string;
  tags?: readonly string[];
  verification?: Readonly<{ method: string; criteria: string; status: string }>;
  source?: Readonly<{ document: string; section: string }>;
  dependsOn?: readonly string[];
  implements?: readonly string[];
  components?: readonly string[];
  constraints?: readonly Constraint[];
  notes?: readonly Note[];
  revisions?: readonly Revision[];
}>;

/** A requirement, its project, and where it stands, for messages. */
export interface PlacedRequirement {
  readonly requirement: Requirement;
  readonly project: Project;
  readonly place: string;
}

/** Everything read from the folder, still in the data's own words. */
export interface Source {
  readonly users: readonly User[];
  readonly projects: readonly Project[];
  readonly model: Model;
  readonly requirements: readonly PlacedRequirement[];
  readonly documents: readonly DemoDocument[];
  readonly architectures: readonly Architecture[];
}
