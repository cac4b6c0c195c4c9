import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import type {HostScript} from '#engine/runtime/host-script.ts';
import {parseText} from '#engine/text.ts';
import {wasm3} from '#engine/wasm/features.ts';
import type {Case} from '#generators/case.ts';
import {adopt} from '../adopt.ts';
import type {Instance, Session} from './engine.ts';
import type {Observation} from './observation.ts';
import {mayBeInvalid, mayBeMalformed} from './rejected.ts';
import {V8Engine} from './v8.ts';

const v8 = new V8Engine();

async function instanceOf(session: Session, text: string): Promise<Instance> {
  const result = session.instantiate(session.compile(await parseText(text)), () => undefined);
  assert.equal(result.kind, 'instance');
  return (result as {instance: Instance}).instance;
}

const KINDS: readonly NumericKind[] = ['i32', 'i64', 'f32', 'f64', 'v128'];

test('bits of every kind come back as they went, NaN payloads and vectors too', async () => {
  const session = v8.session(wasm3);
  const types = KINDS.join(' ');
  const instance = await instanceOf(
    session,
    `(module (func (export "swap") (param ${types}) (result ${types}) ${KINDS.map((_, i) => `local.get ${i}`).join(' ')}))`,
  );
  const values = fc.tuple(
    ...KINDS.map((kind) => fc.bigInt({min: 0n, max: (1n << 128n) - 1n}).map((bits) => numeric(kind, bits))),
  );
  fc.assert(
    fc.property(values, (args) =>
      assert.deepEqual(session.invoke(instance, 'swap', args), {kind: 'return', values: args}),
    ),
    {seed: 1, numRuns: 300},
  );
});

test('NaN payloads of parameters, results and globals survive', async () => {
  const session = v8.session(wasm3);
  const instance = await instanceOf(
    session,
    `(module
    (global (export "g") f32 (f32.const nan:0x200001))
    (func (export "id") (param f32) (result f32) local.get 0))`,
  );
  const signaling: WireValue = {kind: 'f32', bits: 0xffa00001n};
  assert.deepEqual(session.invoke(instance, 'id', [signaling]), {kind: 'return', values: [signaling]});
  assert.deepEqual(session.readGlobal(instance, 'g'), {kind: 'f32', bits: 0x7fa00001n});
});

test('what a reference is can be told, concrete types included', async () => {
  const session = v8.session(wasm3);
  const instance = await instanceOf(
    session,
    `(module
    (type $s (struct (field i32))) (type $a (array i8)) (rec (type $f (func (result (ref $s)))) (type $g (func)))
    (func (export "struct") (type $f) (struct.new_default $s))
    (func (export "array") (result (ref null $a)) (array.new_default $a (i32.const 3)))
    (func (export "i31") (result anyref) (ref.i31 (i32.const -5)))
    (func (export "any") (param externref) (result anyref) (any.convert_extern (local.get 0)))
    (func (export "extern") (param externref) (result externref) (local.get 0))
    (func (export "func") (result funcref) (ref.func 0))
    (func (export "none") (result nullref exnref externref funcref) (ref.null none) (ref.null exn) (ref.null extern) (ref.null func)))`,
  );
  const call = (name: string, ...args: WireValue[]): unknown => session.invoke(instance, name, args);
  assert.deepEqual(call('struct'), {kind: 'return', values: [{kind: 'struct'}]});
  assert.deepEqual(call('array'), {kind: 'return', values: [{kind: 'array'}]});
  assert.deepEqual(call('i31'), {kind: 'return', values: [{kind: 'i31', value: -5}]});
  assert.deepEqual(call('any', {kind: 'extern', id: 7}), {kind: 'return', values: [{kind: 'host', id: 7}]});
  assert.deepEqual(call('extern', {kind: 'extern', id: 7}), {kind: 'return', values: [{kind: 'extern', id: 7}]});
  assert.deepEqual(call('func'), {kind: 'return', values: [{kind: 'func'}]});
  assert.deepEqual(call('none'), {
    kind: 'return',
    values: [{kind: 'null'}, {kind: 'null'}, {kind: 'null'}, {kind: 'null'}],
  });
});

test('traps, exhaustion and exceptions are told apart', async () => {
  const session = v8.session(wasm3);
  const instance = await instanceOf(
    session,
    `(module (tag $t) (memory 1)
    (func (export "divide") (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
    (func (export "load") (result i32) (i32.load (i32.const 65533)))
    (func $deep (export "deep") (call $deep))
    (func (export "throw") (throw $t)))`,
  );
  assert.deepEqual(session.invoke(instance, 'divide', []), {
    kind: 'trap',
    traps: ['integer-divide-by-zero'],
    offset: null,
  });
  assert.deepEqual(session.invoke(instance, 'load', []), {kind: 'trap', traps: ['memory-out-of-bounds'], offset: null});
  assert.deepEqual(session.invoke(instance, 'deep', []), {kind: 'exhaustion', resource: 'stack'});
  assert.deepEqual(session.invoke(instance, 'throw', []), {kind: 'exception', payload: null});
});

test('a rejected module may be malformed or invalid, a limit of V8 is neither', async () => {
  const session = v8.session(wasm3);
  assert.throws(
    () => session.compile(Uint8Array.of(0, 1, 2)),
    (error) => mayBeMalformed(error) && mayBeInvalid(error),
  );
  const huge = await parseText('(module (memory i64 0x1_0000_0000))');
  assert.throws(() => session.compile(huge), {name: 'Unsupported', feature: 'V8 limit: memories of 262144 pages'});
});

const host: HostScript = {
  seed: 7,
  functions: [
    {
      name: 'a',
      params: ['f32', 'i64'],
      results: ['f64', 'i32'],
      actions: [{kind: 'log'}, {kind: 'write', memory: 0, address: 8, width: 4, value: 0xdeadbeefn}],
    },
    {
      name: 'grow',
      params: [],
      results: [],
      actions: [
        {kind: 'grow', memory: 0, pages: 1},
        {kind: 'call', name: 'back', args: [{kind: 'i32', bits: 5n}], depth: 1},
      ],
    },
    {name: 'trap', params: [], results: [], actions: [{kind: 'trap', after: 1}]},
  ],
};

async function caseOf(...calls: string[]): Promise<Case> {
  const bytes = await parseText(`(module
    (import "host" "a" (func $a (param f32 i64) (result f64 i32))) (import "host" "grow" (func $grow)) (import "host" "trap" (func $trap))
    (memory (export "m") 1 4) (global $g (export "g") (mut f64) (f64.const 1)) (table (export "t") 2 funcref) (elem (i32.const 1) func $trap)
    (func (export "run") (result i32) (call $a (f32.const nan:0x1234) (i64.const -1)) (drop) (drop) (i32.load (i32.const 8)))
    (func (export "back") (param i32) (global.set $g (f64.convert_i32_s (local.get 0))))
    (func (export "grow") (call $grow))
    (func (export "trap") (call $trap)))`);
  return {
    root: '0'.repeat(16),
    index: 0,
    generator: {version: '1', profile: 'test'},
    modules: [bytes],
    host,
    calls: calls.map((name) => ({module: 0, name, args: []})),
  };
}

test('a case shows outcomes, exported state and host calls', async () => {
  const seen = v8.runCase(await caseOf('run', 'grow', 'trap', 'trap'), {timeoutMs: 1000});
  assert.equal(seen.status, 'ran');
  const {calls} = seen as Extract<Observation, {status: 'ran'}>;
  assert.deepEqual(calls[0]?.outcome, {kind: 'return', values: [{kind: 'i32', bits: 0xdeadbeefn}]});
  assert.deepEqual(
    calls.map(({state}) => state.memories[0]?.bytes),
    [65536, 131072, 131072, 131072],
  );
  assert.deepEqual(calls[1]?.state.globals, [{name: 'g', value: {kind: 'f64', bits: 0x4014000000000000n}}]);
  assert.deepEqual(
    calls.map(({trace}) => trace.count),
    [1, 2, 3, 4],
  );
  assert.deepEqual(
    calls.map(({outcome}) => outcome.kind),
    ['return', 'return', 'return', 'trap'],
  );
  assert.deepEqual(calls[3]?.outcome, {kind: 'trap', traps: ['host'], offset: null});
  assert.equal(calls[0]?.state.tables[0]?.length, 2);
});

test('the same case shows the same again', async () => {
  const testCase = await caseOf('run', 'grow', 'trap', 'trap');
  assert.deepEqual(v8.runCase(testCase, {timeoutMs: 1000}), v8.runCase(testCase, {timeoutMs: 1000}));
});

test('a proposal that V8 does not have is unsupported by name, other rejections are rejections', async () => {
  const shown = async (text: string): Promise<Observation> =>
    v8.runCase(adopt(await parseText(text), 0, []), {timeoutMs: 1000});
  const wide = '(module (func (param i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 0))))';
  assert.deepEqual(await shown(wide), {status: 'unsupported', feature: 'wide-arithmetic'});
  const pages = '(module (memory 1 (pagesize 1)))';
  assert.deepEqual(await shown(pages), {status: 'unsupported', feature: 'custom-page-sizes'});
  assert.equal((await shown('(module (func (result i32) (i64.const 0)))')).status, 'rejected');
});
