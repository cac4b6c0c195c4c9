/*
 * Plugin of qemu's user mode: how often each instruction ran. At the end it writes a line per executed address,
 * "address word count" in hexadecimal, to the file that `out=` names. The few declarations of qemu's plugin interface
 * (version 1, qemu/docs/devel/tcg-plugins.rst) stand here because Debian has no package of its header.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { INLINE_ADD_U64 = 0 };
typedef void (*translated)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*at_exit)(qemu_plugin_id_t, void *);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, translated);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, at_exit, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int op, void *counter, uint64_t add);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

/* A counter never moves, since translated code adds to it; an address keeps its counter when it is translated again. */
struct counter {
  uint64_t address, count;
  uint32_t word;
  struct counter *next;
};
enum { BUCKETS = 1 << 16 };
static struct counter *buckets[BUCKETS];
static const char *out;

static struct counter *counter_at(uint64_t address, uint32_t word) {
  struct counter **bucket = &buckets[(address >> 2) % BUCKETS];
  for (struct counter *c = *bucket; c; c = c->next)
    if (c->address == address && c->word == word) return c;
  struct counter *c = calloc(1, sizeof *c);
  if (!c) abort();
  *c = (struct counter){.address = address, .word = word, .next = *bucket};
  return *bucket = c;
}

static void count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
    uint32_t word;
    memcpy(&word, qemu_plugin_insn_data(insn), sizeof word);
    struct counter *c = counter_at(qemu_plugin_insn_vaddr(insn), word);
    qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64, &c->count, 1);
  }
}

static void write_counts(qemu_plugin_id_t id, void *data) {
  (void)id, (void)data;
  FILE *file = fopen(out, "w");
  if (!file) return perror(out);
  for (size_t i = 0; i < BUCKETS; i++)
    for (struct counter *c = buckets[i]; c; c = c->next)
      if (c->count) fprintf(file, "%" PRIx64 " %08" PRIx32 " %" PRIx64 "\n", c->address, c->word, c->count);
  if (fclose(file)) perror(out);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
  (void)info;
  if (argc != 1 || strncmp(argv[0], "out=", 4)) return fprintf(stderr, "usage: -plugin FILE,out=PATH\n"), -1;
  out = strdup(argv[0] + 4);
  qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
  qemu_plugin_register_atexit_cb(id, write_counts, NULL);
  return 0;
}
