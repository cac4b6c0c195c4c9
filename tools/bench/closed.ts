/** A kernel's module with n built in: for peers that can only call exports without parameters. */
import {ByteWriter} from '#engine/base/bytes.ts';
import {decode} from '#engine/binary/decode.ts';
import {encode} from '#engine/binary/encode.ts';
import {supported} from '#engine/wasm/features.ts';
import type {Module} from '#engine/wasm/module.ts';
import {F64, type SubType} from '#engine/wasm/types.ts';
import {type Kernel, kernelBytes} from './kernels.ts';

const I32_CONST = 0x41;
const CALL = 0x10;
const END = 0x0b;

/** The only export is `main`, which gives what `run(n)` gives. */
export function closedKernel(kernel: Kernel, n: number): Uint8Array {
  const {encoding: _, ...module} = decode(kernelBytes(kernel), supported);
  const run = module.exports.find(({name}) => name === 'run')!;
  const type: SubType = {final: true, supertypes: [], composite: {kind: 'func', params: [], results: [F64]}};
  const writer = new ByteWriter();
  writer.u8(I32_CONST);
  writer.s32(n);
  writer.u8(CALL);
  writer.u32(run.index);
  writer.u8(END);
  const closed: Module = {
    ...module,
    types: [...module.types, type],
    recGroups: [...module.recGroups, {start: module.types.length, length: 1}],
    functions: [...module.functions, module.types.length],
    bodies: [...module.bodies, {locals: [], code: {bytes: writer.toBytes(), offset: 0}, offset: 0}],
    exports: [{name: 'main', kind: 'func', index: module.functions.length}],
    customs: [],
  };
  return encode(closed);
}
