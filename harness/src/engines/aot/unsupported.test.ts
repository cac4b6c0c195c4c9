import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {adopt} from '../../adopt.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {defaultAotOptions} from '../options.ts';

const status = engineStatus('aot-x64');

test("what the compiler does not support is unsupported by the feature's name, never malformed", {
  skip: !status.available && status.reason,
}, async () => {
  const engine = openEngineHere('aot-x64', defaultAotOptions);
  const text = '(module (func (export "f") (drop (v128.const i64x2 0 0))))';
  assert.deepEqual(engine.runCase(adopt(await parseText(text), 0, null), {timeoutMs: 1000}), {
    status: 'unsupported',
    feature: 'simd',
  });
  engine.close();
});
