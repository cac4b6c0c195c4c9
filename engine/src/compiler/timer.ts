/** What a compile spends its time on, by stage and pass. */

export interface Timer {
  /** Runs a piece of work that belongs to a stage. */
  measure<T>(name: string, run: () => T): T;
}

/** Times by stage; free without a clock. */
export class Profile implements Timer {
  readonly times: Record<string, number> = {};
  readonly #clock: (() => number) | undefined;
  constructor(clock: (() => number) | undefined) {
    this.#clock = clock;
  }

  measure<T>(name: string, run: () => T): T {
    if (this.#clock === undefined) return run();
    const start = this.#clock();
    const result = run();
    this.times[name] = (this.times[name] ?? 0) + this.#clock() - start;
    return result;
  }
}

/** Measures nothing. */
export const untimed: Timer = {measure: (_, run) => run()};
