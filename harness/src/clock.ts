/** The only door to time. Everything that needs it takes a Clock, so that tests and the simulator bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a monotonic clock with sub-millisecond parts, for durations. */
  monotonic(): number;
}

export const systemClock: Clock = {now: () => Date.now(), monotonic: () => performance.now()};
