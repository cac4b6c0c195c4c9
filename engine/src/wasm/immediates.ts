/**
 * The kinds of immediate operands, one row each: how the binary format writes them (spec section 5.4).
 * Decoder, encoder and skipper switch on the kind; nobody switches on instructions to find immediates.
 */
export const immediates = {
  label: 'u32, relative label index',
  label_table: 'vector of u32 labels, then the default label',
  func: 'u32 function index',
  type: 'u32 type index',
  table: 'u32 table index',
  memory: 'u32 memory index',
  global: 'u32 global index',
  local: 'u32 local index',
  data: 'u32 data segment index',
  elem: 'u32 element segment index',
  tag: 'u32 tag index',
  field: 'u32 field index',
  count: 'u32 operand count (array.new_fixed)',
  i32: 's32 constant',
  i64: 's64 constant',
  f32: '4 bytes, little endian',
  f64: '8 bytes, little endian',
  v128: '16 bytes, little endian',
  lane: 'one byte, lane index',
  lanes: '16 bytes, lane indices (i8x16.shuffle)',
  memarg: 'u32 alignment exponent with flag bit 6 (memory index follows), u64 offset',
  block_type: 's33: 0x40 empty, negative value type, else type index',
  value_types: 'vector of value types (select)',
  heap_type: 's33: negative abstract heap type, else type index',
  cast: 'flags byte, u32 label, two heap types (br_on_cast)',
  catches: 'vector of catch clauses: kind byte, u32 tag for kinds 0 and 1, u32 label (try_table)',
  zero: 'one zero byte (atomic.fence)',
} as const satisfies Record<string, string>;

export type Immediate = keyof typeof immediates;
