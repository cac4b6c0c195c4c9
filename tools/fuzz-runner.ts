/**
 * Fuzzes the native runner's door under AddressSanitizer and UndefinedBehaviorSanitizer:
 * `node tools/fuzz-runner.ts [seconds] [seed]`. Builds native/build/runner-x64-asan first; ends with code 1 when it died.
 */
import {execFileSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {readAtLeast, writeFully} from '../engine/src/runner/channel.ts';
import {mutated, randomFrame, soundBatch, stream} from '../engine/src/runner/door.ts';
import {RunnerDied, startRunner} from '../engine/src/runner/runner.ts';
import {Frame} from '../engine/src/runtime/layout.ts';

const native = fileURLToPath(new URL('../native/', import.meta.url));
const binary = `${native}build/runner-x64-asan`;
const sources = readdirSync(native).filter((name) => /\.[cS]$/.test(name));
const flags = ['-std=c11', '-D_GNU_SOURCE', '-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
execFileSync('cc', [...flags, '-o', binary, ...sources.map((name) => native + name)], {stdio: 'inherit'});

const seconds = Number(process.argv[2] ?? 20);
const seed = Number(process.argv[3] ?? 1);
const next = stream(seed);
// The log goes to a file: the runner's own stderr is closed, and its address space is too large for a limit.
const env = `ASAN_OPTIONS=allow_user_segv_handler=1:detect_leaks=0:log_path=${native}build/asan`;
const started = startRunner({target: 'x64', command: ['env', env, binary]});
const {readFd, writeFd} = started.channel;
const buffer = new Uint8Array(1 << 24);

function exchange(frame: Uint8Array): void {
  writeFully(writeFd, frame);
  let present = readAtLeast(readFd, buffer, 0, Frame.header);
  const [length = 0] = new Uint32Array(buffer.buffer, 0, 1);
  if (present < length + Frame.header) present += readAtLeast(readFd, buffer, present, length + Frame.header - present);
}

const sound = soundBatch().frame(0).slice();
const end = performance.now() + seconds * 1000;
let frames = 0;
try {
  for (; performance.now() < end; frames++) exchange(next() % 2 === 0 ? mutated(sound, next) : randomFrame(next));
  console.log(`${frames} frames from seed ${seed}, no complaint`);
} catch (error) {
  if (!(error instanceof RunnerDied)) throw error;
  console.log(`the runner died at frame ${frames} of seed ${seed}: see ${native}build/asan.*`);
  process.exitCode = 1;
}
await started.close();
