/* A byte code interpreter that calls its operations through a table of functions; n rounds of its program. */
#include "kernel.h"
static u32 stack[16];
static int sp, pc;
static const u8 program[] = {0, 3, 0, 5, 1, 4, 2, 0, 7, 3, 4, 5, 0, 9, 2, 6, 3, 4, 1, 6, 3, 7};
static NOINLINE void op_push(void) { stack[sp++ & 15] = program[pc++]; }
static NOINLINE void op_add(void) { sp--; stack[(sp - 1) & 15] += stack[sp & 15]; }
static NOINLINE void op_mul(void) { sp--; stack[(sp - 1) & 15] *= stack[sp & 15] | 1; }
static NOINLINE void op_xor(void) { sp--; stack[(sp - 1) & 15] ^= stack[sp & 15]; }
static NOINLINE void op_dup(void) { stack[sp & 15] = stack[(sp - 1) & 15]; sp++; }
static NOINLINE void op_rot(void) { stack[(sp - 1) & 15] = rotl32(stack[(sp - 1) & 15], 5); }
static NOINLINE void op_inc(void) { stack[(sp - 1) & 15]++; }
static NOINLINE void op_swap(void) { u32 t = stack[(sp - 1) & 15]; stack[(sp - 1) & 15] = stack[(sp - 2) & 15]; stack[(sp - 2) & 15] = t; }
typedef void (*operation)(void);
static const operation operations[8] = {op_push, op_add, op_mul, op_xor, op_dup, op_rot, op_inc, op_swap};
EXPORT double run(int n) {
  sp = 8;
  for (int i = 0; i < 16; i++) stack[i] = i * 77;
  for (int r = 0; r < n; r++)
    for (pc = 0; pc < (int)sizeof program;) operations[program[pc++] & 7]();
  u32 hash = sp;
  for (int i = 0; i < 16; i++) hash = mix(hash, stack[i]);
  return hash;
}
