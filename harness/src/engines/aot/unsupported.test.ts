import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {Unsupported} from '#engine/base/errors.ts';
import {type Feature, withFeatures} from '#engine/wasm/features.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {defaultAotOptions} from '../options.ts';
import {aotFeatures} from './aot.ts';

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const VOID_TYPE = [1, 4, 1, 0x60, 0, 0];
/** Modules of what the compiler does not do, by the name of the feature. */
const modules = {
  // try; end
  'legacy-exceptions': [...HEADER, ...VOID_TYPE, 3, 2, 1, 0, 10, 7, 1, 5, 0, 0x06, 0x40, 0x0b, 0x0b],
  // a structure type that describes another
  'custom-descriptors': [...HEADER, 1, 11, 1, 0x4e, 2, 0x4d, 1, 0x5f, 0, 0x4c, 0, 0x5f, 0],
} as const satisfies Record<string, readonly number[]>;

for (const key of ['aot-x64', 'aot-arm64'] as const) {
  const status = engineStatus(key);
  const skip = status.available ? false : status.reason;
  for (const [feature, bytes] of Object.entries(modules)) {
    test(`${key} names ${feature}, which it does not support`, {skip}, () => {
      const engine = openEngineHere(key, defaultAotOptions);
      const session = engine.session(withFeatures(aotFeatures, [feature as Feature]));
      assert.throws(
        () => session.compile(Uint8Array.from(bytes)),
        (error) => error instanceof Unsupported && error.feature.includes(feature),
      );
      engine.close();
    });
  }
}
