import assert from 'node:assert/strict';
import {test} from 'node:test';
import {closedKernel} from './closed.ts';
import {kernelNames, kernels} from './kernels.ts';
import {peer} from './peers.ts';

declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => {exports: {main: () => number}};
};

test('a kernel with n built in gives the checksum of n', () => {
  for (const kernel of kernelNames) {
    const [n, checksum] = kernels[kernel].small;
    assert.equal(new WebAssembly.Instance(new WebAssembly.Module(closedKernel(kernel, n))).exports.main(), checksum);
  }
});

test('a program of node_modules is no peer', () => {
  assert.equal(peer('tsc', 'node_modules/.bin'), null);
  assert.equal(peer('no-such-program'), null);
  assert.equal(peer('sh', '/bin'), '/bin/sh');
});
