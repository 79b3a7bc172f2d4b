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
