/**
 * The watchdog thread of a V8 child process. `watch[0]` counts up when a request begins (odd) and ends (even), `watch[1]`
 * is its limit in milliseconds, `watch[2]` is 1 once this thread is up. A request that takes longer is answered with `timeout`, and the process is killed.
 */
import {workerData} from 'node:worker_threads';
import {systemClock} from '../clock.ts';
import {writeMessage} from './v8-frames.ts';

const {watch, output} = workerData as {watch: Int32Array; output: number};
const POLL_MS = 50;
const idle = new Int32Array(new SharedArrayBuffer(4));

Atomics.store(watch, 2, 1);
Atomics.notify(watch, 2);
let request = 0;
let begin = 0;
for (;;) {
  const present = Atomics.load(watch, 0);
  const now = systemClock.monotonic();
  if (present !== request) {
    request = present;
    begin = now;
  } else if (present % 2 === 1 && now - begin > Atomics.load(watch, 1)) {
    writeMessage(output, {kind: 'timeout'});
    process.kill(process.pid, 'SIGKILL');
  }
  Atomics.wait(idle, 0, 0, POLL_MS);
}
