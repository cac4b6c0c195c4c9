/**
 * Hand-assembled x86-64 code for the tests of the runner, with a wasm convention of its own: vmctx in rdi, arguments in
 * rsi and rdx, result in rax. Exactly what a compiler would emit, in the small.
 */
import {after} from 'node:test';
import type {HostScript} from '#engine/runtime/host-script.ts';
import {builtins, type InstanceCounts, type InstanceLayout, instanceLayout} from '#engine/runtime/layout.ts';
import {type Batch, type LinkPlan, linkInstance, Runner, type RunnerProcess, runnerCommand, startRunner} from './runner.ts';

const hex = (text: string): number[] => text.split(' ').map((byte) => Number.parseInt(byte, 16));
const byte = (value: number): string => value.toString(16).padStart(2, '0');

/** Calls a builtin with (vmctx, 0, first argument, second argument); SP stays aligned. */
const callBuiltin = (name: keyof typeof builtins): string =>
  `53 48 89 d1 48 89 f2 31 f6 48 8b 47 08 ff 50 ${byte(builtins[name].offset)} 5b c3`;

/** Offset of the first pointer behind the header: a memory's base when there is one. */
const FIRST = '20';

const snippets = {
  entry: '53 48 89 d3 48 89 f0 48 8b 33 48 8b 53 08 ff d0 48 89 03 5b c3',
  add: '8d 04 16 c3',
  divide: '89 f0 89 d1 99 f7 f9 c3',
  first: '48 89 f0 c3',
  load: `48 8b 47 ${FIRST} 8b 04 30 c3`,
  store: `48 8b 47 ${FIRST} 89 14 30 c3`,
  size: '48 8b 47 28 48 8b 00 48 c1 e8 10 c3',
  unreachable: '90 0f 0b',
  breakpoint: 'cc',
  loop: 'eb fe',
  jumpToNull: '31 c0 ff e0',
  badStackPointer: '48 31 e4 50 c3',
  recurse: 'e8 fb ff ff ff c3',
  grow: callBuiltin('memoryGrow'),
  fill: `53 48 89 d1 48 89 f2 31 f6 41 b8 10 00 00 00 48 8b 47 08 ff 50 ${byte(builtins.memoryFill.offset)} 5b c3`,
  dataInit: `53 49 89 d0 48 89 f1 41 b9 04 00 00 00 31 f6 31 d2 48 8b 47 08 ff 50 ${byte(builtins.memoryInit.offset)} 5b c3`,
  trap: `53 48 8b 47 08 ff 50 ${byte(builtins.trap.offset)} 5b c3`,
  hostThunk: `48 83 ec 18 48 89 34 24 48 89 54 24 08 48 89 e6 48 8b 47 08 ff 50 ${byte(builtins.hostCall.offset)} 48 8b 04 24 48 83 c4 18 c3`,
  /** Calls the function whose FuncRef pointer is the first imported one, behind one memory. */
  callImport: '53 48 8b 47 30 48 8b 78 08 ff 10 5b c3',
  /** Calls the funcref that is its first argument, with the second one. */
  callReference: '53 48 89 f0 48 89 d6 48 8b 78 08 ff 10 5b c3',
} as const;

export type Snippet = keyof typeof snippets;
export const snippetNames = Object.keys(snippets) as Snippet[];

function assemble(): {bytes: Uint8Array; offsets: Record<Snippet, number>} {
  const bytes: number[] = [];
  const offsets: Partial<Record<Snippet, number>> = {};
  for (const name of snippetNames) {
    offsets[name] = bytes.length;
    bytes.push(...hex(snippets[name]));
    while (bytes.length % 16 !== 0) bytes.push(0xcc);
  }
  return {bytes: Uint8Array.from(bytes), offsets: offsets as Record<Snippet, number>};
}

export const image = assemble();
export const CODE = 0;
export const INSTANCE = 0;
export const MEMORY = 0;
export const entry = {code: CODE, offset: image.offsets.entry};
/** Handles of the snippets as functions. */
export const func = Object.fromEntries(snippetNames.map((name, i) => [name, 100 + i])) as Record<Snippet, number>;

export const counts: InstanceCounts = {
  memories: 1,
  tables: 0,
  importedGlobals: 0,
  globals: 2,
  importedFunctions: 1,
  functions: snippetNames.length,
  types: 1,
};
export const layout: InstanceLayout = instanceLayout(counts);

/** The instance of every snippet, with memory 0 and the imported function 7. */
export const instancePlan: LinkPlan = {
  layout,
  instance: INSTANCE,
  code: CODE,
  memories: [MEMORY],
  tables: [],
  importedGlobals: [],
  importedFunctions: [7],
  firstGlobal: 0,
  globalIsRef: [false, true],
  firstFunction: 100,
  codeOffsets: snippetNames.map((name) => image.offsets[name]),
  functionTypeIds: snippetNames.map(() => 1),
  typeIds: [1],
  dataSegments: 2,
  elemSegments: 1,
};

const idleScript: HostScript = {
  seed: 0,
  functions: [{name: 'f', params: ['i32', 'i32'], results: ['i32'], actions: []}],
};

/** Appends: reset, the image, one memory of one to four pages, a host function, one instance with every snippet. */
export function appendWorld(batch: Batch): void {
  batch.reset();
  batch.code(CODE, image.bytes);
  batch.memory(MEMORY, {minPages: 1, maxPages: 4});
  batch.hostFunction(7, 1, {code: CODE, offset: image.offsets.hostThunk}, 0, idleScript, []);
  linkInstance(batch, instancePlan);
}

/** Appends a call of a snippet with two integer arguments; gives the op index. */
export function appendCall(batch: Batch, name: Snippet, args: readonly (number | bigint)[], timeoutMs = 0): number {
  return batch.call({func: func[name], entry, timeoutMs, args: args.map(BigInt), resultSlots: 1});
}

const found = runnerCommand('x64');

/** Reason to skip tests that run x86-64 code, or false. */
export const skip = process.arch !== 'x64' ? 'needs an x86-64 machine' : 'missing' in found ? found.missing : false;

/** A runner that ends with the test file. */
export function testRunner(stackBytes?: number): {runner: Runner; process: RunnerProcess} {
  const started = startRunner({target: 'x64', ...(stackBytes === undefined ? {} : {stackBytes})});
  after(() => started.close());
  return {runner: new Runner(started.channel), process: started};
}
