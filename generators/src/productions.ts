/**
 * The productions by name: what an expression (one value of a wanted type) or a statement (no value) can be, and how
 * often, before the swarm changes it. expression.ts and statement.ts say how each is made.
 */

// biome-ignore format: a table
export const expressionKinds = {
  leaf:     {weight: 6,  makes: 'a local, a global or a constant'},
  simple:   {weight: 34, makes: 'a simple instruction of the opcode table and its operands'},
  tee:      {weight: 4,  makes: 'local.tee'},
  select:   {weight: 3,  makes: 'select, select_t'},
  block:    {weight: 2,  makes: 'block with a result, left early by br_if'},
  choice:   {weight: 2,  makes: 'if with a result'},
  loop:     {weight: 1,  makes: 'counted loop with a result'},
  call:     {weight: 4,  makes: 'call of a helper or of the host'},
  indirect: {weight: 2,  makes: 'call_indirect to a slot of the right type'},
  query:    {weight: 2,  makes: 'memory.size, memory.grow, table.size, table.grow, ref.is_null, table.get'},
  aggregate: {weight: 6, makes: 'a number out of structures, arrays, i31 and casts'},
  reference: {weight: 2, makes: 'call_ref'},
  catching: {weight: 3, makes: 'try_table and what its clauses lead to'},
} as const satisfies Record<string, {weight: number; makes: string}>;

export type ExpressionKind = keyof typeof expressionKinds;

// biome-ignore format: a table
export const statementKinds = {
  localSet:  {weight: 8, makes: 'local.set'},
  globalSet: {weight: 4, makes: 'global.set'},
  store:     {weight: 8, makes: 'a store'},
  sink:      {weight: 4, makes: 'a value folded into an exported global, or dropped'},
  choice:    {weight: 2, makes: 'if with or without else'},
  block:     {weight: 2, makes: 'block left by br_if'},
  loop:      {weight: 3, makes: 'counted loop, with continue'},
  switches:  {weight: 1, makes: 'br_table over nested blocks'},
  call:      {weight: 3, makes: 'call with all results sunk'},
  bulk:      {weight: 2, makes: 'bulk memory and table instructions'},
  branch:    {weight: 1, makes: 'br_if to an outer label, early return'},
  nop:       {weight: 1, makes: 'nop, atomic.fence'},
  throwing:  {weight: 2, makes: 'throw under a rare condition'},
  catching:  {weight: 2, makes: 'try_table whose value goes somewhere'},
  aggregate: {weight: 6, makes: 'writes to structures, arrays and references to them'},
} as const satisfies Record<string, {weight: number; makes: string}>;

export type StatementKind = keyof typeof statementKinds;
