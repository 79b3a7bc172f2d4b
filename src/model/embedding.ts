import { createHash } from 'node:crypto';
import type { FieldPlan } from './fields.js';
import type { Embedding, PayloadField, Points } from './types.js';
import { lookup } from './names.js';
import type { EmbeddedVector, HnswSettings, PayloadKind, QuantizationSettings } from './vector-settings.js';
import { collectionNameFault } from './store-names.js';

/** Raised when the words of a text are told apart, or weighed, in another way: all points must then be written again. */
const KEYWORDS_VERSION = 1;

/** Name of the vector of weighted words in a collection. */
export const KEYWORDS = 'keywords';

/** Names in a point's payload that the gateway keeps for itself: the model of its vectors, and the form it was written in. */
export const MODEL_KEY = 'embedding_model';
export const FORM_KEY = 'embedding_form';

/** What a payload index on a field of this GraphQL type is; a scalar that is not here has values that a point cannot carry without loss. */
const KINDS = lookup<PayloadKind>({ ID: 'uuid', String: 'keyword', Int: 'integer', Float: 'float', Boolean: 'bool', DateTime: 'datetime' });

interface EmbeddingArguments {
  readonly collection: string;
  readonly of: readonly string[];
  readonly vector?: string | null;
  readonly also?: readonly EmbeddedVector[] | null;
  readonly keywords?: readonly string[] | null;
  readonly payload?: readonly string[] | null;
  readonly payloadKeys?: readonly { readonly field: string; readonly key: string; readonly always?: boolean }[] | null;
  readonly pointKey?: string | null;
  readonly pointId?: string | null;
  readonly pointsHave?: readonly string[] | null;
  readonly pointsLack?: readonly string[] | null;
  readonly hnsw?: HnswSettings | null;
  readonly quantization?: QuantizationSettings | null;
  readonly onDisk?: boolean | null;
}

/** What `@embedding` says of a type, with its faults told to `fault`. */
export const compileEmbedding = (
  type: string,
  given: EmbeddingArguments,
  fields: ReadonlyMap<string, FieldPlan>,
  fault: (message: string) => void,
): Embedding => {
  const column = (name: string): boolean =>
    fields.get(name)?.kind === 'column' || (fault(`@embedding on ${type} names ${name}, which is not a column field of ${type}`), false);
  const message = collectionNameFault(given.collection);
  if (message !== undefined) fault(`The collection in @embedding on ${type} ${message}`);
  const near = fields.get('near')?.kind;
  if (near === 'column' || near === 'join' || near === 'relationship')
    fault(
      `${type}.near has the name of the condition near and of the order near, which ${type} has by its @embedding: ` +
        'call the field otherwise, and say its column with @column(name: "near")',
    );
  const vectors: [EmbeddedVector, ...EmbeddedVector[]] = [{ name: given.vector ?? '', of: given.of }, ...(given.also ?? [])];
  const keywords = given.keywords ?? given.of;
  for (const { name, of } of vectors) {
    if (of.length === 0) fault(`@embedding on ${type} needs a field to embed${name === '' ? '' : ` as ${name}`}`);
    of.forEach(column);
    if (name === '' && vectors.length > 1)
      fault(`@embedding on ${type} has several vectors: each needs a name, the first with vector: "..."`);
    if (name === KEYWORDS) fault(`@embedding on ${type} calls a vector ${KEYWORDS}: that is the name of its keywords`);
  }
  if (new Set(vectors.map(({ name }) => name)).size < vectors.length) fault(`@embedding on ${type} has two vectors of the same name`);
  keywords.filter((name) => !given.of.includes(name)).forEach(column);
  const keys = new Map((given.payloadKeys ?? []).map((each) => [each.field, each]));
  const payload = (given.payload ?? []).flatMap((name) => payloadField(type, name, keys.get(name), fields.get(name), fault));
  for (const name of keys.keys())
    if (!given.payload?.includes(name)) fault(`@embedding on ${type} has ${name} in payloadKeys, but not in payload`);
  const points = pointsOf(type, given, payload, fields, fault);
  const quantization = given.quantization ?? undefined;
  if (quantization?.method === 'PRODUCT' && ![4, 8, 16, 32, 64].includes(quantization.compression ?? 0))
    fault(`@embedding on ${type} takes a compression of 4, 8, 16, 32 or 64 for PRODUCT, but got ${quantization.compression ?? 'none'}`);
  const quantile = quantization?.quantile;
  if (quantile !== undefined && (quantile < 0.5 || quantile > 1))
    fault(`@embedding on ${type} takes a quantile from 0.5 to 1, but got ${quantile}`);
  const written = {
    vectors,
    keywords,
    payload: payload.map(({ key, column: { name: from }, kind }) => [key, from, kind]),
    ...(points && { pointKey: points.key }),
    version: KEYWORDS_VERSION,
  };
  return {
    collection: given.collection,
    vectors,
    keywords,
    payload,
    points,
    hnsw: given.hnsw ?? undefined,
    quantization,
    onDisk: given.onDisk ?? undefined,
    form: createHash('sha256').update(JSON.stringify(written)).digest('hex').slice(0, 16),
  };
};

/** How points stand for rows, where their ids are not the rows' keys. */
const pointsOf = (
  type: string,
  { collection, pointKey, pointId, pointsHave, pointsLack }: EmbeddingArguments,
  payload: readonly PayloadField[],
  fields: ReadonlyMap<string, FieldPlan>,
  fault: (message: string) => void,
): Points | undefined => {
  const [have, lack] = [pointsHave ?? [], pointsLack ?? []];
  const refuse = (why: string): void => fault(`@embedding on ${type} ${why}`);
  if (typeof pointKey !== 'string') {
    if ((pointId ?? pointsHave ?? pointsLack ?? null) !== null)
      refuse(`says which points of ${collection} are its own: it needs pointKey, the key of the payload with the row's key`);
    return undefined;
  }
  for (const key of [pointKey, ...payload.map((field) => field.key), ...have, ...lack])
    if (!/^[\w-]+$/.test(key) || key === MODEL_KEY || key === FORM_KEY)
      refuse(`names the payload key ${JSON.stringify(key)}: expected letters, digits, _ and -, and none that the gateway keeps for itself`);
  const id = typeof pointId === 'string' ? fields.get(pointId) : undefined;
  const isId = id?.kind === 'column' && !id.list && ['uuid', 'text', 'character varying'].includes(id.column.sqlType);
  if (typeof pointId === 'string' && !isId)
    refuse(`has pointId: ${JSON.stringify(pointId)}, but expected a field of ${type} on a column of type uuid or text`);
  const written = new Set([pointKey, ...payload.map(({ key }) => key)]);
  for (const key of have)
    if (!written.has(key)) refuse(`has ${key} in pointsHave, but no field in payload that the gateway would write there`);
  for (const key of lack) if (written.has(key) || have.includes(key)) refuse(`has ${key} in pointsLack, but its points have it`);
  return { key: pointKey, id: isId ? id : undefined, have: isId ? have : [...new Set([pointKey, ...have])], lack };
};

const payloadField = (
  type: string,
  name: string,
  said: { readonly key: string; readonly always?: boolean } | undefined,
  field: FieldPlan | undefined,
  fault: (message: string) => void,
): PayloadField[] => {
  const refuse = (why: string): [] => (fault(`@embedding on ${type} has ${name} in its payload, ${why}`), []);
  const { key = name, always = true } = said ?? {};
  if (key === MODEL_KEY || key === FORM_KEY) return refuse('a name that the gateway keeps for itself');
  // The column of a join is completed when all types are known: only its name is sure here.
  if (field?.kind === 'join' && !field.list && !field.also && field.from.name !== '' && field.to.name === '')
    return [{ name, key, always, column: field.from, kind: 'keyword' }];
  if (field?.kind !== 'column') return refuse(`which is not a column field of ${type}, nor a join to one row by its key`);
  const kind = field.enumType ? 'keyword' : KINDS[field.scalar];
  if (field.list || kind === undefined)
    return refuse(`whose type is ${field.type}: a point carries ${Object.keys(KINDS).join(', ')} or an enum`);
  // What the payload says must be what SQL would say of the column.
  if (field.scalar === 'Float' && field.column.sqlType !== 'double precision')
    return refuse(`whose column is ${field.column.sqlType}: a point carries double precision`);
  if (field.scalar === 'String' && !['text', 'character varying'].includes(field.column.sqlType))
    return refuse(`whose column is ${field.column.sqlType}: a point carries text`);
  // A text that need not be a UUID is a word like any other.
  return [{ name, key, always, column: field.column, kind: kind === 'uuid' && field.column.sqlType !== 'uuid' ? 'keyword' : kind }];
};
