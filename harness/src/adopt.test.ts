import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {parseText} from '#engine/text.ts';
import {adopt} from './adopt.ts';
import {InterpreterEngine} from './engines/interpreter.ts';
import {V8Engine} from './engines/v8.ts';
import {judge} from './oracle/verdict.ts';

const FOREIGN = `(module
  (import "env" "f" (func $f (param i32 f64) (result i64)))
  (import "env" "memory" (memory 1 4))
  (import "env" "table" (table 2 funcref))
  (import "js" "g" (global $g f32))
  (func (export "run") (param i32) (result i64)
    (i32.store (i32.const 4) (local.get 0))
    (call $f (local.get 0) (f64.promote_f32 (global.get $g)))))`;

test('a foreign module with imports of every kind becomes a case that engines agree on', async () => {
  const testCase = adopt(await parseText(FOREIGN), 7, null);
  assert.equal(testCase.modules.length, 2);
  assert.deepEqual(
    testCase.calls.map(({module, name, args}) => [module, name, args.length]),
    [[1, 'run', 1]],
  );
  const options = {timeoutMs: 1000};
  const interpreter = new InterpreterEngine().runCase(testCase, options);
  assert.equal(interpreter.status, 'ran');
  assert.deepEqual(judge({interpreter, v8: new V8Engine('v8').runCase(testCase, options)}), {
    kind: 'agree',
    compared: 1,
    legal: [],
  });
});

test('the same seed draws the same arguments, another one others', async () => {
  const bytes = await parseText('(module (func (export "f") (param i32 i64 f32 f64)))');
  assert.deepEqual(adopt(bytes, 1, null), adopt(bytes, 1, null));
  assert.notDeepEqual(adopt(bytes, 1, null).calls, adopt(bytes, 2, null).calls);
});
