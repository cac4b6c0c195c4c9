/**
 * What Debian's gcc -O2 makes of a kernel: of its C source, and of the C that wasm2c makes of its module, which computes with
 * the same memory and after the same unrolling as ours. Vectors are made where the source has them, as in our modules.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expectChecksum} from '../kernel-sides.ts';
import {type Kernel, kernelPath, kernels, type Size} from '../kernels.ts';
import {type Counted, parseListing, tally} from './counts.ts';
import {pluginOption, readProfile, run} from './tools.ts';

const FLAGS = ['-O2', '-ffp-contract=off', '-fno-tree-vectorize', '-w'];
const WASM2C_RUNTIME = '/usr/src/wasm2c';
const shims = fileURLToPath(new URL('.', import.meta.url));
/** What wasm2c adds around the functions of the module: set-up, which is ours to do elsewhere too. */
const SET_UP = /^(init_|Z_kernel_|Z_kernelZ_memory$)/;

export interface Peer {
  readonly name: string;
  /** Writes the source to count into a folder; what to compile it with, and the rest of the program. */
  readonly prepare: (kernel: Kernel, folder: string) => {source: string; include: string; rest: readonly string[]};
  readonly wanted: (symbol: string) => boolean;
}

export const gccPeers = {
  wasm2c: {name: 'gcc of wasm2c', prepare: prepareWasm2c, wanted: (symbol) => !SET_UP.test(symbol)},
  c: {name: 'gcc of C', prepare: prepareC, wanted: () => true},
} as const satisfies Record<string, Peer>;

/** Compiles and runs a kernel. Only the kernel's own code is counted: neither libc, nor wasm2c's runtime and set-up. */
export function countGcc(
  {name, prepare, wanted}: Peer,
  kernel: Kernel,
  size: Size,
  folder: string,
  plugin: string,
): Counted {
  const {source, include, rest} = prepare(kernel, folder);
  const [object, program, out] = ['peer.o', 'peer', 'peer.counts'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ];
  run('aarch64-linux-gnu-gcc', [...FLAGS, `-I${include}`, `-I${shims}`, '-c', source, '-o', object]);
  run('aarch64-linux-gnu-objcopy', [
    '--rename-section',
    '.text=.counted',
    '--rename-section',
    '.text.unlikely=.counted.cold',
    object,
  ]);
  run('aarch64-linux-gnu-gcc', [...FLAGS, `-I${include}`, '-static', object, ...rest, '-o', program, '-lm']);
  const [n] = kernels[kernel][size];
  const result = run('qemu-aarch64', ['-plugin', pluginOption(plugin, out), program, String(n)]);
  expectChecksum(name, kernel, size, Number(result));
  const listing = parseListing(
    run('aarch64-linux-gnu-objdump', ['-d', '-j', '.counted', '-j', '.counted.cold', program]),
    wanted,
  );
  return tally(listing, readProfile(out), 0);
}

function prepareWasm2c(kernel: Kernel, folder: string): ReturnType<Peer['prepare']> {
  const [source, main] = [join(folder, 'kernel.c'), join(folder, 'main.c')];
  run('wasm2c', ['-n', 'kernel', kernelPath(kernel), '-o', source]);
  // It keeps every load by asking for the value in an integer register, which costs a copy of each float: any will do.
  writeFileSync(source, readFileSync(source, 'utf8').replaceAll('::"r"(result)', '::"rw"(result)'));
  writeFileSync(
    main,
    `#include <stdio.h>
#include <stdlib.h>
#include "${folder}/kernel.h"
int main(int argc, char **argv) {
  Z_kernel_instance_t instance;
  wasm_rt_init();
  Z_kernel_init_module();
  Z_kernel_instantiate(&instance);
  printf("%.17g\\n", Z_kernelZ_run(&instance, atoi(argv[argc - 1])));
}
`,
  );
  return {source, include: WASM2C_RUNTIME, rest: [main, join(WASM2C_RUNTIME, 'wasm-rt-impl.c')]};
}

function prepareC(kernel: Kernel, folder: string): ReturnType<Peer['prepare']> {
  const main = join(folder, 'main.c');
  writeFileSync(
    main,
    `#include <stdio.h>
#include <stdlib.h>
double run(int);
int main(int argc, char **argv) { printf("%.17g\\n", run(atoi(argv[argc - 1]))); }
`,
  );
  const source = kernelPath(kernel).replace(/\.wasm$/, '.c');
  return {source, include: join(source, '..'), rest: [main]};
}
