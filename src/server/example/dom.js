/** An element. Attributes that begin with `on` are listeners; those that are undefined, null or false are left out. */
export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return made;
};

/** A word of the schema as a person writes it: NOT_STARTED, not started. */
export const words = (value) =>
  String(value ?? '')
    .toLowerCase()
    .replaceAll('_', ' ');

/** The address of a requirement in this page. */
export const linkTo = (requirement) => `#${new URLSearchParams({ requirement: requirement.id })}`;

/** A link to a requirement by its identifier and title. */
export const requirementLink = (requirement) =>
  element('a', { href: linkTo(requirement) }, element('b', {}, requirement.identifier), ` ${requirement.title}`);

/** What went wrong, for a person. */
export const alertOf = (errors) =>
  element(
    'div',
    { role: 'alert', class: 'alert' },
    errors.map(({ message }) => element('p', {}, message)),
  );
