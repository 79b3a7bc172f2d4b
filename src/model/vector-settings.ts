export interface EmbeddedVector {
  /** Empty for the collection's unnamed vector. */
  readonly name: string;
  /** Names of the fields whose text is embedded. */
  readonly of: readonly string[];
}

/** Kind of a payload index, in Qdrant's words. */
export type PayloadKind = 'keyword' | 'uuid' | 'integer' | 'float' | 'bool' | 'datetime';

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
