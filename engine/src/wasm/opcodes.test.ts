import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import {FORMAT, formats, NAME, SIGNATURE} from './columns.ts';
import {groups, mnemonics, Op, type Row, rows} from './opcodes.ts';
import {concreteHeap, Heap, heapOf, heapTypes, isNullable, isRef, refType, typeName} from './types.ts';

test('every mnemonic stands in one group, and its columns say what the row says', () => {
  const total = groups.reduce((sum, group) => sum + Object.keys(group.rows).length, 0);
  assert.equal(mnemonics.length, total);
  for (const name of mnemonics) {
    assert.equal(NAME[Op[name]], name);
    assert.deepEqual(formats[FORMAT[Op[name]]!], [...rows[name][1]]);
    assert.equal(SIGNATURE[Op[name]] === null, rows[name][2] === null);
  }
});

test('the groups hold what the standard counts: 236 SIMD, 20 relaxed, 31 GC rows on page 0xFB', () => {
  const count = (feature: string) =>
    groups.filter((g) => g.feature === feature).reduce((n, g) => n + Object.keys(g.rows).length, 0);
  assert.equal(count('simd'), 236);
  assert.equal(count('relaxed-simd'), 20);
  assert.equal(mnemonics.filter((name) => rows[name][0] >>> 9 === 1).length, 31);
});

test('rows of a group are sorted by opcode', () => {
  for (const {rows: group} of groups) {
    const codes = Object.values(group as Record<string, Row>).map((row) => row[0]);
    assert.deepEqual(
      codes,
      [...codes].sort((a, b) => a - b),
    );
  }
});

test('a reference type gives back its heap type and nullability', () => {
  for (const heap of [
    ...Object.values(Heap),
    concreteHeap(0),
    concreteHeap(999_999),
    concreteHeap(2 ** 31),
    concreteHeap(2 ** 32 - 1),
  ]) {
    for (const nullable of [true, false]) {
      const type = refType(heap, nullable);
      assert.ok(isRef(type));
      assert.equal(heapOf(type), heap);
      assert.equal(isNullable(type), nullable);
    }
  }
  assert.equal(Object.keys(heapTypes).length, 12);
  assert.equal(typeName(refType(concreteHeap(3), true)), '(ref null 3)');
});
