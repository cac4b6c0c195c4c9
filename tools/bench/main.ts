/** `npm run bench -- [name] [--json]`: runs a bench and prints its table or its JSON document; without a name, lists them. */
import {type BenchReport, printed} from './report.ts';

interface Bench {
  readonly about: string;
  readonly run: () => BenchReport | Promise<BenchReport>;
}

const benches = {
  aot: {
    about: 'run time of our compiled code on the kernels, beside V8 TurboFan and Liftoff',
    run: async () => (await import('./aot.ts')).aotBench(),
  },
  compile: {
    about: 'compile speed on real modules, beside V8 TurboFan and Liftoff, and the costliest passes',
    run: async () => (await import('./compile.ts')).compileBench(),
  },
  'compile-size': {
    about: 'how compile time and memory grow with the size of a function; a 2 KB module once warm',
    run: async () => (await import('./compile-size.ts')).compileSizeBench(),
  },
  dispatch: {
    about: "dispatch of the interpreter's loop, beside a loop that is nothing but a jump table",
    run: async () => (await import('./dispatch.ts')).dispatchBench(),
  },
  fuzz: {
    about: 'throughput of a campaign per core, and where the time of a case goes',
    run: async () => (await import('./fuzz.ts')).fuzz(),
  },
  instructions: {
    about: 'instructions of our AArch64 code, listed and executed, beside gcc -O2 of wasm2c and of C',
    run: async () => (await import('./instructions/bench.ts')).instructionsBench(),
  },
  interpreter: {
    about: "run time of our interpreter on the kernels, beside V8 TurboFan and wabt's wasm-interp",
    run: async () => (await import('./interpreter.ts')).interpreterBench(),
  },
  startup: {
    about: "from bytes to an instance, our interpreter beside V8's lazy compile, on the official suite's modules",
    run: async () => (await import('./startup.ts')).startupBench(),
  },
  validate: {
    about: "decoding and validating real modules, beside V8's WebAssembly.validate and wabt's wasm-validate",
    run: async () => (await import('./validate.ts')).validateBench(),
  },
} as const satisfies Record<string, Bench>;

const USAGE = 2;

async function main(args: readonly string[]): Promise<number> {
  const name = args.find((arg) => !arg.startsWith('-'));
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--json');
  if (name === undefined && unknown === undefined) {
    for (const [key, {about}] of Object.entries(benches)) console.log(`${key.padEnd(12)} ${about}`);
    return 0;
  }
  if (unknown !== undefined || !Object.hasOwn(benches, name!)) {
    console.error(`bench: there is no ${unknown ?? name}; the benches are ${Object.keys(benches).join(', ')}`);
    return USAGE;
  }
  const report = await benches[name as keyof typeof benches].run();
  console.log(args.includes('--json') ? JSON.stringify(report) : printed(report));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
