import { mark, startList } from '/example/list.js';
import { element } from '/example/dom.js';
import { showRequirement } from '/example/requirement.js';
import { showSearch } from '/example/search.js';

const detail = document.getElementById('detail');
const search = document.getElementById('search');

/** Shows what the address says: #requirement=ID, #search=TEXT, or the list alone. */
const show = () => {
  const asked = new URLSearchParams(location.hash.slice(1));
  const [requirement, text] = [asked.get('requirement'), asked.get('search')];
  document.body.dataset.view = requirement || text ? 'detail' : 'list';
  mark();
  if (requirement) return showRequirement(detail, requirement);
  if (text) {
    search.elements.text.value = text;
    return showSearch(detail, text);
  }
  detail.replaceChildren(element('p', { class: 'empty' }, 'Choose a requirement, or search by meaning.'));
};

search.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = search.elements.text.value.trim();
  if (text) location.hash = `#${new URLSearchParams({ search: text })}`;
});
addEventListener('hashchange', show);
show();
startList();
