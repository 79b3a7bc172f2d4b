import { generatedWritesContract } from '../contracts/generated-writes.js';
import { nestedMutationsContract } from '../contracts/nested-mutations.js';
import { writeRulesContract } from '../contracts/write-rules.js';
import { rounds } from '../support/rounds.js';
import { openWorkshop } from '../support/workshop.js';

nestedMutationsContract('embedded stores', openWorkshop);
writeRulesContract('embedded stores', openWorkshop);
generatedWritesContract('embedded stores', openWorkshop, rounds(300, 30));
