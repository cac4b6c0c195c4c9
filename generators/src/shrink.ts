/**
 * Smaller cases, the boldest first: fewer calls, functions without code, host functions without actions, then spans of
 * code taken out or replaced by an operand or a constant. Every candidate is valid and strictly smaller; what makes it
 * interesting is the caller's business.
 */
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {expressionOf, type Instruction, instruction, instructions} from '#engine/binary/instructions.ts';
import {type Body, funcTypeAt, functionTypeIndices, type Module} from '#engine/wasm/module.ts';
import {F32, F64, heapOf, I32, I64, isNullable, isRef, type ValueType} from '#engine/wasm/types.ts';
import type {Case} from './case.ts';
import {contextOf, findSpans, type Span} from './spans.ts';

/** Candidates that are smaller than the case. */
export function* shrinkCase(testCase: Case): IterableIterator<Case> {
  yield* fewerCalls(testCase);
  const modules = testCase.modules.map((bytes) => decode(bytes));
  for (const [k, module] of modules.entries()) yield* withModule(testCase, k, emptyBodies(module));
  yield* quietHost(testCase);
  for (const [k, module] of modules.entries()) yield* withModule(testCase, k, smallerBodies(module));
}

function* fewerCalls(testCase: Case): IterableIterator<Case> {
  const {calls} = testCase;
  for (let size = calls.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < calls.length; at += size) {
      yield {...testCase, calls: [...calls.slice(0, at), ...calls.slice(at + size)]};
    }
  }
}

/** The case with module `k` replaced by each of the modules that is smaller. */
function* withModule(testCase: Case, k: number, candidates: Iterable<Module>): IterableIterator<Case> {
  const old = testCase.modules[k]!;
  for (const module of candidates) {
    const bytes = encode(module);
    if (bytes.length < old.length) yield {...testCase, modules: testCase.modules.with(k, bytes)};
  }
}

function* quietHost(testCase: Case): IterableIterator<Case> {
  const {host} = testCase;
  for (const [k, item] of host.functions.entries()) {
    for (const at of item.actions.keys()) {
      const functions = host.functions.with(k, {...item, actions: item.actions.toSpliced(at, 1)});
      yield {...testCase, host: {...host, functions}};
    }
  }
}

/** The constant of a type, null when it has none. */
function constantOf(type: ValueType): Instruction | null {
  switch (type) {
    case I32:
      return instruction('i32.const', 0);
    case I64:
      return instruction('i64.const', 0n);
    case F32:
      return instruction('f32.const', 0);
    case F64:
      return instruction('f64.const', 0n);
    default:
      if (isRef(type)) return isNullable(type) ? instruction('ref.null', heapOf(type)) : null;
      return instruction('v128.const', new Uint8Array(16));
  }
}

const withBody = (module: Module, k: number, body: Partial<Body>): Module => ({
  ...module,
  bodies: module.bodies.with(k, {...module.bodies[k]!, ...body}),
});

/** Each function without code: its results are constants. */
function* emptyBodies(module: Module): IterableIterator<Module> {
  for (const k of module.bodies.keys()) {
    const constants = funcTypeAt(module, module.functions[k]!).results.map(constantOf);
    if (constants.includes(null)) continue;
    yield withBody(module, k, {locals: [], code: expressionOf(constants as Instruction[])});
  }
}

function* smallerBodies(module: Module): IterableIterator<Module> {
  const context = contextOf(module);
  const imported = functionTypeIndices(module).length - module.functions.length;
  for (const [k, body] of module.bodies.entries()) {
    const type = funcTypeAt(module, context.functions[imported + k]!);
    const list = instructions(body.code).slice(0, -1);
    yield* bodiesWithout(module, k, list, findSpans(context, type, localsOf(type.params, body), list));
  }
}

const localsOf = (params: readonly ValueType[], {locals}: Body): ValueType[] => [
  ...params,
  ...locals.flatMap(({count, type}) => new Array<ValueType>(count).fill(type)),
];

function* bodiesWithout(
  module: Module,
  k: number,
  list: readonly Instruction[],
  spans: readonly Span[],
): IterableIterator<Module> {
  for (const span of spans) {
    for (const replacement of replacements(list, span)) {
      const code = [...list.slice(0, span.start), ...replacement, ...list.slice(span.end + 1)];
      yield withBody(module, k, {code: expressionOf(code)});
    }
  }
}

/** What can stand for a span: nothing, a constant, an operand of the same type. */
function* replacements(list: readonly Instruction[], span: Span): IterableIterator<readonly Instruction[]> {
  if (span.type === null) {
    yield [];
    return;
  }
  const constant = constantOf(span.type);
  if (constant !== null) yield [constant];
  for (const operand of span.operands) {
    if (operand.type === span.type) yield list.slice(operand.start, operand.end + 1);
  }
}
