import {strict as assert} from 'node:assert';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {WasmError} from '#engine/base/errors.ts';
import {load} from '#engine/valid/load.ts';
import {unpackCase} from '#generators/index.ts';
import type {EngineKey} from './engines/keys.ts';
import {engineStatus, openEngineHere} from './engines/open.ts';
import {defaultAotOptions} from './engines/options.ts';
import {examine} from './oracle/examine.ts';

const corpus = fileURLToPath(new URL('../../corpus/', import.meta.url));
const entries = (folder: string): string[] =>
  readdirSync(join(corpus, folder)).map((name) => join(corpus, folder, name));

interface Trophy {
  readonly wrong: {readonly engine: string; readonly version: string; readonly says: string};
  readonly right: {readonly says: 'invalid' | 'malformed'; readonly message: string};
}

/** V8's own verdict, as `WebAssembly.validate` gives it. */
const v8Accepts = (bytes: Uint8Array): boolean =>
  (globalThis as unknown as {WebAssembly: {validate(b: Uint8Array): boolean}}).WebAssembly.validate(bytes);

function ours(bytes: Uint8Array): {says: string; message: string} {
  try {
    load(bytes);
    return {says: 'valid', message: ''};
  } catch (error) {
    assert.ok(error instanceof WasmError, String(error));
    return {says: error.name.toLowerCase(), message: error.message};
  }
}

test("our verdict on every trophy is the spec's", (t) => {
  for (const folder of entries('trophies')) {
    const {wrong, right} = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as Trophy;
    const bytes = readFileSync(join(folder, 'case.wasm'));
    const {says, message} = ours(bytes);
    assert.equal(says, right.says, folder);
    assert.ok(message.startsWith(right.message), `${folder}: ${message}`);
    const still = (v8Accepts(bytes) ? 'valid' : 'rejected') === wrong.says;
    if (process.versions.v8 === wrong.version)
      assert.ok(still, `${folder}: V8 ${wrong.version} does not have this bug`);
    else t.diagnostic(`${folder}: V8 ${process.versions.v8} ${still ? 'still has' : 'no longer has'} the bug`);
  }
});

test('all engines that are here agree on every regression, at both levels of the compiler', () => {
  const keys = (['interpreter', 'aot-x64', 'aot-arm64', 'v8'] as EngineKey[]).filter(
    (key) => engineStatus(key).available,
  );
  for (const level of [0, 2] as const) {
    const engines = keys.map((key) => openEngineHere(key, {...defaultAotOptions, level}));
    for (const folder of entries('regressions')) {
      const testCase = unpackCase(readFileSync(join(folder, 'case.wasm')));
      const {verdict} = examine(engines, testCase, (engine) => engine.runCase(testCase, {timeoutMs: 5000}));
      assert.equal(verdict.kind, 'agree', `${folder} -O${level}: ${JSON.stringify(verdict)}`);
    }
    for (const engine of engines) engine.close();
  }
});
