import { readFileSync } from 'node:fs';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { GatewayError, messageOf } from './errors.js';
import { SETTINGS, type SettingName } from './settings.js';

export const invalid = (faults: readonly string[]) => new GatewayError('CONFIG_INVALID', { detail: faults.join('\n') });

const isSetting = (name: string): name is SettingName => name in SETTINGS;

/** Differs from a setting's name by one letter, and is long enough to be a typo rather than another program's variable. */
const isMisspelt = (name: string): boolean =>
  name.length >= 8 &&
  Object.keys(SETTINGS).some((setting) => {
    let start = 0;
    while (start < name.length && name[start] === setting[start]) start += 1;
    let end = 0;
    while (end < Math.min(name.length, setting.length) - start && name.at(-1 - end) === setting.at(-1 - end)) end += 1;
    return Math.max(name.length, setting.length) - start - end === 1;
  });

/**
 * Settings in the environment, including the _FILE ones. Other variables are ignored, unless they start with ODRAS_ or look like a typo.
 */
export const environmentSettings = (environment: NodeJS.ProcessEnv, faults: string[]): Record<string, string> => {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || value === '') continue;
    const setting = name.replace(/_FILE$/, '');
    if (isSetting(name)) given[name] = value;
    else if (name.endsWith('_FILE') && isSetting(setting)) {
      if (environment[setting]) faults.push(`${setting} and ${name} are both set: keep one of them.`);
      try {
        given[setting] = readFileSync(value, 'utf8').trim();
      } catch (error) {
        faults.push(`${name}: the file ${value} cannot be read (${messageOf(error)}). It must contain the value of ${setting}.`);
      }
    } else if (name !== 'ODRAS_CONFIG' && (name.startsWith('ODRAS_') || isMisspelt(name))) faults.push(unknownSetting(name));
  }
  return given;
};

/** Settings in a file of YAML or JSON. @throws GatewayError CONFIG_INVALID for a file that cannot be read */
export const fileSettings = (path: string | undefined, faults: string[]): Record<string, string> => {
  if (path === undefined || path === '') return {};
  let content: unknown;
  try {
    // As texts, like those of the environment: as a number, a key such as 00123 would become another.
    content = parseYaml(readFileSync(path, 'utf8'), { schema: 'failsafe', logLevel: 'error' });
  } catch (error) {
    const line = error instanceof YAMLParseError && error.linePos ? `:${error.linePos[0].line}` : '';
    // Without the lines that the parser quotes: they may hold a password.
    const [what = ''] = messageOf(error).split(/ at line \d+|\n/);
    throw invalid([
      `The settings file ${path}${line} cannot be read: ${what}. It must be YAML or JSON, one setting a line. Example: PORT: 4000`,
    ]);
  }
  if (content === null) return {};
  if (typeof content !== 'object' || Array.isArray(content))
    throw invalid([`The settings file ${path} must contain settings by name. Example: PORT: 4000`]);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(content)) {
    if (!isSetting(name)) faults.push(unknownSetting(name));
    else if (typeof value !== 'string')
      faults.push(
        `${name}: expected one value, but got ${Array.isArray(value) ? 'a list' : 'an object'}. ` +
          `Example: ${name}: ${SETTINGS[name].example}`,
      );
    // As in the environment, an empty value is not set.
    else if (!['', '~', 'null'].includes(value)) given[name] = value;
  }
  return given;
};

const unknownSetting = (name: string): string => {
  const letters = (text: string) => new Set(text);
  const likeness = (other: string) =>
    [...letters(name)].filter((letter) => letters(other).has(letter)).length - Math.abs(name.length - other.length);
  const nearest = Object.keys(SETTINGS).sort((one, other) => likeness(other) - likeness(one))[0] as SettingName;
  return `${name} is not a setting. Did you mean ${nearest}? Example: ${nearest}=${SETTINGS[nearest].example}`;
};
