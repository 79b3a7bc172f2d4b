import type { GuardedModel, Right } from '../access/guard.js';
import { GatewayError, shortened } from '../errors.js';
import { isWritable, type CollectionType, type EntityType } from '../model/types.js';
import { and, type Predicate } from '../predicate/types.js';
import type { SelectedField } from '../query/selection.js';
import type { FieldSource } from './types.js';
import { rootType, valueOf, type Valuing } from './value.js';

/** `myPermissions`: what the caller may do, as far as it is known before a row is looked at. */
export const permissionsField = (model: GuardedModel, valuing: Valuing, selected: SelectedField): FieldSource => {
  const all = [...model.types.values(), ...model.collections.values()];
  const name = selected.args['type'] as string | null | undefined;
  const types = typeof name === 'string' ? all.filter((type) => type.name === name) : all;
  if (types.length === 0)
    throw new GatewayError('BAD_INPUT', {
      argument: 'type',
      field: selected.name,
      detail: `expected the name of a type, such as ${all[0]?.name}, but got ${JSON.stringify(shortened(name ?? ''))}`,
    });
  return {
    name: 'Query.myPermissions',
    store: 'relational',
    isKeyed: false,
    ask: () => Promise.resolve([types.map((type) => permissionsOf(model, type))]),
    value: valueOf(valuing, rootType(valuing, selected.name), selected, 'field'),
    leads: valuing.leads,
  };
};

const permissionsOf = (model: GuardedModel, type: EntityType | CollectionType) => {
  const may = (right: Right) => extentOf(model.guard(type, right));
  if (type.home === 'collection')
    return { type: type.name, read: may('read'), aggregate: 'NONE', create: 'NONE', update: 'NONE', delete: 'NONE', connect: 'NONE' };
  const isReadOnly = type.home === 'table' && !isWritable(type);
  const mayWrite = (right: 'create' | 'update' | 'delete') =>
    isReadOnly ? 'NONE' : extentOf(and([model.guard(type, right), model.check(type, right, 'before'), model.check(type, right, 'after')]));
  return {
    type: type.name,
    read: may('read'),
    aggregate: may('aggregate'),
    create: mayWrite('create'),
    update: mayWrite('update'),
    delete: mayWrite('delete'),
    connect: may('connect'),
  };
};

const extentOf = ({ kind }: Predicate): 'ALL' | 'SOME' | 'NONE' => (kind === 'true' ? 'ALL' : kind === 'false' ? 'NONE' : 'SOME');
