/**
 * The Model: the annotated SDL, compiled. It says for every type where it lives and for every field how it is reached.
 * Made once at start, without I/O, and frozen.
 */

/** Where in the schema files a thing stands. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface Column {
  readonly name: string;
  /** SQL type as PostgreSQL's format_type prints it, without length: "uuid", "timestamp with time zone". */
  readonly sqlType: string;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Columns of the key, in order; empty for a view without one. */
  readonly key: readonly Column[];
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
  readonly hnsw: HnswSettings | undefined;
  readonly quantization: QuantizationSettings | undefined;
  readonly onDisk: boolean | undefined;
  /** Changes whenever a point written from the same row would be another. */
  readonly form: string;
}

export interface EmbeddedVector {
  /** Empty for the collection's unnamed vector. */
  readonly name: string;
  /** Names of the fields whose text is embedded. */
  readonly of: readonly string[];
}

/** Kind of a payload index, in Qdrant's words. */
export type PayloadKind = 'keyword' | 'uuid' | 'integer' | 'float' | 'bool' | 'datetime';

/** A field that points carry, under its own name. */
export interface PayloadField {
  readonly name: string;
  readonly column: Column;
  readonly kind: PayloadKind;
}

/** As in the schema's directive; what is not set is Qdrant's own. */
export interface HnswSettings {
  readonly m?: number;
  readonly efConstruct?: number;
  readonly fullScanThreshold?: number;
  readonly payloadM?: number;
  readonly onDisk?: boolean;
}

export interface QuantizationSettings {
  readonly method: 'SCALAR' | 'BINARY' | 'PRODUCT';
  readonly quantile?: number;
  readonly compression?: number;
  readonly alwaysRam?: boolean;
}

interface BaseField {
  readonly name: string;
  readonly description: string | undefined;
  readonly place: Place;
  /** The field's type as written: "[Requirement!]!". */
  readonly type: string;
  readonly nonNull: boolean;
  readonly list: boolean;
}

export interface ColumnField extends BaseField {
  readonly kind: 'column';
  readonly column: Column;
  /** Named GraphQL type: "String", "RequirementPriority". */
  readonly scalar: string;
  readonly enumType: boolean;
  readonly hasDefault: boolean;
  readonly readOnly: boolean;
  /** Property of the type's node that carries the value too. */
  readonly property: string | undefined;
}

/** A field of a node-home type that is a property of the node. */
export interface PropertyField extends BaseField {
  readonly kind: 'property';
  readonly scalar: string;
  readonly property: string;
}

export interface JoinField extends BaseField {
  readonly kind: 'join';
  readonly target: string;
  /** Column of this type's table. */
  readonly from: Column;
  /** Column of the target's table. */
  readonly to: Column;
}

export interface RelationshipField extends BaseField {
  readonly kind: 'relationship';
  readonly target: string;
  readonly relationship: string;
  readonly direction: 'IN' | 'OUT';
}

export interface TraverseField extends BaseField {
  readonly kind: 'traverse';
  readonly target: string;
  /** The type with the distance, and its field of the target type. */
  readonly wrapper: string;
  readonly wrapped: string;
  readonly relationships: readonly string[];
  readonly direction: 'IN' | 'OUT';
  readonly maxDepth: number;
}

export interface NearestField extends BaseField {
  readonly kind: 'nearest';
  readonly target: string;
  readonly wrapper: string;
  readonly wrapped: string;
}

export type FieldPlan = ColumnField | PropertyField | JoinField | RelationshipField | TraverseField | NearestField;

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

export type EntityType = TableType | NodeType;

export interface EnumType {
  readonly name: string;
  readonly place: Place;
  /** GraphQL value -> text in the database. */
  readonly values: ReadonlyMap<string, string>;
}

export interface Model {
  readonly types: ReadonlyMap<string, EntityType>;
  readonly enums: ReadonlyMap<string, EnumType>;
  /** SDL of every type, enum and directive as written, printed again for the executable schema. */
  readonly sdl: string;
}

/** A fault of the schema, for the operator. */
export interface Fault {
  readonly place: Place;
  readonly message: string;
}

export const formatFaults = (faults: readonly Fault[]): string =>
  faults.map(({ place, message }) => `  ${place.file}:${place.line}  ${message}`).join('\n');

/** The table-home type of this name. */
export const tableType = (model: Model, name: string): TableType => {
  const type = model.types.get(name);
  if (type?.home !== 'table') throw new Error(`${name} is not a table-home type`);
  return type;
};

export const tableTypes = (model: Model): TableType[] => [...model.types.values()].filter((type) => type.home === 'table');

/** A table-home type whose rows stand as vectors too. */
export type EmbeddedType = TableType & { readonly embedding: Embedding };

export const embeddedTypes = (model: Model): EmbeddedType[] => tableTypes(model).filter((type): type is EmbeddedType => type.embedding !== undefined);

export const nodeTypes = (model: Model): NodeType[] => [...model.types.values()].filter((type) => type.home === 'node');

/** The single column that identifies a row of the type outside its table: in the graph, as a point, in a by-key load. */
export const keyColumn = (type: TableType): Column => {
  const [column] = type.table.key;
  if (!column || type.table.key.length !== 1) throw new Error(`${type.name} has no key of one column`);
  return column;
};

/** Name of the node that stands in the graph for a table-home type; a type of @neo4j/graphql's schema only. */
export const nodeName = (type: TableType): string => `${type.name}Node`;

export const columnFields = (type: TableType): ColumnField[] => [...type.fields.values()].filter((field) => field.kind === 'column');
