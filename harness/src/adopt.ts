/**
 * Makes a case of a module from outside: function imports become functions of the deterministic host, other imports come
 * from a module made for them, and calls are given or drawn from a seed. What the module itself says is not changed.
 */

import {Unsupported} from '#engine/base/errors.ts';
import type {WireValue} from '#engine/base/wire-value.ts';
import {numeric} from '#engine/base/wire-value.ts';
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, instruction} from '#engine/binary/instructions.ts';
import type {HostFunction, HostScript} from '#engine/runtime/host-script.ts';
import {supported} from '#engine/wasm/features.ts';
import {
  type Export,
  type Expression,
  emptyModule,
  funcTypeAt,
  functionTypeIndices,
  type Import,
  type Module,
} from '#engine/wasm/module.ts';
import {F32, F64, heapOf, I32, I64, isRef, typeName, type ValueType} from '#engine/wasm/types.ts';
import type {Call, Case} from '#generators/case.ts';

const ROOT = '0'.repeat(16);
const NUMBERS: Readonly<Record<number, 'i32' | 'i64' | 'f32' | 'f64'>> = {
  [I32]: 'i32',
  [I64]: 'i64',
  [F32]: 'f32',
  [F64]: 'f64',
};

/** A case of one foreign module. Throws Malformed or Unsupported; whether the module is valid is for the engines to say. */
export function adopt(bytes: Uint8Array, seed: number, calls: readonly Omit<Call, 'module'>[] | null): Case {
  const module = decode(bytes, supported);
  const host: HostScript = {seed, functions: hostFunctions(module)};
  const provider = providerFor(module);
  const modules = [
    ...(provider === null ? [] : [encode(provider)]),
    module.imports.length === 0 ? bytes : encode(renamed(module)),
  ];
  const main = modules.length - 1;
  const made = calls ?? drawCalls(module, seed);
  return {
    root: ROOT,
    index: 0,
    generator: {version: 'adopted', profile: 'adopted'},
    modules,
    host,
    calls: made.map((call) => ({...call, module: main})),
  };
}

/** Imports under the names that cases use: functions of `host`, everything else of `m0`, each under a name of its own. */
function renamed(module: Module): Module {
  const imports = module.imports.map(
    (item, index): Import => ({...item, module: item.type.kind === 'func' ? 'host' : 'm0', name: `${index}`}),
  );
  const {encoding: _, ...rest} = module;
  return {...rest, imports};
}

function hostFunctions(module: Module): HostFunction[] {
  return module.imports.flatMap(({type}, index) => {
    if (type.kind !== 'func') return [];
    const {params, results} = funcTypeAt(module, type.type);
    return [
      {
        name: `${index}`,
        params: params.map(numberName),
        results: results.map(numberName),
        actions: [{kind: 'log' as const}],
      },
    ];
  });
}

function numberName(type: ValueType): 'i32' | 'i64' | 'f32' | 'f64' {
  const name = NUMBERS[type];
  if (name === undefined) throw new Unsupported(`imported function with ${typeName(type)}`);
  return name;
}

/** A module that exports what the module imports besides functions; null when that is nothing. */
function providerFor(module: Module): Module | null {
  const parts = {
    tables: [...emptyModule.tables],
    memories: [...emptyModule.memories],
    globals: [...emptyModule.globals],
    tags: [...emptyModule.tags],
  };
  const exports: Export[] = [];
  module.imports.forEach(({type}, index) => {
    switch (type.kind) {
      case 'func':
        return;
      case 'table':
        exports.push({name: `${index}`, kind: 'table', index: parts.tables.push({type: type.table, init: null}) - 1});
        break;
      case 'memory':
        exports.push({name: `${index}`, kind: 'memory', index: parts.memories.push(type.memory) - 1});
        break;
      case 'global':
        exports.push({
          name: `${index}`,
          kind: 'global',
          index: parts.globals.push({type: type.global, init: zero(type.global.type)}) - 1,
        });
        break;
      case 'tag':
        exports.push({name: `${index}`, kind: 'tag', index: parts.tags.push(type.tag) - 1});
        break;
    }
  });
  if (exports.length === 0) return null;
  return {...emptyModule, types: module.types, recGroups: module.recGroups, ...parts, exports};
}

/** Constant expression of a type's zero or null. */
function zero(type: ValueType): Expression {
  switch (type) {
    case I32:
      return expressionOf([instruction('i32.const', 0)]);
    case I64:
      return expressionOf([instruction('i64.const', 0n)]);
    case F32:
      return expressionOf([instruction('f32.const', 0)]);
    case F64:
      return expressionOf([instruction('f64.const', 0n)]);
  }
  if (!isRef(type)) throw new Unsupported(`imported global of type ${typeName(type)}`);
  return expressionOf([instruction('ref.null', heapOf(type))]);
}

/** Every exported function whose parameters can be made from bits, in export order. */
function drawCalls(module: Module, seed: number): Omit<Call, 'module'>[] {
  const types = functionTypeIndices(module);
  return module.exports.flatMap(({name, kind, index}, ordinal) => {
    if (kind !== 'func') return [];
    const {params} = funcTypeAt(module, types[index]!);
    if (params.some((type) => NUMBERS[type] === undefined)) return [];
    return [{name, args: params.map((type, at) => drawArgument(seed, ordinal, at, type))}];
  });
}

/** Bits that arguments are drawn from, beside uniform ones: what programs compare with. */
const edges = [
  0n,
  1n,
  -1n,
  2n,
  7n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0x3f800000n,
  0x3ff0000000000000n,
  0x7fc00000n,
];

function drawArgument(seed: number, ordinal: number, at: number, type: ValueType): WireValue {
  const high = mixed(seed, ordinal * 64 + at);
  const low = mixed(high, at);
  const uniform = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const bits = high % 2 === 0 ? edges[(low >>> 0) % edges.length]! : uniform;
  return numeric(numberName(type), bits);
}

function mixed(a: number, b: number): number {
  const h = Math.imul((a ^ 0x5bd1e995) + Math.imul(b + 1, 0x9e3779b1), 0x85ebca6b);
  return (h ^ (h >>> 13)) | 0;
}
