/**
 * Everything that can execute a golden module: the interpreter, and SSA as translated and as optimized. A remark
 * `run: f(i32:1, f64:0x0) = i32:2` names a call and what every executor must give; `= trap NAME` a trap.
 */
import {strict as assert} from 'node:assert';
import {Trap} from '#engine/base/trap.ts';
import {trapName} from '#engine/base/traps.ts';
import {
  formatValue,
  type NumericKind,
  numeric,
  parseValue,
  type WireValue,
  bitsOf as wireBits,
} from '#engine/base/wire-value.ts';
import {instantiate, invoke} from '#engine/interpreter/interpreter.ts';
import {Func} from '#engine/runtime/func.ts';
import type {Value} from '#engine/runtime/values.ts';
import {parseText} from '#engine/text.ts';
import {load} from '#engine/valid/load.ts';
import type {Module} from '#engine/wasm/module.ts';
import {typeName} from '#engine/wasm/types.ts';
import {SsaInstance} from './ssa-instance.ts';

/** Calls an export; text of the results or of the trap. */
export type Call = (name: string, args: readonly WireValue[]) => string;
/** A fresh instance of a module. */
export type Executor = (module: Module, bytes: Uint8Array) => Call;

const resultText = (kinds: readonly string[], values: readonly Value[]): string =>
  values
    .map((value, i) =>
      typeof value === 'bigint'
        ? formatValue(numeric(kinds[i] as NumericKind, value))
        : value === null
          ? 'null'
          : 'ref',
    )
    .join(', ');

const interpreted: Executor = (module) => {
  const {instance, outcome} = instantiate(module, () => undefined);
  assert.equal(outcome.kind, 'return', 'instantiation');
  return (name, args) => {
    const func = instance.exports.get(name);
    assert.ok(func instanceof Func, `no function ${name}`);
    const end = invoke(func, args.map(bitsOfArgument));
    if (end.kind === 'return') return resultText(func.type.results.map(typeName), end.values);
    return end.kind === 'trap' ? `trap ${end.trap}` : end.kind;
  };
};

const ssa =
  (level: 0 | 2): Executor =>
  (module) => {
    const {instance} = instantiate(module, () => undefined);
    const world = new SsaInstance(instance, level);
    return (name, args) => {
      const func = instance.exports.get(name);
      assert.ok(func instanceof Func, `no function ${name}`);
      try {
        return resultText(func.type.results.map(typeName), world.invoke(func, args.map(bitsOfArgument)));
      } catch (error) {
        if (error instanceof Trap) return `trap ${trapName(error.code)}`;
        throw error;
      }
    };
  };

export const executors: Readonly<Record<string, Executor>> = {
  interpreter: interpreted,
  'ssa -O0': ssa(0),
  'ssa -O2': ssa(2),
};

function bitsOfArgument(value: WireValue): Value {
  return value.kind === 'null' ? null : wireBits(value);
}

const REMARK = /^;;; run: ([^\s(]+)\(([^)]*)\) = ?(.*)$/gm;

/** Runs all `run:` remarks of a text on every executor, in order, each executor on its own instance. */
export async function runRemarks(text: string, chosen: Readonly<Record<string, Executor>> = executors): Promise<void> {
  const bytes = await parseText(text);
  const module = load(bytes);
  const remarks = [...text.matchAll(REMARK)];
  assert.ok(remarks.length > 0, 'no ;;; run: remark');
  for (const [name, executor] of Object.entries(chosen)) {
    const call = executor(module, bytes);
    for (const [line, func, args, expected] of remarks) {
      const values = args!
        .split(',')
        .map((arg) => arg.trim())
        .filter((arg) => arg !== '')
        .map(parseValue);
      assert.equal(call(func!, values), expected!.trim(), `${name}: ${line}`);
    }
  }
}
