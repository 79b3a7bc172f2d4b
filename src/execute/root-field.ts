import type { GraphQLResolveInfo } from 'graphql';
import { onlyValue } from '../plan/values.js';
import { Planner } from '../plan/operation.js';
import type { FieldSource } from '../plan/types.js';
import type { Valuing } from '../plan/value.js';
import type { SelectedField } from '../query/selection.js';
import { Asked } from './asked.js';
import type { RequestContext } from './context.js';
import { Objects } from './objects.js';

/** Plans and asks one root field: those of a mutation run one after the other. */
export const runRootField = async (
  context: RequestContext,
  info: GraphQLResolveInfo,
  args: SelectedField['args'],
  sourceOf: (valuing: Valuing, selected: SelectedField) => FieldSource,
): Promise<unknown> => {
  const planner = new Planner(context.engine, info);
  const selected = { responseKey: String(info.path.key), name: info.fieldName, args, nodes: info.fieldNodes };
  const plan = planner.complete([selected], () => onlyValue(planner.field(sourceOf(planner.valuing(), selected))));
  const asked = new Asked(info.variableValues, context, false);
  await asked.ask(plan);
  return new Objects(asked).read(plan)[selected.responseKey];
};
