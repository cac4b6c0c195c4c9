/**
 * Bytes to valid module: the way in for everything that did not make the module itself.
 */
import {decode} from '../binary/decode.ts';
import {type FeatureSet, supported} from '../wasm/features.ts';
import type {Module} from '../wasm/module.ts';
import {validate} from './module.ts';

/** Decodes and validates a module; throws Malformed, Invalid, or Unsupported beyond a limit of ours. */
export function load(bytes: Uint8Array, features: FeatureSet = supported): Module {
  const module = decode(bytes, features);
  validate(module, features);
  return module;
}
