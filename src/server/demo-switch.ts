import type { DemoUser } from '../identity/demo-users.js';

/** The switch of the GraphiQL page by which a visitor of the demonstration becomes one of its users. */
export interface DemoSwitch {
  /** Header that names the user. */
  readonly header: string;
  readonly users: readonly DemoUser[];
  /** The user of a visitor who has not chosen one yet. */
  readonly first: string;
}

/** Where the browser keeps the choice. */
const STORED = 'odras:demo-user';

export const DEMO_STYLE = `
body { display: flex; flex-direction: column; height: 100vh; margin: 0; }
#root { flex: 1; min-height: 0; height: auto; }
#root .graphiql-container { height: 100%; }
#demo { padding: 6px 16px; font: 14px/1.4 system-ui, sans-serif; background: #fff3cd; color: #4d3b00; }
#demo select { font: inherit; max-width: 60vw; }
`;

/** @param escape makes a text safe in HTML */
export const demoBar = ({ users, first }: DemoSwitch, escape: (text: string) => string): string => {
  const options = users.map(
    ({ username, title }) =>
      `<option value="${escape(username)}"${username === first ? ' selected' : ''}>${escape(title)} (${escape(username)})</option>`,
  );
  return `<div id="demo"><label>Demonstration: requests act as <select name="demo-user">${options.join('')}</select></label></div>`;
};

/** Puts the header on each request to the endpoint. It must run before the page's own script, which keeps \`fetch\`. */
export const demoScript = ({ header }: DemoSwitch, endpoint: string, inlineJson: (value: unknown) => string): string => `
const choice = document.querySelector('#demo select');
const stored = localStorage.getItem(${inlineJson(STORED)});
if ([...choice.options].some(({ value }) => value === stored)) choice.value = stored;
choice.addEventListener('change', () => localStorage.setItem(${inlineJson(STORED)}, choice.value));
const plainFetch = self.fetch.bind(self);
self.fetch = (input, init) => {
  const request = new Request(input, init);
  if (new URL(request.url).pathname !== ${inlineJson(endpoint)}) return plainFetch(request);
  request.headers.set(${inlineJson(header)}, choice.value);
  return plainFetch(request);
};
`;
