/**
 * Child of the benches: runs a kernel on this process's tier of V8, prints the result and the CPU milliseconds of a run.
 * Short ones run often. The scheduler accounts for a thread when it sleeps, hence the naps: without them a tick is 4 ms.
 */
import {readFileSync} from 'node:fs';

const MIN_MS = 30;
const nap = new Int32Array(new SharedArrayBuffer(4));
const cpuMs = () => {
  Atomics.wait(nap, 0, 0, 0.1);
  return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
};

const [path, n] = process.argv.slice(2);
const {run} = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path))).exports;
let result;
const time = (times) => {
  const began = cpuMs();
  for (let i = 0; i < times; i++) result = run(Number(n));
  return (cpuMs() - began) / times;
};
time(1);
const once = time(1);
const times = Math.max(1, Math.ceil(MIN_MS / Math.max(once, 0.01)));
process.stdout.write(JSON.stringify({result, ms: times === 1 ? once : time(times)}));
