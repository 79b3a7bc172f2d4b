import type { RowChanges } from '../audit/changes.js';
import { createRows } from './create.js';
import { deleteRows } from './delete.js';
import type { ForeignKey } from './foreign-keys.js';
import { checkGivenKeys } from './given-keys.js';
import { updateRows } from './update.js';
import { Writer, type Counts, type WrittenRow } from './writer.js';
import { WAS_THERE } from '../sql/write.js';
import type { GuardedModel } from '../access/guard.js';
import type { Condition, MutationPlan } from '../sql/write-plan.js';
import type { Predicate } from '../predicate/types.js';
import type { SqlRunner } from '../stores/types.js';

/** The result of a mutation: the keys of its rows, for an upsert also which were created and which updated. */
export interface Written {
  readonly counts: Readonly<Counts>;
  readonly keys: readonly string[];
  readonly created: readonly string[];
  readonly updated: readonly string[];
}

interface Parts {
  readonly model: GuardedModel;
  readonly plan: MutationPlan;
  readonly wheres: ReadonlyMap<Condition, Predicate>;
  readonly run: SqlRunner;
  /** Foreign keys whose columns may be given keys of hidden rows. */
  readonly keys: readonly ForeignKey[];
}

/** A mutation's writer, and the function that runs it. */
export const prepareWrite = (
  { model, plan, wheres, run, keys }: Parts,
  changes: RowChanges | undefined,
): { writer: Writer; write: () => Promise<Written> } => {
  const writer = new Writer(model, plan, wheres, run, changes);
  return {
    writer,
    write: async () => {
      await writer.findConnected();
      if (keys.length > 0) await checkGivenKeys(model, plan, keys, run);
      return { counts: writer.counts, ...(await writeRows(writer, plan)) };
    },
  };
};

const NOTHING = { keys: [], created: [], updated: [] };

const writeRows = async (writer: Writer, plan: MutationPlan): Promise<Omit<Written, 'counts'>> => {
  switch (plan.kind) {
    case 'create':
    case 'upsert': {
      const rows = await createRows(
        writer,
        plan.rows.map((row) => ({ plan: row, given: [] })),
        plan.kind === 'upsert' ? plan : undefined,
      );
      const keys = writer.touch(plan.type, rows);
      const wasThere = (row: WrittenRow) => row.get(WAS_THERE) === 'true';
      return {
        keys,
        created: keys.filter((_, index) => !wasThere(rows[index]!)),
        updated: keys.filter((_, index) => wasThere(rows[index]!)),
      };
    }
    case 'update':
      return { ...NOTHING, keys: await updateRows(writer, plan.update, writer.target(plan.condition), plan.token) };
    case 'delete':
      await deleteRows(writer, plan.delete, writer.target(plan.condition), plan.token);
      return NOTHING;
  }
};
