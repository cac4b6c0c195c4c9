/**
 * Every vector instruction in emitted code against the interpreter, on edge and random bits: operands in registers, constant,
 * loaded and equal, conditions that branch, every access to memory up to its end; plain, optimized, and under chaos, where
 * the CPU may have no more than SSE4.1. Relaxed instructions do what the engine's profile says.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {type NumericKind, numeric, type WireValue} from '#engine/base/wire-value.ts';
import {bits32, bits64} from '#engine/numeric/edge-bits.ts';
import {parseText} from '#engine/text.ts';
import {LANES, NAME, SIGNATURE, WIDTH} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {relaxedSimd, simd} from '#engine/wasm/opcodes.ts';
import {typeName} from '#engine/wasm/types.ts';
import type {Engine, Instance, Session} from '../engine.ts';
import type {CallOutcome} from '../observation.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';
import {knownProfileOf, whileFollowing} from '../relaxed.ts';

interface Operation {
  readonly name: string;
  readonly operands: readonly NumericKind[];
  readonly result: NumericKind;
  /** Text between mnemonic and operands. */
  readonly immediate: string;
}

interface Access {
  readonly name: string;
  readonly width: number;
  readonly lane: string;
  readonly isStore: boolean;
  readonly takesVector: boolean;
}

const opcodes = [...Object.values(simd.rows), ...Object.values(relaxedSimd.rows)].map(([opcode]) => opcode as number);

const isAccess = (name: string): boolean => /^v128\.(load|store)/.test(name);

const operations: Operation[] = opcodes.flatMap((opcode) => {
  const name = NAME[opcode] as string;
  if (isAccess(name) || name === 'v128.const' || name === 'i8x16.shuffle') return [];
  const {operands, results} = SIGNATURE[opcode]!;
  const kinds = [...operands, results[0]!].map((type) => typeName(type!) as NumericKind);
  const lanes = LANES[opcode]!;
  const immediates = lanes === 0 ? [''] : [...new Set([0, 1, lanes - 1])].map(String);
  return immediates.map((immediate) => ({name, operands: kinds.slice(0, -1), result: kinds.at(-1)!, immediate}));
});

const accesses: Access[] = opcodes.flatMap((opcode) => {
  const name = NAME[opcode] as string;
  if (!isAccess(name)) return [];
  const lanes = LANES[opcode]!;
  return (lanes === 0 ? [''] : [...new Set([0, lanes - 1])].map(String)).map((lane) => ({
    name,
    lane,
    width: WIDTH[opcode]!,
    isStore: name.includes('store'),
    takesVector: SIGNATURE[opcode]!.operands.length === 2,
  }));
});

/** Shuffles that one instruction does, nearly so, and any. */
const shuffles: readonly (readonly number[])[] = [
  ...[0, 3, 16, 20].map((start) => Array.from({length: 16}, (_, i) => (start + i) & 31)),
  ...[1, 2, 4, 8].flatMap((size) =>
    [0, 8].flatMap((start) =>
      [0, 16].map((first) =>
        Array.from({length: 16}, (_, i) => {
          const unit = Math.floor(i / size);
          return start + (unit >> 1) * size + (i % size) + (((unit % 2) * 16) ^ first);
        }),
      ),
    ),
  ),
  ...fc.sample(fc.array(fc.nat(31), {minLength: 16, maxLength: 16}), {seed: 3, numRuns: 10}),
  ...[2, 4, 8].flatMap((size) =>
    fc
      .sample(fc.array(fc.nat(32 / size - 1), {minLength: 16 / size, maxLength: 16 / size}), {seed: 4, numRuns: 12})
      .map((units) => Array.from({length: 16}, (_, i) => units[Math.floor(i / size)]! * size + (i % size))),
  ),
  ...fc
    .sample(fc.array(fc.boolean(), {minLength: 8, maxLength: 8}), {seed: 5, numRuns: 4})
    .map((sides) => Array.from({length: 16}, (_, i) => i + (sides[i >> 1]! ? 16 : 0))),
  ...fc
    .sample(fc.array(fc.nat(3), {minLength: 4, maxLength: 4}), {seed: 6, numRuns: 4})
    .flatMap((words) =>
      [0, 8].map((half) =>
        Array.from({length: 16}, (_, i) => ((i & 8) === half ? half + words[(i >> 1) & 3]! * 2 + (i & 1) : i)),
      ),
    ),
  [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7],
  new Array(16).fill(5),
];
for (const lanes of shuffles)
  operations.push({name: 'i8x16.shuffle', operands: ['v128', 'v128'], result: 'v128', immediate: lanes.join(' ')});

const wide32 = fc
  .tuple(bits32, bits32, bits32, bits32)
  .map((words) => words.reduce((bits, word) => (bits << 32n) | BigInt(word >>> 0), 0n));
const wide64 = fc.tuple(bits64, bits64).map(([a, b]) => (BigInt.asUintN(64, a) << 64n) | BigInt.asUintN(64, b));
const bytes = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)), {minLength: 16, maxLength: 16})
  .map((lanes) => lanes.reduce((bits, lane) => (bits << 8n) | BigInt(lane), 0n));

function bits(kind: NumericKind): fc.Arbitrary<bigint> {
  if (kind === 'v128') return fc.oneof(wide32, wide64, bytes);
  return kind === 'i32' || kind === 'f32'
    ? bits32.map((value) => BigInt(value >>> 0))
    : bits64.map((value) => BigInt.asUintN(64, value));
}

function constant(kind: NumericKind, value: bigint): string {
  const word = (i: number): bigint => (value >> BigInt(32 * i)) & 0xffffffffn;
  if (kind === 'v128') return `(v128.const i32x4 ${[0, 1, 2, 3].map(word).join(' ')})`;
  if (kind === 'i32' || kind === 'i64') return `(${kind}.const ${value})`;
  const int = kind === 'f32' ? 'i32' : 'i64';
  return `(${kind}.reinterpret_${int} (${int}.const ${value}))`;
}

const FORMS = ['registers', 'right', 'left', 'loaded', 'same', 'fixed'] as const;
const CONDITION_FORMS = ['select', 'branch'] as const;

const formsOf = ({name}: Operation): readonly string[] =>
  /(any|all)_true/.test(name) ? [...FORMS, ...CONDITION_FORMS] : FORMS;

/** The forms in which operation `n` is compiled, exported as `n/form`. */
function functionsOf(operation: Operation, n: number, constants: readonly bigint[]): string {
  const {name, operands, result, immediate} = operation;
  const params = operands.map((kind) => `(param ${kind})`).join(' ');
  const get = operands.map((_, i) => `(local.get ${i})`);
  const fixed = operands.map((kind, i) => constant(kind, constants[i]!));
  const loaded = operands.map(
    (kind, i) =>
      `(block (result ${kind}) (${kind}.store (i32.const ${8 + 17 * i}) (local.get ${i})) (${kind}.load (i32.const ${8 + 17 * i})))`,
  );
  const call = (list: readonly string[]): string => `(${name} ${immediate} ${list.join(' ')})`;
  const last = operands.length - 1;
  const bodies: Record<string, string> = {
    registers: call(get),
    right: call([...get.slice(0, last), fixed[last]!]),
    left: call([fixed[0]!, ...get.slice(1)]),
    loaded: call(loaded),
    same: call(operands.map((kind, i) => (kind === operands[0] ? '(local.get 0)' : get[i]!))),
    fixed: call(fixed),
    select: `(select (i32.const 5) (i32.const 6) ${call(get)})`,
    branch: `(if (result i32) (i32.eqz ${call(get)}) (then (i32.const 3)) (else (i32.const 4)))`,
  };
  return formsOf(operation)
    .map((form) => `(func (export "${n}/${form}") ${params} (result ${result}) ${bodies[form]})`)
    .join('\n');
}

/** Memory 0 is guarded, memory 1 is checked: the access at an address, and the bytes around it afterwards. */
function accessFunctions({name, lane, isStore, takesVector}: Access, n: number): string {
  return [0, 1]
    .flatMap((memory) => {
      const address = memory === 0 ? 'i32' : 'i64';
      return ['', 'offset=3'].map((offset) => {
        const at = '(local.get 0)';
        const vector = takesVector ? '(local.get 1)' : '';
        const access = `(${name} ${memory} ${offset} ${lane} ${at} ${vector})`;
        const back = `(v128.load ${memory} ${offset === '' ? '' : 'offset=2'} (${address}.and ${at} (${address}.const 65519)))`;
        const before = `(v128.store ${memory} (${address}.const 65520) (local.get 2))`;
        const body = isStore ? `${access} ${back}` : access;
        const form = `${memory}${offset}`;
        return `(func (export "access ${n}/${form}") (param ${address} v128 v128) (result v128) ${before} ${body})`;
      });
    })
    .join('\n');
}

/** The last bytes of a memory: a store that traps has written none of them. */
const endFunctions = [0, 1].map((memory) => {
  const address = memory === 0 ? 'i32' : 'i64';
  const body = `(v128.load ${memory} (${address}.const 65520))`;
  return `(func (export "end ${memory}") (param ${address} v128 v128) (result v128) ${body})`;
});

/** NaNs of a lane width become one. */
function withoutNans(value: bigint, width: number): string {
  const infinity = width === 32 ? 0x7f800000n : 0x7ff0000000000000n;
  const lanes: string[] = [];
  for (let at = 0; at < 128; at += width) {
    const lane = BigInt.asUintN(width, value >> BigInt(at));
    lanes.push(BigInt.asUintN(width - 1, lane) > infinity ? 'nan' : lane.toString(16));
  }
  return lanes.join(' ');
}

/** Operations that choose among NaNs. */
const choosesNan =
  /^(f..)x.\.(add|sub|mul|div|min|max|sqrt|ceil|floor|trunc|nearest|demote|promote|relaxed_(min|max|n?madd))/;

function text(outcome: CallOutcome, name: string): string {
  if (outcome.kind === 'trap') return `trap ${outcome.traps.join()}`;
  if (outcome.kind !== 'return') return outcome.kind;
  const match = choosesNan.exec(name);
  return outcome.values
    .map((value) => {
      if (!('bits' in value)) return value.kind;
      return match === null ? value.bits.toString(16) : withoutNans(value.bits, Number(match[1]!.slice(1)));
    })
    .join();
}

const exactly = (outcome: CallOutcome): string => text(outcome, '');

/** Chaos takes CPU features away, of which x86-64 has several levels: it has more seeds to meet them. */
const variants: Record<string, Partial<AotOptions>> = {
  '-O0': {level: 0},
  '-O2': {},
  'chaos 1': {chaos: 1},
  'chaos 2': {chaos: 2},
  'chaos 3': {chaos: 3},
  'chaos 4': {chaos: 4},
  'chaos 5': {chaos: 5},
};

const engines = ['aot-x64', 'aot-arm64'] as const;
type EngineId = (typeof engines)[number];

function instance(session: Session, module: Uint8Array): Instance {
  const made = session.instantiate(session.compile(module), () => undefined);
  assert.equal(made.kind, 'instance');
  return (made as {instance: Instance}).instance;
}

interface Pair {
  readonly ours: Session;
  readonly theirs: Session;
  readonly here: Instance;
  readonly there: Instance;
}

/** Runs a check on one module in an engine of a variant and in the interpreter, which follows the engine's profile. */
async function compared(
  engine: EngineId,
  source: string,
  options: Partial<AotOptions>,
  check: (pair: Pair) => void,
): Promise<void> {
  const module = await parseText(source);
  const [aot, oracle]: Engine[] = [
    openEngineHere(engine, {...defaultAotOptions, ...options}),
    openEngineHere('interpreter', defaultAotOptions),
  ] as const;
  const profile = knownProfileOf(aot!);
  const [ours, theirs] = [aot!.session(supported), oracle!.session(supported)];
  whileFollowing(profile, () => {
    check({ours, theirs, here: instance(ours, module), there: instance(theirs, module)});
  });
  aot!.close();
  oracle!.close();
}

const [constants] = fc.sample(fc.tuple(...operations.map(({operands}) => fc.tuple(...operands.map(bits)))), {
  seed: 17,
  numRuns: 1,
}) as unknown as [bigint[][]];
const operationSource = `(module (memory 1)\n${operations.map((o, n) => functionsOf(o, n, constants[n]!)).join('\n')})`;
const accessSource = `(module (memory 1) (memory i64 1)\n${accesses.map(accessFunctions).join('\n')}\n${endFunctions.join('\n')})`;

/** What calls gave: in the interpreter, and bit by bit at -O0. */
interface Known {
  readonly expected: Map<string, string>;
  readonly bits: Map<string, string>;
}

function remembered(known: Map<string, string>, key: string, find: () => string): string {
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}

function compareOperations(known: Known, variant: string, {ours, theirs, here, there}: Pair): void {
  operations.forEach((operation, n) => {
    const {name, operands} = operation;
    for (const values of fc.sample(fc.tuple(...operands.map(bits)), {seed: 40 + n, numRuns: 3})) {
      const args: WireValue[] = values.map((value, i) => numeric(operands[i]!, value));
      for (const form of formsOf(operation)) {
        const outcome = ours.invoke(here, `${n}/${form}`, args);
        const call = `${name} ${operation.immediate} ${form}(${values.map((value) => value.toString(16)).join()})`;
        const expected = (): string => text(theirs.invoke(there, `${n}/${form}`, args), name);
        // What relaxed instructions do depends on the CPU, of which chaos takes features away.
        const isRelaxed = name.includes('relaxed');
        const meant = isRelaxed ? expected() : remembered(known.expected, call, expected);
        assert.equal(text(outcome, name), meant, `${call} at ${variant}`);
        if (isRelaxed) continue;
        const first = remembered(known.bits, call, () => exactly(outcome));
        assert.equal(exactly(outcome), first, `${call} at ${variant}: other bits than at -O0`);
      }
    }
  });
}

function compareAccesses(variant: string, {ours, theirs, here, there}: Pair): void {
  accesses.forEach(({name, width, lane}, n) => {
    const [first, second] = fc.sample(bits('v128'), {seed: n, numRuns: 2}) as [bigint, bigint];
    for (const [memory, kind] of [
      [0, 'i32'],
      [1, 'i64'],
    ] as const) {
      for (const offset of ['', 'offset=3']) {
        const end = 65536 - width - (offset === '' ? 0 : 3);
        for (const address of [65520, 65521, end, end + 1, 65536]) {
          const args = [numeric(kind, BigInt(address)), numeric('v128', first), numeric('v128', second)];
          const what = `${name} ${memory} ${offset} ${lane} at address ${address}, ${variant}`;
          for (const form of [`access ${n}/${memory}${offset}`, `end ${memory}`])
            assert.equal(exactly(ours.invoke(here, form, args)), exactly(theirs.invoke(there, form, args)), what);
        }
      }
    }
  });
}

for (const engine of engines) {
  const status = engineStatus(engine);
  const skip = status.available ? false : status.reason;
  const known: Known = {expected: new Map(), bits: new Map()};
  for (const [variant, options] of Object.entries(variants).slice(0, engine === 'aot-x64' ? undefined : 5)) {
    test(`every vector instruction means on ${engine} what it means in the interpreter: ${variant}`, {skip}, () =>
      compared(engine, operationSource, options, (pair) => compareOperations(known, variant, pair)),
    );

    test(`vectors and lanes go to memory and come from it up to its end on ${engine}: ${variant}`, {skip}, () =>
      compared(engine, accessSource, options, (pair) => compareAccesses(variant, pair)),
    );
  }
}
