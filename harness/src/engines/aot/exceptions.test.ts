/** Exceptions in compiled code beside the interpreter: every way to throw, pass and catch, at every level. */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {parseText} from '#engine/text.ts';
import type {Engine} from '../engine.ts';
import type {CallOutcome} from '../observation.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';
import type {AotModule} from './linker.ts';

const status = engineStatus('aot-x64');
const skip = status.available ? false : status.reason;

const text = `(module
  (tag $none) (tag $one (param i32)) (tag $many (param i32 i64 f32 f64))
  (tag $ref (param externref))
  (memory 1)
  (table funcref (elem $thrower))
  (type $unary (func (param i32) (result i32)))
  (func $thrower (type $unary)
    (if (i32.eq (local.get 0) (i32.const 1)) (then (throw $one (i32.const 11))))
    (if (i32.eq (local.get 0) (i32.const 2))
      (then (throw $many (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4))))
    (if (i32.eq (local.get 0) (i32.const 3)) (then (throw $none)))
    (if (i32.eq (local.get 0) (i32.const 4)) (then (throw $ref (ref.null extern))))
    (if (i32.eq (local.get 0) (i32.const 5)) (then unreachable))
    (if (i32.eq (local.get 0) (i32.const 6)) (then (return (call $thrower (i32.const 6)))))
    (i32.mul (local.get 0) (i32.const 3)))
  ;; arguments and results on the stack, and a frame between
  (func $wide (param i32 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i32 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (call_indirect (type $unary) (local.get 0) (i32.const 0))
    (local.get 10) (local.get 9) (local.get 8) (local.get 7) (local.get 6) (local.get 5) (local.get 4) (local.get 3) (local.get 2))
  (func $tail (param i32) (result i32)
    (block $c (try_table (catch_all $c) (return_call $thrower (local.get 0))))
    (i32.const -1))
  (func (export "catch") (param i32) (result i32 i64 f32 f64)
    (local $sum i32) (local $f f64)
    (local.set $f (f64.const 0.5))
    (block $c (result i32 i64 f32 f64)
      (block $b (result i32)
        (block $a
          (local.set $sum (i32.const 100))
          (try_table (catch $one $b) (catch $many $c) (catch_all $a)
            (local.set $sum (i32.add (local.get $sum) (call $thrower (local.get 0))))
            (local.set $f (f64.add (local.get $f) (f64.const 1)))
            (local.set $sum (i32.sub (local.get $sum) (call $thrower (i32.sub (local.get 0) (i32.const 10))))))
          (return (local.get $sum) (i64.const 0) (f32.const 0) (local.get $f)))
        (return (local.get $sum) (i64.const 1) (f32.const 0) (local.get $f)))
      (return (local.get $sum) (i64.const 2) (f32.const 0) (local.get $f))))
  (func (export "wide") (param i32) (result i32)
    (local $i i32) (local $t i64) (local $sum i64)
    (loop $again
      (block $caught
        (try_table (catch_all $caught)
          (call $wide (i32.add (local.get 0) (local.get $i)) (i64.const 1) (i64.const 2) (i64.const 3) (i64.const 4)
            (i64.const 5) (i64.const 6) (i64.const 7) (i64.const 8) (i64.const 9) (i64.const 10))
          i64.add i64.mul i64.sub i64.add i64.mul i64.sub i64.add i64.mul
          local.set $t i64.extend_i32_s local.get $t i64.mul local.get $sum i64.add local.set $sum))
      (local.set $sum (i64.add (i64.const 1000) (local.get $sum)))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
    (i32.wrap_i64 (local.get $sum)))
  (func $again (export "again") (param i32) (result i32)
    (block $outer (result exnref)
      (block $inner (result exnref)
        (try_table (result i32) (catch_all_ref $inner) (call $thrower (local.get 0)))
        (return))
      (try_table (param exnref) (catch_ref $none $outer) (throw_ref))
      unreachable)
    (drop) (i32.const 77))
  (func (export "nested") (param i32) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $one $h)
        (block $n
          (return (try_table (result i32) (catch $none $n) (call $again (local.get 0)))))
        (i32.const -7))))
  (func (export "local") (param i32) (result i32)
    (block $h (result i32)
      (try_table (result i32) (catch $one $h)
        (if (local.get 0) (then (throw $one (i32.add (local.get 0) (i32.const 1)))))
        (i32.const 5))))
  (func (export "tailed") (param i32) (result i32)
    (block $h (result i32) (try_table (result i32) (catch $one $h) (call $tail (local.get 0)))))
  (func (export "uncaught") (param i32) (result i32) (call $tail (local.get 0)))
  (func (export "many") (param i32) (result i32)
    (local $i i32)
    (loop $l
      (block $c (try_table (catch_all $c) (drop (call $thrower (i32.const 2)))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0))))
    (local.get $i)))`;

const i32 = (value: number): WireValue => numeric('i32', BigInt(value));
const calls: readonly (readonly [string, number])[] = [
  'catch',
  'wide',
  'again',
  'nested',
  'local',
  'tailed',
  'uncaught',
].flatMap((name) => [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 13].map((argument) => [name, argument] as const));

/** Without offsets of traps, which depend on nothing here but are told by our engines only. */
function outcomes(engine: Engine, bytes: Uint8Array, change: (module: AotModule) => void = () => {}): CallOutcome[] {
  const session = engine.session(engine.features);
  const compiled = session.compile(bytes);
  change(compiled as unknown as AotModule);
  const made = session.instantiate(compiled, () => undefined);
  assert.ok(made.kind === 'instance', made.kind);
  const shown = calls.map(([name, argument]) => session.invoke(made.instance, name, [i32(argument)]));
  session.close();
  return shown;
}

const levels: readonly AotOptions[] = [
  {...defaultAotOptions, level: 0},
  defaultAotOptions,
  {...defaultAotOptions, gcStress: true},
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((chaos) => ({...defaultAotOptions, chaos})),
] as readonly AotOptions[];

for (const key of ['aot-x64', 'aot-arm64'] as const) {
  const here = engineStatus(key);
  test(`exceptions do in compiled code what they do in the interpreter: ${key}`, {
    skip: here.available ? false : here.reason,
  }, async () => {
    const bytes = await parseText(text);
    const expected = outcomes(openEngineHere('interpreter', defaultAotOptions), bytes);
    assert.ok(expected.filter(({kind}) => kind === 'exception').length > 5);
    for (const options of levels) {
      const engine = openEngineHere(key, options);
      assert.deepEqual(outcomes(engine, bytes), expected, JSON.stringify(options));
      engine.close();
    }
  });
}

test('a million exceptions do not exhaust the memory', {skip}, async () => {
  const engine = openEngineHere('aot-x64', defaultAotOptions);
  const session = engine.session(engine.features);
  const made = session.instantiate(session.compile(await parseText(text)), () => undefined);
  assert.ok(made.kind === 'instance', made.kind);
  const outcome = session.invoke(made.instance, 'many', [i32(1_000_000)]);
  assert.deepEqual(outcome, {kind: 'return', values: [i32(1_000_000)]});
  engine.close();
});

test('a table without its landing pads is noticed', {skip}, async () => {
  const bytes = await parseText(text);
  const engine = openEngineHere('aot-x64', defaultAotOptions);
  const right = outcomes(engine, bytes);
  const wrong = outcomes(engine, bytes, ({image}) => {
    for (let i = 1; i < image.unwind.sites.length; i += 3) image.unwind.sites[i] = -1;
  });
  assert.notDeepEqual(wrong, right);
  engine.close();
});
