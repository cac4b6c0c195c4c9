import {strict as assert} from 'node:assert';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {Worker} from 'node:worker_threads';

const PROCESSES = 4;
const ROUNDS = 5;
const opener = `
  const {parentPort, workerData} = require('node:worker_threads');
  import(workerData.module).then(({openDatabase}) => {
    parentPort.once('message', () => {
      try { openDatabase(workerData.path).close(); parentPort.postMessage('opened'); }
      catch (error) { parentPort.postMessage(error.message); }
      parentPort.close();
    });
    parentPort.postMessage('ready');
  });`;

test('several who make the same store at once all get it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-open-'));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const data = {module: new URL('./open.ts', import.meta.url).href, path: join(folder, `${round}.db`)};
      const workers = Array.from({length: PROCESSES}, () => new Worker(opener, {eval: true, workerData: data}));
      await Promise.all(workers.map((worker) => once(worker, 'message')));
      const answers = workers.map((worker) => once(worker, 'message'));
      for (const worker of workers) worker.postMessage('go');
      assert.deepEqual((await Promise.all(answers)).flat(), new Array(PROCESSES).fill('opened'));
    }
  } finally {
    rmSync(folder, {recursive: true});
  }
});
