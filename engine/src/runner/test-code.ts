/**
 * Hand-assembled code for the tests of the runner, per target, with a wasm convention of its own: vmctx in the first
 * argument register, then two arguments, one result. Exactly what a compiler would emit, in the small.
 */
import {after} from 'node:test';
import type {HostScript} from '#engine/runtime/host-script.ts';
import {type Builtin, builtins, instanceLayout, VmContext} from '#engine/runtime/layout.ts';
import {
  type Batch,
  type LinkPlan,
  linkInstance,
  Runner,
  type RunnerProcess,
  type RunnerTarget,
  runnerCommand,
  startRunner,
} from './runner.ts';

export const snippetNames = [
  'entry', // the entry thunk of every snippet
  'add',
  'divide',
  'first', // gives its first argument
  'load', // 32 bits of memory 0
  'store',
  'size', // memory.size
  'unreachable',
  'breakpoint',
  'loop',
  'jumpToNull',
  'badStackPointer',
  'recurse',
  'grow', // memory 0 by the first argument
  'fill', // 16 bytes from the first argument with the second
  'dataInit', // 4 bytes of segment 0 to the first argument from the second
  'trap', // with the code of the first argument
  'hostThunk',
  'callImport', // calls the imported function behind one memory
  'callReference', // calls the funcref that is its first argument, with the second one
] as const;
export type Snippet = (typeof snippetNames)[number];

const byte = (value: number): string => value.toString(16).padStart(2, '0');
/** Calls builtin `name` through the vmctx in rdi. */
const x64Call = (name: Builtin): string => `48 8b 47 08 ff 50 ${byte(builtins[name].offset)}`;

/** Places behind the header of the vmctx: a memory's base, its descriptor, the pointer to the imported function. */
const [BASE, DESC, IMPORTED] = [0, 8, 16].map((place) => VmContext.header + place) as [number, number, number];

/** Bytes. */
const x64: Record<Snippet, string> = {
  entry: '53 48 89 d3 48 89 f0 48 8b 33 48 8b 53 08 ff d0 48 89 03 5b c3',
  add: '8d 04 16 c3',
  divide: '89 f0 89 d1 99 f7 f9 c3',
  first: '48 89 f0 c3',
  load: `48 8b 47 ${byte(BASE)} 8b 04 30 c3`,
  store: `48 8b 47 ${byte(BASE)} 89 14 30 c3`,
  size: `48 8b 47 ${byte(DESC)} 48 8b 00 48 c1 e8 10 c3`,
  unreachable: '90 0f 0b',
  breakpoint: 'cc',
  loop: 'eb fe',
  jumpToNull: '31 c0 ff e0',
  badStackPointer: '48 31 e4 50 c3',
  recurse: 'e8 fb ff ff ff c3',
  grow: `53 48 89 d1 48 89 f2 31 f6 ${x64Call('memoryGrow')} 5b c3`,
  fill: `53 48 89 d1 48 89 f2 31 f6 41 b8 10 00 00 00 ${x64Call('memoryFill')} 5b c3`,
  dataInit: `53 49 89 d0 48 89 f1 41 b9 04 00 00 00 31 f6 31 d2 ${x64Call('memoryInit')} 5b c3`,
  trap: `53 ${x64Call('trap')} 5b c3`,
  hostThunk: `48 83 ec 18 48 89 34 24 48 89 54 24 08 48 89 e6 ${x64Call('hostCall')} 48 8b 04 24 48 83 c4 18 c3`,
  callImport: `53 48 8b 47 ${byte(IMPORTED)} 48 8b 78 08 ff 10 5b c3`,
  callReference: '53 48 89 f0 48 89 d6 48 8b 78 08 ff 10 5b c3',
};

/** ldr x9, [x0, #8]; ldr x9, [x9, #offset]; blr x9 */
const arm64Call = (name: Builtin): string =>
  `f9400409 ${(0xf9400129 + (builtins[name].index << 10)).toString(16)} d63f0120`;

/** ldr x9, [x0, #offset] */
const arm64Load = (offset: number): string => (0xf9400009 + (offset << 7)).toString(16);

/** Words, the same snippets. */
const arm64: Record<Snippet, string> = {
  entry: 'a9be7bfd f9000bf3 aa0203f3 aa0103e9 a9400a61 d63f0120 f9000260 f9400bf3 a8c27bfd d65f03c0',
  add: '0b020020 d65f03c0',
  divide: '35000042 00000002 1ac20c20 d65f03c0',
  first: 'aa0103e0 d65f03c0',
  load: `${arm64Load(BASE)} b8616920 d65f03c0`,
  store: `${arm64Load(BASE)} b8216922 d65f03c0`,
  size: `${arm64Load(DESC)} f9400129 d350fd20 d65f03c0`,
  unreachable: 'd503201f 00000001',
  breakpoint: 'd4200000',
  loop: '14000000',
  jumpToNull: 'd2800009 d61f0120',
  badStackPointer: 'd2800009 9100013f f81f0fe0 d65f03c0',
  recurse: 'a9bf7bfd 97ffffff',
  grow: `a9bf7bfd aa0203e3 aa0103e2 52800001 ${arm64Call('memoryGrow')} a8c17bfd d65f03c0`,
  fill: `a9bf7bfd aa0203e3 aa0103e2 52800001 d2800204 ${arm64Call('memoryFill')} a8c17bfd d65f03c0`,
  dataInit: `a9bf7bfd aa0203e4 aa0103e3 52800001 52800002 d2800085 ${arm64Call('memoryInit')} a8c17bfd d65f03c0`,
  trap: `a9bf7bfd ${arm64Call('trap')} a8c17bfd d65f03c0`,
  hostThunk: `d10083ff a9017bfd a9000be1 910003e1 ${arm64Call('hostCall')} f94003e0 a9417bfd 910083ff d65f03c0`,
  callImport: `a9bf7bfd ${arm64Load(IMPORTED)} f9400520 f9400129 d63f0120 a8c17bfd d65f03c0`,
  callReference: 'a9bf7bfd aa0103e9 aa0203e1 f9400520 f9400129 d63f0120 a8c17bfd d65f03c0',
};

/** Offsets in their snippets of what traps, and of the return address of fill's builtin call. */
const sites = {
  x64: {load: 4, unreachable: 1, divide: 5, fillReturn: 22},
  arm64: {load: 4, unreachable: 4, divide: 4, fillReturn: 32},
} as const;

function bytesOf(target: RunnerTarget, name: Snippet): number[] {
  const tokens = {x64, arm64}[target][name].split(' ').map((token) => Number.parseInt(token, 16));
  if (target === 'x64') return tokens;
  return tokens.flatMap((word) => [word & 255, (word >>> 8) & 255, (word >>> 16) & 255, word >>> 24]);
}

function assemble(target: RunnerTarget): {bytes: Uint8Array; offsets: Record<Snippet, number>} {
  const bytes: number[] = [];
  const offsets: Partial<Record<Snippet, number>> = {};
  for (const name of snippetNames) {
    offsets[name] = bytes.length;
    bytes.push(...bytesOf(target, name));
    while (bytes.length % 16 !== 0) bytes.push(target === 'x64' ? 0xcc : 0);
  }
  return {bytes: Uint8Array.from(bytes), offsets: offsets as Record<Snippet, number>};
}

export const CODE = 0;
export const INSTANCE = 0;
export const MEMORY = 0;
export const TAG = 0;
/** Handle of the imported function. */
export const IMPORT = 7;
/** Handles of the snippets as functions. */
export const func = Object.fromEntries(snippetNames.map((name, i) => [name, 100 + i])) as Record<Snippet, number>;

const layout = instanceLayout({
  memories: 1,
  tables: 0,
  importedGlobals: 0,
  globals: 2,
  importedFunctions: 1,
  functions: snippetNames.length,
  types: 1,
  tags: 1,
});

const idleScript: HostScript = {
  seed: 0,
  functions: [{name: 'f', params: ['i32', 'i32'], results: ['i32'], actions: []}],
};

/** The image of a target and what it takes to call it. */
export function testCode(target: RunnerTarget) {
  const image = assemble(target);
  const entry = {code: CODE, offset: image.offsets.entry};
  const thunk = {code: CODE, offset: image.offsets.hostThunk};
  const plan: LinkPlan = {
    layout,
    instance: INSTANCE,
    code: CODE,
    memories: [MEMORY],
    tables: [],
    importedGlobals: [],
    importedFunctions: [IMPORT],
    tags: [TAG],
    firstGlobal: 0,
    globalIsRef: [false, true],
    firstFunction: 100,
    codeOffsets: snippetNames.map((name) => image.offsets[name]),
    functionTypeIds: snippetNames.map(() => 1),
    typeIds: [1],
    dataSegments: 2,
    elemSegments: 1,
  };
  /** Appends: reset, the image, one memory of one to four pages, a host function, one instance with every snippet. */
  function appendWorld(batch: Batch): void {
    batch.reset();
    batch.type(1, {kind: 'func', bytes: 0, supertypes: [], references: []});
    batch.code(CODE, image.bytes);
    batch.tag(TAG, [false]);
    batch.memory(MEMORY, {minPages: 1, maxPages: 4});
    batch.hostFunction(IMPORT, 1, thunk, 0, idleScript, []);
    linkInstance(batch, plan);
  }
  /** Appends a call of a snippet with two integer arguments; gives the op index. */
  function appendCall(batch: Batch, name: Snippet, args: readonly (number | bigint)[], timeoutMs = 0): number {
    return batch.call({func: func[name], entry, timeoutMs, args: args.map(BigInt), resultSlots: 1});
  }
  return {target, image, entry, thunk, plan, sites: sites[target], appendWorld, appendCall};
}

/** Reason to skip tests on this target, or false. */
export function skipReason(target: RunnerTarget): string | false {
  const found = runnerCommand(target);
  return 'missing' in found ? found.missing : false;
}

/** A runner that ends with the test file. */
export function testRunner(target: RunnerTarget): {runner: Runner; process: RunnerProcess} {
  const started = startRunner({target});
  after(() => started.close());
  return {runner: new Runner(started.channel), process: started};
}
