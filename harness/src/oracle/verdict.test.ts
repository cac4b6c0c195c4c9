import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import type {TrapName} from '#engine/base/traps.ts';
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {CallObservation, CallOutcome, Observation, Observations, StateDigest} from '../engines/observation.ts';
import {judge} from './verdict.ts';

const emptyState: StateDigest = {memories: [], globals: [], tables: []};
const returns = (...values: WireValue[]): CallOutcome => ({kind: 'return', values});
const traps = (...names: TrapName[]): CallOutcome => ({
  kind: 'trap',
  traps: names,
  offset: null,
});
const call = (outcome: CallOutcome, state = emptyState, trace = {count: 0, hash: 0}): CallObservation => ({
  outcome,
  state,
  trace,
});
const ran = (...calls: CallObservation[]): Observation => ({status: 'ran', instantiation: returns(), calls});
const i32 = (n: number): WireValue => numeric('i32', BigInt(n));
const one = ran(call(returns(i32(1))));
const two = ran(call(returns(i32(2))));

function differs(observations: Observations) {
  const verdict = judge(observations);
  assert.equal(verdict.kind, 'differ');
  return verdict.divergence;
}

const outcome: fc.Arbitrary<CallOutcome> = fc.oneof(
  fc.integer().map((n) => returns(i32(n))),
  fc.constant(traps('unreachable')),
  fc.constant<CallOutcome>({kind: 'exhaustion', resource: 'stack'}),
);
const memory = fc.nat().map((digest): StateDigest => ({...emptyState, memories: [{name: 'm', bytes: 65536, digest}]}));
const observation = fc
  .array(fc.record({outcome, state: memory, trace: fc.record({count: fc.nat(), hash: fc.nat()})}), {maxLength: 4})
  .map((calls): Observation => ({status: 'ran', instantiation: returns(), calls}));

test('engines that show the same agree, whatever it is', () => {
  fc.assert(
    fc.property(observation, (o) => {
      assert.equal(judge({interpreter: o, 'aot-x64': o, v8: o}).kind, 'agree');
    }),
    {seed: 7},
  );
});

test('one liar among three is noticed and blamed, whoever lies', () => {
  fc.assert(
    fc.property(fc.constantFrom<EngineKey>('interpreter', 'aot-x64', 'v8'), fc.nat(), fc.nat(), (liar, digest, lie) => {
      const honest = ran(call(returns(i32(3)), {...emptyState, memories: [{name: 'm', bytes: 65536, digest}]}));
      const lying = ran(
        call(returns(i32(3)), {...emptyState, memories: [{name: 'm', bytes: 65536, digest: digest + 1 + lie}]}),
      );
      const divergence = differs({interpreter: honest, 'aot-x64': honest, v8: honest, [liar]: lying});
      assert.deepEqual(divergence.suspects, [liar]);
      assert.equal(divergence.kind, 'state');
      assert.equal(divergence.channel, 'memory m');
    }),
    {seed: 8},
  );
});

test('who traps elsewhere is noticed, and who does not know where is believed', () => {
  const at = (offset: number | null): Observation => ran(call({kind: 'trap', traps: ['unreachable'], offset}));
  const divergence = differs({interpreter: at(16), 'aot-x64': at(20), 'aot-arm64': at(16), v8: at(null)});
  assert.deepEqual(divergence.suspects, ['aot-x64']);
  assert.equal(divergence.kind, 'trap');
  assert.equal(divergence.channel, 'trap place');
  assert.equal(judge({interpreter: at(16), 'aot-x64': at(16), v8: at(null)}).kind, 'agree');
});

test('a family is one voice: two V8 tiers do not outvote the interpreter and the compiler', () => {
  const divergence = differs({interpreter: one, 'aot-x64': one, v8: two, 'v8-liftoff': two, 'v8-turbofan': two});
  assert.deepEqual(divergence.suspects, ['v8', 'v8-liftoff', 'v8-turbofan']);
  assert.equal(divergence.partition, '{v8,v8-liftoff,v8-turbofan}≠{aot-x64,interpreter}');
});

test('a tie goes to the more trusted engine', () => {
  assert.deepEqual(differs({interpreter: one, v8: two}).suspects, ['v8']);
  assert.deepEqual(differs({'aot-x64': one, v8: two}).suspects, ['aot-x64']);
});

test('NaN payloads may differ, a NaN and a number may not', () => {
  const value = (bits: bigint) => ran(call(returns(numeric('f64', bits))));
  const verdict = judge({interpreter: value(0x7ff8000000000000n), v8: value(0xfff8000000000001n)});
  assert.deepEqual(verdict, {kind: 'agree', compared: 1, legal: ['nan-payload']});
  assert.equal(differs({interpreter: value(0x7ff8000000000000n), v8: value(0n)}).kind, 'value');
});

test('a signalling NaN was never chosen: its bits count', () => {
  const value = (bits: bigint) => ran(call(returns(numeric('f32', bits))));
  assert.equal(differs({interpreter: value(0x7fc00000n), v8: value(0x7fa00000n)}).kind, 'value');
});

const vector = (...lanes: bigint[]) =>
  ran(
    call(
      returns(
        numeric(
          'v128',
          lanes.reduceRight((sum, lane) => (sum << BigInt(128 / lanes.length)) | lane),
        ),
      ),
    ),
  );
const f32x4 = [{lanes: ['f32x4'] as const}];
const f64x2 = [{lanes: ['f64x2'] as const}];
const lane32 = fc.bigInt({min: 0n, max: 0xffffffffn});
const nan32 = fc.bigInt({min: 0n, max: 0x3fffffn}).map((payload) => 0x7fc00000n | payload);

test('NaN lanes may differ in a result whose lanes are floats, one number or one signalling NaN among them may not', () => {
  fc.assert(
    fc.property(fc.array(lane32, {minLength: 4, maxLength: 4}), nan32, nan32, fc.nat(3), (lanes, a, b, at) => {
      const honest = vector(...lanes.with(at, a));
      assert.equal(judge({interpreter: honest, v8: vector(...lanes.with(at, b))}, f32x4).kind, 'agree');
      for (const lie of [0x7fa00001n, 0x7f800000n, a ^ 0x40000000n, 0n]) {
        const verdict = judge({interpreter: honest, v8: vector(...lanes.with(at, lie))}, f32x4);
        assert.equal(verdict.kind, 'differ', `${lie}`);
      }
    }),
    {seed: 9},
  );
});

test('lanes are looked at in their own width', () => {
  const left = {interpreter: vector(0x7ff8000000000001n, 1n)};
  assert.equal(judge({...left, v8: vector(0xfff8000000000002n, 1n)}, f64x2).kind, 'agree');
  assert.equal(judge({...left, v8: vector(0xfff8000000000002n, 1n)}, f32x4).kind, 'differ');
  assert.equal(judge({...left, v8: vector(0xfff8000000000002n, 2n)}, f64x2).kind, 'differ');
});

test('vectors are exact where nothing says that their lanes are floats', () => {
  const verdict = judge({interpreter: vector(0x7fc00000n, 0n, 0n, 0n), v8: vector(0x7fc00001n, 0n, 0n, 0n)});
  assert.equal(verdict.kind, 'differ');
});

test('trap causes must meet: another cause is a finding, a merged wording is not', () => {
  const right = ran(call(traps('integer-overflow')));
  assert.equal(
    judge({interpreter: right, v8: ran(call(traps('integer-overflow', 'invalid-conversion')))}).kind,
    'agree',
  );
  assert.equal(differs({interpreter: right, v8: ran(call(traps('unreachable')))}).kind, 'trap');
});

test('an unaligned atomic access may be told as out of bounds, and as nothing else', () => {
  const unaligned = ran(call(traps('unaligned-atomic')));
  const bounds = ran(call(traps('memory-out-of-bounds')));
  assert.deepEqual(judge({interpreter: unaligned, v8: bounds}), {kind: 'agree', compared: 1, legal: ['atomic-trap']});
  assert.equal(differs({interpreter: unaligned, v8: ran(call(traps('unreachable')))}).kind, 'trap');
  assert.equal(differs({interpreter: unaligned, v8: ran(call(returns()))}).kind, 'trap');
});

test('exhaustion poisons the rest of the case, not what came before it', () => {
  const exhausted = call({kind: 'exhaustion', resource: 'stack'});
  assert.equal(
    judge({
      interpreter: ran(call(returns()), exhausted, call(returns(i32(1)))),
      v8: ran(call(returns()), call(returns()), call(returns(i32(2)))),
    }).kind,
    'agree',
  );
  assert.equal(
    differs({interpreter: ran(call(returns(i32(1))), exhausted), v8: ran(call(returns(i32(2))), exhausted)}).step,
    0,
  );
});

test('an engine that dies, hangs, or refuses a module that others accept is the suspect', () => {
  const crashed: Observation = {status: 'crash', detail: 'SIGSEGV'};
  assert.equal(differs({interpreter: one, 'aot-x64': crashed, v8: one}).kind, 'crash');
  assert.equal(differs({interpreter: one, 'aot-x64': ran(call({kind: 'timeout'})), v8: one}).kind, 'timeout');
  const rejected: Observation = {status: 'rejected', error: 'invalid', message: 'type mismatch', offset: 9};
  assert.deepEqual(differs({interpreter: one, 'aot-x64': one, v8: rejected}).suspects, ['v8']);
});

test("what only one voice supports is unsupported, by the features' names", () => {
  const verdict = judge({interpreter: one, 'aot-x64': {status: 'unsupported', feature: 'simd'}});
  assert.deepEqual(verdict, {kind: 'unsupported', features: ['simd']});
});
