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
      // A statement of its own, so that it sees what the last one to hold the head has sealed.
      const rows = await run({
        text: `SELECT id, encode(digest, 'hex') FROM odras_gateway.audit WHERE position IS NULL ORDER BY id LIMIT ${BLOCK}`,
      });
      if (rows.length === 0) return 0;
      let position = Number(head[0]);
      let hash = head[1]!;
      const links = rows.map(([id, digest]) => ({
        id: id!,
        position: (position += 1),
        hash: (hash = linkOf(hash, position, id!, digest!)),
      }));
      await run({
        text:
          'WITH h AS (UPDATE odras_gateway.audit_head SET position = $4, hash = $5) ' +
          "UPDATE odras_gateway.audit a SET position = s.position, hash = decode(s.hash, 'hex') " +
          'FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS s(id, position, hash) WHERE a.id = s.id',
        values: [links.map(({ id }) => id), links.map((link) => link.position), links.map((link) => link.hash), position, hash],
      });
      return rows.length;
    });
    sealed += count;
    if (count < BLOCK) return sealed;
  }
};
