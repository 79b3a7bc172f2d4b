import type { RelationalStore } from '../stores/types.js';
import { linkOf } from './entry.js';

/** Most entries that one transaction seals. */
const BLOCK = 1_000;

/**
 * Gives the entries that have none their places in the chain, oldest first. The head's row is locked meanwhile, which no writer of
 * entries needs. Returns how many were sealed; nothing if another gateway is at it.
 */
export const sealEntries = async ({ transaction }: Pick<RelationalStore, 'transaction'>): Promise<number> => {
  let sealed = 0;
  for (;;) {
    const count = await transaction(async (run) => {
      const [head] = await run({ text: 'SELECT position, hash FROM odras_gateway.audit_head FOR UPDATE SKIP LOCKED' });
      if (!head) return 0;
      const rows = await run({
        text:
          'WITH o AS (DELETE FROM odras_gateway.audit_open WHERE ctid = ANY(ARRAY(' +
          `SELECT ctid FROM odras_gateway.audit_open ORDER BY entry LIMIT ${BLOCK})) RETURNING entry) ` +
          "SELECT o.entry, encode(a.digest, 'hex') FROM o LEFT JOIN odras_gateway.audit a ON a.id = o.entry ORDER BY 1",
      });
      if (rows.length === 0) return 0;
      let position = Number(head[0]);
      let hash = head[1]!;
      const links = rows.map(([id, digest]) => {
        position += 1;
        // Of an entry that was removed before it was sealed, its place remains.
        hash = linkOf(hash, position, id!, digest ?? '');
        return { id: id!, position, hash };
      });
      await run({
        text:
          'WITH h AS (UPDATE odras_gateway.audit_head SET position = $4, hash = $5) ' +
          "INSERT INTO odras_gateway.audit_chain (entry, position, hash) SELECT id, position, decode(hash, 'hex') " +
          'FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS s(id, position, hash)',
        values: [links.map(({ id }) => id), links.map((link) => link.position), links.map((link) => link.hash), position, hash],
      });
      return rows.length;
    });
    sealed += count;
    if (count < BLOCK) return sealed;
  }
};
