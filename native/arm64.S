/* Trampoline for AArch64: enter emitted code on the wasm stack, leave it from anywhere. */
#if defined(__aarch64__)
  .text

/* void nativeEnter(entry x0, vmctx x1, code x2, slots x3, stackTop x4) */
  .globl nativeEnter
  .type nativeEnter, %function
nativeEnter:
  sub sp, sp, #176
  stp x29, x30, [sp]
  stp x19, x20, [sp, #16]
  stp x21, x22, [sp, #32]
  stp x23, x24, [sp, #48]
  stp x25, x26, [sp, #64]
  stp x27, x28, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mrs x9, fpcr
  str x9, [sp, #160]
  mrs x10, tpidr_el0
  add x10, x10, #:tprel_hi12:nativeActivation
  add x10, x10, #:tprel_lo12_nc:nativeActivation
  mov x11, sp
  str x11, [x10]
  mov sp, x4
  mov x9, x0
  mov x0, x1
  mov x1, x2
  mov x2, x3
  mov x29, #0
  blr x9
  .size nativeEnter, . - nativeEnter
  /* falls through */

/* Goes on after the call of nativeEnter, whatever the registers hold. */
  .globl nativeExit
  .type nativeExit, %function
nativeExit:
  mrs x10, tpidr_el0
  add x10, x10, #:tprel_hi12:nativeActivation
  add x10, x10, #:tprel_lo12_nc:nativeActivation
  ldr x11, [x10]
  mov sp, x11
  ldr x9, [sp, #160]
  msr fpcr, x9
  ldp x29, x30, [sp]
  ldp x19, x20, [sp, #16]
  ldp x21, x22, [sp, #32]
  ldp x23, x24, [sp, #48]
  ldp x25, x26, [sp, #64]
  ldp x27, x28, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #176
  ret
  .size nativeExit, . - nativeExit

/* Builtin `throw`(vmctx x0, exception x1), called by emitted code: unwindThrow with the place of the call. */
  .globl nativeThrow
  .type nativeThrow, %function
nativeThrow:
  mov x2, x30
  mov x3, sp
  b unwindThrow
  .size nativeThrow, . - nativeThrow

/* void nativeLand(pc x0, sp x1, exception x2) */
  .globl nativeLand
  .type nativeLand, %function
nativeLand:
  mov sp, x1
  mov x9, x0
  mov x0, x2
  br x9
  .size nativeLand, . - nativeLand
#endif
  .section .note.GNU-stack, "", %progbits
