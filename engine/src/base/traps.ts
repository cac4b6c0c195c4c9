/**
 * The closed set of traps: code, and the wording that the official scripts expect (compared by prefix, both ways).
 * Codes are dense, start at 1, and are what native code, trap tables and outcomes carry.
 */
export const traps = {
  'unreachable':             {code: 1, message: 'unreachable'},
  'integer-divide-by-zero':  {code: 2, message: 'integer divide by zero'},
  'integer-overflow':        {code: 3, message: 'integer overflow'},
  'invalid-conversion':      {code: 4, message: 'invalid conversion to integer'},
  'memory-out-of-bounds':    {code: 5, message: 'out of bounds memory access'},
  'table-out-of-bounds':     {code: 6, message: 'out of bounds table access'},
  'undefined-element':       {code: 7, message: 'undefined element'},
  'uninitialized-element':   {code: 8, message: 'uninitialized element'},
  'indirect-call-type':      {code: 9, message: 'indirect call type mismatch'},
  'null-function':           {code: 10, message: 'null function reference'},
  'null-reference':          {code: 11, message: 'null reference'},
  'null-structure':          {code: 12, message: 'null structure reference'},
  'null-array':              {code: 13, message: 'null array reference'},
  'null-i31':                {code: 14, message: 'null i31 reference'},
  'null-exception':          {code: 15, message: 'null exception reference'},
  'array-out-of-bounds':     {code: 16, message: 'out of bounds array access'},
  'cast-failure':            {code: 17, message: 'cast failure'},
  'unaligned-atomic':        {code: 18, message: 'unaligned atomic'},
  'expected-shared-memory':  {code: 19, message: 'expected shared memory'},
  'allocation-too-large':    {code: 20, message: 'allocation size too large'},
  'host':                    {code: 21, message: 'host function trapped'},
  'stack-overflow':          {code: 22, message: 'call stack exhausted'},
  'out-of-fuel':             {code: 23, message: 'out of fuel'},
} as const satisfies Record<string, {code: number; message: string}>;

export type TrapName = keyof typeof traps;
export type TrapCode = (typeof traps)[TrapName]['code'];

const byCode: TrapName[] = [];
for (const name of Object.keys(traps) as TrapName[]) byCode[traps[name].code] = name;

/** The name of a trap code, undefined when it is no code of the table. */
export function trapName(code: number): TrapName | undefined {
  return byCode[code];
}

/** Code of a trap by name. */
export function trapCode(name: TrapName): TrapCode {
  return traps[name].code;
}
