import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Unsupported} from '#engine/base/errors.ts';
import {engineStatus} from '#harness/engines/open.ts';
import {aotSide} from './kernel-sides.ts';
import {kernelNames} from './kernels.ts';

const key = process.arch === 'arm64' ? 'aot-arm64' : 'aot-x64';
const status = engineStatus(key);

for (const level of [0, 2] as const) {
  test(`every kernel gives its checksum on ${key} -O${level}`, {
    skip: status.available ? false : status.reason,
  }, (t) => {
    const side = aotSide(key, level);
    try {
      for (const kernel of kernelNames) {
        try {
          side.run(kernel, 'small');
        } catch (error) {
          if (!(error instanceof Unsupported)) throw error;
          t.diagnostic(`${kernel}: unsupported ${error.feature}`);
          assert.match(kernel, /^simd-/, `${kernel} needs no feature that ${key} lacks`);
        }
      }
    } finally {
      side.close?.();
    }
  });
}
