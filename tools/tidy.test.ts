/**
 * The house rules that a machine can check, over every source file of the repository; and for each rule a lie that it
 * must notice. The rules stand in tools/tidy/.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the lies are code in strings.
import {strict as assert} from 'node:assert';
import {spawnSync} from 'node:child_process';
import {globSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {longFunctions, unusedMayStand} from './tidy/exemptions.ts';
import {rooms} from './tidy/layers.ts';
import {
  bannedProblems,
  deadExportProblems,
  goldenProblems,
  headerProblems,
  layerProblems,
  lengthProblems,
  nameProblems,
  placeProblems,
  roomOf,
} from './tidy/rules.ts';
import {type Source, sourceOf} from './tidy/source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const aliases = new Map([
  ['#engine/', 'engine/src/'],
  ['#generators/', 'generators/src/'],
  ['#harness/', 'harness/src/'],
  ['#spec-tests/', 'spec-tests/src/'],
  ['#reports/', 'reports/src/'],
]);

/** Files of the repository: what git tracks, or in a copy without git what stands there. */
function filesOf(folder: string): string[] {
  const git = spawnSync('git', ['ls-files', '-z'], {cwd: folder, encoding: 'utf8'});
  if (git.status === 0 && git.stdout !== '') return git.stdout.split('\0').filter((path) => path !== '');
  return globSync('{bin,corpus,engine,generators,harness,native,reports,spec-tests,tools}/**/*.*', {cwd: folder});
}

const paths = filesOf(root).map((path) => path.replaceAll('\\', '/'));
const read = (path: string): Source[] => {
  try {
    return [sourceOf(path, readFileSync(join(root, path), 'utf8'), aliases)];
  } catch {
    return []; // Deleted in the working tree.
  }
};
const scripts = paths.filter((path) => /\.(?:ts|mjs)$/.test(path)).flatMap(read);
const sources = scripts.filter(({path}) => path.endsWith('.ts'));
const lie = (path: string, text: string): Source => sourceOf(path, text, aliases);
const none: readonly string[] = [];

test('imports point down', () => assert.deepEqual(layerProblems(sources), none));
test('every file says what it owns', () => assert.deepEqual(headerProblems(scripts), none));
test('files are named in kebab-case', () => assert.deepEqual(nameProblems(paths), none));
test('nothing banned is used', () => assert.deepEqual(bannedProblems(scripts), none));
test('functions are short', () => assert.deepEqual(lengthProblems(sources, longFunctions), none));
test('what is exported is used', () => assert.deepEqual(deadExportProblems(sources, unusedMayStand), none));
test('no source names a place of one machine', () => assert.deepEqual(placeProblems(scripts), none));
test('every golden is read by a stage', () => {
  const stages = sources.find(({path}) => path === 'engine/filetests/stages.ts')?.text;
  assert.deepEqual(goldenProblems(paths, stages), none);
});

test('the aliases are those of package.json, and the scan sees the repository', () => {
  const {imports} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {imports: Record<string, string>};
  const expected = Object.entries(imports).map(([key, folder]) => [
    key.replace('*', ''),
    folder.replace(/^\.\/|\*$/g, ''),
  ]);
  assert.deepEqual([...aliases], expected);
  assert.ok(sources.length > 100, `${sources.length} sources`);
  assert.ok(sources.flatMap(({imports: list}) => list).length > 300);
});

test('an import that points up, sideways or out is noticed', () => {
  const cases: [string, string, number][] = [
    ['engine/src/base/a.ts', "import {x} from '../wasm/types.ts';", 1],
    ['engine/src/binary/a.ts', "import type {X} from '#engine/valid/module.ts';", 1],
    ['engine/src/binary/a.ts', "import type {\n  X,\n  Y,\n} from '#engine/valid/module.ts';", 1],
    ['engine/src/interpreter/a.ts', "import {x} from '#engine/compiler/compile.ts';", 1],
    ['engine/src/compiler/x64/a.ts', "import {x} from '../arm64/insts.ts';", 1],
    ['engine/src/compiler/opt/a.ts', "import {x} from '../backend/lower.ts';", 1],
    ['engine/src/compiler/frontend/a.ts', "import {x} from '../opt/gvn.ts';", 1],
    ['engine/src/compiler/frontend/a.ts', "import {x} from '#engine/runtime/memory.ts';", 1],
    ['engine/src/compiler/a.ts', "import {readFileSync} from 'node:fs';", 1],
    ['engine/src/valid/a.ts', "const x = await import('fast-check');", 1],
    ['harness/src/oracle/a.ts', "import {x} from '../cli/main.ts';", 1],
    ['harness/src/engines/a.ts', "import {x} from '../store/store.ts';", 1],
    ['spec-tests/src/a.ts', "import {x} from '#harness/campaign.ts';", 1],
    ['engine/src/valid/a.ts', "import {x} from '../binary/random-module.ts';", 1],
    ['engine/src/nowhere/deep.ts', "import {x} from '../text.ts';", 0],
    ['elsewhere/a.ts', '', 1],
    ['engine/src/valid/a.ts', "import {x} from '../binary/code.ts';", 0],
    ['engine/src/compiler/frontend/a.ts', "import {x} from '#engine/runtime/layout.ts';", 0],
    ['engine/src/compiler/compile.ts', "import {x} from './x64/target.ts';", 0],
    ['engine/src/valid/a.test.ts', "import fc from 'fast-check';\nimport {x} from '../binary/random-module.ts';", 0],
    ['engine/src/valid/a.test.ts', "import {x} from '#harness/campaign.ts';", 1],
    ['engine/src/valid/a.ts', "// import {x} from '../runtime/memory.ts';", 0],
  ];
  for (const [path, text, count] of cases)
    assert.equal(layerProblems([lie(path, text)]).length, count, `${path}: ${text}`);
  assert.equal(roomOf('engine/src/runtime/layout.ts')!.path, 'engine/src/runtime/layout.ts');
  const twice = rooms.filter(({path}, index) => rooms.findIndex((room) => room.path === path) !== index);
  assert.deepEqual(twice, []);
});

test('a missing header and a wrong name are noticed', () => {
  assert.equal(headerProblems([lie('a.ts', 'const x = 1;\n')]).length, 1);
  assert.equal(headerProblems([lie('a.ts', '// what\nconst x = 1;\n')]).length, 1);
  assert.equal(headerProblems([lie('a.ts', '#!/usr/bin/env node\n/** What. */\n')]).length, 0);
  assert.deepEqual(nameProblems(['engine/src/fooBar.ts', 'a/b_c.mjs', 'a/b-c.test.ts', 'README.md']).length, 2);
});

test('a banned word is noticed in code, not in comments or strings', () => {
  const cases: [string, number][] = [
    ['export enum A {B}', 1],
    ['const x: any = 1;', 1],
    ['x as any', 1],
    ['f<any>()', 1],
    ['export default 1;', 1],
    ['Math.random()', 1],
    ['Date.now()', 1],
    ['console.log(1)', 1],
    ['export * from "x";', 1],
    ['new Date()', 1],
    ['// TO' + 'DO: later', 1],
    ['eval(x)', 1],
    ['// any enum', 0],
    ["'Math.random()'", 0],
    ['`console.log`', 0],
    ['/console./', 0],
    ['const anyModule: Module = 1', 0],
    ['new Date(0)', 0],
    ['const a = b / c; Math.random(); d / e', 1],
    ["const q = /'/; Math.random(); const r = /'/;", 1],
    ["const s = `${x} 'it`; Math.random()", 1],
    ['`a ${Math.random()} b`', 1],
    ["`${f(`'${{a: 1}.a}'`)} it's`; eval(x)", 1],
    ["`${f(`it's eval(x)`)} eval(x)`", 0],
  ];
  for (const [text, count] of cases) assert.equal(bannedProblems([lie('engine/src/a.ts', text)]).length, count, text);
  assert.equal(bannedProblems([lie('harness/src/clock.ts', 'Date.now()')]).length, 0);
});

test('a long function is noticed in every form, and a stale exemption too', () => {
  const body = '  x();\n'.repeat(70);
  const long = [
    `function f() {\n${body}}\n`,
    `export async function* f(\n  a: number,\n): void {\n${body}}\n`,
    `const f = (a: number): void => {\n${body}};\n`,
    `class A {\n  f(a: number): void {\n${body}  }\n}\n`,
    `class A {\n  private get f(): number {\n${body}  }\n}\n`,
    `test('x', () => {\n${body}});\n`,
  ];
  for (const text of long) {
    const source = lie('a.ts', text);
    assert.equal(lengthProblems([source], []).length, 1, text.slice(0, 40));
  }
  const exempt = {path: 'a.ts', name: 'f', reason: 'a lie'};
  assert.deepEqual(lengthProblems([lie('a.ts', long[0]!)], [exempt]), []);
  assert.equal(lengthProblems([lie('a.ts', 'function f() {\n}\n')], [exempt]).length, 1);
  assert.equal(
    lengthProblems([lie('a.ts', `const table = {\n${'  a: 1,\n'.repeat(90)}};\nif (x) {\n${body}}\n`)], []).length,
    0,
  );
});

test('an export that nobody imports is noticed', () => {
  const library = lie(
    'engine/src/a.ts',
    'export const used = 1;\nexport function dead() {}\nexport type T = 1;\nexport interface I {}\nexport function take(i: I) {}\nexport const here = 1;\nconst there = here;\n',
  );
  const user = lie('engine/src/b.ts', "import {used, take as t} from './a.ts';");
  assert.deepEqual(
    deadExportProblems([library, user], new Set()).map((problem) => problem.split(' ').at(-1)),
    ['dead', 'T'],
  );
  assert.deepEqual(deadExportProblems([library, user], new Set(['engine/src/a.ts'])), []);
  assert.deepEqual(
    deadExportProblems([library, lie('engine/src/b.ts', "import * as a from './a.ts';")], new Set()),
    [],
  );
});

test("an orphan golden and a machine's place are noticed", () => {
  const stages = "export const stages = {binary: 1, 'opt': 2};";
  assert.deepEqual(
    goldenProblems(['engine/filetests/opt/a.wat', 'engine/filetests/gone/b.wat', 'engine/filetests/README.md'], stages)
      .length,
    1,
  );
  assert.equal(goldenProblems(['engine/filetests/opt/a.wat'], undefined).length, 1);
  assert.equal(placeProblems([lie('a.ts', `// see ${'/wo'}rk/notes`), lie('b.ts', '// ./work/x')]).length, 1);
});
