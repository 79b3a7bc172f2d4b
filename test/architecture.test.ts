import { parse } from 'graphql';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../src/errors.js';
import { GENERATED_FILES, LONG_FILES } from './support/long-files.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GENERATED = /^(test|src\/client)\/generated\//;
const MOST_LINES = 300;
const LONG_LINE = /^.{141,}$/;

/** docs/architecture.md: a file imports only from a lower rank or from its own. */
const RANKS: readonly (readonly [RegExp, number])[] = [
  [/^src\/(errors|log|root)\.ts$/, 0],
  [/^src\/(settings|setting-forms|setting-sources|config|identity-settings|identity-config|tls-config)\.ts$/, 1],
  [/^src\/client\//, 1],
  [/^src\/stores\//, 2],
  [/^src\/model\//, 3],
  [/^src\/predicate\//, 4],
  [/^src\/identity\//, 5],
  [/^src\/access\//, 6],
  [/^src\/query\//, 7],
  [/^src\/audit\//, 7.5],
  [/^src\/sql\//, 8],
  [/^src\/vector\//, 9],
  [/^src\/analytics\//, 10],
  [/^src\/graph\//, 11],
  [/^src\/engine\.ts$/, 12],
  [/^src\/feed\//, 12.5],
  [/^src\/load\//, 13],
  [/^src\/remote\//, 14],
  [/^src\/plan\//, 15],
  [/^src\/mutate\//, 16],
  [/^src\/execute\//, 17],
  [/^src\/subscribe\//, 17.5],
  [/^resolvers\//, 18],
  [/^src\/server\//, 19],
  [/^src\/operations\//, 20],
  [/^src\/(usage|cli)\.ts$/, 21],
  [/^bin\//, 22],
];
const CLIENT_LIBRARY = /^(pg|neo4j-driver|@qdrant\/js-client-rest|ioredis|@electric-sql\/[^/]+|@grafeo-db\/js)(\/|$)/;

interface Import {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** The imported file, when it is one of ours. */
  readonly file: string | undefined;
}

const filesOf = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => ending.test(name))
    .sort();
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const matches = (files: readonly string[], pattern: RegExp): string[] =>
  files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );

const SOURCES = ['src', 'resolvers', 'bin'].flatMap((folder) => filesOf(folder, /\.(ts|js)$/));
const SOURCES_AND_TESTS = [...SOURCES, ...filesOf('test', /\.(ts|js)$/)].filter((file) => !GENERATED.test(file));

/** Every import of a file: declarations, exports from, `import()`, and `import()` as a type. */
const importsOf = (from: string): Import[] => {
  const source = ts.createSourceFile(from, read(from), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    // What runs in dist is made of the sources beside it; bin holds the only scripts.
    const target = posix.join(posix.dirname(from), node.text).replace(/^dist\//, '');
    const file = node.text.startsWith('.') ? (target.startsWith('bin/') ? target : target.replace(/\.js$/, '.ts')) : undefined;
    found.push({ from, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, specifier: node.text, typeOnly, file });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

/** The lines of a file that hold a URL or a regular expression: neither can be broken. */
const unbreakable = (file: string): string[] => {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found = matches([file], /[^:/?#]:\/\/[^?#]/);
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
};

const isTypeOnly = (clause: ts.ImportClause | undefined): boolean => {
  if (!clause || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return clause !== undefined;
  const names = clause.namedBindings;
  return (
    !clause.name &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((element) => element.isTypeOnly)
  );
};

const IMPORTS = SOURCES.flatMap(importsOf);
const rankOf = (file: string): number | undefined => RANKS.find(([pattern]) => pattern.test(file))?.[1];
const show = ({ from, line, specifier }: Import): string => `${from}:${line} ${specifier}`;

/** Every cycle of imports, each from one file on: depth first, and what is entered twice on one path closes a cycle. */
const cycles = (): string[] => {
  const done = new Set<string>();
  const found: string[] = [];
  const enter = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file)) return;
    for (const target of new Set(IMPORTS.filter(({ from }) => from === file).map((one) => one.file)))
      if (target) enter(target, [...path, file]);
    done.add(file);
  };
  for (const file of SOURCES) enter(file, []);
  return found;
};

describe('imports', () => {
  it('reads the sources', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(
      IMPORTS.filter(({ file }) => file !== undefined && !SOURCES.includes(file)).map(show),
      'imports of files that are not there',
    ).toEqual([]);
    expect(
      SOURCES.filter((file) => rankOf(file) === undefined),
      'files without a rank',
    ).toEqual([]);
  });

  it('lead to a lower rank, or stay in their own', () => {
    expect(IMPORTS.filter(({ from, file }) => file !== undefined && rankOf(file)! > rankOf(from)!).map(show)).toEqual([]);
  });

  it('make no cycle', () => expect(cycles()).toEqual([]));

  it('name no index', () =>
    expect(IMPORTS.filter(({ specifier }) => /(^|\/)(index(\.\w+)?|\.{0,2})$/.test(specifier)).map(show)).toEqual([]));

  it('of client libraries stand under src/stores; the types of Qdrant, which is a language here, may be named elsewhere', () => {
    const outside = IMPORTS.filter(({ from, specifier }) => CLIENT_LIBRARY.test(specifier) && !from.startsWith('src/stores/'));
    expect(outside.filter(({ specifier, typeOnly }) => !(typeOnly && specifier === '@qdrant/js-client-rest')).map(show)).toEqual([]);
  });
});

describe('sources', () => {
  it('read the environment only in src/config.ts', () =>
    expect(
      matches(
        SOURCES.filter((file) => file !== 'src/config.ts'),
        /process\s*(\.|\[['"])\s*env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|import\.meta\.env/,
      ),
    ).toEqual([]));

  it('exit only in src/cli.ts', () =>
    expect(
      matches(
        SOURCES.filter((file) => file !== 'src/cli.ts'),
        /process\s*\.\s*(exit|abort|reallyExit)\b/,
      ),
    ).toEqual([]));

  // A table is named by its schema and its name: whoever has neither cannot go round what the caller may do.
  it('name tables only in src/sql/source.ts, but for messages and the catalog', () => {
    const others = SOURCES.filter(
      (file) => !/^src\/(sql\/(source|indexes)|model\/.*|mutate\/(violations|foreign-keys|run)|operations\/.*)\.ts$/.test(file),
    );
    expect(matches(others, /\btable\.(name|schema)\b/)).toEqual([]);
  });

  it('read tables by themselves, whoever asks, only for copies, migrations and demonstration data', () => {
    const others = SOURCES.filter(
      (file) => !/^src\/(sql\/(source|tables|indexes)|feed\/triggers|mutate\/projection|operations\/.*)\.ts$/.test(file),
    );
    expect(matches(others, /\bsystem\(/)).toEqual([]);
  });

  it('do not ask which environment they run in', () => expect(matches(SOURCES, /NODE_ENV/)).toEqual([]));

  it(`have at most ${MOST_LINES} lines`, () => {
    const lengths = SOURCES_AND_TESTS.map((file) => [file, read(file).trimEnd().split('\n').length] as const);
    expect(lengths.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
  });

  // ESLint says so, too, where a comment does not switch it off.
  it('have at most 140 characters a line, but for URLs and regular expressions', () => {
    const long = matches(SOURCES_AND_TESTS, LONG_LINE);
    const allowed = [...new Set(long.map((line) => line.replace(/:\d+$/, '')))].flatMap(unbreakable);
    expect(long.filter((line) => !allowed.includes(line))).toEqual([]);
  });
});

it('every type and field of the schema has a description', () => {
  const files = filesOf('schema', /\.graphql$/).filter((file) => !file.startsWith('schema/operations/'));
  const undescribed = files.flatMap((file) =>
    parse(read(file)).definitions.flatMap((definition) => {
      // What extends a type says more of it, and has no description of its own.
      if (!('name' in definition) || !definition.name || definition.kind.endsWith('Extension')) return [];
      const fields = 'fields' in definition ? (definition.fields ?? []) : [];
      return [definition, ...fields]
        .filter((node) => !('description' in node) || !node.description?.value.trim())
        .map((node) => `${file}:${node.loc?.startToken.line} ${node.name!.value}`);
    }),
  );
  expect(undescribed).toEqual([]);
});

it('the lists of long test files name files that exist, and all that have more generated cases in full', () => {
  const generated = filesOf('test', /\.test\.ts$/).filter(
    (file) => /support\/rounds\.js'/.test(read(file)) && !file.startsWith('test/servers/'),
  );
  expect(generated.filter((file) => ![...LONG_FILES, ...GENERATED_FILES].includes(file))).toEqual([]);
  expect([...LONG_FILES, ...GENERATED_FILES].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it('docs/errors.md has one row for each code, and no other', () => {
  expect([...read('docs/errors.md').matchAll(/^\| *`([A-Z_]+)` *\|/gm)].map(([, code]) => code).sort()).toEqual(Object.keys(ERRORS).sort());
});
