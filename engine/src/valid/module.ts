/**
 * Validates modules (spec section 3.4): types, index spaces, limits, segments, exports, then every body.
 * Nothing is allocated from a size that the module declares.
 */
import {Invalid} from '../base/errors.ts';
import {everything, type Grammar} from '../binary/grammar.ts';
import type {FeatureSet} from '../wasm/features.ts';
import type {DataSegment, ElementSegment, ExternKind, Module} from '../wasm/module.ts';
import {canonicalValue} from '../wasm/subtyping.ts';
import {type HeapType, isDefaultable, type MemoryType, refType, type TableType} from '../wasm/types.ts';
import {CodeValidator} from './code.ts';
import {addressType, Context, checkLimits} from './context.ts';
import {Cursor, InvalidItem} from './cursor.ts';
import {checkModuleFeatures, require} from './gates.ts';
import {memorySize, messages, unknown} from './messages.ts';
import {checkTypes} from './types.ts';

/** What validation learns about the bodies, by index into `module.bodies`. */
export interface Facts {
  /** The deepest operand stack. */
  readonly maxOperands: Int32Array;
  /** The deepest control stack, the function's own frame included. */
  readonly maxControls: Int32Array;
}

/**
 * Validates a module under a feature set; returns what it learns about bodies. `grammar`: how bodies are read that no
 * decoder has seen.
 * Throws Invalid, Malformed for what decoding leaves to the code (spec section 5.4), Unsupported beyond a limit of ours.
 */
export function validate(module: Module, features: FeatureSet, grammar: Grammar = everything): Facts {
  const cursor = new Cursor();
  try {
    checkTypes(module, features, cursor);
    checkModuleFeatures(module, features, cursor);
    const context = new Context(module, features, cursor);
    const code = new CodeValidator(context, grammar);
    checkItems(context, code);
    const facts = checkBodies(context, code);
    code.stack.close();
    return facts;
  } catch (error) {
    if (error instanceof Invalid && error.offset === null) throw new InvalidItem(error.message, cursor.item(module));
    throw error;
  }
}

/** Everything but the bodies. */
function checkItems(context: Context, code: CodeValidator): void {
  const {module, cursor} = context;
  for (const [i, type] of context.tags.entries()) {
    cursor.atIndex('tag', i);
    checkTag(context, type);
  }
  for (const [i, memory] of context.memories.entries()) {
    cursor.atIndex('memory', i);
    checkMemory(memory);
  }
  for (const [i, {limits, address}] of context.tables.entries()) {
    cursor.atIndex('table', i);
    checkTableLimits(limits, address);
  }
  checkTables(context, code);
  checkGlobals(context, code);
  for (const [i, segment] of module.elements.entries()) {
    cursor.at('element', i);
    checkElements(context, code, segment);
  }
  for (const [i, segment] of module.data.entries()) {
    cursor.at('data', i);
    checkData(context, code, segment);
  }
  checkExports(context);
  checkStart(context);
}

function checkTag(context: Context, typeIndex: number): void {
  if (context.funcType(typeIndex, null).results.length > 0) throw new Invalid(messages.tagResult, null);
}

function checkMemory({limits, address, shared, pageSizeLog2}: MemoryType): void {
  if (pageSizeLog2 !== 0 && pageSizeLog2 !== 16) throw new Invalid(messages.pageSize, null);
  const most = mostPages(address, pageSizeLog2);
  if (limits.min > most || (limits.max !== null && limits.max > most)) {
    throw new Invalid(memorySize(most, address === 'i32' ? '4GiB' : '16EiB'), null);
  }
  checkLimits(limits.min, limits.max);
  if (shared && limits.max === null) throw new Invalid(messages.sharedMaximum, null);
}

/** The most pages that an address type reaches; page counts must be addresses too. */
function mostPages(address: 'i32' | 'i64', pageSizeLog2: number): bigint {
  const bits = address === 'i32' ? 32 : 64;
  return pageSizeLog2 === 0 ? (1n << BigInt(bits)) - 1n : 1n << BigInt(bits - pageSizeLog2);
}

function checkTableLimits({min, max}: TableType['limits'], address: TableType['address']): void {
  const most = address === 'i32' ? 0xffff_ffffn : 0xffff_ffff_ffff_ffffn;
  if (min > most || (max !== null && max > most)) throw new Invalid(messages.tableSize, null);
  checkLimits(min, max);
}

function checkTables(context: Context, code: CodeValidator): void {
  for (const [i, {type, init}] of context.module.tables.entries()) {
    context.cursor.at('table', i);
    const element = canonicalValue(type.element, context.ids);
    if (init !== null) code.validateConstant(init, element);
    else if (!isDefaultable(element))
      throw new Invalid(`${messages.typeMismatch}: ${code.stack.typeName(element)} has no default value`, null);
  }
}

/** A global's initialiser sees the globals before it (spec section 3.4.14); without GC, imported ones only. */
function checkGlobals(context: Context, code: CodeValidator): void {
  const seesDefined = context.features.has('gc');
  for (const [i, {type, init}] of context.module.globals.entries()) {
    context.cursor.at('global', i);
    code.validateConstant(init, canonicalValue(type.type, context.ids));
    if (seesDefined) context.visibleGlobals++;
  }
}

function checkElements(context: Context, code: CodeValidator, segment: ElementSegment): void {
  const type = canonicalValue(segment.type, context.ids);
  if (segment.items.kind === 'functions') {
    for (const index of segment.items.functions) {
      const ref = refType(context.ids[context.functionType(index, null)]! as HeapType, false);
      context.declared[index] = 1;
      code.requireItem(ref, type);
    }
  } else {
    for (const expression of segment.items.expressions) code.validateConstant(expression, type);
  }
  if (segment.mode.kind !== 'active') return;
  const table = context.table(segment.mode.index, null);
  code.requireItem(type, table.element);
  code.validateConstant(segment.mode.offset, addressType(table.address));
}

function checkData(context: Context, code: CodeValidator, {mode}: DataSegment): void {
  if (mode.kind === 'active') code.validateConstant(mode.offset, context.memoryAddress(mode.index, mode.offset.offset));
}

function spaceSize(context: Context, kind: ExternKind): number {
  switch (kind) {
    case 'func':
      return context.functions.length;
    case 'table':
      return context.tables.length;
    case 'memory':
      return context.memories.length;
    case 'global':
      return context.globals.length;
    case 'tag':
      return context.tags.length;
  }
}

function checkExports(context: Context): void {
  const names = new Set<string>();
  for (const [i, {name, kind, index}] of context.module.exports.entries()) {
    context.cursor.at('export', i);
    if (index >= spaceSize(context, kind)) throw new Invalid(unknown(kind === 'func' ? 'function' : kind, index), null);
    if (names.has(name)) throw new Invalid(`${messages.duplicateExport} "${name}"`, null);
    names.add(name);
    if (kind === 'func') context.declared[index] = 1;
    if (kind === 'global' && context.globals[index]!.mutable)
      require(context.features, 'mutable-globals', 'export of a mutable global');
  }
}

function checkStart(context: Context): void {
  const {start} = context.module;
  if (start === null) return;
  context.cursor.at('start', 0);
  const {params, results} = context.funcType(context.functionType(start, null), null);
  if (params.length + results.length > 0) throw new Invalid(messages.start, null);
}

function checkBodies(context: Context, code: CodeValidator): Facts {
  const {bodies, functions} = context.module;
  const facts = {maxOperands: new Int32Array(bodies.length), maxControls: new Int32Array(bodies.length)};
  for (let i = 0; i < bodies.length; i++) {
    code.validateBody(bodies[i]!, functions[i]!);
    facts.maxOperands[i] = code.maxHeight;
    facts.maxControls[i] = code.stack.maxDepth;
  }
  return facts;
}
