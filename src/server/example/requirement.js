import { errorsAt } from 'odras-gateway/client';
import { RequirementDetailDocument } from 'odras-gateway/client/operations';
import { latest } from '/example/client.js';
import { alertOf, element, requirementLink, words } from '/example/dom.js';
import { graphSection } from '/example/graph.js';

const ask = latest();

const items = (values, show) =>
  element(
    'ul',
    {},
    values.map((value) => element('li', {}, show(value))),
  );

/** What a constraint demands, with its unit. */
const limit = ({ numericValue, numericUnit, rangeMin, rangeMax, rangeUnit, textValue, equationExpression }) => {
  const number = (value) => (value === null ? '' : value.replace(/\.?0+$/, ''));
  if (numericValue !== null) return `${number(numericValue)} ${numericUnit ?? ''}`;
  if (rangeMin !== null || rangeMax !== null) return `${number(rangeMin)} to ${number(rangeMax)} ${rangeUnit ?? ''}`;
  return equationExpression ?? textValue ?? '';
};

const chip = (value, kind = '') => value && element('span', { class: `chip ${kind}` }, words(value));

const facts = (requirement) => {
  const { project, createdBy, parent, derivedFrom, importedFrom, sourceFile, verificationMethod, verificationStatus } = requirement;
  const rows = [
    ['Project', project.name],
    ['Written by', createdBy?.displayName],
    ['Verification', verificationMethod && `${words(verificationMethod)}, ${words(verificationStatus)}`],
    ['Part of', parent && requirementLink(parent)],
    ['Derived from', derivedFrom && requirementLink(derivedFrom)],
    ['Imported from', importedFrom && `${importedFrom.identifier} of ${importedFrom.project.name}`],
    ['Source', sourceFile?.filename],
  ].filter(([, value]) => value);
  return element(
    'dl',
    {},
    rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
};

/** Sections of the trace: title, store, field of the answer, and how one of its values is shown. */
const SECTIONS = [
  [
    'Constraints',
    'PostgreSQL',
    'constraints',
    (one) => [element('b', {}, limit(one)), ` ${one.name}: ${one.description} `, chip(one.type)],
  ],
  ['Consists of', 'PostgreSQL', 'children', requirementLink],
  [
    'Notes',
    'PostgreSQL',
    'notes',
    ({ text, createdBy }) => [text, createdBy && element('span', { class: 'facts' }, ` ${createdBy.displayName}`)],
  ],
  ['Deployed to', 'Neo4j', 'components', ({ name, type }) => [name, ' ', chip(type)]],
  ['What depends on it', 'Neo4j', 'impact', ({ distance, requirement }) => [requirementLink(requirement), steps(distance)]],
  ['What it depends on', 'Neo4j', 'trace', ({ distance, requirement }) => [requirementLink(requirement), steps(distance)]],
  ['Mentioned in', 'Neo4j', 'mentionedIn', ({ content, asset }) => [element('b', {}, asset?.title ?? ''), element('p', {}, content)]],
  [
    'Similar requirements',
    'Qdrant',
    'similar',
    ({ score, requirement }) => [
      requirementLink(requirement),
      element('span', { class: 'facts' }, ` ${Math.round(score * 100)} % alike, ${requirement.project.name}`),
    ],
  ],
];

const steps = (distance) => element('span', { class: 'facts' }, distance === 1 ? ' directly' : ` over ${distance} steps`);

const sectionOf = (answer, [title, store, field, show]) => {
  const values = answer.data.requirement[field];
  const heading = element('h3', {}, `${title} `, element('small', { class: 'store' }, store));
  // A store that is down costs its own section.
  if (values === null) return element('section', {}, heading, alertOf(errorsAt(answer, 'requirement', field)));
  return values.length > 0 && element('section', {}, heading, items(values, show));
};

/** Shows a requirement with its trace across the stores, and the graph around it. */
export const showRequirement = async (container, id) => {
  container.setAttribute('aria-busy', 'true');
  const answer = await ask(RequirementDetailDocument, { requirement: id });
  if (!answer) return;
  container.removeAttribute('aria-busy');
  const back = element('a', { class: 'back', href: '#' }, 'Back to the list');
  const requirement = answer.data?.requirement;
  if (!requirement) {
    const missing = element('p', {}, 'There is no such requirement. It may have been deleted.');
    return void container.replaceChildren(back, answer.errors ? alertOf(answer.errors) : missing);
  }
  const { identifier, title, text, rationale, priority, type, state } = requirement;
  const heading = element('h2', { tabindex: '-1' }, element('b', {}, identifier), ` ${title}`);
  container.replaceChildren(
    back,
    heading,
    element('p', {}, [chip(priority, priority), chip(type), chip(state)].filter(Boolean)),
    element('p', { class: 'text' }, text),
    rationale ? element('p', { class: 'facts' }, rationale) : '',
    facts(requirement),
    graphSection(id),
    element('div', { class: 'trace' }, SECTIONS.map((section) => sectionOf(answer, section)).filter(Boolean)),
  );
  heading.focus();
};
