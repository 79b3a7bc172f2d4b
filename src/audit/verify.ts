import type { RelationalStore } from '../stores/types.js';
import { digestOf, linkOf, NO_HASH } from './entry.js';
import { ENTRY_COLUMNS, entryOf, type HeldEntry } from './table.js';

/** A place in the chain, to be kept elsewhere: whoever can write the whole database could make a chain anew. */
export interface Head {
  readonly position: number;
  /** In hex. */
  readonly hash: string;
}

export interface Verified {
  /** The last place of the chain. */
  readonly head: Head;
  /** The first thing that is wrong, in one line that names the entry; undefined if nothing is. */
  readonly fault: string | undefined;
}

/** Entries that are read in one go. */
const BLOCK = 500;

/**
 * Goes through all sealed entries.
 *
 * @param known a head that was noted before: the chain must still lead through it
 */
export const verifyAudit = async ({ read }: Pick<RelationalStore, 'read'>, known?: Head): Promise<Verified> => {
  // The head is read first: entries that are sealed meanwhile stand behind it.
  const [headRow] = await read({ text: 'SELECT position, hash FROM odras_gateway.audit_head' }, { primary: true });
  const head: Head = { position: Number(headRow?.[0] ?? 0), hash: headRow?.[1] ?? NO_HASH };
  let last: Head = { position: 0, hash: NO_HASH };
  const faulty = (fault: string): Verified => ({ head, fault });
  if (!headRow) return faulty('the row of odras_gateway.audit_head was removed');
  if (known && known.position > head.position)
    return faulty(`position ${known.position} is missing: the log ends at position ${head.position}`);
  for (;;) {
    const rows = await read(
      {
        text:
          `SELECT ${ENTRY_COLUMNS} FROM odras_gateway.audit_chain c LEFT JOIN odras_gateway.audit a ON a.id = c.entry ` +
          `WHERE c.position > $1 AND c.position <= $2 ORDER BY c.position LIMIT ${BLOCK}`,
        values: [last.position, head.position],
      },
      { primary: true },
    );
    for (const row of rows) {
      if (row[0] === null) return faulty(`position ${row[14]} (id ${row[16]}) was removed`);
      const entry = entryOf(row);
      const fault = faultOf(entry, last);
      if (fault !== undefined) return faulty(fault);
      last = { position: entry.position!, hash: entry.hash! };
      if (known?.position === last.position && known.hash !== last.hash)
        return faulty(`${nameOf(entry)} has another hash than the head that was noted: the chain was made anew`);
    }
    if (rows.length < BLOCK) break;
  }
  if (last.position < head.position) return faulty(`${missing(last.position + 1, head.position)} removed from the end of the log`);
  if (last.hash !== head.hash)
    return faulty(`position ${head.position} has another hash than odras_gateway.audit_head: the end was changed`);
  const [[loose] = []] = await read(
    {
      text:
        'SELECT min(id) FROM odras_gateway.audit a WHERE NOT EXISTS (SELECT FROM odras_gateway.audit_chain c WHERE c.entry = a.id) ' +
        'AND NOT EXISTS (SELECT FROM odras_gateway.audit_open o WHERE o.entry = a.id)',
    },
    { primary: true },
  );
  if (loose !== null && loose !== undefined) return faulty(`id ${loose} was put in beside the chain, or taken out of it`);
  return { head, fault: undefined };
};

const faultOf = (entry: HeldEntry, before: Head): string | undefined => {
  const next = before.position + 1;
  if (entry.position !== next) return `${missing(next, entry.position! - 1)} removed`;
  if (digestOf(entry).toString('hex') !== entry.digest) return `${nameOf(entry)} was changed`;
  if (linkOf(before.hash, next, entry.id, entry.digest) !== entry.hash)
    return `${nameOf(entry)} does not follow the entry before it: it was changed or moved`;
  return undefined;
};

const nameOf = ({ id, position, at, field }: HeldEntry): string => `position ${position} (id ${id}, ${at}, ${field ?? 'no field'})`;

const missing = (first: number, last: number): string => (first === last ? `position ${first} was` : `positions ${first} to ${last} were`);
