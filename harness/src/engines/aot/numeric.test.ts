/**
 * Every scalar instruction in emitted code against the interpreter, on edge and random bits: operands in registers, the right
 * one constant, the left one loaded, the result selecting and branching; plain, optimized, and under chaos.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {bits32, bits64} from '#engine/numeric/edge-bits.ts';
import {parseText} from '#engine/text.ts';
import {NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {typeName} from '#engine/wasm/types.ts';
import type {Instance, Session} from '../engine.ts';
import type {CallOutcome} from '../observation.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';

interface Operation {
  readonly name: string;
  readonly operands: readonly NumericKind[];
  readonly results: readonly NumericKind[];
}

/** Instructions on numbers alone. */
const operations: Operation[] = NAME.flatMap((name, op) => {
  const signature = SIGNATURE[op];
  if (
    name === undefined ||
    signature === null ||
    signature === undefined ||
    !/^[if](32|64)\./.test(name) ||
    /load|store|const|atomic/.test(name)
  )
    return [];
  const kinds = [...signature.operands, ...signature.results].map((type) => (type === null ? 'v128' : typeName(type)));
  if (kinds.some((kind) => !/^[if](32|64)$/.test(kind)) || signature.results.length === 0) return [];
  const count = signature.operands.length;
  return [{name, operands: kinds.slice(0, count) as NumericKind[], results: kinds.slice(count) as NumericKind[]}];
});

const bits = (kind: NumericKind): fc.Arbitrary<bigint> =>
  kind === 'i32' || kind === 'f32'
    ? bits32.map((value) => BigInt(value >>> 0))
    : bits64.map((value) => BigInt.asUintN(64, value));

const constant = (kind: NumericKind, value: bigint): string => {
  if (kind === 'i32' || kind === 'i64') return `(${kind}.const ${value})`;
  const int = kind === 'f32' ? 'i32' : 'i64';
  return `(${kind}.reinterpret_${int} (${int}.const ${value}))`;
};

/** The forms in which an operation is compiled, exported as `NAME/form`. `constants` are what the constant operands hold. */
function functionsOf({name, operands, results}: Operation, constants: readonly bigint[]): string {
  const params = operands.map((kind) => `(param ${kind})`).join(' ');
  const get = operands.map((_, n) => `(local.get ${n})`);
  const func = (form: string, body: string, type: string = results.join(' ')): string =>
    `(func (export "${name}/${form}") ${params} (result ${type}) ${body})`;
  const last = operands.length - 1;
  const withConstant = [...get.slice(0, last), constant(operands[last] as NumericKind, constants[last] as bigint)];
  const loaded = [
    `(block (result ${operands[0]}) (${operands[0]}.store (i32.const 8) (local.get 0)) (${operands[0]}.load (i32.const 8)))`,
    ...get.slice(1),
  ];
  const forms = [
    func('registers', `(${name} ${get.join(' ')})`),
    func('constant', `(${name} ${withConstant.join(' ')})`),
    func('loaded', `(${name} ${loaded.join(' ')})`),
    func(
      'same',
      `(${name} ${operands.map((kind) => (kind === operands[0] ? '(local.get 0)' : `(local.get 1)`)).join(' ')})`,
    ),
  ];
  if (results.length === 2) {
    forms.push(func('low', `(${name} ${get.join(' ')}) (drop)`, 'i64'));
    const high = `(local $high i64) (${name} ${withConstant.join(' ')}) (local.set $high) (drop) (local.get $high)`;
    forms.push(func('high', high, 'i64'));
  }
  if (results[0] === 'i32') {
    forms.push(func('select', `(select (f64.const 1) (f64.const 2) (${name} ${get.join(' ')}))`, 'f64'));
    forms.push(func('select-int', `(select (i64.const 1) (i64.const 2) (${name} ${withConstant.join(' ')}))`, 'i64'));
    forms.push(
      func('branch', `(if (result i32) (${name} ${loaded.join(' ')}) (then (i32.const 3)) (else (i32.const 4)))`),
    );
    forms.push(
      func('not', `(if (result i32) (i32.eqz (${name} ${get.join(' ')})) (then (i32.const 3)) (else (i32.const 4)))`),
    );
  }
  return forms.join('\n');
}

const isNan = (kind: string, value: bigint): boolean =>
  (kind === 'f32' && (value & 0x7fffffffn) > 0x7f800000n) ||
  (kind === 'f64' && (value & 0x7fffffffffffffffn) > 0x7ff0000000000000n);

/** Outcome as text; NaNs of arithmetic are one. */
function text(outcome: CallOutcome): string {
  if (outcome.kind === 'trap') return `trap ${outcome.traps.join()}`;
  if (outcome.kind !== 'return') return outcome.kind;
  return outcome.values
    .map((value) =>
      'bits' in value ? (isNan(value.kind, value.bits) ? 'nan' : `${value.kind}:${value.bits}`) : value.kind,
    )
    .join();
}

const variants: Record<string, Partial<AotOptions>> = {
  '-O0': {level: 0},
  '-O2': {},
  'chaos 1': {chaos: 1},
  'chaos 2': {chaos: 2},
  'chaos 3': {chaos: 3},
  'chaos 5': {chaos: 5},
  'chaos 8': {chaos: 8},
};

function instance(session: Session, bytes: Uint8Array): Instance {
  const made = session.instantiate(session.compile(bytes), () => undefined);
  assert.equal(made.kind, 'instance');
  return (made as {instance: Instance}).instance;
}

const cases = (['aot-x64', 'aot-arm64'] as const).flatMap((key) =>
  Object.entries(variants).map(([variant, options]) => ({key, variant, options, status: engineStatus(key)})),
);

for (const {key, variant, options, status} of cases) {
  test(`every scalar instruction means in emitted code what it means in the interpreter: ${key} ${variant}`, {
    skip: status.available ? false : status.reason,
  }, async () => {
    const aot = openEngineHere(key, {...defaultAotOptions, ...options});
    const oracle = openEngineHere('interpreter', defaultAotOptions);
    const [first] = fc.sample(fc.tuple(...operations.map(({operands}) => fc.tuple(...operands.map(bits)))), {
      seed: variant.length * 1000 + 7,
      numRuns: 1,
    });
    const source = operations
      .map((operation, n) => functionsOf(operation, (first as bigint[][])[n] as bigint[]))
      .join('\n');
    const bytes = await parseText(`(module (memory 1)\n${source})`);
    const [ours, theirs] = [aot.session(supported), oracle.session(supported)];
    const [here, there] = [instance(ours, bytes), instance(theirs, bytes)];
    for (const operation of operations) {
      const forms = ['registers', 'constant', 'loaded', 'same'];
      if (operation.results.length === 2) forms.push('low', 'high');
      if (operation.results[0] === 'i32') forms.push('select', 'select-int', 'branch', 'not');
      for (const values of fc.sample(fc.tuple(...operation.operands.map(bits)), {seed: 99, numRuns: 12})) {
        const args: WireValue[] = values.map((value, n) => numeric(operation.operands[n] as NumericKind, value));
        for (const form of forms) {
          const name = `${operation.name}/${form}`;
          assert.equal(
            text(ours.invoke(here, name, args)),
            text(theirs.invoke(there, name, args)),
            `${name}(${values.join()}) at ${variant}`,
          );
        }
      }
    }
    aot.close();
    oracle.close();
  });
}
