/**
 * Test support: another thread that makes an instance on a shared memory and calls one export, `run`.
 */
import {parentPort, workerData} from 'node:worker_threads';
import {Func} from '../runtime/func.ts';
import {Memory} from '../runtime/memory.ts';
import {load} from '../valid/load.ts';
import {instantiate, invoke} from './interpreter.ts';

const {bytes, buffer} = workerData as {bytes: Uint8Array; buffer: SharedArrayBuffer};
const module = load(bytes);
const wanted = module.imports[0]!.type;
if (wanted.kind !== 'memory') throw new TypeError('a module that imports a memory');
const memory = new Memory(wanted.memory, undefined, buffer);
const {instance} = instantiate(module, () => memory);
const run = instance.exports.get('run');
if (!(run instanceof Func)) throw new TypeError('an export run');
parentPort!.postMessage(invoke(run, []));
