/**
 * Where code traps: every engine of ours names the same instruction, also where the compiler has folded it into another one,
 * inlined the function around it or joined it with a neighbour, and what a store has written before is the same.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {numeric} from '#engine/base/wire-value.ts';
import {CodeReader} from '#engine/binary/code.ts';
import {decode} from '#engine/binary/decode.ts';
import {mnemonicOf} from '#engine/binary/instructions.ts';
import {parseText} from '#engine/text.ts';
import {supported} from '#engine/wasm/features.ts';
import {generateCase, generatedFeatures} from '#generators/index.ts';
import {adopt} from '../../adopt.ts';
import {examine} from '../../oracle/examine.ts';
import type {Engine} from '../engine.ts';
import type {Observation} from '../observation.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';

const keys = (['aot-x64', 'aot-arm64'] as const).filter((key) => engineStatus(key).available);
const skip = keys.length === 0 ? 'no runner is here' : false;
const variants: readonly AotOptions[] = [
  {...defaultAotOptions, level: 0},
  defaultAotOptions,
  {...defaultAotOptions, chaos: 3},
];

const END = 65536;
/** The body of a function with an address in local 0, and the instructions of it that trap. */
const scenarios = {
  'a load that is an operand': ['(i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.load (local.get 0)))', 'i32.load'],
  'a load that is compared': ['(i32.lt_s (i32.load offset=4 (local.get 0)) (i32.const 5))', 'i32.load'],
  'a load that is extended': ['(i32.wrap_i64 (i64.extend_i32_u (i32.load8_s (local.get 0))))', 'i32.load8_s'],
  'a vector that is an operand': [
    '(i32x4.extract_lane 1 (i32x4.add (v128.const i32x4 1 2 3 4) (v128.load (local.get 0))))',
    'v128.load',
  ],
  'the lower one of neighbours, first': [
    '(i32.add (i32.load (local.get 0)) (i32.load offset=4 (local.get 0)))',
    'i32.load',
  ],
  'the upper one of neighbours, last': [
    '(i32.add (i32.load (i32.sub (local.get 0) (i32.const 4))) (i32.load (local.get 0)))',
    'i32.load',
  ],
  'stores to neighbours': [
    '(i64.store (i32.sub (local.get 0) (i32.const 8)) (i64.const -1)) (i64.store (local.get 0) (i64.const -1)) (i32.const 0)',
    'i64.store',
  ],
  'a load of a lane': [
    '(i32x4.extract_lane 0 (v128.load32_lane 2 (local.get 0) (v128.const i32x4 1 2 3 4)))',
    'v128.load32_lane',
  ],
  'a division in a sum': ['(i32.add (i32.const 1) (i32.div_s (local.get 0) (i32.const 0)))', 'i32.div_s'],
  'an atomic access that is not aligned': ['(i32.atomic.rmw.add (i32.const 2) (i32.const 1))', 'i32.atomic.rmw.add'],
  'a call of the runner before an access': [
    '(memory.fill (local.get 0) (i32.const 1) (i32.const 4)) (i32.load (i32.const 65533))',
    'i32.load|memory.fill',
  ],
  'a function that is inlined': ['(i32.add (i32.const 1) (call $load (local.get 0)))', 'i32.load16_u'],
} as const satisfies Record<string, readonly [body: string, instructions: string]>;

const moduleText = (body: string): string => `(module (memory (export "m") 1 1)
  (func $load (param i32) (result i32) (i32.load16_u (local.get 0)))
  (func (export "f") (param i32) (result i32) ${body}))`;

/** Name of the instruction at an offset of the module. */
function nameAt(bytes: Uint8Array, offset: number): string {
  for (const {code} of decode(bytes, supported).bodies) {
    const reader = new CodeReader(code);
    while (!reader.isAtEnd) {
      reader.next();
      if (reader.offset === offset) return mnemonicOf(reader.op);
    }
  }
  return 'nothing';
}

for (const [name, [body, instructions]] of Object.entries(scenarios)) {
  test(`${name}: all engines of ours trap at the same place and leave the same memory`, {skip}, async () => {
    const bytes = await parseText(moduleText(body));
    const calls = [-1, -2, -3, -4, -7, -8, -15, 0].map((from) => ({
      name: 'f',
      args: [numeric('i32', BigInt(END + from))],
    }));
    const testCase = adopt(bytes, 1, calls);
    const observe = (engine: Engine): Observation => engine.runCase(testCase, {timeoutMs: 5000});
    const expected = observe(openEngineHere('interpreter', defaultAotOptions));
    assert.ok(expected.status === 'ran');
    const traps = expected.calls.flatMap(({outcome}) => (outcome.kind === 'trap' ? [outcome.offset] : []));
    assert.ok(traps.length > 0, 'something traps');
    assert.deepEqual(
      [...new Set(traps.map((offset) => nameAt(bytes, offset!)))].sort(),
      instructions.split('|').sort(),
    );
    for (const key of keys) {
      for (const options of variants) {
        const engine = openEngineHere(key, options);
        assert.deepEqual(observe(engine), expected, `${key} ${JSON.stringify(options)}`);
        engine.close();
      }
    }
  });
}

test('a builtin that traps is not taken for the trap it was to return to', {skip}, async () => {
  const bytes = await parseText(
    '(module (type $a (array (mut i8))) (data $d "abc") (func (export "f")' +
      ' (drop (array.new_data $a $d (i32.const 41) (i32.const 8))) (unreachable)))',
  );
  const testCase = adopt(bytes, 1, null);
  for (const options of variants) {
    const engines = ['interpreter' as const, ...keys].map((key) => openEngineHere(key, options));
    const {verdict} = examine(engines, testCase, (engine) => engine.runCase(testCase, {timeoutMs: 5000}));
    assert.equal(verdict.kind, 'agree', JSON.stringify(verdict));
    for (const engine of engines) engine.close();
  }
});

const CASES = 40;
const ROOT = '5eed0b1100000099';

test(`generated cases trap at the same places, seed ${ROOT}`, {skip}, (t) => {
  let places = 0;
  for (const options of variants) {
    const engines = ['interpreter' as const, ...keys].map((key) => openEngineHere(key, options));
    for (let index = 0; index < CASES; index++) {
      const testCase = generateCase(ROOT, index, {features: generatedFeatures});
      const {verdict, observations} = examine(engines, testCase, (engine) =>
        engine.runCase(testCase, {timeoutMs: 5000}),
      );
      assert.notEqual(verdict.kind, 'differ', `${ROOT}:${index} ${JSON.stringify(verdict)}`);
      const shown = observations.interpreter;
      if (shown?.status === 'ran')
        places += shown.calls.filter(({outcome}) => outcome.kind === 'trap' && outcome.offset !== null).length;
    }
    for (const engine of engines) engine.close();
  }
  t.diagnostic(`${places} places`);
  assert.ok(places > CASES);
});
