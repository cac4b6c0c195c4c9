import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {defaultAotOptions} from '../engines/options.ts';
import {compileFile, targetNamed, targetsNamed} from './compile-file.ts';
import {UserError} from './exit-codes.ts';
import {machineRows, remarks, unwindRange} from './machine-rows.ts';

const throwing = `(module (tag $t)
  (func $g (throw $t))
  (func (block $h (try_table (catch $t $h) (call $g)))))`;

for (const target of ['aot-x64', 'aot-arm64'] as const) {
  test(`a call in a try names its landing pad, and calls outside of one do not: ${target}`, async () => {
    const bytes = await parseText(throwing);
    const {image} = compileFile(bytes, {file: 'test', aot: defaultAotOptions, target, features: 0});
    const rows = await machineRows(image, 1);
    const calls = rows.filter(({landingPad}) => landingPad !== null);
    assert.equal(calls.length, 1);
    assert.match(calls[0]!.text, /^(call|bl) /);
    assert.deepEqual(remarks(calls[0]!), [`throws to ${calls[0]!.landingPad!.toString(16)}`]);
    const pads = rows.filter(({isLandingPad}) => isLandingPad);
    assert.deepEqual(
      pads.map(({offset}) => offset),
      [calls[0]!.landingPad],
    );
    assert.ok((await machineRows(image, 0)).every((row) => row.landingPad === null && !row.isLandingPad));
    const {start, end, returnAt, frameEnd} = unwindRange(image, 1);
    assert.ok(start <= pads[0]!.offset && pads[0]!.offset < end && returnAt < frameEnd);
  });
}

test('--engines names targets in order, and other engines and two for one are refused', () => {
  assert.deepEqual(targetsNamed([]), ['aot-x64']);
  assert.deepEqual(targetsNamed(['aot-arm64', 'aot-x64']), ['aot-arm64', 'aot-x64']);
  assert.throws(() => targetsNamed(['v8']), UserError);
  assert.throws(() => targetNamed(['aot-x64', 'aot-arm64']), UserError);
});
