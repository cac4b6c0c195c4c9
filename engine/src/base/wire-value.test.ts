import {strict as assert} from 'node:assert';
import {test} from 'node:test';
import fc from 'fast-check';
import {formatValue, type NumericKind, numeric, parseValue, widths} from './wire-value.ts';

const number = fc
  .constantFrom(...(Object.keys(widths) as NumericKind[]))
  .chain((kind) => fc.bigInt({min: -(1n << 127n), max: (1n << 128n) - 1n}).map((bits) => numeric(kind, bits)));

test('parse gives back what format wrote', () => {
  fc.assert(
    fc.property(number, (value) => assert.deepEqual(parseValue(formatValue(value)), value)),
    {seed: 1},
  );
  for (const value of [{kind: 'null'}, {kind: 'extern', id: 3}, {kind: 'i31', value: -5}, {kind: 'func'}] as const) {
    assert.deepEqual(parseValue(formatValue(value)), value);
  }
});

test('text that is no value is refused with an example', () => {
  for (const text of ['', 'i32', 'i32:', 'i32:1.5', 'f128:0', 'extern:-1', 'null:3'])
    assert.throws(() => parseValue(text), /not a value/);
});
