/** Child of the compile-size bench: compiles the module in a file once and prints the most memory it ever had, in bytes. */
import {readFileSync} from 'node:fs';
import {compileModule} from '#engine/compiler/compile.ts';
import {load} from '#engine/valid/load.ts';
import {quietOptions} from './compile-size.ts';

compileModule(load(Uint8Array.from(readFileSync(process.argv[2]!))), quietOptions());
process.stdout.write(String(process.resourceUsage().maxRSS * 1024));
