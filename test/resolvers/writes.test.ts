import { generatedWritesContract } from '../contracts/generated-writes.js';
import { nestedMutationsContract } from '../contracts/nested-mutations.js';
import { writeRulesContract } from '../contracts/write-rules.js';
import { openWorkshop } from '../support/workshop.js';

nestedMutationsContract('embedded stores', openWorkshop);
writeRulesContract('embedded stores', openWorkshop);
generatedWritesContract('embedded stores', openWorkshop, 300);
