/** The machine code of one function, an instruction a row, with what the image says about each. */
import {trapName} from '#engine/base/traps.ts';
import {type Image, originAt, trapAt} from '#engine/compiler/image.ts';
import {disassemble} from '../disassemble.ts';

export interface MachineRow {
  /** From the start of the image. */
  readonly offset: number;
  readonly bytes: string;
  readonly text: string;
  readonly wasm: number | null;
  readonly rule: string | null;
  readonly trap: string | null;
}

/** Rows of the function at a place in `image.functions`, which must be compiled. */
export async function machineRows(image: Image, own: number): Promise<MachineRow[]> {
  const start = image.functions[own]!;
  const code = image.code.subarray(start, image.functionEnds[own]!);
  const lines = await disassemble(image.target, code, start);
  return lines.map(({offset, length, text}) => {
    const origin = originAt(image, offset);
    const trap = trapAt(image, offset);
    return {
      offset,
      bytes: [...image.code.subarray(offset, offset + length)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(''),
      text,
      wasm: origin?.wasmOffset ?? null,
      rule: origin?.rule ?? null,
      trap: trap === undefined ? null : (trapName(trap.code) ?? null),
    };
  });
}
