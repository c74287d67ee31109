// Generates src/gql and documents.json from ../schema.graphql and every graphql(`…`) in src. `--check` writes nothing and
// fails on drift.
// It drives the code generator's core directly: its command line wants a newer Node than this project asks for.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { formatDocument, stringifyDocument } from '@urql/core';
import { minifyIntrospectionQuery } from '@urql/introspection';
import { buildSchema, introspectionFromSchema, lexicographicSortSchema, parse, printSchema } from 'graphql';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'src/gql/');
const check = process.argv.includes('--check');

// Sorted: in which order the server writes its types is no change of the contract.
const schemaAst = lexicographicSortSchema(buildSchema(readFileSync(join(root, '../schema.graphql'), 'utf8')));

function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => /\.tsx?$/.test(path) && !path.startsWith(out) && !/\.test\.tsx?$/.test(path))
    .sort();
}

const documents = sources(join(root, 'src')).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/\bgraphql\(\s*`([^`]*)`\s*,?\s*\)/g)].map(([, text]) => ({
    location: relative(root, path),
    document: parse(text),
    rawSDL: text,
  })),
);

const outputs = await preset.buildGeneratesSection({
  baseOutputDir: out,
  schema: parse(printSchema(schemaAst)),
  schemaAst,
  documents,
  plugins: [],
  pluginMap: {},
  config: {
    useTypeImports: true,
    enumsAsTypes: true,
    strictScalars: true,
    scalars: {
      DateTime: 'string',
      LanguageTag: 'string',
      SafeInt: 'number',
      Sha256: 'string',
      Upload: 'File',
      URL: 'string',
    },
  },
  presetConfig: { fragmentMasking: { unmaskFunctionName: 'readFragment' } },
  skipDocumentsValidation: false,
  pluginContext: {},
  profiler: { run: (task) => task(), collect: () => [] },
});

const files = new Map();
for (const output of outputs) files.set(output.filename, await codegen({ ...output, cache: undefined }));

// What Graphcache needs to know of the schema: types, fields and nullability.
const introspection = minifyIntrospectionQuery(introspectionFromSchema(schemaAst, { descriptions: false }), {
  includeDirectives: false,
  includeEnums: false,
  includeInputs: false,
  includeScalars: false,
});
files.set(
  join(out, 'introspection.ts'),
  `/* eslint-disable */\nimport type { CacheExchangeOpts } from '@urql/exchange-graphcache';\n\nexport const introspection: NonNullable<CacheExchangeOpts['schema']> = ${JSON.stringify(introspection)};\n`,
);

// The safelist of the server: every operation of this client, by the hash that the client sends in the place of the text.
// The texts come from the very objects that the client holds, printed as it prints them (Graphcache adds `__typename`);
// the code generator's own persisted documents are printed in another way.
const { outputText } = ts.transpileModule(files.get(join(out, 'graphql.ts')), {
  compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
});
const generated = await import(`data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`);
const manifest = {};
const hashes = {};
for (const document of Object.values(generated).filter((value) => value?.kind === 'Document')) {
  const operation = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  if (!operation) continue;
  const text = stringifyDocument(formatDocument(document));
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  if (operation.name.value in hashes) throw new Error(`Two operations are named ${operation.name.value}.`);
  hashes[operation.name.value] = hash;
  manifest[hash] = text;
}
files.set(join(root, 'documents.json'), `${JSON.stringify(manifest, null, 2)}\n`);
files.set(
  join(out, 'hashes.ts'),
  `/** By operation name: the SHA-256 of each operation's text, which stands in documents.json. */\nexport const hashes: Readonly<Record<string, string | undefined>> = ${JSON.stringify(hashes, null, 2)};\n`,
);

const stale = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
if (check) {
  if (stale.length > 0) {
    console.error(`Generated files are out of date: ${stale.map(([path]) => relative(root, path)).join(', ')}\nRun: npm run codegen`);
    process.exit(1);
  }
  console.log(`src/gql and documents.json are up to date (${documents.length} documents, ${Object.keys(hashes).length} operations).`);
} else {
  mkdirSync(out, { recursive: true });
  for (const [path, text] of stale) writeFileSync(path, text);
  console.log(`${documents.length} documents, ${Object.keys(hashes).length} operations, ${stale.length} files written.`);
}
