/** Compiles a module named on the command line, and says in one line what is wrong with it. */
import {Unsupported, WasmError} from '#engine/base/errors.ts';
import {compileModule} from '#engine/compiler/compile.ts';
import type {Image} from '#engine/compiler/image.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import type {Module} from '#engine/wasm/module.ts';
import {compileOptions, targetOf} from '../engines/aot/compile-options.ts';
import type {EngineKey} from '../engines/keys.ts';
import type {AotOptions} from '../engines/options.ts';
import {UserError} from './exit-codes.ts';

export type AotKey = 'aot-x64' | 'aot-arm64';

/** The targets that `--engines` names, in the order given; x86-64 without engines. Throws UserError on an engine of another kind. */
export function targetsNamed(engines: readonly EngineKey[]): AotKey[] {
  const keys = engines.length === 0 ? (['aot-x64'] as const) : engines;
  return keys.map((key) => {
    if (key === 'aot-x64' || key === 'aot-arm64') return key;
    throw new UserError('usage', `${key} is not compiled here; --engines takes aot-x64 or aot-arm64`);
  });
}

/** The one target that `--engines` names. Throws UserError on two. */
export function targetNamed(engines: readonly EngineKey[]): AotKey {
  const [target, second] = targetsNamed(engines);
  if (second !== undefined)
    throw new UserError('usage', 'one target at a time: --engines aot-x64 or aot-arm64 (explore shows both)');
  return target!;
}

/** `features`: bits of the CPU features that the code may use. Throws UserError. */
export function compileFile(
  bytes: Uint8Array,
  {file, aot, target, features}: {file: string; aot: AotOptions; target: AotKey; features: number},
): {module: Module; image: Image} {
  try {
    const module = load(bytes, supported);
    return {module, image: compileModule(module, compileOptions(targetOf(target), aot, features)).image};
  } catch (error) {
    if (error instanceof Unsupported)
      throw new UserError('usage', `${file}: the AOT compiler does not support ${error.feature}`);
    if (error instanceof WasmError)
      throw new UserError('usage', `${file}: ${error.message} at offset ${error.offset ?? '?'}`);
    throw error;
  }
}
