/**
 * Bytes to valid module: the way in for everything that did not make the module itself.
 */
import {Invalid, WasmError} from '../base/errors.ts';
import {decode, decodeOutline, itemOffset} from '../binary/decode.ts';
import {grammarOf} from '../binary/grammar.ts';
import {type FeatureSet, supported} from '../wasm/features.ts';
import type {Module} from '../wasm/module.ts';
import {InvalidItem} from './cursor.ts';
import {validate} from './module.ts';

/**
 * Decodes and validates a module; throws Malformed, Invalid, or Unsupported beyond a limit of ours.
 * Bodies are read once, by the validator. When something is wrong, decoding has the first word: a malformed module is
 * malformed wherever else it is invalid.
 */
export function load(bytes: Uint8Array, features: FeatureSet = supported): Module {
  try {
    const module = decodeOutline(bytes, features);
    validate(module, features, grammarOf(features));
    return module;
  } catch (error) {
    if (error instanceof WasmError) decode(bytes, features);
    if (!(error instanceof InvalidItem)) throw error;
    throw new Invalid(error.message, itemOffset(bytes, features, error.item.section, error.item.index));
  }
}
