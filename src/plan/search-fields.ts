import type { ColumnField, NearestField } from '../model/fields.js';
import { embeddedTypes, type CollectionType, type EmbeddedType } from '../model/types.js';
import { objectType, selectedFields, type SelectedField, type Selection } from '../query/selection.js';
import { placed, searchPageOf, searchRequest, type PageArguments } from '../remote/search-arguments.js';
import { placesOf } from '../remote/search-request.js';
import { search, type SearchResult } from '../remote/search.js';
import { jsonText } from '../sql/row-json.js';
import { embeddedText } from '../vector/text.js';
import { foundValue, type FoundValue } from './found.js';
import type { Led } from './leads.js';
import type { FieldSource } from './types.js';
import { knownArgs, objectOf, present, type Value, type Valuing } from './value.js';

type Hit = SearchResult['hits'][number];

/** Hits as they were taken. */
interface Hits {
  readonly items: readonly (readonly [Hit, unknown])[];
  readonly led: Led;
}

/** The values of a search: its hits, and how many were left out because their row was deleted or has changed. */
interface HitsValue {
  readonly list: Value;
  readonly dropped: Value;
}

/** Counts the hits that are left out, by collection. */
const tell = ({ led }: Hits, lost: readonly Hit[]): void => {
  for (const type of new Set(lost.map(({ of }) => of)))
    led.stores.engine.drift.add(type.embedding.collection, lost.filter(({ of }) => of === type).length);
};

const hitsOf = (item: FoundValue, shown: (hit: Hit) => unknown): HitsValue => {
  const take: Value['take'] = (result, led): Hits => {
    const { hits, pushed } = result as SearchResult;
    // A point may be outdated: the row is asked what the vector store was.
    for (const [type, predicate] of pushed) led.wheres.set(item.leads.get(type.name)!, predicate);
    return { led, items: hits.map((hit) => [hit, item.take(shown(hit), led, '')] as const) };
  };
  return {
    list: {
      take,
      write: (taken, texts) => {
        let list = '[';
        const lost: Hit[] = [];
        for (const [hit, value] of (taken as Hits).items) {
          const text = item.write(value, texts);
          if (text === '') lost.push(hit);
          else list += list === '[' ? text : `,${text}`;
        }
        tell(taken as Hits, lost);
        return `${list}]`;
      },
      read: (taken, led) => {
        const { items } = taken as Hits;
        const read = items.map(([, value]) => item.read(value, led));
        tell(
          taken as Hits,
          items.flatMap(([hit], index) => (read[index] === null ? [hit] : [])),
        );
        return present(read);
      },
    },
    dropped: {
      take,
      write: (taken, texts) => String((taken as Hits).items.filter(([, value]) => !item.isThere(value, texts)).length),
      read: (taken, led) => (taken as Hits).items.filter(([, value]) => item.read(value, led) === null).length,
    },
  };
};

/** `similar(limit:, offset:, minScore:, where:, ...)`: the nearest rows of the same type. */
export const nearestField = (valuing: Valuing, type: EmbeddedType, field: NearestField, selected: SelectedField): FieldSource => {
  const hits = hitsOf(
    foundValue(valuing, { type: field.wrapper, field: field.wrapped, of: type.name, isOpen: true }, selected.nodes),
    ({ score, key }) => ({ score, [field.wrapped]: { type: type.name, key } }),
  );
  return {
    name: `${type.name}.${field.name}`,
    store: 'vector',
    isKeyed: true,
    ask: async (stores, run, keys) => {
      const args = knownArgs(selected.args, run) as PageArguments & { readonly where?: unknown };
      const page = searchPageOf(field.name, args, [type], stores);
      const places = placesOf(stores, field.name, [placed(stores, type, args.where)]);
      const request = { ...page, field: field.name, types: [type], places };
      return Promise.all(keys.map((key) => search(stores, { ...request, target: { kind: 'row', key } })));
    },
    value: hits.list,
    leads: valuing.leads,
  };
};

/** `search(text:, vector:, like:, ...)`: the nearest rows of several types, best first. */
export const searchField = (valuing: Valuing, selected: SelectedField): FieldSource => {
  const { list } = searchHits(valuing, selected.nodes);
  return { ...searched(selected, false), value: list, leads: valuing.leads };
};

/** `searchPage(...)`: the same, with whether there are more hits, and how many were dropped. */
export const searchPageField = (valuing: Valuing, selected: SelectedField): FieldSource => {
  const { info } = valuing;
  const page = objectType(info.schema, 'SearchPage');
  // Of several names for the hits each may select something else.
  const lists = new Map(
    selectedFields(info, page, selected.nodes)
      .filter(({ name }) => name === 'hits')
      .map(({ responseKey, nodes }) => [responseKey, searchHits(valuing, nodes)]),
  );
  const first = [...lists.values()][0] ?? searchHits(valuing, []);
  const value = objectOf(valuing, page, selected, 'field', ({ name, responseKey }) =>
    name === 'dropped' ? first.dropped : lists.get(responseKey)?.list,
  );
  return {
    ...searched(selected, true),
    value: {
      ...value,
      take: value.take && ((result, led, owner) => value.take!({ ...(result as SearchResult), hits: result, dropped: result }, led, owner)),
    },
    leads: valuing.leads,
  };
};

const searched = (selected: SelectedField, peek: boolean): Pick<FieldSource, 'name' | 'store' | 'isKeyed' | 'ask'> => ({
  name: `Query.${selected.name}`,
  store: 'vector',
  isKeyed: false,
  ask: async (stores, run) => {
    const request = searchRequest(stores, selected.name, knownArgs(selected.args, run));
    return [await search(stores, { ...request, peek })];
  },
});

const searchHits = (valuing: Valuing, nodes: SelectedField['nodes']): HitsValue => {
  const wrapper = { type: 'SearchHit', field: 'node', of: 'SearchNode', isOpen: true };
  const item = foundValue(valuing, wrapper, nodes, undefined, ({ name }) => (name === 'text' ? textOf(valuing) : undefined));
  return hitsOf(item, (hit) => ({
    score: hit.score,
    // The first vector of a type may have a name of its own; the unnamed one has none.
    foundBy: hit.foundBy.map((part) => ({ ...part, vector: part.vector || hit.of.embedding.vectors[0].name || null })),
    text: hit,
    node: hit,
  }));
};

/** The text of a point that stands for no row. */
const textIn = ({ fields, embedding: { vectors } }: CollectionType, payload: Readonly<Record<string, unknown>>): string =>
  embeddedText(
    vectors[0].of.map((name) => {
      const text = payload[fields.get(name)!.property];
      return typeof text === 'string' ? text : null;
    }),
  );

/** The columns of a row whose texts were compared. */
interface ComparedText {
  readonly lead: number;
  readonly number: number;
  readonly compared: readonly string[];
}

/** The text that was compared: that of the part that found the hit first. */
const textOf = (valuing: Valuing): Value => {
  const leads = new Map(
    embeddedTypes(valuing.model).map((type) => {
      const { vectors, keywords } = type.embedding;
      const names = new Set([...vectors.flatMap(({ of }) => of), ...keywords]);
      const fields = [...names].map((name) => ({
        kind: 'column' as const,
        responseKey: name,
        field: type.fields.get(name) as ColumnField,
      }));
      const selection: Selection = { type, fields };
      return [type, valuing.leads.push({ kind: 'one', type, selection, isOpen: true }) - 1] as const;
    }),
  );
  return {
    take: (value, led) => {
      const { of: type, key, foundBy, payload } = value as Hit;
      if (type.home === 'collection') return textIn(type, payload ?? {});
      const { part, vector } = foundBy[0]!;
      const { vectors, keywords } = type.embedding;
      const compared = part === 'KEYWORD' ? keywords : (vectors.find(({ name }) => name === vector) ?? vectors[0]).of;
      const lead = leads.get(type)!;
      return { lead, number: led.one(lead, key), compared };
    },
    write: (taken, texts) => {
      if (typeof taken === 'string') return jsonText(taken);
      const { lead, number, compared } = taken as ComparedText;
      const row = JSON.parse(texts[lead]![number] ?? '{}') as Readonly<Record<string, string | null>>;
      return jsonText(embeddedText(compared.map((name) => row[name] ?? null)));
    },
    read: (taken, led) => {
      if (typeof taken === 'string') return taken;
      const { lead, number, compared } = taken as ComparedText;
      const row = led[lead]![number] as Readonly<Record<string, string | null>> | Error | null;
      return row instanceof Error ? row : embeddedText(compared.map((name) => row?.[name] ?? null));
    },
  };
};
