// What the two halves of top-k (top_k_segments, top_k_merge) tell each other: a logit and its token's id as one number.
#pragma once
#include "types.cuh"

// Unsigned numbers in the order of the floats; -0 and +0 are one.
DEVICE u32 key_of(float logit) {
  const u32 bits = __float_as_uint(logit + 0.f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

DEVICE float logit_of(u32 key) { return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key); }

// Greater for greater logits, and for lower ids among equals: no two are the same. None is 0, which stands for no token.
DEVICE u64 rank_of(float logit, int id) { return static_cast<u64>(key_of(logit)) << 32 | static_cast<u32>(~id); }

DEVICE float logit_of_rank(u64 rank) { return logit_of(static_cast<u32>(rank >> 32)); }

DEVICE int id_of_rank(u64 rank) { return static_cast<int>(~static_cast<u32>(rank)); }
