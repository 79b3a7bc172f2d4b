import { brokenRulesContract } from '../contracts/broken-rules.js';
import { generatedWritesContract } from '../contracts/generated-writes.js';
import { nestedMutationsContract } from '../contracts/nested-mutations.js';
import { nestedUpdatesContract } from '../contracts/nested-updates.js';
import { upsertsContract } from '../contracts/upserts.js';
import { writeRulesContract } from '../contracts/write-rules.js';
import { rounds } from '../support/rounds.js';
import { openWorkshop } from '../support/workshop.js';

nestedMutationsContract('embedded stores', openWorkshop);
nestedUpdatesContract('embedded stores', openWorkshop);
upsertsContract('embedded stores', openWorkshop);
writeRulesContract('embedded stores', openWorkshop);
brokenRulesContract('embedded stores', openWorkshop);
generatedWritesContract('embedded stores', openWorkshop, rounds(300, 15));
