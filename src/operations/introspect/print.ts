import type { Draft, DraftEnum, DraftField, DraftType } from './draft.js';

/** The draft as the text of its files, by name. */
export const printDraft = ({ types, enums, notes }: Draft): Map<string, string> => {
  const domains = [...new Set([...types, ...enums].map(({ domain }) => domain)), ...notes.keys()];
  return new Map(
    [...new Set(domains)].sort().map((domain) => {
      const parts = [
        ...types.filter((type) => type.domain === domain).map(printType),
        ...enums.filter((each) => each.domain === domain).map(printEnum),
        ...(notes.get(domain)?.length ? [notes.get(domain)!.map(comment).join('\n')] : []),
      ];
      return [`${domain}.graphql`, `${parts.join('\n\n')}\n`];
    }),
  );
};

const printType = ({ name, directives, description, fields, notes }: DraftType): string =>
  [
    ...describe(description, ''),
    `type ${name} ${directives} {`,
    ...fields.map(printField),
    ...notes.map((note) => `  ${comment(note)}`),
    '}',
  ].join('\n');

const printField = ({ name, type, directives, description }: DraftField): string =>
  [...describe(description, '  '), `  ${name}: ${type}${directives === '' ? '' : ` ${directives}`}`].join('\n');

const printEnum = ({ name, values }: DraftEnum): string =>
  [
    `enum ${name} {`,
    ...values.map(
      (value) => `  ${value.name}${value.text === value.name.toLowerCase() ? '' : ` @value(is: ${JSON.stringify(value.text)})`}`,
    ),
    '}',
  ].join('\n');

const describe = (text: string | undefined, indent: string): string[] => {
  if (text === undefined || text.trim() === '') return [];
  if (!/[\r\n]/.test(text)) return [`${indent}${JSON.stringify(text.trim())}`];
  const lines = text
    .trim()
    .replaceAll('"""', '\\"""')
    .split(/\r\n?|\n/);
  return [`${indent}"""`, ...lines.map((line) => `${indent}${line}`.trimEnd()), `${indent}"""`];
};

const comment = (line: string): string => `# ${line.replace(/\s+/g, ' ')}`;
