import { hasAuditTable, makeAuditTable } from '../audit/table.js';
import { sealEntries } from '../audit/seal.js';
import { verifyAudit, type Head } from '../audit/verify.js';
import type { Config } from '../config.js';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf, shortened } from '../errors.js';
import type { Log } from '../log.js';
import { toGatewayError } from '../stores/failures.js';
import { withRelational } from './with-relational.js';

/**
 * Seals what is not sealed yet, and checks the whole chain of the audit log.
 *
 * @param noted a head that an earlier run has printed: "1204:8c1f..."
 * @throws GatewayError AUDIT_BROKEN naming the first faulty entry, AUDIT_MISSING, CONFIG_INVALID
 */
export const verifyLog = async (config: Config, noted: string | undefined, log: Log): Promise<void> => {
  const known = noted === undefined ? undefined : readHead(noted);
  const { head, fault } = await withRelational(config, log, async (relational) => {
    try {
      if (!(await hasAuditTable(relational))) throw new GatewayError('AUDIT_MISSING', { detail: 'there is no odras_gateway.audit' });
      await sealEntries(relational);
      return await verifyAudit(relational, known);
    } catch (error) {
      throw toGatewayError('relational', error);
    }
  });
  if (fault !== undefined) throw new GatewayError('AUDIT_BROKEN', { fault });
  log.info(`the audit log is as it was written: ${head.position} entries, head ${head.position}:${head.hash}`);
};

const readHead = (text: string): Head => {
  const [, position, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined)
    throw new GatewayError('CONFIG_INVALID', {
      detail: `--head expects a number and a hash with a colon between them, as audit verify prints it, but got ${shortened(text)}.`,
    });
  return { position: Number(position), hash };
};

/** Sees to it that the audit log can be written: makes its table in an embedded PostgreSQL, and looks for it in a server. */
export const prepareAudit = async ({ relational: server }: Config, { audit, stores }: Engine, log: Log): Promise<void> => {
  if (!audit) return;
  const { relational, availability } = stores;
  if (!server) {
    for (const line of await makeAuditTable(relational)) log.info(`  created  ${line}`);
    return audit.sealSoon();
  }
  const look = async (): Promise<void> => {
    if (!(await hasAuditTable(relational))) throw new GatewayError('AUDIT_MISSING', { detail: 'there is no odras_gateway.audit' });
    audit.sealSoon();
  };
  if (!availability.relational.isDown) return look();
  availability.relational.whenUp(() => {
    look().catch((error: unknown) => log.error(messageOf(error)));
  });
};
