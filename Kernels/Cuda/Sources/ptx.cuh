// All inline PTX, wrapped in functions that say what they do. Source: the PTX ISA, sections named below.
#pragma once
#include "types.cuh"

// ---- conversions (9.7.9 cvt) ----

DEVICE float from_element(u16 bits) {
#if ELEMENT_BF16
  return __uint_as_float(static_cast<u32>(bits) << 16);
#else
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
#endif
}

DEVICE u16 to_element(float value) {
  u16 bits;
#if ELEMENT_BF16
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
#else
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
#endif
  return bits;
}

// Two elements in one register, the first in the low half.
DEVICE u32 to_elements(float first, float second) {
#if ELEMENT_BF16
  u32 pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
  return pair;
#elif __CUDA_ARCH__ >= 800
  u32 pair;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
  return pair;
#else
  return static_cast<u32>(to_element(first)) | static_cast<u32>(to_element(second)) << 16;
#endif
}

// ---- approximations (9.7.3): error below 2 ulp, exact at 0; the same on every run ----

DEVICE float exp2_approximate(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

constexpr float LOG2_E = 1.4426950408889634f;
constexpr float LN_2 = 0.6931471805599453f;

DEVICE float exp_approximate(float x) { return exp2_approximate(x * LOG2_E); }

// ---- two elements at once (9.7.4 fma), one rounding; bfloat16 has no other instruction before sm_90 ----

DEVICE u32 multiply_add_pair(u32 a, u32 b, u32 c) {
  u32 d;
#if ELEMENT_BF16
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
#else
  asm("fma.rn.f16x2 %0, %1, %2, %3;" : "=r"(d) : "r"(a), "r"(b), "r"(c));
#endif
  return d;
}

DEVICE u32 add_pair(u32 a, u32 b) { return multiply_add_pair(a, ELEMENT_BF16 ? 0x3f803f80u : 0x3c003c00u, b); }
DEVICE u32 multiply_pair(u32 a, u32 b) { return multiply_add_pair(a, b, 0x80008000u); } // + -0

// ---- shared memory as the asynchronous and matrix instructions address it ----

DEVICE u32 shared_address(const void* pointer) {
  u32 address;
  asm("{ .reg .u64 wide; cvta.to.shared.u64 wide, %1; cvt.u32.u64 %0, wide; }" : "=r"(address) : "l"(pointer));
  return address;
}

// ---- the host watches (9.7.12.4 membar/fence, 9.7.8.11 st.release) ----

// Sets a word in mapped host memory; whoever reads it there also sees all that was written before.
DEVICE void publish_to_host(u32* word, u32 value) {
  asm volatile("fence.acq_rel.sys; st.release.sys.global.u32 [%0], %1;" ::"l"(word), "r"(value) : "memory");
}

// Reads a word of mapped host memory as it is now, whatever some cache of the card remembers (9.7.8.8 ld.relaxed).
DEVICE u32 read_from_host(const u32* word) {
  u32 value;
  asm volatile("ld.relaxed.sys.global.u32 %0, [%1];" : "=r"(value) : "l"(word) : "memory");
  return value;
}

// ---- copies global -> shared, 16 bytes (9.7.9.25 cp.async); sm_75 has none and copies through registers ----

// Copies 16 bytes, or writes zeros where `valid` is false; `source` must be readable memory only if it is.
DEVICE void copy_chunk(void* destination, const void* source, bool valid) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(destination)), "l"(source), "r"(valid ? 16 : 0) : "memory");
#else
  *static_cast<uint4*>(destination) = valid ? *static_cast<const uint4*>(source) : make_uint4(0, 0, 0, 0);
#endif
}

// Closes the group of copies that this thread has started since the last call.
DEVICE void close_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

// Waits until at most PENDING of this thread's groups are under way; others' copies need a barrier behind it.
template <int PENDING>
DEVICE void wait_for_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
#endif
}

// ---- matrix fragments from shared memory (9.7.14.5.15 ldmatrix) ----
// Lane l gives the address of row l % 8 of the 8 x 8 matrix l / 8 (16 bytes). Of each matrix it receives the elements
// (l / 4, 2 (l % 4)) and the next; transposed: (2 (l % 4), l / 4) and the one below.

DEVICE void load_matrices(u32 (&fragment)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(fragment[0]), "=r"(fragment[1]), "=r"(fragment[2]), "=r"(fragment[3])
               : "r"(shared_address(row)) : "memory");
}

DEVICE void load_matrices_transposed(u32 (&fragment)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(fragment[0]), "=r"(fragment[1]), "=r"(fragment[2]), "=r"(fragment[3])
               : "r"(shared_address(row)) : "memory");
}

// ---- tensor cores (9.7.14.5 mma.sync) ----
// sums (16 x 8, float32) += a (16 x 16) * b (16 x 8). With g = lane / 4 and t = lane % 4 a lane holds
//   a: (g, 2t) (g + 8, 2t) (g, 2t + 8) (g + 8, 2t + 8), each with its right neighbour
//   b: (2t, g) (2t + 8, g), each with the one below
//   sums: (g, 2t) (g, 2t + 1) (g + 8, 2t) (g + 8, 2t + 1)
// sm_75 takes k in two steps of 8.
DEVICE void multiply_accumulate(float (&sums)[4], const u32 (&a)[4], u32 b0, u32 b1) {
#if __CUDA_ARCH__ >= 800
#if ELEMENT_BF16
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
#else
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
#endif
               : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a[0]), "r"(a[1]), "r"(b0));
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
               : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3]) : "r"(a[2]), "r"(a[3]), "r"(b1));
#endif
}
