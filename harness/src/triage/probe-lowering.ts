/**
 * Looks for a mandatory lowering that is wrong by itself: every numeric instruction of a case is run alone, on edge
 * values, by the suspect and by a trusted engine. This names the culprit where no optional rule is at fault.
 */
import {type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {
  expressionOf,
  type Instruction,
  immediatesOf,
  instruction,
  instructions,
  mnemonicOf,
} from '#engine/binary/instructions.ts';
import {SIGNATURE} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {emptyModule, type Module} from '#engine/wasm/module.ts';
import {F32, F64, I32, I64, type ValueType} from '#engine/wasm/types.ts';
import type {Call, Case} from '#generators/case.ts';
import type {CaseOptions, Engine} from '../engines/engine.ts';
import type {Observation} from '../engines/observation.ts';
import {compareCalls} from '../oracle/compare.ts';

const kinds: Readonly<Record<number, NumericKind>> = {[I32]: 'i32', [I64]: 'i64', [F32]: 'f32', [F64]: 'f64'};

/** Operands on which lowerings go wrong: signs, extremes, shift distances, rounding borders, NaN, infinities. */
const edges: Readonly<Record<string, readonly bigint[]>> = {
  i32: [0n, 1n, 0xffffffffn, 0x80000000n, 0x7fffffffn, 31n, 33n, 0xff80n, 0x12345678n],
  i64: [
    0n,
    1n,
    0xffffffffffffffffn,
    0x8000000000000000n,
    0x7fffffffffffffffn,
    63n,
    65n,
    0xffffffff80000000n,
    0x123456789abcdef0n,
  ],
  f32: [0n, 0x80000000n, 0x3f800000n, 0xbfc00000n, 0x7f800000n, 0x7fc00000n, 0x4f000000n, 0xcf000001n, 0x00000001n],
  f64: [
    0n,
    0x8000000000000000n,
    0x3ff0000000000000n,
    0xbff8000000000000n,
    0x7ff0000000000000n,
    0x7ff8000000000000n,
    0x41e0000000000000n,
    0xc3e0000000000001n,
    1n,
  ],
};

/** The distinct numeric instructions without immediates that the case contains. */
export function numericInstructions(testCase: Case): Instruction[] {
  const found = new Map<number, Instruction>();
  for (const bytes of testCase.modules) {
    for (const body of decode(bytes, supported).bodies) {
      for (const each of instructions(body.code)) if (isProbeable(each)) found.set(each.op, each);
    }
  }
  return [...found.values()].sort((a, b) => a.op - b.op);
}

function isProbeable({op}: Instruction): boolean {
  const signature = SIGNATURE[op];
  if (signature === null || signature === undefined || immediatesOf(op).length > 0) return false;
  const types = [...signature.operands, ...signature.results];
  return signature.operands.length > 0 && types.every((type) => type !== null && kinds[type] !== undefined);
}

/** A case that runs each instruction alone on all pairs of edge values. */
export function probeCase(list: readonly Instruction[]): Case {
  const calls = list.flatMap(({op}): Call[] => {
    const operands = SIGNATURE[op]!.operands as readonly ValueType[];
    return combinations(operands.map((type) => kinds[type]!)).map((args) => ({module: 0, name: mnemonicOf(op), args}));
  });
  return {
    root: '0'.repeat(16),
    index: 0,
    generator: {version: 'probe', profile: 'probe'},
    modules: [encode(probeModule(list))],
    host: {seed: 0, functions: []},
    calls,
  };
}

function combinations(operands: readonly NumericKind[]): WireValue[][] {
  return operands.reduce<WireValue[][]>(
    (lists, kind) => lists.flatMap((list) => edges[kind]!.map((bits) => [...list, numeric(kind, bits)])),
    [[]],
  );
}

function probeModule(list: readonly Instruction[]): Module {
  const types = list.map(({op}) => ({
    final: true,
    supertypes: [],
    composite: {kind: 'func' as const, params: SIGNATURE[op]!.operands as ValueType[], results: SIGNATURE[op]!.results},
  }));
  return {
    ...emptyModule,
    types,
    recGroups: types.map((_, start) => ({start, length: 1})),
    functions: list.map((_, index) => index),
    exports: list.map(({op}, index) => ({name: mnemonicOf(op), kind: 'func', index})),
    bodies: list.map((each) => {
      const params = SIGNATURE[each.op]!.operands.map((_, index) => instruction('local.get', index));
      return {locals: [], code: expressionOf([...params, each]), offset: 0};
    }),
  };
}

/** `lower.<mnemonic>` of the first instruction that the suspect gets wrong alone, null when there is none. */
export function probeLowering(testCase: Case, suspect: Engine, trusted: Engine, options: CaseOptions): string | null {
  const list = numericInstructions(testCase);
  if (list.length === 0) return null;
  const probe = probeCase(list);
  const shown = suspect.runCase(probe, options);
  const right = trusted.runCase(probe, options);
  const wrong = firstDifference(probe, shown, right);
  return wrong === null ? null : `lower.${wrong}`;
}

function firstDifference({calls}: Case, shown: Observation, right: Observation): string | null {
  if (shown.status !== 'ran' || right.status !== 'ran') return null;
  for (const [index, {name}] of calls.entries()) {
    const [mine, other] = [shown.calls[index], right.calls[index]];
    if (mine === undefined || other === undefined) return null;
    if (!compareCalls(mine, other).same) return name;
  }
  return null;
}
