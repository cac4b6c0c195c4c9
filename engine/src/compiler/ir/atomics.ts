/** Immediates of atomic operations: what `imm` and `aux` of atomic_load, atomic_store, atomic_rmw and atomic_cmpxchg hold. */

/** Operators of atomic_rmw in the order of their codes, which `imm` holds. */
export const atomicOperators = ['add', 'sub', 'and', 'or', 'xor', 'xchg'] as const;
export type AtomicOperator = (typeof atomicOperators)[number];

/** What each operator stores, given the old value and the operand; cut to the width by whoever stores it. */
export const operatorMeanings: Readonly<Record<AtomicOperator, (old: bigint, operand: bigint) => bigint>> = {
  add: (old, operand) => old + operand,
  sub: (old, operand) => old - operand,
  and: (old, operand) => old & operand,
  or: (old, operand) => old | operand,
  xor: (old, operand) => old ^ operand,
  xchg: (_old, operand) => operand,
};

/** `aux`: memory index << 3 | log2 of the bytes << 1 | checked, as for loads and stores. */
export const AtomicAccess = {
  pack: (memory: number, log2Bytes: number, checked: boolean): number =>
    (memory << 3) | (log2Bytes << 1) | (checked ? 1 : 0),
  memory: (aux: number): number => aux >>> 3,
  log2Bytes: (aux: number): number => (aux >>> 1) & 3,
  bytes: (aux: number): number => 1 << ((aux >>> 1) & 3),
  isChecked: (aux: number): boolean => (aux & 1) !== 0,
} as const;
