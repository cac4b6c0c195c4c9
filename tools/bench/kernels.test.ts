import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {test} from 'node:test';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {runInterpreter} from './kernel-sides.ts';
import {kernelBytes, kernelNames, kernels} from './kernels.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {exports: {run: (n: number) => number}};
};

test('every kernel has its source, its module and its row', () => {
  const files = readdirSync(new URL('kernels/', import.meta.url));
  const named = (end: string) => files.filter((file) => file.endsWith(end)).map((file) => file.slice(0, -end.length));
  assert.deepEqual(named('.c').sort(), [...kernelNames].sort());
  assert.deepEqual(named('.wasm').sort(), [...kernelNames].sort());
});

for (const name of kernelNames) {
  test(`${name} gives its checksum on V8 and on the interpreter`, () => {
    const bytes = kernelBytes(name);
    const [n, checksum] = kernels[name].small;
    assert.equal(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.run(n), checksum);
    assert.equal(runInterpreter(load(bytes, supported), n), checksum);
  });
}
