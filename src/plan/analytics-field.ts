import { objectType, selectedFields, type SelectedField } from '../query/selection.js';
import { analysable, ANALYSES } from '../remote/analytics.js';
import type { FieldSource } from './types.js';
import { knownArgs, objectOf, valueOf, type Valuing } from './value.js';

/** `graphAnalytics(types:, relationships:, where:)`: the analyses that are selected, each under its name in the response. */
export const analyticsField = (valuing: Valuing, selected: SelectedField): FieldSource => {
  const { info, limits } = valuing;
  const type = objectType(info.schema, 'GraphAnalytics');
  const fields = selectedFields(info, type, selected.nodes);
  // Each has arguments of its own, so the values stand under the names of the response; what is in them, under the fields' names.
  const value = objectOf(valuing, type, selected, 'response', (field) =>
    field.name in ANALYSES ? valueOf(valuing, type.getFields()[field.name]!.type, field, 'field') : undefined,
  );
  return {
    name: 'Query.graphAnalytics',
    store: 'graph',
    isKeyed: false,
    ask: async (stores, run) => {
      const subgraph = await analysable(stores, knownArgs(selected.args, run));
      const answerOf = ({ name, args }: SelectedField): unknown =>
        name in ANALYSES ? ANALYSES[name]!(subgraph, knownArgs(args, run), limits) : subgraph[name as 'nodeCount' | 'relationshipCount'];
      const answers = await Promise.all(fields.map(async (field) => [field.responseKey, await answerOf(field)]));
      return [Object.fromEntries(answers) as Record<string, unknown>];
    },
    value,
    leads: valuing.leads,
  };
};
