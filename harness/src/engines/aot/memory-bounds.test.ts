/**
 * Every access to linear memory in emitted code against the interpreter, around the end of memories of both address types and
 * page sizes: the same value or the same trap at the same place, and the same bytes afterwards. Growth in between moves the end.
 */
import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {numeric, type WireValue} from '#engine/base/wire-value.ts';
import {parseText} from '#engine/text.ts';
import {NAME, SIGNATURE} from '#engine/wasm/columns.ts';
import {supported} from '#engine/wasm/features.ts';
import {typeName} from '#engine/wasm/types.ts';
import type {Engine, Instance, Session} from '../engine.ts';
import {engineStatus, openEngineHere} from '../open.ts';
import {type AotOptions, defaultAotOptions} from '../options.ts';

interface Access {
  readonly name: string;
  /** Operands behind the address, and results. */
  readonly values: readonly string[];
  readonly results: readonly string[];
}

/** Scalar accesses that the engine supports; waiting is another matter. */
function accesses(engine: Engine): Access[] {
  const kind = (type: Parameters<typeof typeName>[0] | null): string => (type === null ? 'address' : typeName(type));
  return NAME.flatMap((name, op) => {
    const signature = SIGNATURE[op];
    if (name === undefined || !/^[if](32|64)\.(load|store|atomic)/.test(name) || signature === null) return [];
    if (name.includes('atomic') && !engine.features.has('threads')) return [];
    return [{name, values: signature!.operands.slice(1).map(kind), results: signature!.results.map(kind)}];
  });
}

const offsets = ['0', '1', '8', '65533', '4294967295'];
interface MemoryForm {
  readonly type: string;
  readonly bytes: number;
  readonly is64: boolean;
}
const memories: Readonly<Record<string, MemoryForm>> = {
  'pages of one byte': {type: '13 40 (pagesize 1)', bytes: 13, is64: false},
  'pages of one byte, 64-bit addresses': {type: 'i64 13 40 (pagesize 1)', bytes: 13, is64: true},
  '64 KiB pages, 64-bit addresses': {type: 'i64 1 3', bytes: 65536, is64: true},
  '64 KiB pages': {type: '1 3', bytes: 65536, is64: false},
  'shared, 64 KiB pages': {type: '1 3 shared', bytes: 65536, is64: false},
  'shared, pages of one byte, 64-bit addresses': {type: 'i64 13 40 shared (pagesize 1)', bytes: 13, is64: true},
};

function moduleText(list: readonly Access[], {type, is64}: MemoryForm): string {
  const address = is64 ? 'i64' : 'i32';
  const functions = list.flatMap(({name, values, results}) =>
    offsets.map((offset) => {
      const operands = values.map((_, i) => `(local.get ${i + 1})`).join(' ');
      const head = `(func (export "${name}+${offset}") (param ${address} ${values.join(' ')}) (result ${results.join(' ')})`;
      return `${head} (${name} offset=${offset} (local.get 0) ${operands}))`;
    }),
  );
  return `(module (memory (export "memory") ${type}) ${functions.join('\n')}
    (func (export "grow") (param ${address}) (result ${address}) (memory.grow (local.get 0)))
    (func (export "size") (result ${address}) (memory.size))
    (func (export "byte") (param ${address}) (result i32) (i32.load8_u (local.get 0))))`;
}

function instantiated(session: Session, bytes: Uint8Array): Instance {
  const made = session.instantiate(session.compile(bytes), () => undefined);
  assert.ok(made.kind === 'instance', made.kind);
  return made.instance;
}

const variants: Readonly<Record<string, Partial<AotOptions>>> = {'-O0': {level: 0}, '-O2': {}, 'chaos 4': {chaos: 4}};
type Key = 'aot-x64' | 'aot-arm64';
const keys: readonly Key[] = ['aot-x64', 'aot-arm64'];
const skipOf = (key: Key): string | false => {
  const status = engineStatus(key);
  return status.available ? false : status.reason;
};

const wire = (kind: string, bits: bigint): WireValue =>
  numeric(kind as 'i32', BigInt.asUintN(/64/.test(kind) ? 64 : 32, bits));
const shown = (args: readonly WireValue[]): string =>
  args.map((arg) => ('bits' in arg ? String(arg.bits) : '?')).join();

/** Does the same to instances of two modules; throws where they differ. */
async function compare(key: Key, options: Partial<AotOptions>, memory: MemoryForm, other: MemoryForm): Promise<void> {
  const engines = [
    openEngineHere(key, {...defaultAotOptions, ...options}),
    openEngineHere('interpreter', defaultAotOptions),
  ];
  const list = accesses(engines[0]!);
  const texts = [moduleText(list, memory), moduleText(list, other)];
  const sessions = engines.map((engine) => engine.session(supported));
  const binaries = await Promise.all(texts.map(parseText));
  const instances = sessions.map((session, i) => instantiated(session, binaries[i]!));
  const same = (name: string, ...args: WireValue[]): void => {
    const [ours, theirs] = sessions.map((session, i) => session.invoke(instances[i]!, name, args));
    assert.deepEqual(ours, theirs, `${name}(${shown(args)})`);
  };
  try {
    exercise(list, memory, same);
  } finally {
    for (const engine of engines) engine.close();
  }
}

function exercise(
  list: readonly Access[],
  {bytes, is64}: MemoryForm,
  same: (name: string, ...args: WireValue[]) => void,
): void {
  const address = is64 ? 'i64' : 'i32';
  const near = fc.integer({min: -20, max: 12}).map((n) => BigInt(bytes + n));
  const far = fc.constantFrom(0n, 0xffffffffn, 0xfffffff8n, (1n << 64n) - 4n, 1n << 63n, (1n << 32n) - 1n);
  const value = fc.bigInt(0n, (1n << 64n) - 1n);
  const draw = fc.tuple(fc.oneof(near, near, far), fc.constantFrom(...offsets), fc.boolean(), value, value);
  fc.sample(draw, {seed: 7, numRuns: list.length * 8}).forEach(([place, offset, lessOffset, ...bits], i) => {
    const {name, values} = list[i % list.length]!;
    const start = lessOffset ? place - BigInt(offset) : place;
    // NaNs are the business of other tests.
    const operands = values.map((kind, n) => wire(kind, /^f/.test(kind) ? bits[n]! & 0x3fffffffn : bits[n]!));
    same(`${name}+${offset}`, wire(address, start), ...operands);
  });
  const contents = (): void => {
    for (let at = bytes - 20; at < bytes + 4; at++) same('byte', wire(address, BigInt(at)));
  };
  contents();
  for (const delta of [1n, 0n, 30n, 1n, (1n << 32n) - 1n]) same('grow', wire(address, delta));
  same('size');
  contents();
}

for (const key of keys) {
  const skip = skipOf(key);
  for (const [variant, options] of Object.entries(variants)) {
    for (const [title, memory] of Object.entries(memories)) {
      test(`every access is in bounds where the interpreter says, ${title}: ${key} ${variant}`, {skip}, () =>
        compare(key, options, memory, memory),
      );
    }
  }
}

test('a memory that is one byte longer is noticed', {skip: skipOf('aot-x64')}, async () => {
  const memory = memories['pages of one byte']!;
  await assert.rejects(compare('aot-x64', {}, memory, {...memory, type: '14 40 (pagesize 1)'}));
});
