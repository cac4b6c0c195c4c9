/**
 * Vector instructions that a target does together with others, in emitted code against the interpreter: sums with products,
 * comparisons with zero, lanes from one vector to another, tests that branch, and their like, on edge and random bits.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {bits32, bits64} from '#engine/numeric/edge-bits.ts';
import {parseText} from '#engine/text.ts';
import {NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {simd} from '#engine/wasm/opcodes.ts';
import {typeName} from '#engine/wasm/types.ts';
import type {Engine, Instance, Session} from '../engine.ts';
import type {CallOutcome} from '../observation.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';
import {knownProfileOf, whileFollowing} from '../relaxed.ts';

const [A, B, C] = ['(local.get 0)', '(local.get 1)', '(local.get 2)'];
const [I, L, F, D] = ['(local.get 3)', '(local.get 4)', '(local.get 5)', '(local.get 6)'];
const kinds: readonly NumericKind[] = ['v128', 'v128', 'v128', 'i32', 'i64', 'f32', 'f64'];
const ZERO = '(v128.const i64x2 0 0)';
const shapes = [
  ['i8x16', 8, 16],
  ['i16x8', 16, 8],
  ['i32x4', 32, 4],
  ['i64x2', 64, 2],
] as const;
const names = Object.values(simd.rows).map(([opcode]) => NAME[opcode as number] as string);
const OPCODES = new Map(
  Object.values(simd.rows).map(([opcode]) => [NAME[opcode as number] as string, opcode as number]),
);
const withPrefix = (prefix: RegExp): string[] => names.filter((name) => prefix.test(name));

const vectors: string[] = [];
const integers: string[] = [];
const doubles: string[] = [];

// Sums and differences with a part.
for (const [shape, bits] of shapes) {
  const parts = [
    ...withPrefix(new RegExp(`^${shape}\\.(mul|extmul_\\w+)$`)).map((name) => `(${name} ${A} ${B})`),
    ...withPrefix(new RegExp(`^${shape}\\.(extend|extadd)_\\w+$`)).map((name) => `(${name} ${A})`),
    ...[0, 1, bits - 1].flatMap((n) => [
      `(${shape}.shr_s ${A} (i32.const ${n}))`,
      `(${shape}.shr_u ${A} (i32.const ${n}))`,
    ]),
  ];
  for (const part of parts)
    for (const op of ['add', 'sub'])
      vectors.push(
        `(${shape}.${op} ${C} ${part})`,
        `(${shape}.${op} ${part} ${C})`,
        `(${shape}.${op} ${part} ${part.replace(A as string, C as string)})`,
      );
  // Fields put together.
  for (const [up, down] of [
    [1, bits - 1],
    [bits / 2, bits / 2],
    [bits - 1, bits - 2],
    [2, 3],
    [3, 0],
  ])
    for (const [left, right] of [
      [A, A],
      [A, B],
    ]) {
      const [shl, shr] = [`(${shape}.shl ${left} (i32.const ${up}))`, `(${shape}.shr_u ${right} (i32.const ${down}))`];
      vectors.push(`(v128.or ${shl} ${shr})`, `(v128.or ${shr} ${shl})`);
    }
}

// Comparisons with zero.
for (const name of withPrefix(/x\d+\.(eq|ne|[lg][te](_[su])?)$/)) {
  vectors.push(`(${name} ${A} ${ZERO})`, `(${name} ${ZERO} ${A})`, `(${name} (v128.and ${A} ${B}) ${ZERO})`);
  for (const test of ['i8x16.all_true', 'i32x4.all_true', 'i64x2.all_true', 'i32x4.bitmask', 'v128.any_true'])
    integers.push(`(${test} (${name} ${A} ${B}))`, `(i32.eqz (${test} (${name} ${A} ${A})))`);
}

// Logic with constants and complements.
for (const words of [
  '0xff 0xff 0xff 0xff',
  '0xffffff00 0xffffff00 0xffffff00 0xffffff00',
  '0xff00ff 0xff00ff 0xff00ff 0xff00ff',
  '0xff00ff00 0xff00ff00 0xff00ff00 0xff00ff00',
  '0x7fffffff 0x7fffffff 0x7fffffff 0x7fffffff',
  '1 2 3 4',
  '7 7 0 0',
])
  for (const op of ['and', 'or', 'andnot', 'xor'])
    vectors.push(
      `(v128.${op} ${A} (v128.const i32x4 ${words}))`,
      `(v128.${op} (v128.const i32x4 ${words}) ${A})`,
      `(v128.${op} ${A} (v128.not ${B}))`,
      `(v128.${op} (v128.not ${A}) ${B})`,
    );
for (const kept of [A, B, C]) vectors.push(`(v128.xor ${kept} (v128.bitselect (v128.not ${A}) (i8x16.neg ${B}) ${C}))`);
for (const kept of [A, B, C]) vectors.push(`(v128.xor (v128.bitselect ${A} ${B} ${C}) ${kept})`);
vectors.push(`(v128.bitselect (v128.not ${A}) (v128.not ${B}) ${C})`);

// Lanes from one vector to another, in zero, and of all.
for (const to of names.filter((name) => name.endsWith('.splat')))
  for (const from of withPrefix(/extract_lane/)) {
    const kind = (name: string): string =>
      name.startsWith('i64') ? 'i64' : /^i/.test(name) ? 'i32' : name.slice(0, 3);
    if (kind(to) !== kind(from)) continue;
    const replace = to.replace('splat', 'replace_lane');
    vectors.push(
      `(${to} (${from} 1 ${A}))`,
      `(${replace} 1 ${B} (${from} 1 ${A}))`,
      `(${replace} 0 ${B} (${from} 0 ${B}))`,
    );
    vectors.push(`(${replace} 0 ${ZERO} (${from} 1 ${A}))`, `(${replace} 1 ${ZERO} (${from} 0 ${A}))`);
  }
for (const [shape, scalar] of [
  ['i8x16', I],
  ['i16x8', I],
  ['i32x4', I],
  ['i64x2', L],
  ['f32x4', F],
  ['f64x2', D],
])
  for (const lane of [0, 1]) vectors.push(`(${shape}.replace_lane ${lane} ${ZERO} ${scalar})`);
for (const name of withPrefix(/^i(8|16|32).*extract_lane/))
  integers.push(`(i32.wrap_i64 (i64.shr_u (i64.extend_i32_s (${name} 2 ${A})) (i64.const 31)))`);

// Products by one lane.
for (const [shape, scalar] of [
  ['f32x4', F],
  ['f64x2', D],
]) {
  const other = shape === 'f32x4' ? `(f64x2.splat ${D})` : `(f32x4.splat ${F})`;
  const factors = [`(${shape}.splat ${scalar})`, `(${shape}.splat (${shape}.extract_lane 1 ${B}))`, other];
  for (const factor of factors) {
    doubles.push(
      `(${shape}.mul ${A} ${factor})`,
      `(${shape}.mul ${factor} ${A})`,
      `(${shape}.mul ${factor} ${factor})`,
    );
    doubles.push(`(${shape}.add (${shape}.mul ${A} ${factor}) ${factor})`);
    for (const op of ['relaxed_madd', 'relaxed_nmadd']) doubles.push(`(${shape}.${op} ${A} ${factor} ${C})`);
  }
}

// Shifts with lanes that become narrower or wider, distances, and signs of results.
for (const name of withPrefix(/narrow/))
  for (const n of [0, 1, 7, 8, 9, 16, 17])
    for (const op of ['shr_s', 'shr_u']) {
      const shift = (of: string): string => `(${/_(i\d+x\d+)/.exec(name)![1]}.${op} ${of} (i32.const ${n}))`;
      vectors.push(`(${name} ${shift(A!)} ${shift(B!)})`, `(${name} ${shift(A!)} ${B})`);
    }
for (const name of withPrefix(/\.extend_/))
  for (const n of [0, 1, 7, 8, 15, 31]) vectors.push(`(${name.split('.')[0]}.shl (${name} ${A}) (i32.const ${n}))`);
for (const [shape] of shapes.slice(0, 3))
  for (const sign of ['s', 'u']) {
    vectors.push(`(${shape}.sub (${shape}.max_${sign} ${A} ${B}) (${shape}.min_${sign} ${B} ${A}))`);
    vectors.push(`(${shape}.sub (${shape}.max_${sign} ${A} ${B}) (${shape}.min_${sign} ${A} ${C}))`);
    if (shape !== 'i32x4')
      vectors.push(`(v128.or (${shape}.sub_sat_${sign} ${A} ${B}) (${shape}.sub_sat_${sign} ${B} ${A}))`);
  }
for (const [shape, scalar, value] of [
  ['f32x4', 'f32', F],
  ['f64x2', 'f64', D],
]) {
  doubles.push(`(${shape}.abs (${shape}.sub ${A} ${B}))`, `(${shape}.neg (${shape}.mul ${A} ${B}))`);
  for (const part of [`(${scalar}.abs (${scalar}.sub`, `(${scalar}.neg (${scalar}.mul`])
    doubles.push(`(${shape}.splat ${part} ${value} (${shape}.extract_lane 1 ${A}))))`);
}

// Sums of lanes, of one vector and of several.
const lane = (n: number, of: string): string => `(i32x4.extract_lane ${n} ${of})`;
const add = (left: string, right: string): string => `(i32.add ${left} ${right})`;
for (const lanes of [
  [0, 1, 2, 3],
  [3, 1, 0, 2],
  [0, 1, 2, 2],
])
  for (const last of [A!, B!]) {
    const [w, x, y, z] = lanes.map((n, i) => lane(n, i === 3 ? last : A!)) as [string, string, string, string];
    integers.push(add(add(add(w, x), y), z), add(add(w, x), add(y, z)), add(w, add(x, add(y, z))));
    integers.push(add(add(add(add(w, x), y), z), I!), add(add(w, x), y));
  }
for (const lanes of [
  [0, 1],
  [1, 0],
  [1, 1],
])
  vectors.push(`(i64x2.splat (i64.add ${lanes.map((n) => `(i64x2.extract_lane ${n} ${A})`).join(' ')}))`);

// Tests that branch and select.
for (const name of withPrefix(/any_true|all_true|bitmask/)) {
  for (const value of [`(${name} ${A})`, `(i32.eqz (${name} ${A}))`, `(i32.and (${name} ${A}) (i32.eqz ${I}))`]) {
    integers.push(
      `(if (result i32) ${value} (then (i32.const 3)) (else ${I}))`,
      `(select (i32.const 5) ${I} ${value})`,
      `(block (result i32) (br_if 0 (i32.const 7) ${value}) (drop) ${I})`,
    );
  }
}

// Shuffles that put one lane in, and those of one operand or with zero.
const identity = Array.from({length: 16}, (_, i) => i);
for (const size of [1, 2, 4, 8])
  for (const [to, from] of [
    [0, 1],
    [16 / size - 1, 16 / size],
    [1, 31 & (32 / size - 1)],
  ] as const)
    for (const base of [0, 16]) {
      const lanes = identity.map((i) => (Math.floor(i / size) === to ? from * size + (i % size) : base + i));
      vectors.push(`(i8x16.shuffle ${lanes.join(' ')} ${A} ${B})`);
    }
for (const add of [0, 16])
  vectors.push(`(i8x16.shuffle ${identity.map((i) => ((7 * i + 3) & 15) + add).join(' ')} ${A} ${B})`);
for (const [left, right] of [
  [A, ZERO],
  [ZERO, A],
])
  vectors.push(`(i8x16.shuffle ${identity.map((i) => (11 * i + 5) & 31).join(' ')} ${left} ${right})`);

/** Stores of lanes by instructions that store scalars. */
for (const [store, extract] of [
  ['i32.store8', 'i8x16.extract_lane_u 3'],
  ['i32.store8', 'i16x8.extract_lane_s 1'],
  ['i32.store8', 'i32x4.extract_lane 2'],
  ['i32.store16', 'i16x8.extract_lane_u 0'],
  ['i32.store16', 'i32x4.extract_lane 3'],
  ['i32.store', 'i32x4.extract_lane 1'],
  ['i64.store32', 'i64x2.extract_lane 1'],
  ['i64.store', 'i64x2.extract_lane 1'],
  ['f32.store', 'f32x4.extract_lane 3'],
  ['f64.store', 'f64x2.extract_lane 1'],
])
  for (const offset of [0, 5, 4096, 70_000])
    vectors.push(`(block (result v128) (${store} offset=${offset} (i32.and ${I} (i32.const 15)) (${extract} ${A}))
      (v128.load offset=${offset} (i32.const 3)))`);
for (const [splat, load] of [
  ['i8x16', 'i32.load8_s'],
  ['i16x8', 'i32.load16_s'],
  ['i32x4', 'i32.load'],
  ['i64x2', 'i64.load'],
  ['f32x4', 'f32.load'],
  ['f64x2', 'f64.load'],
])
  for (const offset of [0, 5, 4096, 70_000]) {
    const loaded = `(${load} offset=${offset} (i32.and ${I} (i32.const 15)))`;
    const before = `(v128.store offset=${offset} (i32.const 1) ${A})`;
    for (const use of [
      `(${splat}.splat ${loaded})`,
      `(${splat}.replace_lane 1 ${B} ${loaded})`,
      `(${splat}.replace_lane 0 ${ZERO} ${loaded})`,
    ])
      vectors.push(`(block (result v128) ${before} ${use})`);
  }

/** Instructions whose NaNs are the machine's choice: what they give is looked at by nobody else. */
const CHOOSES =
  /^f(32|64)x\d\.(relaxed_)?(add|sub|mul|div|sqrt|min|max|madd|nmadd|ceil|floor|trunc|nearest|demote|promote)/;
const LOCALS: Readonly<Record<string, string>> = {v128: A!, i32: I!, i64: L!, f32: F!, f64: D!};
const pure = names
  .filter((name) => !/load|store|const|shuffle|relaxed/.test(name))
  .map((name) => ({name, ...SIGNATURE[OPCODES.get(name)!]!}))
  .map(({name, operands, results}) => ({
    head: `${name}${/_lane/.test(name) ? ' 1' : ''}`,
    operands: operands.map((type) => typeName(type!)),
    result: typeName(results[0]!),
    chooses: CHOOSES.test(name),
  }));

/** Every instruction as an operand of every other; so many that tests take some, and `PARALLAX_PAIRS=1` all. */
const pairs = pure.flatMap(({head, operands, result, chooses}) =>
  operands.flatMap((wanted, at) =>
    pure
      .filter((inner) => inner.result === wanted && !inner.chooses)
      .map((inner) => {
        const part = `(${inner.head} ${inner.operands.map((type) => LOCALS[type]).join(' ')})`;
        const others = operands.map((type, n) => (n === at ? part : type === 'v128' ? C : LOCALS[type]));
        return {body: `(${head} ${others.join(' ')})`, result, chooses};
      }),
  ),
);
const PAIR_STEP = process.env['PARALLAX_PAIRS'] === '1' ? 1 : 41;

const cases = [
  ...pairs.filter((_, n) => n % PAIR_STEP === 0),
  ...[...new Set(vectors)].map((body) => ({body, result: 'v128', chooses: false})),
  ...[...new Set(integers)].map((body) => ({body, result: 'i32', chooses: false})),
  ...[...new Set(doubles)].map((body) => ({body, result: 'v128', chooses: true})),
];
const source = `(module (memory 2)
  ${cases.map(({body, result}, n) => `(func (export "${n}") (param ${kinds.join(' ')}) (result ${result}) ${body})`).join('\n')})`;

const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)), {minLength: 16, maxLength: 16})
  .map((lanes) => lanes.reduce((bits, lane) => (bits << 8n) | BigInt(lane), 0n));
const words = fc
  .array(bits32, {minLength: 4, maxLength: 4})
  .map((lanes) => lanes.reduce((bits, lane) => (bits << 32n) | BigInt(lane >>> 0), 0n));
const signs = fc.constantFrom(
  0n,
  1n << 31n,
  1n << 127n,
  1n << 63n,
  2n ** 128n - 1n,
  0x80000000_80000000_80000000_80000000n,
);

function bits(kind: NumericKind): fc.Arbitrary<bigint> {
  if (kind === 'v128') return fc.oneof(bytes, words, signs);
  if (kind === 'i32' || kind === 'f32') return bits32.map((value) => BigInt(value >>> 0));
  return bits64.map((value) => BigInt.asUintN(64, value));
}

/** Results whose NaNs are the machine's choice: they become one. */
function canonical(value: bigint, width: number): string {
  const infinity = width === 32 ? 0x7f800000n : 0x7ff0000000000000n;
  const lanes = Array.from({length: 128 / width}, (_, i) => BigInt.asUintN(width, value >> BigInt(i * width)));
  return lanes.map((lane) => (BigInt.asUintN(width - 1, lane) > infinity ? 'nan' : lane.toString(16))).join();
}

function text(outcome: CallOutcome, {body, chooses}: (typeof cases)[number]): string {
  if (outcome.kind !== 'return') return outcome.kind === 'trap' ? `trap ${outcome.traps.join()}` : outcome.kind;
  const [value] = outcome.values;
  assert.ok(value !== undefined && 'bits' in value);
  return chooses ? canonical(value.bits, body.startsWith('(f32') ? 32 : 64) : value.bits.toString(16);
}

const variants: Record<string, Partial<AotOptions>> = {
  '-O0': {level: 0},
  '-O2': {},
  'chaos 1': {chaos: 1},
  'chaos 2': {chaos: 2},
};

function instance(session: Session, module: Uint8Array): Instance {
  const made = session.instantiate(session.compile(module), () => undefined);
  assert.equal(made.kind, 'instance');
  return (made as {instance: Instance}).instance;
}

for (const engine of ['aot-x64', 'aot-arm64'] as const) {
  const status = engineStatus(engine);
  for (const [variant, options] of Object.entries(variants))
    test(`vector instructions done together mean what they mean alone on ${engine}: ${variant}`, {
      skip: status.available ? false : status.reason,
    }, async () => {
      const module = await parseText(source);
      const [aot, oracle]: Engine[] = [
        openEngineHere(engine, {...defaultAotOptions, ...options}),
        openEngineHere('interpreter', defaultAotOptions),
      ];
      const profile = knownProfileOf(aot!);
      const [ours, theirs] = [aot!.session(supported), oracle!.session(supported)];
      const [here, there] = [instance(ours, module), instance(theirs, module)];
      whileFollowing(profile, () => {
        cases.forEach((one, n) => {
          for (const values of fc.sample(fc.tuple(...kinds.map(bits)), {
            seed: 70 + n,
            numRuns: variant === '-O2' ? 3 : 1,
          })) {
            const args: WireValue[] = values.map((value, i) => numeric(kinds[i]!, value));
            const what = `${one.body} of ${values.map((value) => value.toString(16)).join()} at ${variant}`;
            assert.equal(
              text(ours.invoke(here, `${n}`, args), one),
              text(theirs.invoke(there, `${n}`, args), one),
              what,
            );
          }
        });
      });
      aot!.close();
      oracle!.close();
    });
}
