/* Trampoline for x86-64: enter emitted code on the wasm stack, leave it from anywhere. */
#if defined(__x86_64__)
  .intel_syntax noprefix
  .text

/* void nativeEnter(entry rdi, vmctx rsi, code rdx, slots rcx, stackTop r8) */
  .globl nativeEnter
  .type nativeEnter, @function
nativeEnter:
  push rbp
  push rbx
  push r12
  push r13
  push r14
  push r15
  sub rsp, 8
  stmxcsr [rsp]
  fnstcw [rsp + 4]
  mov fs:nativeActivation@tpoff, rsp
  mov rsp, r8
  mov rax, rdi
  mov rdi, rsi
  mov rsi, rdx
  mov rdx, rcx
  xor ebp, ebp
  call rax
  .size nativeEnter, . - nativeEnter
  /* falls through */

/* Goes on after the call of nativeEnter, whatever the registers hold. */
  .globl nativeExit
  .type nativeExit, @function
nativeExit:
  cld
  mov rsp, fs:nativeActivation@tpoff
  fninit
  ldmxcsr [rsp]
  fldcw [rsp + 4]
  add rsp, 8
  pop r15
  pop r14
  pop r13
  pop r12
  pop rbx
  pop rbp
  ret
  .size nativeExit, . - nativeExit

/* Builtin `throw`(vmctx rdi, exception rsi), called by emitted code: unwindThrow with the place of the call. */
  .globl nativeThrow
  .type nativeThrow, @function
nativeThrow:
  mov rdx, [rsp]
  lea rcx, [rsp + 8]
  jmp unwindThrow
  .size nativeThrow, . - nativeThrow

/* void nativeLand(pc rdi, sp rsi, exception rdx) */
  .globl nativeLand
  .type nativeLand, @function
nativeLand:
  cld
  mov rsp, rsi
  mov rax, rdx
  jmp rdi
  .size nativeLand, . - nativeLand
#endif
  .section .note.GNU-stack, "", @progbits
