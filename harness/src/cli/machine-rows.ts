/** The machine code of one function, an instruction a row, with what the image says about each. */
import {trapName} from '#engine/base/traps.ts';
import {type Image, originAt, trapAt} from '#engine/compiler/image.ts';
import {type Disassembled, disassemble} from '../disassemble.ts';

export interface MachineRow {
  /** From the start of the image. */
  readonly offset: number;
  readonly bytes: string;
  readonly text: string;
  readonly wasm: number | null;
  readonly rule: string | null;
  readonly trap: string | null;
}

/** Rows of the function at a place in `image.functions`, which must be compiled; its constants and tables as words. */
export async function machineRows(image: Image, own: number): Promise<MachineRow[]> {
  const [start, data] = [image.functions[own]!, image.functionData[own]!];
  const lines = await disassemble(image.target, image.code.subarray(start, data), start);
  return [...lines, ...dataWords(image.code, data, image.functionEnds[own]!)].map(({offset, length, text}) => {
    const origin = offset < data ? originAt(image, offset) : undefined;
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

const WORD = 4;

function dataWords(code: Uint8Array, start: number, end: number): Disassembled[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const words: Disassembled[] = [];
  for (let offset = start; offset < end; offset += WORD) {
    const length = Math.min(WORD, end - offset);
    const text = length < WORD ? '.padding' : `.word 0x${view.getUint32(offset, true).toString(16).padStart(8, '0')}`;
    words.push({offset, length, text});
  }
  return words;
}
