import { tableTypes, type Model } from '../../src/model/types.js';
import type { Samples } from './generate.js';
import type { TestGateway } from './gateway.js';

/** What the demonstration data holds, for conditions that match something. */
export const readSamples = async (gateway: TestGateway, model: Model): Promise<Samples> => {
  const samples = new Map<string, Map<string, unknown[]>>();
  for (const type of model.types.values()) {
    const scalars = [...type.fields.values()].filter((field) => 'scalar' in field).map((field) => field.name);
    const { data, errors } = await gateway.send(`{ rows: ${type.plural}(limit: 60) { ${scalars.join(' ')} } }`);
    if (errors) throw new Error(errors[0]!.message);
    const rows = (data as { rows: Record<string, unknown>[] }).rows;
    samples.set(type.name, new Map(scalars.map((name) => [name, rows.map((row) => row[name])])));
  }
  if (samples.size < tableTypes(model).length) throw new Error('no samples');
  return samples;
};
