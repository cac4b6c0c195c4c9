/**
 * Where the custom descriptors proposal adds to the grammar. This decoder knows those places and nothing of what stands
 * there: asked for the proposal it says so, without it they are malformed like any other unknown byte.
 */
import type {ByteReader} from '../base/bytes.ts';
import {Unsupported} from '../base/errors.ts';
import type {Grammar} from './grammar.ts';

/** Prefix bytes of the proposal's types, its import kind, and its opcodes. */
const exactType = 0x62;
const describesForm = 0x4c;
const descriptorForm = 0x4d;
const exactFuncKind = 0x20;
const firstOpcode = 0x220;
const lastOpcode = 0x226;

export const isExactType = (byte: number): boolean => byte === exactType;
export const isDescriptorForm = (byte: number): boolean => byte === describesForm || byte === descriptorForm;
export const isExactFuncKind = (byte: number): boolean => byte === exactFuncKind;
export const isDescriptorOpcode = (op: number): boolean => op >= firstOpcode && op <= lastOpcode;

/** Throws Malformed, or Unsupported when the proposal is asked for and the place is the proposal's. */
export function failAt(
  reader: ByteReader,
  grammar: Grammar,
  message: string,
  pos: number,
  isDescriptors: boolean,
): never {
  if (isDescriptors && grammar.features.has('custom-descriptors'))
    throw new Unsupported('custom-descriptors', reader.base + pos);
  return reader.fail(message, pos);
}
