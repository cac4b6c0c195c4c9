/**
 * Test support: a case in V8, in this thread, with the real host script. NaN payloads may be lost on the way in, so this
 * is no engine of a campaign; it tells whether modules are valid, whether cases end, and how.
 */
import {present} from '#engine/base/assert.ts';
import {xxh32} from '#engine/base/digest.ts';
import {Trap} from '#engine/base/trap.ts';
import {trapName} from '#engine/base/traps.ts';
import {bitsOf, type WireValue} from '#engine/base/wire-value.ts';
import {decode} from '#engine/binary/decode.ts';
import {type ExportSignature, HostRun, type HostScript} from '#engine/runtime/host-script.ts';
import {funcTypeAt, functionTypeIndices, type Module, memoryTypes} from '#engine/wasm/module.ts';
import {typeName} from '#engine/wasm/types.ts';
import type {Case} from './case.ts';

type Exports = Record<string, unknown>;
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => {exports: Exports};
  RuntimeError: new () => Error;
  Exception: new () => object;
};
interface JsMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number | bigint): number | bigint;
}
type Callable = (...args: unknown[]) => unknown;

export const isValidInV8 = (bytes: Uint8Array): boolean => WebAssembly.validate(bytes);

/** How a call ended: `ok`, or the trap's message. */
export type CallEnd = string;

export interface V8Run {
  readonly exports: Exports;
  readonly ends: readonly CallEnd[];
  /** What each call returned, as text; references only as null or not. */
  readonly results: readonly string[];
  readonly hostCalls: number;
}

const view = new DataView(new ArrayBuffer(8));

/** A JavaScript value from bits, for a parameter of this type. */
function toJs(value: WireValue): unknown {
  if (value.kind === 'null') return null;
  if (value.kind === 'extern') return {id: value.id};
  const bits = bitsOf(value);
  view.setBigUint64(0, bits, true);
  switch (value.kind) {
    case 'i32':
      return view.getInt32(0, true);
    case 'i64':
      return BigInt.asIntN(64, bits);
    case 'f32':
      return view.getFloat32(0, true);
    case 'f64':
      return view.getFloat64(0, true);
    default:
      throw new TypeError(`no JavaScript value for ${value.kind}`);
  }
}

/** Bits of a JavaScript value of this type. */
function fromJs(type: string, value: unknown): bigint {
  switch (type) {
    case 'i32':
      return BigInt.asUintN(32, BigInt(value as number));
    case 'i64':
      return BigInt.asUintN(64, value as bigint);
    case 'f32':
      view.setBigUint64(0, 0n, true);
      view.setFloat32(0, value as number, true);
      break;
    default:
      view.setFloat64(0, value as number, true);
  }
  return view.getBigUint64(0, true);
}

function signatureOf(module: Module, name: string): ExportSignature | undefined {
  const index = module.exports.find((item) => item.name === name && item.kind === 'func')?.index;
  if (index === undefined) return undefined;
  const {params, results} = funcTypeAt(module, functionTypeIndices(module)[index]!);
  return {params: params.map(typeName), results: results.map(typeName)};
}

const resultsOf = (value: unknown, count: number): unknown[] =>
  count === 1 ? [value] : count === 0 ? [] : [...(value as Iterable<unknown>)];

/** The script's functions as imports; `exportsOf` gives the exports of the module that is instantiated last. */
function hostImports(
  script: HostScript,
  module: Module,
  exportsOf: () => Exports,
): {imports: Record<string, Callable>; run: HostRun} {
  const memory = (k: number): JsMemory | undefined => exportsOf()[`m${k}`] as JsMemory | undefined;
  const run = new HostRun(script, {
    memory: (k) => (memory(k) === undefined ? undefined : new Uint8Array(memory(k)!.buffer)),
    grow: (k, pages) => {
      const is64 = memoryTypes(module)[k]!.address === 'i64';
      try {
        return Number(memory(k)!.grow(is64 ? BigInt(pages) : pages));
      } catch {
        return -1;
      }
    },
    signature: (name) => (exportsOf()[name] === undefined ? undefined : signatureOf(module, name)),
    call: (name, args) => {
      const {params, results} = signatureOf(module, name)!;
      const values = args.map((bits, i) => toJs({kind: params[i] as 'i32', bits}));
      const result = (exportsOf()[name] as Callable)(...values);
      return resultsOf(result, results.length).map((value, i) => fromJs(results[i]!, value));
    },
  });
  const imports = Object.fromEntries(
    script.functions.map(({name, params, results}, index) => [
      name,
      (...args: unknown[]): unknown => {
        const bits = run.invoke(
          index,
          args.map((value, i) => fromJs(params[i]!, value)),
        );
        const values = bits.map((value, i) => toJs({kind: results[i]!, bits: value}));
        return values.length === 1 ? values[0] : values.length === 0 ? undefined : values;
      },
    ]),
  );
  return {imports, run};
}

function endOf(work: () => unknown): CallEnd {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (error instanceof Trap) return trapName(error.code) ?? 'trap';
    if (error instanceof WebAssembly.RuntimeError) return error.message;
    if (error instanceof WebAssembly.Exception) return 'exception';
    throw error;
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join();
  if (typeof value === 'object' || typeof value === 'function') return value === null ? 'null' : 'object';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** All that can be seen of a run from outside: ends, results, memories, globals that JavaScript can read. */
export function seen({exports, ends, results, hostCalls}: V8Run): string {
  const state = Object.entries(exports).map(([name, item]) => `${name} ${stateOf(item)}`);
  return [...ends, ...results, hostCalls, ...state].join('\n');
}

function stateOf(item: unknown): string {
  const {buffer} = item as Partial<JsMemory>;
  if (buffer !== undefined) return `${xxh32(new Uint8Array(buffer))}`;
  try {
    return textOf((item as {value?: unknown}).value);
  } catch {
    // Vectors cannot be read.
    return '';
  }
}

/** Instantiates the modules of a case and makes its calls. Vectors cannot be passed: such calls are left out. */
export function runInV8(testCase: Case, bytesOf: readonly Uint8Array[] = testCase.modules): V8Run {
  const instances: Exports[] = [];
  let current: Exports = {};
  const {imports, run} = hostImports(testCase.host, decode(bytesOf.at(-1)!), () => current);
  for (const bytes of bytesOf) {
    const registered = Object.fromEntries(instances.map((exports, k) => [`m${k}`, exports]));
    const start = endOf(() => {
      current = new WebAssembly.Instance(new WebAssembly.Module(bytes), {...registered, host: imports}).exports;
      instances.push(current);
    });
    if (start !== 'ok') return {exports: current, ends: [start], results: [], hostCalls: run.count};
  }
  const calls = testCase.calls.filter(({args}) => args.every(({kind}) => kind !== 'v128'));
  const results: string[] = [];
  const ends = calls.map(({module, name, args}) => {
    const callee = present(instances[module]?.[name], `export ${name}`) as Callable;
    return endOf(() => results.push(textOf(callee(...args.map(toJs)))));
  });
  return {exports: instances.at(-1)!, ends, results, hostCalls: run.count};
}
