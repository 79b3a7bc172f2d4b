import type { Collation } from './collation.js';
import type { Column, JoinColumns, JoinThrough } from './columns.js';
import type { Keyring } from './encryption.js';
import type { Place } from './faults.js';

/** The fields of types, compiled: where each value lives, and how it is reached. */

interface BaseField {
  readonly name: string;
  readonly description: string | undefined;
  /** Why the field is deprecated, where it is. */
  readonly deprecated?: string | undefined;
  readonly place: Place;
  /** The field's type as written: "[Requirement!]!". */
  readonly type: string;
  readonly nonNull: boolean;
  readonly list: boolean;
}

/** How the values of a column are encrypted. */
export interface Encryption {
  /** What a value is bound to, as additional data: "public.users.phone". In another column it cannot be decrypted. */
  readonly context: string;
  /** The column with the keyed hash of the value, where equal values are to be found. */
  readonly search: ColumnField | undefined;
  readonly keyring: Keyring;
}

export interface ColumnField extends BaseField {
  readonly kind: 'column';
  readonly column: Column;
  /** Named GraphQL type: "String", "RequirementPriority". */
  readonly scalar: string;
  readonly enumType: boolean;
  readonly hasDefault: boolean;
  readonly readOnly: boolean;
  /** Language of the column's full-text index, if it has one. */
  readonly fulltext: string | undefined;
  /** Whether the column has a trigram index. */
  readonly trigram: boolean;
  /** Name of the collation whose `lower` knows all letters; that of the column where none is known. */
  readonly folding?: string | undefined;
  /** How the database compares texts: those of the column, and where no column is asked, those in JSON for instance. Learnt from it. */
  readonly collations?: { readonly column: Collation; readonly database: Collation } | undefined;
  /** Property of the type's node that carries the value too. */
  readonly property: string | undefined;
  /** How its values are encrypted, where they are. */
  readonly encrypted?: Encryption | undefined;
  /** Set for the field that tells whether a row has changed: it is selected, and asked for in no other way. */
  readonly token?: true;
}

/** A field of a node-home type that is a property of the node. */
export interface PropertyField extends BaseField {
  readonly kind: 'property';
  /** Named GraphQL type: "String", "ComponentState". */
  readonly scalar: string;
  readonly enumType: boolean;
  readonly property: string;
}

export interface JoinField extends BaseField {
  readonly kind: 'join';
  readonly target: string;
  /** Column of this type's table. */
  readonly from: Column;
  /** Column of the target's table. */
  readonly to: Column;
  /** The other columns of a reference of several. */
  readonly also?: readonly JoinColumns[] | undefined;
  /** The table between the two, where they are many to many; from and to are then their keys. */
  readonly through?: JoinThrough | undefined;
}

export type Direction = 'IN' | 'OUT' | 'BOTH';

export interface RelationshipField extends BaseField {
  readonly kind: 'relationship';
  readonly target: string;
  readonly relationship: string;
  readonly direction: 'IN' | 'OUT';
  /** Name of the type of the relationship's properties. */
  readonly properties: string | undefined;
  /** A node of this type should have one: those without are gaps. */
  readonly isTraced: boolean;
}

/** Which relationships a traversal follows, and how often. */
interface Traversal {
  readonly relationships: readonly string[];
  readonly direction: Direction;
  readonly maxDepth: number;
  /** Name of the type of the relationships' properties. */
  readonly properties: string | undefined;
}

/** Everything that is reached. */
export interface TraverseField extends BaseField, Traversal {
  readonly kind: 'traverse';
  readonly target: string;
  /** The type with the distance, and its field of the target type. */
  readonly wrapper: string;
  readonly wrapped: string;
}

/** The shortest way to another node, or all of them when it is a list. */
export interface PathField extends BaseField, Traversal {
  readonly kind: 'path';
}

/** Nodes and edges around a node. */
export interface NeighbourhoodField extends BaseField, Traversal {
  readonly kind: 'neighbourhood';
}

export type TraversalField = TraverseField | PathField | NeighbourhoodField;

/** A field that a Cypher statement of the schema file answers. */
export interface CypherField extends BaseField {
  readonly kind: 'cypher';
  readonly statement: string;
  readonly columnName: string;
  /** The field's arguments as written, with their brackets; empty for none. */
  readonly args: string;
  /** The type it leads to, when that has a home. */
  readonly leadsTo: string | undefined;
}

export interface NearestField extends BaseField {
  readonly kind: 'nearest';
  readonly target: string;
  readonly wrapper: string;
  readonly wrapped: string;
}

export type FieldPlan = ColumnField | PropertyField | JoinField | RelationshipField | TraversalField | CypherField | NearestField;
