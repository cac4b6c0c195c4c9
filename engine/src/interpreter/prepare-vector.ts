/**
 * Preparing vector instructions with immediates: constants, lanes, shuffles, lanes in memory. Splats of constants become
 * constants.
 */
import {onBits} from '../numeric/on-bits.ts';
import {v128} from '../numeric/v128-bits.ts';
import type {Mnemonic} from '../wasm/opcodes.ts';
import type {Body} from './body.ts';
import {Place, Storage} from './operands.ts';
import {access, addressSlot} from './prepare-memory.ts';
import {type Prepare, vector} from './prepare-numeric.ts';
import {Word, type WordName} from './words.ts';

function emitBytes({emitter, reader}: Body): void {
  const {bytes, bytesAt} = reader;
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytesAt, 16);
  for (let at = 0; at < 16; at += 4) emitter.operand(view.getInt32(at, true));
}

const extract =
  (name: WordName, storage: Storage): Prepare =>
  ({operands, emitter, reader}) => {
    const source = operands.read(operands.pop());
    emitter.op3(Word[name], operands.push(storage), source, reader.lane);
  };

const replace =
  (name: WordName): Prepare =>
  ({operands, emitter, reader}) => {
    const value = operands.read(operands.pop());
    const source = operands.read(operands.pop());
    emitter.op4(Word[name], operands.push(Storage.vector), source, value, reader.lane);
  };

const loadLane =
  (name: WordName): Prepare =>
  (body) => {
    const {operands, emitter, reader} = body;
    const vector = operands.read(operands.pop());
    const address = addressSlot(body, operands.pop(), reader.memory);
    const d = operands.push(Storage.vector);
    access(body, () => {
      emitter.op4(Word[name], d, address, vector, reader.low);
      emitter.operand(reader.lane);
    });
  };

const storeLane =
  (name: WordName): Prepare =>
  (body) => {
    const {operands, emitter, reader} = body;
    const vector = operands.read(operands.pop());
    const address = addressSlot(body, operands.pop(), reader.memory);
    access(body, () => emitter.op4(Word[name], address, vector, reader.low, reader.lane));
  };

const splat = (name: Extract<keyof typeof v128, `${string}splat`>): Prepare => {
  const general = vector(name);
  return (body) => {
    const {operands, emitter} = body;
    const top = operands.count - 1;
    if (operands.place[top] !== Place.constant) return general(body);
    const scalar = BigInt.asUintN(32, BigInt(operands.low[top]!)) | (BigInt(operands.high[top]!) << 32n);
    const bits = onBits(v128[name], [scalar]);
    operands.pop();
    emitter.op1(Word['const128'], operands.push(Storage.vector));
    for (let at = 0; at < 128; at += 32) emitter.operand(Number(BigInt.asIntN(32, bits >> BigInt(at))));
  };
};

export const lanes: Partial<Record<Mnemonic, Prepare>> = {
  'v128.const': (body) => {
    body.emitter.op1(Word['const128'], body.operands.push(Storage.vector));
    emitBytes(body);
  },
  'i8x16.shuffle': (body) => {
    const {operands, emitter} = body;
    const b = operands.read(operands.pop());
    const a = operands.read(operands.pop());
    emitter.op3(Word['i8x16.shuffle'], operands.push(Storage.vector), a, b);
    emitBytes(body);
  },
  'i8x16.splat': splat('i8x16.splat'),
  'i16x8.splat': splat('i16x8.splat'),
  'i32x4.splat': splat('i32x4.splat'),
  'i64x2.splat': splat('i64x2.splat'),
  'f32x4.splat': splat('f32x4.splat'),
  'f64x2.splat': splat('f64x2.splat'),
  'i8x16.extract_lane_s': extract('i8x16.extract_lane_s', Storage.word),
  'i8x16.extract_lane_u': extract('i8x16.extract_lane_u', Storage.word),
  'i16x8.extract_lane_s': extract('i16x8.extract_lane_s', Storage.word),
  'i16x8.extract_lane_u': extract('i16x8.extract_lane_u', Storage.word),
  'i32x4.extract_lane': extract('i32x4.extract_lane', Storage.word),
  'f32x4.extract_lane': extract('i32x4.extract_lane', Storage.word),
  'i64x2.extract_lane': extract('i64x2.extract_lane', Storage.slot),
  'f64x2.extract_lane': extract('i64x2.extract_lane', Storage.slot),
  'i8x16.replace_lane': replace('i8x16.replace_lane'),
  'i16x8.replace_lane': replace('i16x8.replace_lane'),
  'i32x4.replace_lane': replace('i32x4.replace_lane'),
  'f32x4.replace_lane': replace('i32x4.replace_lane'),
  'i64x2.replace_lane': replace('i64x2.replace_lane'),
  'f64x2.replace_lane': replace('i64x2.replace_lane'),
  'v128.load8_lane': loadLane('v128.load8_lane'),
  'v128.load16_lane': loadLane('v128.load16_lane'),
  'v128.load32_lane': loadLane('v128.load32_lane'),
  'v128.load64_lane': loadLane('v128.load64_lane'),
  'v128.store8_lane': storeLane('v128.store8_lane'),
  'v128.store16_lane': storeLane('v128.store16_lane'),
  'v128.store32_lane': storeLane('v128.store32_lane'),
  'v128.store64_lane': storeLane('v128.store64_lane'),
};
