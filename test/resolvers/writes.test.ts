import { nestedMutationsContract } from '../contracts/nested-mutations.js';
import { writeRulesContract } from '../contracts/write-rules.js';
import { openWorkshop } from '../support/workshop.js';

nestedMutationsContract('embedded stores', openWorkshop);
writeRulesContract('embedded stores', openWorkshop);
