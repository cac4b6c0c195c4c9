import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {Unsupported} from '../base/errors.ts';
import {emptyModule, type Module} from './module.ts';
import {
  BOTTOM_HEAP,
  bottomOf,
  canonicalType,
  canonicalValue,
  forgetTypesAbove,
  isSubtype,
  MAX_DEPTH,
  matches,
  matchesHeap,
  matchesLimits,
  topOf,
  typeIds,
} from './subtyping.ts';
import {
  type AbstractHeapType,
  BOTTOM,
  type CompositeType,
  concreteHeap,
  F32,
  type FieldType,
  FUNCREF,
  Heap,
  heapOf,
  heapTypes,
  I8,
  I32,
  I64,
  isNullable,
  isRef,
  refType,
  type SubType,
  V128,
  type ValueType,
} from './types.ts';

const SEED = 20_26;

/** A module of these groups of types. */
function moduleOf(groups: readonly (readonly SubType[])[]): Module {
  let start = 0;
  const recGroups = groups.map(({length}) => ({start: (start += length) - length, length}));
  return {...emptyModule, types: groups.flat(), recGroups};
}

const sub = (composite: CompositeType, supertypes: number[] = [], final = false): SubType => ({
  final,
  supertypes,
  composite,
});
const struct = (...types: ValueType[]): CompositeType => ({
  kind: 'struct',
  fields: types.map((type) => ({type, mutable: false})),
});
const func = (params: ValueType[], results: ValueType[]): CompositeType => ({kind: 'func', params, results});
const ref = (index: number, nullable = true): ValueType => refType(concreteHeap(index), nullable);

/** Value types over type indices below `count`. */
const valueType = (count: number): fc.Arbitrary<ValueType> =>
  fc.oneof(
    fc.constantFrom(I32, I64, F32, V128, FUNCREF),
    fc
      .tuple(fc.nat(Math.max(0, count - 1)), fc.boolean())
      .map(([index, nullable]) => (count === 0 ? I32 : ref(index, nullable))),
  );

const composite = (count: number): fc.Arbitrary<CompositeType> => {
  const value = valueType(count);
  const field: fc.Arbitrary<FieldType> = fc.record(
    {type: fc.oneof(value, fc.constant(I8)), mutable: fc.boolean()},
    {noNullPrototype: true},
  );
  const list = fc.array(value, {maxLength: 2});
  return fc.oneof(
    fc.record({kind: fc.constant('func' as const), params: list, results: list}, {noNullPrototype: true}),
    fc.record({kind: fc.constant('struct' as const), fields: fc.array(field, {maxLength: 2})}, {noNullPrototype: true}),
    fc.record({kind: fc.constant('array' as const), element: field}, {noNullPrototype: true}),
  );
};

/** Groups of one or two types whose references stay in range; supertypes need not match, only come first. */
const groups: fc.Arbitrary<SubType[][]> = fc
  .array(fc.integer({min: 1, max: 2}), {minLength: 1, maxLength: 4})
  .chain((lengths) => {
    let end = 0;
    const list = lengths.map((length) => {
      const start = end;
      end += length;
      const limit = end;
      return fc.tuple(...Array.from({length}, (_, i) => subType(start + i, limit)));
    });
    return fc.tuple(...list) as fc.Arbitrary<SubType[][]>;
  });

const subType = (index: number, end: number): fc.Arbitrary<SubType> =>
  fc.record(
    {
      final: fc.boolean(),
      supertypes: index === 0 ? fc.constant([]) : fc.array(fc.nat(index - 1), {maxLength: 1}),
      composite: composite(end),
    },
    {noNullPrototype: true},
  );

/** Iso-recursive equivalence by its definition: equal after unrolling, references into the own group by position. */
function areEquivalent(a: Module, i: number, b: Module, j: number): boolean {
  const groupA = a.recGroups.find(({start, length}) => i >= start && i < start + length)!;
  const groupB = b.recGroups.find(({start, length}) => j >= start && j < start + length)!;
  if (i - groupA.start !== j - groupB.start || groupA.length !== groupB.length) return false;
  const index = (x: number, y: number): boolean =>
    x >= groupA.start || y >= groupB.start ? x - groupA.start === y - groupB.start : areEquivalent(a, x, b, y);
  const value = (x: ValueType, y: ValueType): boolean => {
    if (!isRef(x) || !isRef(y) || heapOf(x) < 0 || heapOf(y) < 0) return x === y;
    return isNullable(x) === isNullable(y) && index(heapOf(x), heapOf(y));
  };
  const flat = ({composite: type}: SubType): [ValueType, string][] => {
    if (type.kind === 'func')
      return [
        ...type.params.map((t) => [t, 'p'] as [ValueType, string]),
        ...type.results.map((t) => [t, 'r'] as [ValueType, string]),
      ];
    return (type.kind === 'array' ? [type.element] : type.fields).map(({type: t, mutable}) => [
      t,
      `${type.kind}${mutable}`,
    ]);
  };
  return a.types.slice(groupA.start, groupA.start + groupA.length).every((type, k) => {
    const other = b.types[groupB.start + k]!;
    const x = flat(type),
      y = flat(other);
    return (
      type.final === other.final &&
      type.composite.kind === other.composite.kind &&
      type.supertypes.length === other.supertypes.length &&
      type.supertypes.every((s, n) => index(s, other.supertypes[n]!)) &&
      x.length === y.length &&
      x.every(([t, place], n) => place === y[n]![1] && value(t, y[n]![0]))
    );
  });
}

test('two types of any modules have one canonical id exactly when they are equivalent', () => {
  let equal = 0;
  fc.assert(
    fc.property(groups, groups, (first, second) => {
      const a = moduleOf(first),
        b = moduleOf([...second, ...first.slice(0, 1)]);
      const idsA = typeIds(a),
        idsB = typeIds(b);
      for (let i = 0; i < a.types.length; i++) {
        for (let j = 0; j < b.types.length; j++) {
          assert.equal(idsA[i] === idsB[j], areEquivalent(a, i, b, j));
          if (idsA[i] === idsB[j]) equal++;
        }
      }
    }),
    {seed: SEED, numRuns: 500},
  );
  assert.ok(equal > 100, `${equal} equivalent pairs`);
});

test('canonical types mention canonical ids only: canonicalising again changes nothing', () => {
  const a = moduleOf([[sub(struct(I32))], [sub(func([ref(0)], [ref(1, false)]))]]);
  const [id0, id1] = typeIds(a);
  assert.deepEqual(canonicalType(id1!).composite, func([ref(id0!)], [ref(id1!, false)]));
  assert.equal(canonicalValue(ref(1), typeIds(a)), ref(id1!));
});

const below: Readonly<Record<AbstractHeapType, readonly AbstractHeapType[]>> = {
  any: ['any', 'eq', 'i31', 'struct', 'array', 'none'],
  eq: ['eq', 'i31', 'struct', 'array', 'none'],
  i31: ['i31', 'none'],
  struct: ['struct', 'none'],
  array: ['array', 'none'],
  none: ['none'],
  func: ['func', 'nofunc'],
  nofunc: ['nofunc'],
  extern: ['extern', 'noextern'],
  noextern: ['noextern'],
  exn: ['exn', 'noexn'],
  noexn: ['noexn'],
};

test('abstract heap types match as the hierarchies of the specification say', () => {
  for (const sup of Object.keys(heapTypes) as AbstractHeapType[]) {
    for (const name of Object.keys(heapTypes) as AbstractHeapType[])
      assert.equal(matchesHeap(Heap[name], Heap[sup]), below[sup].includes(name), `${name} <: ${sup}`);
    assert.equal(topOf(Heap[sup]), Heap[heapTypes[sup].top]);
    assert.ok(matchesHeap(bottomOf(Heap[sup]), Heap[sup]));
    assert.ok(matchesHeap(BOTTOM_HEAP, Heap[sup]));
  }
});

test('matching is reflexive and transitive, bottom is below everything, null is never below non-null', () => {
  const chain = moduleOf([
    [sub(struct())],
    [sub(struct(I32), [0])],
    [sub(struct(I32, I32), [1])],
    [sub(func([], []))],
    [sub({kind: 'array', element: {type: I8, mutable: true}})],
  ]);
  const ids = typeIds(chain);
  const heaps = [...Object.values(Heap), ...Array.from(ids, concreteHeap)];
  const types = [I32, I64, F32, V128, ...heaps.flatMap((heap) => [refType(heap, true), refType(heap, false)])];
  for (const a of types) {
    assert.ok(matches(a, a) && matches(BOTTOM, a) && !matches(a, BOTTOM));
    for (const b of types) {
      if (matches(a, b)) assert.ok(isRef(a) === isRef(b) && (isNullable(b) || !isNullable(a) || !isRef(a)));
      for (const c of types) if (matches(a, b) && matches(b, c)) assert.ok(matches(a, c), `${a} ${b} ${c}`);
    }
  }
  assert.ok(isSubtype(ids[2]!, ids[0]!) && !isSubtype(ids[0]!, ids[2]!));
  assert.ok(matches(ref(ids[2]!, false), refType(Heap.eq, true)) && !matches(ref(ids[3]!), refType(Heap.any, true)));
  assert.ok(matches(refType(Heap.nofunc, true), ref(ids[3]!)) && !matches(refType(Heap.none, true), ref(ids[3]!)));
});

test('the display of a type lists its supertypes from the root down', () => {
  const ids = typeIds(moduleOf([[sub(struct())], [sub(struct(I32), [0])], [sub(struct(I32, I64), [1])]]));
  assert.deepEqual([...canonicalType(ids[2]!).ancestors], [ids[0], ids[1]]);
  assert.equal(canonicalType(ids[2]!).depth, 2);
});

test('a chain of supertypes that is too long is refused, and leaves the registry usable', () => {
  const chain = (length: number): Module =>
    moduleOf(Array.from({length}, (_, i) => [sub(struct(V128), i === 0 ? [] : [i - 1])]));
  assert.throws(() => typeIds(chain(MAX_DEPTH + 2)), Unsupported);
  const ids = typeIds(chain(MAX_DEPTH + 1));
  assert.equal(canonicalType(ids[MAX_DEPTH]!).depth, MAX_DEPTH);
});

test('limits match when they are within the others', () => {
  assert.ok(matchesLimits({min: 2n, max: 3n}, {min: 1n, max: 3n}));
  assert.ok(!matchesLimits({min: 0n, max: 3n}, {min: 1n, max: null}));
  assert.ok(!matchesLimits({min: 2n, max: null}, {min: 1n, max: 3n}));
  assert.ok(matchesLimits({min: 2n, max: null}, {min: 2n, max: null}));
});

test('an emptied registry gives a module new ids that mean the same', () => {
  const module = moduleOf([[sub(struct(F32))], [sub(struct(F32, I32), [0])]]);
  const before = typeIds(module);
  forgetTypesAbove(1_000_000);
  assert.equal(typeIds(module), before);
  forgetTypesAbove(0);
  const ids = typeIds(module);
  assert.deepEqual([...ids], [0, 1]);
  assert.ok(isSubtype(ids[1]!, ids[0]!));
});
