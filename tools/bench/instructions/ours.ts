/** Our AArch64 code of a kernel: its listing from our own object file, its profile from a runner under qemu. */
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Unsupported} from '#engine/base/errors.ts';
import {numeric} from '#engine/base/wire-value.ts';
import {compileModule} from '#engine/compiler/compile.ts';
import {elfObject} from '#engine/compiler/elf.ts';
import type {Image} from '#engine/compiler/image.ts';
import {runnerCommand, startRunner} from '#engine/runner/runner.ts';
import {load} from '#engine/valid/load.ts';
import {supported} from '#engine/wasm/features.ts';
import {systemClock} from '#harness/clock.ts';
import {openAotEngine} from '#harness/engines/aot/aot.ts';
import {compileOptions, featureBits, targetOf} from '#harness/engines/aot/compile-options.ts';
import {defaultAotOptions} from '#harness/engines/options.ts';
import {expectReturn} from '../kernel-sides.ts';
import {type Kernel, kernelBytes, kernels, type Size} from '../kernels.ts';
import {type Counted, parseListing, shiftOf, tally} from './counts.ts';
import {pluginOption, programPath, readProfile, run} from './tools.ts';

const KEY = 'aot-arm64';
const options = {...defaultAotOptions, level: 2, check: false} as const;
/** What every AArch64 since 8.1 has, and gcc's baseline has no use for in code of one thread. */
const FEATURES = featureBits(['lse']);
const FUNCTION = 'func.';

/** Compiles and runs a kernel. Thunks and what the runner itself executes are not counted. */
export async function countOurs(kernel: Kernel, size: Size, folder: string, plugin: string): Promise<Counted> {
  const bytes = kernelBytes(kernel);
  const {image} = compileModule(load(bytes, supported), compileOptions(targetOf(KEY), options, FEATURES));
  const listing = parseListing(disassembled(image, folder), (symbol) => symbol.startsWith(FUNCTION));
  const profile = await profileOf(kernel, size, {bytes, image, features: FEATURES}, folder, plugin);
  return tally(listing, profile, shiftOf(listing, profile));
}

function disassembled(image: Image, folder: string): string {
  const path = join(folder, 'ours.o');
  const functions = Array.from(image.functions, (_, i) => `${FUNCTION}${i}`);
  writeFileSync(path, elfObject(image, {file: 'kernel.wasm', functions}));
  return run('aarch64-linux-gnu-objdump', ['-d', '-j', '.text', path]);
}

async function profileOf(
  kernel: Kernel,
  size: Size,
  precompiled: {bytes: Uint8Array; image: Image; features: number},
  folder: string,
  plugin: string,
): Promise<ReturnType<typeof readProfile>> {
  const out = join(folder, 'ours.counts');
  const found = runnerCommand('arm64');
  if ('missing' in found) throw new Unsupported(found.missing);
  const runner = startRunner({
    target: 'arm64',
    command: [programPath('qemu-aarch64'), '-plugin', pluginOption(plugin, out), found.command.at(-1)!],
  });
  const engine = openAotEngine(KEY, 'bench', {channel: runner.channel, clock: systemClock, options, precompiled});
  const session = engine.session(supported);
  const made = session.instantiate(session.compile(precompiled.bytes), () => undefined);
  if (made.kind !== 'instance') throw new Error(`${KEY}: ${kernel}: ${made.kind}`);
  const outcome = session.invoke(made.instance, 'run', [numeric('i32', BigInt(kernels[kernel][size][0]))]);
  expectReturn(KEY, kernel, size, outcome);
  session.close();
  engine.close();
  await runner.close();
  return readProfile(out);
}
