/**
 * Text of AArch64 instructions from their rows, in one of the two spellings of objdump (with or without aliases); a test
 * compares every row.
 */
import {floatValue} from './immediates.ts';
import {conditions, type NumberField, OPERANDS, type Operand, TEXT} from './insts.ts';
import {registerName} from './regs.ts';

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function registerText(operand: Operand, register: number): string {
  if (operand.kind === 'vector' && operand.suffix !== '') return `v${register & 31}.${operand.suffix}`;
  if (operand.isStack && register === 31) return operand.bits === 64 ? 'sp' : 'wsp';
  return registerName(register, operand.bits);
}

function numberText(field: NumberField, value: number, high: number): string {
  switch (field.print) {
    case 'dec':
    case 'plain':
      return String(value);
    case 'hex':
      return hex(value);
    case 'cond':
      return conditions[value] as string;
    case 'target':
      return value < 0 ? `.-${hex(-value)}` : `.+${hex(value)}`;
    case 'add':
      return value < 0x1000 ? `#${hex(value)}` : `#${hex(value >>> 12)}, lsl #12`;
    case 'logical':
      return field.bits === 13 ? hex((BigInt(high >>> 0) << 32n) | BigInt(value >>> 0)) : hex(value >>> 0);
    case 'float':
      return floatValue(value)
        .toExponential(18)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    case 'bytes':
      return hex(
        BigInt([7, 6, 5, 4, 3, 2, 1, 0].reduce((text, bit) => `${text}${(value >> bit) & 1 ? 'ff' : '00'}`, '0x')),
      );
    default:
      return field.print satisfies never;
  }
}

/** One instruction; a target is written relative to the instruction, `.+0x10`. `values` as for `encode`. */
export function printInst(id: number, values: ArrayLike<number>): string {
  let text = '';
  for (const part of TEXT[id] ?? []) {
    const operand = OPERANDS[id]?.[part.operand];
    if (operand === undefined) {
      text += part.literal;
      continue;
    }
    const value = values[part.operand] as number;
    if (operand.number === null) text += registerText(operand, value);
    else if (part.optional === null) text += numberText(operand.number, value, values[part.operand + 1] as number);
    else if (value !== 0) text += part.optional + numberText(operand.number, value, 0);
  }
  return text;
}
