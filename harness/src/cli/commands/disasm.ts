/** `parallax disasm FILE`: the machine code of the AOT compiler, each run of code under its wasm offset and rule id. */
import {CpuFeature} from '#engine/runtime/layout.ts';
import {importsOf, type Module} from '#engine/wasm/module.ts';
import {featureBits} from '../../engines/aot/compile-options.ts';
import type {EngineKey} from '../../engines/keys.ts';
import type {AotOptions} from '../../engines/options.ts';
import {type Paint, painter} from '../color.ts';
import {compileFile, targetNamed} from '../compile-file.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';
import {type MachineRow, machineRows, rangeText, remarks, type UnwindRange, unwindRange} from '../machine-rows.ts';
import {readModule} from '../read-module.ts';

export interface DisasmOptions {
  readonly file: string;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  /** Function index of the module's index space; null: all. */
  readonly func: number | null;
  readonly bytes: boolean;
  readonly json: boolean;
  readonly color: boolean;
}

interface MachineFunction {
  readonly index: number;
  readonly unwind: UnwindRange;
  readonly rows: readonly MachineRow[];
}

/** Runs the command. */
export async function disasm(options: DisasmOptions): Promise<Exit> {
  const target = targetNamed(options.engines);
  const features = featureBits(Object.keys(CpuFeature) as (keyof typeof CpuFeature)[]);
  const {module, image} = compileFile(await readModule(options.file), {...options, target, features});
  const imported = importsOf(module, 'func').length;
  const wanted = options.func === null ? image.functions.keys() : [options.func - imported];
  const functions: MachineFunction[] = [];
  for (const own of wanted) {
    if (own < 0 || own >= image.functions.length)
      throw new UserError(
        'usage',
        `no compiled function ${own + imported}; the module defines ${imported} to ${imported + image.functions.length - 1}`,
      );
    functions.push({index: own + imported, unwind: unwindRange(image, own), rows: await machineRows(image, own)});
  }
  if (options.json) process.stdout.write(`${JSON.stringify({schema: 'parallax/disasm@1', target, functions})}\n`);
  else for (const each of functions) process.stdout.write(`${textOf(each, module, options).join('\n')}\n`);
  return exit('ok');
}

function textOf({index, unwind, rows}: MachineFunction, module: Module, {color, bytes}: DisasmOptions): string[] {
  const paint = painter(color);
  const name = module.exports.find((item) => item.kind === 'func' && item.index === index)?.name;
  return [
    paint('bold', `function ${index}${name === undefined ? '' : ` "${name}"`}`) +
      paint('dim', `  ${rangeText(unwind)}`),
    ...rows.map((row, at) => line(row, rows[at - 1], bytes, paint)),
  ];
}

/** Offset, bytes, instruction; the origin where it changes, the trap, and where exceptions go. */
function line(row: MachineRow, before: MachineRow | undefined, showBytes: boolean, paint: Paint): string {
  const {offset, bytes, text, wasm, rule} = row;
  const moved = before === undefined || before.wasm !== wasm || before.rule !== rule;
  const origin = moved && wasm !== null ? `; @${wasm.toString(16)} ${rule ?? ''}` : '';
  const note = [origin, ...remarks(row)].filter((part) => part !== '').join('  ');
  return `  ${offset.toString(16).padStart(5)}  ${showBytes ? bytes.padEnd(24) : ''}${note === '' ? text : text.padEnd(44)}${paint('dim', note)}`.trimEnd();
}
