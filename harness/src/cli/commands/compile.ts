/** `parallax compile FILE -o OUT`: the module and its code in a file that runs without compiling, or an ELF object. */
import {writeFileSync} from 'node:fs';
import {basename} from 'node:path';
import {namesOf} from '#engine/binary/names.ts';
import {elfObject} from '#engine/compiler/elf.ts';
import {Runner} from '#engine/runner/runner.ts';
import type {CpuFeature} from '#engine/runtime/layout.ts';
import {importsOf, type Module} from '#engine/wasm/module.ts';
import {encodeArtifact} from '../../engines/aot/artifact.ts';
import {featureBits} from '../../engines/aot/compile-options.ts';
import type {EngineKey} from '../../engines/keys.ts';
import {engineStatus, startEngineProcess} from '../../engines/open.ts';
import {type AotOptions, describeAotOptions} from '../../engines/options.ts';
import {type AotKey, compileFile, targetNamed} from '../compile-file.ts';
import {type Exit, exit, UserError} from '../exit-codes.ts';
import {readModule} from '../read-module.ts';

export interface CompileCommandOptions {
  readonly file: string;
  readonly out: string;
  readonly elf: boolean;
  readonly engines: readonly EngineKey[];
  readonly aot: AotOptions;
  /** CPU features that the code may use; null: those of this machine. */
  readonly features: readonly (keyof typeof CpuFeature)[] | null;
  readonly json: boolean;
}

/** Runs the command. */
export async function compile(options: CompileCommandOptions): Promise<Exit> {
  const target = targetNamed(options.engines);
  const bytes = await readModule(options.file);
  const features = featureBits(options.features ?? hostFeatures(target));
  const {module, image} = compileFile(bytes, {...options, target, features});
  const output = options.elf
    ? elfObject(image, {file: basename(options.file), functions: functionNames(module)})
    : encodeArtifact({module: bytes, image, features, options: describeAotOptions(options.aot)});
  write(options.out, output);
  const facts = {target, functions: image.functions.length, code: image.code.length, bytes: output.length};
  process.stdout.write(
    options.json
      ? `${JSON.stringify({schema: 'parallax/compile@1', out: options.out, format: options.elf ? 'elf' : 'image', ...facts})}\n`
      : `${options.out}: ${facts.functions} functions, ${facts.code} bytes of ${target.slice(4)} code, ${facts.bytes} bytes in all\n`,
  );
  return exit('ok');
}

/** What the runner finds on this machine; nothing where it cannot run. */
function hostFeatures(target: AotKey): readonly (keyof typeof CpuFeature)[] {
  if (!engineStatus(target).available) return [];
  const runner = startEngineProcess(target);
  try {
    return [...new Runner(runner.channel).hello().cpuFeatures];
  } finally {
    runner.kill();
    void runner.close();
  }
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new UserError('environment', `cannot write ${path}: ${(error as Error).message}`);
  }
}

/** Names of the module's own functions: from its name section, else its exports, else `func[index]`. */
function functionNames(module: Module): string[] {
  const imported = importsOf(module, 'func').length;
  const {functions} = namesOf(module);
  const exported = new Map(module.exports.flatMap(({kind, index, name}) => (kind === 'func' ? [[index, name]] : [])));
  return module.functions.map((_, own) => {
    const index = own + imported;
    return functions.get(index) ?? exported.get(index) ?? `func[${index}]`;
  });
}
