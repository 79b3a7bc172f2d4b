import { RequirementsDocument } from 'odras-gateway/client/operations';
import { gateway, latest } from '/example/client.js';
import { alertOf, element, linkTo, words } from '/example/dom.js';

const PROJECTS = 'query ExampleProjects { projects(sort: [{level: ASC}, {name: ASC}]) { id name } }';

const filters = document.getElementById('filters');
const list = document.getElementById('requirements');
const count = document.getElementById('count');
const more = document.getElementById('more');
const ask = latest();

let cursor;

/** Variables of the operation. What is undefined filters nothing. */
const variables = () => {
  const { project, priority, state, contains, component } = Object.fromEntries(new FormData(filters));
  return {
    project,
    priorities: priority ? [priority] : undefined,
    states: state ? [state] : undefined,
    search: contains || undefined,
    // A condition on the graph, beside those on columns.
    where: component ? { components: { some: { name: { caseInsensitive: { contains: component } } } } } : undefined,
    first: 25,
  };
};

const itemOf = (requirement) =>
  element(
    'li',
    {},
    element(
      'a',
      { href: linkTo(requirement) },
      element('b', {}, requirement.identifier),
      ` ${requirement.title} `,
      element('span', { class: `chip ${requirement.priority ?? ''}` }, words(requirement.priority)),
      element('span', { class: 'chip' }, words(requirement.state)),
    ),
  );

/** Reads the first page, or the next one after what is shown. */
const read = async (after) => {
  list.setAttribute('aria-busy', 'true');
  const answer = await ask(RequirementsDocument, { ...variables(), after });
  if (!answer) return;
  list.removeAttribute('aria-busy');
  const page = answer.data?.requirementsConnection;
  if (!page) return void list.replaceChildren(element('li', {}, alertOf(answer.errors)));
  if (!after) list.replaceChildren();
  const items = page.nodes.map(itemOf);
  list.append(...items);
  count.textContent =
    page.totalCount === 0 ? 'No requirement matches these filters.' : `${list.children.length} of ${page.totalCount} requirements`;
  cursor = page.pageInfo.endCursor;
  more.hidden = !page.pageInfo.hasNextPage;
  if (after) items[0]?.querySelector('a').focus();
  mark();
};

/** Marks the requirement that is open. */
export const mark = () => {
  for (const link of list.querySelectorAll('a')) {
    if (link.hash === location.hash) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
};

/** Fills the filters and reads the first page. */
export const startList = async () => {
  const { data, errors } = await gateway.ask(PROJECTS);
  if (!data?.projects) return void list.replaceChildren(element('li', {}, alertOf(errors)));
  const { project } = filters.elements;
  project.append(...data.projects.map(({ id, name }) => element('option', { value: id }, name)));
  project.disabled = false;
  filters.addEventListener('input', () => read());
  filters.addEventListener('submit', (event) => event.preventDefault());
  more.addEventListener('click', () => read(cursor));
  await read();
};
