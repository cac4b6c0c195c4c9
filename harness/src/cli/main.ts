/**
 * The command line: flags, help and errors. Each command's code is loaded when it is called. Usage errors exit with 2,
 * what a user can mend is one line on stderr, a bug of ours shows its stack and exits with 70.
 */
import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
import {CpuFeature} from '#engine/runtime/layout.ts';
import type {Feature} from '#engine/wasm/features.ts';
import {type EngineKey, engineKey, engineKeys} from '../engines/keys.ts';
import {type AotOptions, defaultAotOptions} from '../engines/options.ts';
import {featureChoices, parseFeatures} from '../profiles.ts';
import {StoreError} from '../store/open.ts';
import {TOOL_VERSION} from '../version.ts';
import {type ColorMode, decideColor} from './color.ts';
import {parseDuration} from './durations.ts';
import {type Exit, exitCodes, UserError} from './exit-codes.ts';

type Flags = Record<string, unknown>;

/** Turns a SyntaxError of a parser into commander's complaint about the argument. */
function argument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  };
}

function parseEngines(text: string): EngineKey[] {
  const keys = text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const key = engineKey(name.trim());
      if (key === undefined)
        throw new SyntaxError(`no engine ${name}; there are ${Object.keys(engineKeys).join(', ')}`);
      return key;
    });
  return [...new Set(keys)];
}

function parseCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new SyntaxError(`not a count: ${text}`);
  return Number(text);
}

/** `4`, `-2` (so many less than there are cores), `50%`. */
function parseJobs(text: string): number {
  const match = /^(-?\d+)(%?)$/.exec(text);
  if (match === null) throw new SyntaxError(`not a number of workers: ${text} (for instance 4, -2, 50%)`);
  const cores = navigator.hardwareConcurrency;
  const amount = Number(match[1]);
  return Math.max(1, match[2] === '%' ? Math.round((cores * amount) / 100) : amount < 0 ? cores + amount : amount);
}

const featuresFlag = (): Option =>
  new Option(
    '--features <list>',
    `features beyond those that every engine has: ${featureChoices.join(', ')}; all, default (none); -name takes one away`,
  )
    .argParser(argument(parseFeatures))
    .default(parseFeatures('all'), 'all');

type CpuFeatureName = keyof typeof CpuFeature;

function parseCpuFeatures(text: string): CpuFeatureName[] {
  const names = text.split(',').filter((name) => name !== '' && name !== 'none');
  const unknown = names.find((name) => !Object.hasOwn(CpuFeature, name));
  if (unknown !== undefined)
    throw new SyntaxError(`no CPU feature ${unknown}; there are ${Object.keys(CpuFeature).join(', ')}, and none`);
  return names as CpuFeatureName[];
}

const list = (text: string, before: readonly string[]): string[] => [...before, ...text.split(',')];

function engineFlags(command: Command): Command {
  return command
    .option(
      '--engines <list>',
      `engines, separated by commas: ${Object.keys(engineKeys).join(', ')}`,
      argument(parseEngines),
      [],
    )
    .option('-O, --opt-level <0|2>', 'level of the AOT engines', argument(parseLevel), 2)
    .option('--chaos <seed>', 'perturb the AOT compiler in ways that must not change meaning', argument(parseCount))
    .option('--gc-stress', 'collect garbage at every allocation and check the heap, in AOT engines')
    .option('--opt-fuel <n>', 'allow only the first n optional decisions of the AOT compiler', argument(parseCount))
    .option('--disable-pass <names>', 'passes of the AOT compiler to leave out', list, [])
    .option('--disable-rule <ids>', 'rules of the AOT compiler to leave out', list, []);
}

function parseLevel(text: string): 0 | 2 {
  if (text !== '0' && text !== '2') throw new SyntaxError(`not a level: ${text} (0 or 2)`);
  return text === '0' ? 0 : 2;
}

function aotOptions(flags: Flags): AotOptions {
  return {
    ...defaultAotOptions,
    level: flags['optLevel'] as 0 | 2,
    chaos: (flags['chaos'] as number | undefined) ?? null,
    gcStress: flags['gcStress'] === true,
    optFuel: (flags['optFuel'] as number | undefined) ?? null,
    disabledPasses: flags['disablePass'] as string[],
    disabledRules: flags['disableRule'] as string[],
  };
}

const usesUnicode = (environment: NodeJS.ProcessEnv): boolean =>
  /utf-?8/i.test(environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || 'utf-8');

/** The whole command tree; `done` takes the exit of the command that ran. */
function program(done: (exit: Exit) => void): Command {
  const root = new Command('parallax')
    .description('Looks at WebAssembly modules from several engines at once, and reports where they disagree.')
    .version(TOOL_VERSION, '-V, --version')
    .addOption(new Option('--color <when>', 'colour').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(new Option('-C, --dir <folder>', 'where campaigns and the store are kept').default('.parallax'))
    .showHelpAfterError('(--help shows the usage)')
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  parallax fuzz --max-total-time 60s          a campaign over the interpreter, the AOT compiler and V8
  parallax fuzz nightly --seed 5eed0b11       a named campaign; the same command resumes it
  parallax spec --engines v8,interpreter      the official suite, pass rates per engine
  parallax exec f.wasm --call 'f(i32:1)'      one module on every engine, side by side
  parallax repro D-0001                       a stored finding again, in fresh processes
  parallax doctor                             what is here, what is missing, how to get it`,
    );
  // Sub-commands are made by root.command() so that they inherit exitOverride.
  fuzzCommand(root, done);
  execCommand(root, done);
  specCommand(root, done);
  reproCommand(root, done);
  genCommand(root, done);
  reportCommand(root, done);
  compileCommand(root, done);
  disasmCommand(root, done);
  exploreCommand(root, done);
  doctorCommand(root, done);
  topicsCommand(root, done);
  return root;
}

function globals(root: Command): {directory: string; color: boolean; unicode: boolean} {
  const {dir, color} = root.opts<{dir: string; color: ColorMode}>();
  return {
    directory: dir,
    color: decideColor(color, process.env, process.stdout.isTTY === true),
    unicode: usesUnicode(process.env),
  };
}

type Done = (exit: Exit) => void;

function fuzzCommand(root: Command, done: Done): void {
  engineFlags(root.command('fuzz').argument('[name]', 'name of the campaign; an existing one goes on'))
    .description('run a fuzzing campaign, or resume it')
    .option('--seed <hex>', 'root seed; drawn when not given')
    .option('--profile <name>', 'generator profile', 'swarm')
    .addOption(featuresFlag())
    .option('--max-total-time <duration>', 'stop after 60s, 10m, 8h, ...', argument(parseDuration))
    .option('--max-cases <n>', 'stop after so many cases', argument(parseCount))
    .option('--max-findings <n>', 'stop after so many new buckets', argument(parseCount))
    .option('-j, --jobs <n>', 'workers: 4, -2 (cores less two), 50%', argument(parseJobs))
    .option('--timeout <duration>', 'limit per call', argument(parseDuration), 1000)
    .option('--fresh', 'begin the campaign of that name anew', false)
    .addOption(
      new Option('--ui <face>', 'how to show progress').choices(['auto', 'tui', 'plain', 'quiet']).default('auto'),
    )
    .option('--json', 'one JSON document on stdout at the end', false)
    .addHelpText(
      'after',
      '\nExit code 0: nothing new; 1: new findings; 130: interrupted. Ctrl-C stops gracefully, twice kills; nothing stored is lost.',
    )
    .action(async (name: string | undefined, flags: Flags) => {
      const {directory, color, unicode} = globals(root);
      const {defaultJobs, fuzz} = await import('./commands/fuzz.ts');
      done(
        await fuzz({
          name: name ?? null,
          directory,
          color,
          unicode,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          seed: (flags['seed'] as string | undefined) ?? null,
          profile: flags['profile'] as string,
          features: flags['features'] as readonly Feature[],
          maxTotalTimeMs: (flags['maxTotalTime'] as number | undefined) ?? null,
          maxCases: (flags['maxCases'] as number | undefined) ?? null,
          maxFindings: (flags['maxFindings'] as number | undefined) ?? null,
          jobs: (flags['jobs'] as number | undefined) ?? defaultJobs(),
          timeoutMs: flags['timeout'] as number,
          fresh: flags['fresh'] as boolean,
          ui: flags['ui'] as 'auto',
          json: flags['json'] as boolean,
        }),
      );
    });
}

function execCommand(root: Command, done: Done): void {
  engineFlags(root.command('exec').argument('<file>', 'a module, .wasm or .wat, or a stored case'))
    .description('run one module on every engine and compare')
    .option(
      '--call <call>',
      "an exported function with arguments: 'f(i32:1,f64:0x7ff8000000000000)'; may be repeated",
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--seed <n>', 'draws arguments when there is no --call', argument(parseCount), 0)
    .option('--timeout <duration>', 'limit per call', argument(parseDuration), 1000)
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText(
      'after',
      '\nWithout --call every exported function is called with arguments drawn from --seed; imports get the deterministic host.\nExit code 0: they agree; 1: they differ.',
    )
    .action(async (file: string, flags: Flags) => {
      const {color} = globals(root);
      const {exec} = await import('./commands/exec.ts');
      done(
        await exec({
          file,
          color,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          calls: flags['call'] as string[],
          seed: flags['seed'] as number,
          timeoutMs: flags['timeout'] as number,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function specCommand(root: Command, done: Done): void {
  engineFlags(root.command('spec').argument('[filter...]', 'files, or files with a line: i32, simd/simd_const.wast:31'))
    .description('run the official spec testsuite')
    .option('--suite <dir>', 'where the suite is (else PARALLAX_TESTSUITE, else spec-tests/testsuite)')
    .option('-j, --jobs <n>', 'workers: 4, -2 (cores less two), 50%', argument(parseJobs))
    .option('--timeout <duration>', 'limit per file', argument(parseDuration), 60_000)
    .option('--shard <i/n>', 'only the i-th of n parts of the files')
    .option('--last-failed', 'only files that did not pass in the last run', false)
    .option('--junit <file>', 'write a JUnit report')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (filters: string[], flags: Flags) => {
      const {directory, color} = globals(root);
      const {spec} = await import('./commands/spec.ts');
      done(
        await spec({
          filters,
          directory,
          color,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          suite: (flags['suite'] as string | undefined) ?? null,
          jobs: (flags['jobs'] as number | undefined) ?? null,
          timeoutMs: flags['timeout'] as number,
          shard: (flags['shard'] as string | undefined) ?? null,
          lastFailed: flags['lastFailed'] as boolean,
          junit: (flags['junit'] as string | undefined) ?? null,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function reproCommand(root: Command, done: Done): void {
  engineFlags(root.command('repro').argument('<what>', 'a bucket (D-0001), an address (root:index), or a case file'))
    .description('run a finding again in fresh processes')
    .option('-n, --times <n>', 'how often', argument(parseCount), 3)
    .option('--reduce <file>', 'write the smallest case that shows the same')
    .option('--profile <name>', 'generator profile of an address', 'swarm')
    .addOption(featuresFlag())
    .option('--timeout <duration>', 'limit per call', argument(parseDuration), 1000)
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText(
      'after',
      '\nExit code 0: reproduced (for an address: the engines agree or differ as shown); 1: gone; 6: another signature.',
    )
    .action(async (what: string, flags: Flags) => {
      const {directory, color} = globals(root);
      const {repro} = await import('./commands/repro.ts');
      done(
        await repro({
          what,
          directory,
          color,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          times: flags['times'] as number,
          reduce: (flags['reduce'] as string | undefined) ?? null,
          profile: flags['profile'] as string,
          features: flags['features'] as readonly Feature[],
          timeoutMs: flags['timeout'] as number,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function genCommand(root: Command, done: Done): void {
  root
    .command('gen')
    .description('make modules and run nothing')
    .requiredOption('--seed <hex>', 'root seed')
    .option('--from <index>', 'first index', argument(parseCount), 0)
    .option('-n, --count <n>', 'how many', argument(parseCount), 1)
    .option('--profile <name>', 'generator profile', 'swarm')
    .addOption(featuresFlag())
    .option('-o, --out <dir>', 'write .wasm files (cases in their envelope) into a folder, instead of text to stdout')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (flags: Flags) => {
      const {gen} = await import('./commands/gen.ts');
      done(
        await gen({
          seed: flags['seed'] as string,
          from: flags['from'] as number,
          count: flags['count'] as number,
          profile: flags['profile'] as string,
          features: flags['features'] as readonly Feature[],
          out: (flags['out'] as string | undefined) ?? null,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function reportCommand(root: Command, done: Done): void {
  root
    .command('report')
    .argument('[name]', 'a campaign; the last one when not given')
    .description('the summary of a campaign: what is new, who was the odd one out, pass rates')
    .option('-o, --out <dir>', 'write report.md, index.html and summary.json, instead of Markdown to stdout')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (name: string | undefined, flags: Flags) => {
      const {directory} = globals(root);
      const {report: run} = await import('./commands/report.ts');
      done(
        await run({
          name: name ?? null,
          directory,
          out: (flags['out'] as string | undefined) ?? null,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function compileCommand(root: Command, done: Done): void {
  engineFlags(root.command('compile').argument('<file>', 'a module, .wasm or .wat'))
    .description('compile a module to a file that `exec` runs without compiling, or to an ELF object')
    .requiredOption('-o, --out <file>', 'where to write it')
    .option('--elf', 'an ELF object with symbols and a line table of wasm offsets, for objdump and gdb', false)
    .addOption(
      new Option('--cpu-features <list>', 'CPU features that the code may use')
        .argParser(argument(parseCpuFeatures))
        .default(null, 'those of this machine'),
    )
    .option('--json', 'one JSON document on stdout', false)
    .addHelpText(
      'after',
      `
--engines aot-arm64 compiles for AArch64, everything else for x86-64. CPU features: ${Object.keys(CpuFeature).join(', ')}; none.

Examples:
  parallax compile f.wasm -o f.plx && parallax exec f.plx --call 'f(i32:1)'
  parallax compile f.wasm --elf -o f.o && objdump -dl f.o
  gdb -batch -ex 'disassemble /s f' f.o`,
    )
    .action(async (file: string, flags: Flags) => {
      const {compile} = await import('./commands/compile.ts');
      done(
        await compile({
          file,
          out: flags['out'] as string,
          elf: flags['elf'] as boolean,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          features: flags['cpuFeatures'] as CpuFeatureName[] | null,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function disasmCommand(root: Command, done: Done): void {
  engineFlags(root.command('disasm').argument('<file>', 'a module, .wasm or .wat'))
    .description('show the machine code that the AOT compiler makes, with wasm offsets and rule ids')
    .option('--func <index>', 'only this function (index space of the module)', argument(parseCount))
    .option('--bytes', 'show the bytes', false)
    .option('--json', 'one JSON document on stdout', false)
    .action(async (file: string, flags: Flags) => {
      const {color} = globals(root);
      const {disasm} = await import('./commands/disasm.ts');
      done(
        await disasm({
          file,
          color,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          func: (flags['func'] as number | undefined) ?? null,
          bytes: flags['bytes'] as boolean,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function exploreCommand(root: Command, done: Done): void {
  engineFlags(root.command('explore').argument('<file>', 'a module, .wasm or .wat'))
    .description('write a page with wasm, the SSA after each pass and machine code, linked')
    .option('-o, --out <file>', 'the page; - writes it to stdout', 'explore.html')
    .option('--func <index>', 'only this function (index space of the module)', argument(parseCount))
    .option('--json', 'the same as JSON instead of HTML', false)
    .addHelpText('after', '\nExample: parallax explore f.wasm --func 3 -o page.html --engines aot-x64 -O 2')
    .action(async (file: string, flags: Flags) => {
      const {explore} = await import('./commands/explore.ts');
      done(
        await explore({
          file,
          out: flags['out'] as string,
          engines: flags['engines'] as EngineKey[],
          aot: aotOptions(flags),
          func: (flags['func'] as number | undefined) ?? null,
          json: flags['json'] as boolean,
        }),
      );
    });
}

function doctorCommand(root: Command, done: Done): void {
  root
    .command('doctor')
    .description('what is here, what is missing, and how to get it')
    .option('--json', 'one JSON document on stdout', false)
    .action(async (flags: Flags) => {
      const {directory, color} = globals(root);
      const {doctor} = await import('./commands/doctor.ts');
      done(await doctor({directory, color, json: flags['json'] as boolean}));
    });
}

function topicsCommand(root: Command, done: Done): void {
  root
    .command('exit-codes')
    .description('the exit codes of all commands')
    .action(() => {
      for (const [name, {code, when}] of Object.entries(exitCodes))
        process.stdout.write(`${String(code).padStart(4)}  ${name.padEnd(12)} ${when}\n`);
      done({code: 0, name: 'ok'});
    });
}

/** Exit code of an error that ended a command; tells the user. */
function report(error: unknown): number {
  if (error instanceof CommanderError)
    return error.code === 'commander.helpDisplayed' ||
      error.code === 'commander.version' ||
      error.code === 'commander.help'
      ? 0
      : exitCodes.usage.code;
  if (error instanceof UserError) {
    process.stderr.write(`parallax: ${error.message}\n`);
    return exitCodes[error.exit].code;
  }
  if (error instanceof StoreError) {
    process.stderr.write(`parallax: ${error.message}\n`);
    return exitCodes.environment.code;
  }
  process.stderr.write(`parallax: a bug of ours: ${(error as Error).stack ?? error}\n`);
  return exitCodes.internal.code;
}

// A closed pipe on stdout (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = exitCodes.internal.code;
try {
  await program(({code}) => {
    process.exitCode = code;
  }).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
