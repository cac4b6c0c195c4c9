/** The exit codes of all commands, one row each; `parallax help exit-codes` prints this table. */
export const exitCodes = {
  'ok':          {code: 0, when: 'nothing new; all as expected; engines agree; reproduced'},
  'findings':    {code: 1, when: 'new divergence, unexpected spec failure, engines differ, or a finding that no longer reproduces'},
  'usage':       {code: 2, when: 'bad flag or argument'},
  'environment': {code: 3, when: 'engine missing, wrong Node, store locked or newer, suite not found'},
  'nothing-run': {code: 4, when: 'the filter matched nothing'},
  'different':   {code: 6, when: 'repro: still diverges, but with another signature'},
  'internal':    {code: 70, when: 'a bug of parallax'},
  'interrupted': {code: 130, when: 'stopped by SIGINT (143: SIGTERM), even when gracefully'},
} as const satisfies Record<string, {code: number; when: string}>;

export type ExitName = keyof typeof exitCodes;

/** What a command returns: the exit code and its name, as JSON documents repeat them. */
export interface Exit {
  readonly code: number;
  readonly name: ExitName;
}

/** The exit of a name. */
export function exit(name: ExitName): Exit {
  return {code: exitCodes[name].code, name};
}

/** An error that a user can mend; printed without a stack. */
export class UserError extends Error {
  override name = 'UserError';
  readonly exit: ExitName;
  constructor(name: ExitName, message: string) {
    super(message);
    this.exit = name;
  }
}
