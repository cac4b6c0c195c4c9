/**
 * For tests: random modules of every section and form, well-formed and hardly ever valid, and random encodings.
 */
import fc from 'fast-check';
import type {
  DataSegment,
  ElementSegment,
  Encoding,
  Expression,
  ExternKind,
  ImportType,
  Module,
  SegmentMode,
} from '../wasm/module.ts';
import {
  concreteHeap,
  F32,
  F64,
  type FieldType,
  type GlobalType,
  Heap,
  I8,
  I16,
  I32,
  I64,
  type MemoryType,
  type RecGroup,
  refType,
  type SubType,
  type TableType,
  V128,
  type ValueType,
} from '../wasm/types.ts';
import {expressionOf, instruction} from './instructions.ts';
import {FUNC_ELEMENTS, sectionOrder} from './sections.ts';

const u32 = fc.oneof(fc.nat(3), fc.integer({min: 0, max: 0xffff_ffff}));
const u64 = fc.oneof(fc.nat(3).map(BigInt), fc.bigInt({min: 0n, max: 2n ** 64n - 1n}));
const few = {maxLength: 3};
const name = fc.oneof(
  fc.constantFrom('', 'f', 'é', '\u{feff}x', '\u{1f600}', '\0'),
  fc.string({unit: 'binary', maxLength: 4}),
);
const heap = fc.oneof(fc.constantFrom(...Object.values(Heap)), u32.map(concreteHeap));
const reference = fc.tuple(heap, fc.boolean()).map(([h, nullable]) => refType(h, nullable));
const valueType: fc.Arbitrary<ValueType> = fc.oneof(fc.constantFrom(I32, I64, F32, F64, V128), reference);
const expression: fc.Arbitrary<Expression> = fc
  .array(
    fc.oneof(
      fc.integer().map((v) => instruction('i32.const', v)),
      fc.constant(instruction('i32.add')),
    ),
    few,
  )
  .map(expressionOf);
const plain = {noNullPrototype: true} as const;

const field: fc.Arbitrary<FieldType> = fc.record(
  {type: fc.oneof(valueType, fc.constantFrom(I8, I16)), mutable: fc.boolean()},
  plain,
);
const subType: fc.Arbitrary<SubType> = fc.record(
  {
    final: fc.boolean(),
    supertypes: fc.array(u32, {maxLength: 2}),
    composite: fc.oneof(
      fc
        .tuple(fc.array(valueType, few), fc.array(valueType, few))
        .map(([params, results]) => ({kind: 'func', params, results}) as const),
      fc.array(field, few).map((fields) => ({kind: 'struct', fields}) as const),
      field.map((element) => ({kind: 'array', element}) as const),
    ),
  },
  plain,
);
const types: fc.Arbitrary<Pick<Module, 'types' | 'recGroups'>> = fc
  .array(fc.array(subType, {maxLength: 2}), few)
  .map((groups) => {
    const recGroups: RecGroup[] = [];
    let start = 0;
    for (const {length} of groups) {
      recGroups.push({start, length});
      start += length;
    }
    return {types: groups.flat(), recGroups};
  });

const limits = fc.record({min: u64, max: fc.option<bigint, null>(u64, {nil: null})}, plain);
const address = fc.constantFrom('i32' as const, 'i64' as const);
const tableType: fc.Arbitrary<TableType> = fc.record({element: reference, limits, address}, plain);
const memoryType: fc.Arbitrary<MemoryType> = fc.record(
  {limits, address, shared: fc.boolean(), pageSizeLog2: fc.constantFrom(0, 16, 63)},
  plain,
);
const globalType: fc.Arbitrary<GlobalType> = fc.record({type: valueType, mutable: fc.boolean()}, plain);
const tagType = fc.record({type: u32}, plain);
const importType: fc.Arbitrary<ImportType> = fc.oneof(
  u32.map((type) => ({kind: 'func', type}) as const),
  tableType.map((table) => ({kind: 'table', table}) as const),
  memoryType.map((memory) => ({kind: 'memory', memory}) as const),
  globalType.map((global) => ({kind: 'global', global}) as const),
  tagType.map((tag) => ({kind: 'tag', tag}) as const),
);
const externKind = fc.constantFrom<ExternKind[]>('func', 'table', 'memory', 'global', 'tag');

const active: fc.Arbitrary<SegmentMode> = fc
  .tuple(u32, expression)
  .map(([index, offset]) => ({kind: 'active', index, offset}));
const passive: fc.Arbitrary<SegmentMode> = fc.constant({kind: 'passive'});
const declarative: fc.Arbitrary<SegmentMode> = fc.constant({kind: 'declarative'});
const form = fc.nat(7);
const element: fc.Arbitrary<ElementSegment> = fc.oneof(
  fc
    .tuple(fc.oneof(active, passive, declarative), fc.array(u32, few), form)
    .map(
      ([mode, functions, f]) => ({mode, type: FUNC_ELEMENTS, items: {kind: 'functions', functions}, form: f}) as const,
    ),
  fc
    .tuple(fc.oneof(active, passive, declarative), reference, fc.array(expression, few), form)
    .map(([mode, type, expressions, f]) => ({mode, type, items: {kind: 'expressions', expressions}, form: f}) as const),
);
const data: fc.Arbitrary<DataSegment> = fc.record(
  {mode: fc.oneof(active, passive), bytes: fc.uint8Array({maxLength: 9}), form},
  plain,
);
const locals = fc.array(fc.record({count: fc.nat(0x3fff_ffff), type: valueType}, plain), few);
const functions = fc.array(fc.tuple(u32, locals, expression), few);

/** A module that the binary format can express. */
export const anyModule: fc.Arbitrary<Module> = fc
  .record({
    typeSection: types,
    imports: fc.array(fc.record({module: name, name, type: importType}, plain), few),
    code: functions,
    tables: fc.array(
      fc.record({type: tableType, init: fc.option<Expression, null>(expression, {nil: null})}, plain),
      few,
    ),
    memories: fc.array(memoryType, few),
    tags: fc.array(tagType, few),
    globals: fc.array(fc.record({type: globalType, init: expression}, plain), few),
    exports: fc.array(fc.record({name, kind: externKind, index: u32}, plain), few),
    start: fc.option<number, null>(u32, {nil: null}),
    elements: fc.array(element, few),
    data: fc.array(data, few),
    hasDataCount: fc.boolean(),
    customs: fc.array(fc.record({name, bytes: fc.uint8Array({maxLength: 9}), offset: fc.constant(0)}, plain), few),
  })
  .map(({typeSection, code, hasDataCount, ...rest}) => ({
    ...rest,
    ...typeSection,
    functions: code.map(([type]) => type),
    bodies: code.map(([, groups, body]) => ({locals: groups, code: body, offset: 0})),
    dataCount: hasDataCount ? rest.data.length : null,
  }));

/** An encoding of some module. */
export const anyEncoding: fc.Arbitrary<Encoding> = fc.record(
  {
    sections: fc.subarray([...sectionOrder]),
    padding: fc
      .array(fc.tuple(fc.nat(60), fc.integer({min: 1, max: 9})), {maxLength: 30})
      .map((pairs) => [...new Map(pairs)].sort(([a], [b]) => a - b).flat()),
    choices: fc.uniqueArray(fc.nat(30), {maxLength: 15}).map((list) => list.sort((a, b) => a - b)),
  },
  plain,
);
