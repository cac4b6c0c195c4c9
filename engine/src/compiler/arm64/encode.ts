/**
 * Encodes AArch64 instructions: the row's fixed bits, and each operand brought to its place by the table of number fields.
 * A number that does not fit is a Bug naming the instruction: the lowering asks first (immediates.ts, `fits`).
 */
import {assert} from '#engine/base/assert.ts';
import {logicalImmediate, logicalImmediate32} from './immediates.ts';
import {BITS, instNames, type NumberField, type NumberName, numbers, OPERANDS} from './insts.ts';

/** Whether a number can stand in a field. */
export function fits(name: NumberName, value: number): boolean {
  return fitsField(numbers[name], value);
}

function fitsField(field: NumberField, value: number): boolean {
  if (value < field.min || value > field.max) return false;
  if (field.print === 'add') return value < 0x1000 || (value & 0xfff) === 0;
  return field.scale === 1 || value % field.scale === 0;
}

/** The word of row `id`; registers are 0-63, numbers in their own unit (bytes, bits). */
export function encode(id: number, values: ArrayLike<number>): number {
  const operands = OPERANDS[id];
  assert(id > 0 && operands !== undefined, `row ${id}`);
  let word = BITS[id] as number;
  for (let n = 0; n < operands.length; n++) {
    const operand = operands[n] as (typeof operands)[number];
    const value = values[n] as number;
    if (operand.number === null) {
      assert((value & ~31) === (operand.kind === 'vector' ? 32 : 0), `register ${value} in ${instNames[id]}`);
      word += (value & 31) * operand.place;
    } else {
      word += number(id, operand.number, value, values[n + 1] as number);
    }
  }
  return word | 0;
}

function number(id: number, field: NumberField, value: number, high: number): number {
  if (field.print === 'logical') return logical(id, field, value, high);
  assert(fitsField(field, value), `${instNames[id] || 'distance'}: ${value} does not fit`);
  if (field.print === 'add') return (value < 0x1000 ? value : (value >>> 12) | 0x1000) * 1024;
  const bits = field.bias + field.sign * (value / field.scale);
  const first = (bits & (2 ** field.bits - 1)) * 2 ** field.at;
  if (field.bits2 === 0) return first;
  return first + ((bits >> field.bits) & (2 ** field.bits2 - 1)) * 2 ** field.at2;
}

function logical(id: number, field: NumberField, low: number, high: number): number {
  const bits = field.bits === 13 ? logicalImmediate(low, high) : logicalImmediate32(low);
  assert(bits >= 0, `${instNames[id]}: ${low}, ${high} is no logical immediate`);
  return bits * 1024;
}

/** The bits of a distance in bytes, which must be in the reach of the field. */
export function distanceBits(name: 'rel26' | 'rel21' | 'rel19' | 'rel14', distance: number): number {
  return number(0, numbers[name], distance, 0) | 0;
}
