/** Child of the benches: runs a kernel twice on this process's tier of V8, prints the result and the CPU time of the second. */
import {readFileSync} from 'node:fs';

const [path, n] = process.argv.slice(2);
const cpuMs = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
const module = new WebAssembly.Module(readFileSync(path));
new WebAssembly.Instance(module).exports.run(Number(n));
const {run} = new WebAssembly.Instance(module).exports;
const began = cpuMs();
const result = run(Number(n));
process.stdout.write(JSON.stringify({result, ms: cpuMs() - began}));
