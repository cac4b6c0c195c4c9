/**
 * Dense columns derived from the opcode table at load, indexed by opcode: `NAME[op]`, `FORMAT[op]`, `SIGNATURE[op]`.
 * An opcode number without a row has FORMAT 255 (INVALID), NAME undefined.
 */
import {assert} from '../base/assert.ts';
import type {Feature} from './features.ts';
import type {Immediate} from './immediates.ts';
import {type Fact, groups, type Mnemonic, type Opcode} from './opcodes.ts';
import {F32, F64, I32, I64, V128, type ValueType} from './types.ts';

/** Opcodes are below this: five pages of 0x200. */
export const OPCODE_COUNT = 0xa00;
/** Base of the page of each prefix byte; one-byte opcodes stand at 0. */
export const PAGE_BASE: Readonly<Record<number, number>> = {0xfb: 0x200, 0xfc: 0x400, 0xfd: 0x600, 0xfe: 0x800};
/** Prefix byte by page number (opcode >>> 9); 0 for one-byte opcodes. */
export const PAGE_PREFIX = [0, 0xfb, 0xfc, 0xfd, 0xfe] as const;
export const INVALID = 255;

/** Operand and result types of a simple instruction; `address` operands stand as null. */
export interface Signature {
  readonly operands: readonly (ValueType | null)[];
  readonly results: readonly ValueType[];
}

/** The distinct immediate lists: a format. `FORMAT[op]` indexes this. */
export const formats: Immediate[][] = [];
export const FORMAT = new Uint8Array(OPCODE_COUNT).fill(INVALID);
export const NAME: (Mnemonic | undefined)[] = new Array(OPCODE_COUNT).fill(undefined);
export const FEATURE: (Feature | undefined)[] = new Array(OPCODE_COUNT).fill(undefined);
export const SIGNATURE: (Signature | null)[] = new Array(OPCODE_COUNT).fill(null);
/** Bytes accessed in memory, 0 when none. */
export const WIDTH = new Uint8Array(OPCODE_COUNT);
/** Number of lanes that a lane immediate may name, 0 when none. */
export const LANES = new Uint8Array(OPCODE_COUNT);
/** Bit set of facts, see FACT. */
export const FACTS = new Uint8Array(OPCODE_COUNT);
export const FACT = {pure: 1, commutative: 2, traps: 4, reads: 8, writes: 16} as const satisfies Record<Fact, number>;

/** Mnemonic -> opcode for names read at run time. */
export const byName: ReadonlyMap<string, Opcode> = new Map(
  groups.flatMap((group) => Object.entries(group.rows).map(([name, row]) => [name, row[0] as Opcode] as const)),
);

const LETTERS: Readonly<Record<string, ValueType | null>> = {i: I32, l: I64, f: F32, d: F64, v: V128, a: null};

function letters(text: string): (ValueType | null)[] {
  return [...text].map((letter) => {
    const type = LETTERS[letter];
    assert(type !== undefined, `signature letter ${letter}`);
    return type;
  });
}

function parseSignature(text: string): Signature {
  const [operands = '', results = ''] = text.split(':');
  return {operands: letters(operands), results: letters(results) as ValueType[]};
}

function formatOf(list: readonly Immediate[]): number {
  const key = list.join(' ');
  const known = formats.findIndex((format) => format.join(' ') === key);
  return known >= 0 ? known : formats.push([...list]) - 1;
}

function factBits(text: string): number {
  let bits = 0;
  for (const fact of text.split(' ')) if (fact !== '') bits |= FACT[fact as Fact];
  return bits;
}

for (const group of groups) {
  for (const [name, [op, list, signature, facts, extra]] of Object.entries(
    group.rows as Record<string, import('./opcodes.ts').Row>,
  )) {
    assert(FORMAT[op] === INVALID, `opcode 0x${op.toString(16)} stands twice`);
    FORMAT[op] = formatOf(list);
    NAME[op] = name as Mnemonic;
    FEATURE[op] = group.feature;
    SIGNATURE[op] = signature === null ? null : parseSignature(signature);
    WIDTH[op] = extra?.width ?? 0;
    LANES[op] = extra?.lanes ?? 0;
    FACTS[op] = factBits(facts);
  }
}
