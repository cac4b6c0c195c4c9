/**
 * The DWARF 4 line program of an image (DWARF 4 section 6.2): a row wherever the code map changes its wasm offset, whose
 * line is that offset. One sequence from the first to the last byte of the code.
 */
import {ByteWriter} from '../base/bytes.ts';
import type {Image} from './image.ts';

const Opcode = {copy: 1, advancePc: 2, advanceLine: 3, extended: 0} as const;
const Extended = {endSequence: 1, setAddress: 2} as const;
/** Operands of the standard opcodes 1 to 12 (DWARF 4 section 6.2.4). */
const OPERANDS = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
const OPCODE_BASE = OPERANDS.length + 1;
/** Special opcodes are not used; these say what they would mean. */
const [LINE_BASE, LINE_RANGE] = [0xfb /* -5 */, 14];
const ADDRESS_SIZE = 8;

/** The `.debug_line` section, and the offsets of the addresses in it that are relative to `.text`. */
export function lineProgram(
  image: Image,
  file: string,
  unit: number,
): {readonly bytes: Uint8Array; readonly addresses: readonly number[]} {
  const header = new ByteWriter();
  header.append([unit, 1 /* operations per instruction */, 1 /* is_stmt */, LINE_BASE, LINE_RANGE, OPCODE_BASE]);
  header.append(OPERANDS);
  header.u8(0); // no include directories
  header.append([...new TextEncoder().encode(file.replaceAll('\0', '')), 0, 0, 0, 0]);
  header.u8(0);
  const program = new ByteWriter();
  program.append([Opcode.extended, 1 + ADDRESS_SIZE, Extended.setAddress, 0, 0, 0, 0, 0, 0, 0, 0]);
  writeRows(program, image, unit);
  const [head, rows] = [header.toBytes(), program.toBytes()];
  const result = new ByteWriter();
  result.fixed32(2 + 4 + head.length + rows.length);
  result.append([4, 0]); // version
  result.fixed32(head.length);
  result.append(head);
  result.append(rows);
  return {bytes: result.toBytes(), addresses: [4 + 2 + 4 + head.length + 3]};
}

function writeRows(program: ByteWriter, {code, map}: Image, unit: number): void {
  let [address, line] = [0, 1];
  for (let i = 0; i < map.offsets.length; i++) {
    const [at, wasm] = [map.offsets[i]!, map.wasm[i]!];
    if (i > 0 && map.wasm[i - 1] === wasm) continue;
    program.u8(Opcode.advancePc);
    program.u32((at - address) / unit);
    program.u8(Opcode.advanceLine);
    program.s32(wasm - line);
    program.u8(Opcode.copy);
    [address, line] = [at, wasm];
  }
  program.u8(Opcode.advancePc);
  program.u32(Math.ceil((code.length - address) / unit));
  program.append([Opcode.extended, 1, Extended.endSequence]);
}
