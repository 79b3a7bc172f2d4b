import { SearchSourcesDocument } from 'odras-gateway/client/operations';
import { latest } from '/example/client.js';
import { alertOf, element, requirementLink } from '/example/dom.js';

const ask = latest();

const found = {
  Requirement: ({ text, project, components, ...requirement }) => [
    element('h3', {}, requirementLink(requirement)),
    element('p', {}, text),
    element('p', { class: 'facts' }, [project?.name, ...(components ?? []).map(({ name }) => name)].filter(Boolean).join(', ')),
  ],
  KnowledgeChunk: ({ content, asset, requirements }) => [
    element('h3', {}, asset?.title ?? 'Document'),
    element('p', {}, content),
    element('p', { class: 'facts' }, [asset?.sourceFile?.filename, asset?.project?.name].filter(Boolean).join(', ')),
    requirements?.length > 0 &&
      element(
        'ul',
        {},
        requirements.map((one) => element('li', {}, requirementLink(one))),
      ),
  ],
};

/** Shows what means the same as the text: requirements, and passages of documents with the requirements that they mention. */
export const showSearch = async (container, text) => {
  container.replaceChildren(element('p', { role: 'status' }, 'Searching...'));
  const answer = await ask(SearchSourcesDocument, { text });
  if (!answer) return;
  const hits = answer.data?.search;
  const title = element('h2', { tabindex: '-1' }, `Found for “${text}”`);
  container.replaceChildren(
    element('a', { class: 'back', href: '#' }, 'Back to the list'),
    title,
    answer.errors ? alertOf(answer.errors) : '',
    hits?.length === 0 ? element('p', {}, 'Nothing was found. Try other words.') : '',
    element(
      'ol',
      { class: 'hits' },
      (hits ?? []).map(({ node }) => element('li', {}, found[node.__typename](node))),
    ),
  );
  title.focus();
};
