import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.js';
import { keyArguments } from '../model/sdl.js';
import { tableRoots, type Model, type TableRoot, type TableType } from '../model/types.js';
import { pluralTypeName } from '../model/names.js';
import { groupsOf, selectAggregate } from './aggregate.js';
import { pageOf } from './connection.js';
import { rowWriter, type RowWriter } from './json.js';
import { limitOf, offsetOf, type Limits } from './limits.js';
import { encodeCursor } from './order.js';
import { fragmentsOf, keySelection, objectType, rootFields, selectedFields, selectTable, type OperationInfo, type SelectedField, type Selection } from './selection.js';
import { fitKey, planPart, unionParts, type Entry } from './sql.js';
import type { Part } from './layout.js';
import { changed, Deferred, Statement, type Run } from './statement.js';
import type { TextRow } from '../stores/types.js';
import type { Where } from './where.js';

/** A query that SQL answers whole, compiled: what to send, and how to write the answer. */
export interface OperationPlan {
  readonly levels: readonly PlannedLevel[];
  readonly roots: readonly PlannedRoot[];
}

/** The text before a root's value, and the value: a flat part's list, or what is written of the answer. */
export type PlannedRoot = { readonly prefix: string; readonly flat: () => PlannedPart; readonly write?: undefined } | { readonly prefix: string; readonly flat?: undefined; readonly write: ValueWriter };

/** One statement: its parts are asked together. */
export interface PlannedLevel {
  readonly text: string;
  /** The same for the same text. */
  readonly name: string;
  /** Parameters in order; some are Deferred. */
  readonly values: readonly unknown[];
  /** With several, each row begins with its part's index and its ordinal. */
  readonly parts: readonly PlannedPart[];
}

export interface PlannedPart {
  /** Its rows are a root's list and hold no lists: each can be written when it comes, and be forgotten. */
  readonly isFlat: boolean;
  /** Whether its rows are lists of other rows. */
  readonly isChild: boolean;
  /** Position of the ordinal in a row. */
  readonly ordinal: number;
  readonly write: RowWriter;
  /** Position of how many rows pass, of a page that says so. */
  readonly total: number | undefined;
  /** Positions of the cursor's values in a row. */
  readonly cursor: readonly number[];
  /** The to-many joins of the rows: position of the joined column, and the part that gives the rows of the lists. */
  readonly children: readonly { readonly position: number; readonly part: PlannedPart }[];
}

/** What the statements gave, as a writer sees it. */
export interface PlanAnswer {
  readonly run: Run;
  rows(part: PlannedPart): readonly TextRow[];
  /** All rows of a part as a JSON list. */
  list(part: PlannedPart): string;
  /** Each row of a part as JSON, lists included. */
  texts(part: PlannedPart): readonly string[];
}

type ValueWriter = (answer: PlanAnswer) => string;
type RootValue = { readonly flat: () => PlannedPart } | { readonly write: ValueWriter };

/** Thrown while planning: the operation needs more than SQL, or its answer will be an error. */
class NotCovered extends Error {}

/**
 * Compiles a query operation whose fields all live in tables. Pure.
 *
 * @param variables as `shapeOf` gives them
 * @returns undefined when graphql-js must execute it
 */
export const planOperation = (model: Model, limits: Limits, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): OperationPlan | undefined => {
  try {
    return new Planner(model, limits, { schema, fragments: fragmentsOf(document), variableValues: { ...variables } }).plan(operation);
  } catch (error) {
    // What is wrong with it is said by graphql-js, with the path of the field.
    if (error instanceof NotCovered || error instanceof GatewayError) return undefined;
    throw error;
  }
};

/** A part before its level is complete: only then it is known where its values stand in a row. */
interface Draft {
  readonly part: Part;
  readonly children: Draft[];
  isFlat?: boolean;
  planned?: PlannedPart;
}

class Planner {
  readonly #levels: Draft[][] = [];

  constructor(
    readonly model: Model,
    readonly limits: Limits,
    readonly info: OperationInfo,
  ) {}

  plan(operation: OperationDefinitionNode): OperationPlan {
    const known = tableRoots(this.model);
    const roots = rootFields(this.info, this.info.schema.getQueryType()!, operation).map((selected, index) => {
      const root = known.get(selected.name);
      const value = selected.name === '__typename' ? { write: () => '"Query"' } : root && this.#root(root, selected);
      if (!value) throw new NotCovered();
      return { prefix: `${index === 0 ? '' : ','}${JSON.stringify(selected.responseKey)}:`, ...value };
    });
    return { levels: planLevels(this.#levels), roots };
  }

  #root({ kind, type }: TableRoot, selected: SelectedField): RootValue {
    const { args, nodes } = selected;
    if (kind === 'connection') return { write: this.#connection(type, selected) };
    const selection = selectTable(this.model, this.info, type, nodes);
    if (kind === 'list') {
      const rows = changed(args['limit'], (value) => limitOf(type.plural, value, this.limits));
      const offset = changed(args['offset'], (value) => offsetOf(type.plural, value));
      const draft = this.#draft(selection, { kind: 'page', where: args['where'] as Where, sort: args['sort'], rows, offset });
      draft.isFlat = draft.children.length === 0;
      return draft.isFlat ? { flat: () => draft.planned! } : { write: (answer) => answer.list(draft.planned!) };
    }
    const key = keyArguments(type).map((name) => args[name]);
    if (!fitKey(type, key)) return { write: () => 'null' };
    const draft = this.#draft(selection, { kind: 'key', key });
    return { write: (answer) => answer.texts(draft.planned!)[0] ?? 'null' };
  }

  #connection(type: TableType, { name, args, nodes }: SelectedField): ValueWriter {
    const page = pageOf(name, args, this.limits);
    const where = args['where'] as Where;
    const fields = this.#fields(`${pluralTypeName(type.name)}Connection`, nodes);
    const selected = fields.filter((field) => field.name === 'edges').flatMap((field) => this.#fields(`${type.name}Edge`, field.nodes).filter((inner) => inner.name === 'node'));
    // Selected twice, each may want something else of its rows.
    if (selected.length > 1) throw new NotCovered();
    const selection = selected[0] ? selectTable(this.model, this.info, type, selected[0].nodes) : keySelection(type);
    const asks = (...names: string[]) => fields.some((field) => names.includes(field.name));
    // A count of all rows is quick by itself; one of some has to find them, and so has the page.
    const counted = asks('totalCount') && page.entry.bounds?.length === 0 && Object.keys(where ?? {}).length > 0;
    const rows = asks('edges', 'pageInfo') ? this.#draft(selection, { kind: 'page', where, sort: args['sort'], ...page.entry, counted }) : undefined;
    const count = asks('totalCount') && !(rows && counted) ? this.#draft(keySelection(type), { kind: 'count', where }) : undefined;

    const cut = (answer: PlanAnswer) => page.cut(answer.rows(rows!.planned!).map((row, index) => ({ row, index })), answer.run);
    const cursor = (row: TextRow): string => `"${encodeCursor(rows!.part.orders, rows!.planned!.cursor.map((position) => row[position] ?? null))}"`;
    const edgeOf = (field: SelectedField) =>
      objectWriter(`${type.name}Edge`, this.#fields(`${type.name}Edge`, field.nodes), (inner): ((row: TextRow, text: string) => string) => (inner.name === 'cursor' ? cursor : (_, text) => text),
      );
    return objectWriter(`${pluralTypeName(type.name)}Connection`, fields, (field): ValueWriter => {
      switch (field.name) {
        case 'edges': {
          const edge = edgeOf(field);
          return (answer) => {
            const texts = answer.texts(rows!.planned!);
            return `[${cut(answer).kept.map(({ row, index }) => edge(row, texts[index]!)).join(',')}]`;
          };
        }
        case 'pageInfo':
          return objectWriter('PageInfo', this.#fields('PageInfo', field.nodes), (inner): ValueWriter => (answer) => {
            const { kept, hasNextPage, hasPreviousPage } = cut(answer);
            const end = inner.name === 'startCursor' ? kept[0] : kept.at(-1);
            return inner.name === 'hasNextPage' ? String(hasNextPage) : inner.name === 'hasPreviousPage' ? String(hasPreviousPage) : end ? cursor(end.row) : 'null';
          });
        case 'aggregate': {
          const typeName = `${type.name}Aggregate`;
          const draft = this.#draft(keySelection(type), { kind: 'aggregate', where, typeName, fields: selectAggregate(this.model, this.info, type, typeName, field.nodes) });
          return (answer) => answer.texts(draft.planned!)[0]!;
        }
        case 'groupBy': {
          const typeName = `${type.name}Group`;
          const groupFields = selectAggregate(this.model, this.info, type, typeName, field.nodes);
          if (!groupFields.every((inner) => inner.kind !== 'key' || livesInTables(inner.selection))) throw new NotCovered();
          const draft = this.#draft(keySelection(type), { kind: 'groups', where, typeName, fields: groupFields, ...groupsOf(type, field.args, this.limits) });
          return (answer) => answer.list(draft.planned!);
        }
        default:
          return (answer) => (count ? answer.rows(count.planned!)[0]![count.planned!.ordinal + 1]! : (answer.rows(rows!.planned!)[0]?.[rows!.planned!.total!] ?? '0'));
      }
    });
  }

  #fields(typeName: string, nodes: readonly FieldNode[]): SelectedField[] {
    return selectedFields(this.info, objectType(this.info.schema, typeName), nodes);
  }

  #draft(selection: Selection, entry: Entry, level = 0): Draft {
    if (!livesInTables(selection)) throw new NotCovered();
    const draft: Draft = { part: planPart(this.model, selection, entry, this.limits, false), children: [] };
    (this.#levels[level] ??= []).push(draft);
    draft.part.children.forEach(({ join }, index) => {
      const values = new Deferred(({ parents }) => parents.get(draft.children[index]!.planned!) ?? []);
      draft.children.push(this.#draft(join.selection, { kind: 'children', field: join.field, values, args: join.args }, level + 1));
    });
    return draft;
  }
}

const livesInTables = ({ fields }: Selection): boolean => fields.every((field) => (field.kind === 'join' ? livesInTables(field.selection) : field.kind !== 'elsewhere'));

/** Writes an object whose fields are few: connections and their like, not rows. */
const objectWriter = <A extends readonly unknown[]>(typeName: string, fields: readonly SelectedField[], writerOf: (field: SelectedField) => (...args: A) => string): ((...args: A) => string) => {
  const parts = fields.map((field, index) => ({
    prefix: `${index === 0 ? '' : ','}${JSON.stringify(field.responseKey)}:`,
    write: field.name === '__typename' ? () => JSON.stringify(typeName) : writerOf(field),
  }));
  return (...args) => `{${parts.map(({ prefix, write }) => prefix + write(...args)).join('')}}`;
};

/** The statement of a level; lower levels first, since a part holds the parts of its children. */
const planLevels = (levels: readonly (readonly Draft[])[]): PlannedLevel[] => [...levels].reverse().map(planLevel).reverse();

const planLevel = (drafts: readonly Draft[]): PlannedLevel => {
  const statement = new Statement();
  const parts = drafts.map(({ part }) => part);
  const text = drafts.length > 1 ? unionParts(parts, statement) : parts[0]!.toSql(statement);
  for (const draft of drafts) {
    const { part } = draft;
    const first = drafts.length > 1 ? 2 : part.ordinal ? 1 : 0;
    draft.planned = {
      isFlat: draft.isFlat === true,
      isChild: part.ordinal,
      ordinal: first - 1,
      write: rowWriter(part.layout, first),
      total: part.total === undefined ? undefined : first + part.total,
      cursor: part.cursor.map((position) => first + position),
      children: part.children.map(({ position }, index) => ({ position: first + position, part: draft.children[index]!.planned! })),
    };
  }
  return { text, name: `odras_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`, values: statement.values, parts: drafts.map((draft) => draft.planned!) };
};
