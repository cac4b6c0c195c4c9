/** Runs the formatter and linter straight from its platform package: `node tools/lint.mjs [--write]`. */
import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';

const binary = `node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`;
if (!existsSync(binary)) {
  console.error(`lint: no ${binary}; run npm ci on Linux (x64 or arm64)`);
  process.exit(3);
}
const {status} = spawnSync(binary, ['check', ...process.argv.slice(2), '.'], {stdio: 'inherit'});
process.exit(status ?? 1);
