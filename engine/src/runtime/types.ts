/**
 * Identity of types at run time: a TypeId is the same number for equivalent types of all modules of the process
 * (iso-recursive equivalence, spec section 3.1.2).
 */
declare const typeIdBrand: unique symbol;
export type TypeId = number & {readonly [typeIdBrand]: true};
