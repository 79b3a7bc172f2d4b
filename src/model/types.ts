/**
 * The Model: the annotated SDL, compiled. It says for every type where it lives and for every field how it is reached.
 * Made once at start, without I/O, and frozen.
 */

import type { Column } from './columns.js';
import type { Keyring } from './encryption.js';
import type { Place } from './faults.js';
import type { TypeRules } from './rules.js';
import type { EmbeddedVector, HnswSettings, PayloadKind, QuantizationSettings } from './vector-settings.js';
import type { ColumnField, FieldPlan, PropertyField } from './fields.js';

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Columns of the key, in order; empty for a view without one. */
  readonly key: readonly Column[];
  /** Names of columns that no two rows have the same values of, beside the key. */
  readonly unique: readonly (readonly string[])[];
  /** Read and never written. */
  readonly view: boolean;
  /** Column that changes with every change of a row; xmin where the schema names none. */
  readonly token: string | undefined;
  /** Whether clients read what its triggers raise, in their own words. */
  readonly tellsTriggers: boolean;
}

export interface Node {
  readonly labels: readonly string[];
}

export interface Embedding {
  readonly collection: string;
  /** The vectors of a row; the first is the one that is meant where none is named. */
  readonly vectors: readonly [EmbeddedVector, ...EmbeddedVector[]];
  /** Names of the fields whose words are searched by keyword; none without such a search. */
  readonly keywords: readonly string[];
  /** What each point carries beside its vectors. */
  readonly payload: readonly PayloadField[];
  /** How points stand for rows, where their ids are not the rows' keys. */
  readonly points: Points | undefined;
  readonly hnsw: HnswSettings | undefined;
  readonly quantization: QuantizationSettings | undefined;
  readonly onDisk: boolean | undefined;
  /** Changes whenever a point written from the same row would be another. */
  readonly form: string;
}

/** How points of another program stand for rows. */
export interface Points {
  /** Key of the payload with the key of the row. */
  readonly key: string;
  /** Field of the row with the id of its point, for points without that key. */
  readonly id: ColumnField | undefined;
  /** Keys of the payload that the type's points have. */
  readonly have: readonly string[];
  /** Keys of the payload that the type's points lack. */
  readonly lack: readonly string[];
}

/** A field that points carry. */
export interface PayloadField {
  readonly name: string;
  /** Its key in the payload. */
  readonly key: string;
  /** Whether a point without the key stands for a row without the value. */
  readonly always: boolean;
  readonly column: Column;
  readonly kind: PayloadKind;
}

interface BaseType {
  readonly name: string;
  readonly description: string | undefined;
  readonly place: Place;
  /** Name of the by-key root: "requirement". */
  readonly singular: string;
  /** Name of the list root: "requirements". */
  readonly plural: string;
  readonly fields: ReadonlyMap<string, FieldPlan>;
}

export interface TableType extends BaseType {
  readonly home: 'table';
  readonly table: Table;
  readonly node: Node | undefined;
  readonly embedding: Embedding | undefined;
}

export interface NodeType extends BaseType {
  readonly home: 'node';
  readonly node: Node;
}

/** A type without rows or nodes: its points are all there is of it, and only searches lead to them. */
export interface CollectionType extends BaseType {
  readonly home: 'collection';
  readonly fields: ReadonlyMap<string, PropertyField>;
  /** Its vector is of the texts that hits are shown by; the payload holds all other fields, but lists. */
  readonly embedding: Embedding;
}

export type EntityType = TableType | NodeType;

export interface EnumType {
  readonly name: string;
  readonly place: Place;
  /** GraphQL value -> text in the database. */
  readonly values: ReadonlyMap<string, string>;
}

/** Properties that relationships carry. */
export interface PropertiesType {
  readonly name: string;
  readonly description: string | undefined;
  readonly fields: ReadonlyMap<string, PropertyField>;
}

export interface Model {
  readonly types: ReadonlyMap<string, EntityType>;
  readonly collections: ReadonlyMap<string, CollectionType>;
  readonly relationshipProperties: ReadonlyMap<string, PropertiesType>;
  readonly enums: ReadonlyMap<string, EnumType>;
  /** Who may do what with the rows or nodes of each type, by its name. */
  readonly rules: ReadonlyMap<string, TypeRules>;
  /** The type whose rows are the users of the gateway. */
  readonly userType?: string | undefined;
  /** Places of all that the schema files define, by name. */
  readonly places: ReadonlyMap<string, Place>;
  /** SDL of every type, enum and directive as written, printed again for the executable schema. */
  readonly sdl: string;
  /** The keys of encrypted columns. */
  readonly keyring: Keyring;
}

/** The table-home type of this name. */
export const tableType = (model: Model, name: string): TableType => {
  const type = model.types.get(name);
  if (type?.home !== 'table') throw new Error(`${name} is not a table-home type`);
  return type;
};

/** Name of a type's table, without its schema. */
export const tableName = ({ table }: TableType): string => table.name;

export const tableTypes = (model: Model): TableType[] => [...model.types.values()].filter((type) => type.home === 'table');

/** A table-home type whose rows stand as vectors too. */
export type EmbeddedType = TableType & { readonly embedding: Embedding };

export const isEmbedded = (type: EntityType): type is EmbeddedType => type.home === 'table' && type.embedding !== undefined;

/** A type that searches find. */
export type SearchedType = EmbeddedType | CollectionType;

export const searchedTypes = (model: Model): SearchedType[] => [...embeddedTypes(model), ...model.collections.values()];

export const embeddedTypes = (model: Model): EmbeddedType[] => tableTypes(model).filter(isEmbedded);

export const nodeTypes = (model: Model): NodeType[] => [...model.types.values()].filter((type) => type.home === 'node');

/** The single column that identifies a row of the type outside its table: in the graph, as a point, in a by-key load. */
export const keyColumn = (type: TableType): Column => {
  const [column] = type.table.key;
  if (!column || type.table.key.length !== 1) throw new Error(`${type.name} has no key of one column`);
  return column;
};

/** Name of the node that stands in the graph for a table-home type; a type of @neo4j/graphql's schema only. */
export const nodeName = (type: TableType): string => `${type.name}Node`;

/** The name a type has in the schema of @neo4j/graphql. */
export const graphName = (type: EntityType): string => (type.home === 'table' ? nodeName(type) : type.name);

/** All types that stand in the graph, in the order of the schema files. */
export const graphTypes = (model: Model): (EntityType & { readonly node: Node })[] =>
  [...model.types.values()].filter((type): type is EntityType & { readonly node: Node } => type.node !== undefined);

export const columnFields = (type: TableType): ColumnField[] => [...type.fields.values()].filter((field) => field.kind === 'column');

/** Whether rows of the type are written through the gateway: it needs to know which row is which. */
export const isWritable = (type: TableType): boolean => type.table.key.length > 0 && !type.table.view;
