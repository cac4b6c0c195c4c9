/** Child of the benches: compiles a module on this process's tier of V8, prints the CPU milliseconds of all threads. */
import {readFileSync} from 'node:fs';

const bytes = readFileSync(process.argv[2]);
const began = process.cpuUsage();
new WebAssembly.Module(bytes);
const {user, system} = process.cpuUsage(began);
process.stdout.write(JSON.stringify({ms: (user + system) / 1000}));
