/**
 * The kernels of the benches: C in kernels/, built by build-kernels.mjs, each exporting `run(n: i32) -> f64`. Per size
 * what `run` is given and the checksum that it must give: small for tests, medium for interpreters, large for compilers.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export type Size = 'small' | 'medium' | 'large';
type Sized = Readonly<Record<Size, readonly [n: number, checksum: number]>>;

export const kernels = {
  base64: {small: [2, 2015206442], medium: [20, 933798397], large: [3000, 620168183]},
  chacha20: {small: [50, 966938289], medium: [2000, 3818396109], large: [300000, 3545449573]},
  crc32: {small: [4, 106877171], medium: [200, 3297493155], large: [30000, 2930162605]},
  fannkuch: {small: [6, 4910], medium: [8, 161622], large: [10, 7319638]},
  fib: {small: [12, 144], medium: [27, 196418], large: [37, 24157817]},
  'floyd-warshall': {small: [20, 298142953], medium: [64, 3473729597], large: [256, 2182584481]},
  gemm: {small: [12, 441.1499999999999], medium: [64, 90612.00000000012], large: [256, 6121065.599999964]},
  'hash-map': {small: [500, 2612625615], medium: [20000, 2596265813], large: [1500000, 3875579273]},
  'indirect-loop': {small: [50, 2561420861], medium: [4000, 2392598215], large: [600000, 2392598215]},
  'jacobi-2d': {small: [1, 532690.7937500015], medium: [8, 532847.884469266], large: [600, 534520.3526843123]},
  'list-chasing': {small: [100, 3711881826], medium: [100000, 705980880], large: [3000000, 3841791584]},
  lu: {small: [12, 184.39526104772486], medium: [64, 4973.422250521508], large: [256, 78830.81982641728]},
  lz: {small: [1, 3650544283], medium: [2, 3410751609], large: [300, 2330511053]},
  mandelbrot: {small: [16, 47563], medium: [64, 3137776], large: [700, 1133973356]},
  matmul: {small: [12, 829.5], medium: [64, 176872.5], large: [256, 11681329.5]},
  nbody: {small: [100, 0.3652007733409217], medium: [5000, 0.3467252648399986], large: [1000000, 0.31903254639067863]},
  queens: {small: [6, 4], medium: [10, 724], large: [13, 73712]},
  quicksort: {small: [500, 1107894076], medium: [10000, 2026006742], large: [800000, 2118885288]},
  'ray-tracer': {small: [8, 24.4276830333064], medium: [40, 640.0481286527871], large: [500, 100977.91152734902]},
  'seidel-2d': {small: [1, 1215.5657780638364], medium: [6, 1205.6457287784724], large: [200, 1147.5810195717024]},
  sha256: {small: [1, 791958027], medium: [30, 4024508890], large: [4000, 3206761293]},
  sieve: {small: [1, 17984], medium: [1, 17984], large: [60, 1079040]},
  'simd-convolution': {small: [1, 8133399.926740646], medium: [6, 8003259.5570755005], large: [800, 6047608.344810724]},
  'simd-dot': {small: [1, 558076566], medium: [50, 2011618307], large: [15000, 3388903913]},
  siphash: {small: [50, 2614067866], medium: [10000, 2261064590], large: [800000, 1076433474]},
  'spectral-norm': {small: [12, 1.2727355112619148], medium: [60, 1.274206093635559], large: [600, 1.2742241313642397]},
  'state-machine': {small: [2, 61180], medium: [60, 51138], large: [8000, 34730]},
  strings: {small: [2, 1717879939], medium: [20, 3521899214], large: [4000, 3494638936]},
  'switch-loop': {small: [10, 1877158584], medium: [2000, 4255548707], large: [400000, 1972404858]},
  'two-mm': {small: [10, 918.0000000000003], medium: [48, 737286.2999999957], large: [192, 231087922.7999481]},
  xxh64: {small: [2, 3876059056], medium: [100, 168648797], large: [40000, 2739184594]},
} as const satisfies Record<string, Sized>;

export type Kernel = keyof typeof kernels;
export const kernelNames = Object.keys(kernels) as Kernel[];

export const kernelPath = (name: Kernel): string => fileURLToPath(new URL(`kernels/${name}.wasm`, import.meta.url));
export const kernelBytes = (name: Kernel): Uint8Array<ArrayBuffer> => Uint8Array.from(readFileSync(kernelPath(name)));
