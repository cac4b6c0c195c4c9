/**
 * One instruction in the text format, flat: for listings in which each line has its offset. Whole modules are printed by
 * the WAT library (text.ts). Indices stay numbers.
 */
import {f32FromBits, f64FromBits} from '../numeric/bits.ts';
import {WIDTH} from '../wasm/columns.ts';
import type {Immediate} from '../wasm/immediates.ts';
import {type BlockType, type HeapType, heapName, refType, typeName, type ValueType} from '../wasm/types.ts';
import {
  type Cast,
  type CatchClause,
  type ImmediateValue,
  type Instruction,
  immediatesOf,
  type MemArg,
  mnemonicOf,
} from './instructions.ts';

/** Mnemonics of the opcode table that the text format writes in another way: two opcodes share one there. */
const spelled: Readonly<Record<string, string>> = {
  select_t: 'select',
  'ref.test_null': 'ref.test',
  'ref.cast_null': 'ref.cast',
};

/** `i32.load offset=4 align=2`, `br_table 0 1 2`, `block (result i32)`. */
export function instructionText({op, values}: Instruction): string {
  const mnemonic = mnemonicOf(op);
  const kinds = immediatesOf(op);
  if (kinds[0] === 'heap_type' && mnemonic !== 'ref.null') {
    const target = refType(values[0] as HeapType, mnemonic.endsWith('_null'));
    return `${spelled[mnemonic] ?? mnemonic} ${typeName(target)}`;
  }
  const ordered = swapsIndices(mnemonic) ? [1, 0] : kinds.keys();
  const isUse = mnemonic.endsWith('call_indirect'); // a type use, and not an index
  const parts = [...ordered].map((i) =>
    isUse && kinds[i] === 'type' ? `(type ${values[i] as number})` : immediateText(kinds[i]!, values[i]!, WIDTH[op]!),
  );
  return [spelled[mnemonic] ?? mnemonic, ...parts.filter((part) => part !== '')].join(' ');
}

/** The binary format has the segment or type first, the text format the table. */
const swapsIndices = (mnemonic: string): boolean =>
  mnemonic === 'table.init' || mnemonic === 'memory.init' || mnemonic.endsWith('call_indirect');

function immediateText(kind: Immediate, value: ImmediateValue, width: number): string {
  switch (kind) {
    case 'zero':
      return '';
    case 'f32':
      return floatText(
        f32FromBits(value as number),
        BigInt(value as number) & 0x7f_ffffn,
        (value as number) >>> 31 === 1,
      );
    case 'f64':
      return floatText(
        f64FromBits(value as bigint),
        (value as bigint) & 0xf_ffff_ffff_ffffn,
        (value as bigint) >> 63n === 1n,
      );
    case 'v128':
      return `i8x16 ${[...(value as Uint8Array)].map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}`;
    case 'lanes':
      return [...(value as Uint8Array)].join(' ');
    case 'label_table':
      return (value as readonly number[]).join(' ');
    case 'memarg':
      return memargText(value as MemArg, width);
    case 'block_type':
      return blockText(value as BlockType);
    case 'value_types':
      return `(result ${(value as readonly ValueType[]).map(typeName).join(' ')})`;
    case 'heap_type':
      return heapText(value as HeapType);
    case 'cast':
      return castText(value as Cast);
    case 'catches':
      return (value as readonly CatchClause[]).map(catchText).join(' ');
    default:
      return `${value as number | bigint}`;
  }
}

function floatText(value: number, payload: bigint, isNegative: boolean): string {
  const sign = isNegative ? '-' : '';
  if (Number.isNaN(value)) return `${sign}nan:0x${payload.toString(16)}`;
  return Number.isFinite(value) ? sign + Math.abs(value) : `${sign}inf`;
}

/** What the text format has by default is left out: memory 0, offset 0, natural alignment. */
function memargText({align, offset, memory}: MemArg, width: number): string {
  const parts = [
    memory === 0 ? '' : `${memory}`,
    offset === 0n ? '' : `offset=${offset}`,
    2 ** align === width ? '' : `align=${2n ** BigInt(align)}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function blockText(type: BlockType): string {
  if (type.kind === 'empty') return '';
  return type.kind === 'type' ? `(type ${type.index})` : `(result ${typeName(type.type)})`;
}

const heapText = (heap: HeapType): string => heapName(heap) ?? `${heap}`;

const castText = ({label, source, sourceNullable, target, targetNullable}: Cast): string =>
  `${label} ${typeName(refType(source, sourceNullable))} ${typeName(refType(target, targetNullable))}`;

function catchText({tag, ref, label}: CatchClause): string {
  const kind = `${tag === null ? 'catch_all' : 'catch'}${ref ? '_ref' : ''}`;
  return `(${kind} ${tag === null ? '' : `${tag} `}${label})`;
}
