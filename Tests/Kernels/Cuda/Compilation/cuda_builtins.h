// What NVRTC knows by itself and clang does not, as far as our kernels use it: enough to compile them for architectures
// that are newer than the NVRTC of a check. Nothing of the CUDA toolkit is read.
//   clang++ -x cuda --cuda-device-only -nocudainc -nocudalib -include cuda_builtins.h ...
#pragma once
#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __align__(n) __attribute__((aligned(n)))
#define BUILTIN static __attribute__((device)) __forceinline__

typedef __SIZE_TYPE__ size_t;
struct uint3 { unsigned x, y, z; };
struct dim3 { unsigned x, y, z; };
struct __attribute__((aligned(8))) float2 { float x, y; };
struct __attribute__((aligned(16))) float4 { float x, y, z, w; };
struct __attribute__((aligned(8))) uint2 { unsigned x, y; };
struct __attribute__((aligned(16))) uint4 { unsigned x, y, z, w; };
struct __attribute__((aligned(8))) int2 { int x, y; };
struct __attribute__((aligned(16))) int4 { int x, y, z, w; };
BUILTIN float2 make_float2(float x, float y) { return {x, y}; }
BUILTIN float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
BUILTIN uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
BUILTIN uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
BUILTIN int2 make_int2(int x, int y) { return {x, y}; }
BUILTIN int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }

#include <__clang_cuda_builtin_vars.h> // part of clang: threadIdx, blockIdx, blockDim, gridDim

BUILTIN float __int_as_float(int x) { return __builtin_bit_cast(float, x); }
BUILTIN float __uint_as_float(unsigned x) { return __builtin_bit_cast(float, x); }
BUILTIN int __float_as_int(float x) { return __builtin_bit_cast(int, x); }
BUILTIN unsigned __float_as_uint(float x) { return __builtin_bit_cast(unsigned, x); }
BUILTIN float fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
BUILTIN float fminf(float a, float b) { return __builtin_fminf(a, b); }
BUILTIN float fabsf(float a) { return __builtin_fabsf(a); }
BUILTIN float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
BUILTIN float __fmaf_rn(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
BUILTIN float sqrtf(float x) { float y; asm("sqrt.rn.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
BUILTIN float rsqrtf(float x) { float y; asm("rsqrt.approx.f32 %0, %1;" : "=f"(y) : "f"(x)); return y; }
extern "C" __device__ float __nv_logf(float); // linked from a library that a check of compilation does without
extern "C" __device__ float __nv_expf(float);
BUILTIN float logf(float x) { return __nv_logf(x); }
BUILTIN float expf(float x) { return __nv_expf(x); }
BUILTIN int __popc(unsigned x) { return __builtin_popcount(x); }
BUILTIN int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
BUILTIN int __ffs(int x) { return __builtin_ffs(x); }
template <class T> BUILTIN T __ldg(const T* p) { return *p; }
template <class T> BUILTIN T min(T a, T b) { return a < b ? a : b; }
template <class T> BUILTIN T max(T a, T b) { return a > b ? a : b; }

BUILTIN void __syncwarp(unsigned mask = 0xffffffffu) { asm volatile("bar.warp.sync %0;" ::"r"(mask) : "memory"); }
BUILTIN void __threadfence() { asm volatile("membar.gl;" ::: "memory"); }
BUILTIN void __threadfence_system() { asm volatile("membar.sys;" ::: "memory"); }
#define SHUFFLE(NAME, MODE, CLAMP)                                                                                        \
  BUILTIN unsigned NAME(unsigned mask, unsigned value, unsigned lane, int width = 32) {                                   \
    unsigned result, control = static_cast<unsigned>(32 - width) << 8 | CLAMP;                                            \
    asm volatile("shfl.sync." MODE ".b32 %0, %1, %2, %3, %4;" : "=r"(result) : "r"(value), "r"(lane), "r"(control), "r"(mask)); \
    return result;                                                                                                        \
  }                                                                                                                       \
  BUILTIN int NAME(unsigned mask, int value, unsigned lane, int width = 32) {                                             \
    return static_cast<int>(NAME(mask, static_cast<unsigned>(value), lane, width));                                       \
  }                                                                                                                       \
  BUILTIN float NAME(unsigned mask, float value, unsigned lane, int width = 32) {                                         \
    return __uint_as_float(NAME(mask, __float_as_uint(value), lane, width));                                              \
  }
SHUFFLE(__shfl_sync, "idx", 0x1f)
SHUFFLE(__shfl_up_sync, "up", 0)
SHUFFLE(__shfl_down_sync, "down", 0x1f)
SHUFFLE(__shfl_xor_sync, "bfly", 0x1f)
BUILTIN unsigned __ballot_sync(unsigned mask, int value) {
  unsigned result;
  asm volatile("{ .reg .pred p; setp.ne.s32 p, %1, 0; vote.sync.ballot.b32 %0, p, %2; }" : "=r"(result) : "r"(value), "r"(mask));
  return result;
}
BUILTIN int __any_sync(unsigned mask, int value) { return __ballot_sync(mask, value) != 0; }
BUILTIN int __all_sync(unsigned mask, int value) { return __ballot_sync(mask, value == 0) == 0; }
BUILTIN int __syncthreads_or(int value) {
  int result;
  asm volatile("{ .reg .pred p, q; setp.ne.s32 p, %1, 0; barrier.cta.red.or.pred q, 0, p; selp.s32 %0, 1, 0, q; }" : "=r"(result) : "r"(value) : "memory");
  return result;
}
BUILTIN int __syncthreads_count(int value) {
  int result;
  asm volatile("{ .reg .pred p; setp.ne.s32 p, %1, 0; barrier.cta.red.popc.u32 %0, 0, p; }" : "=r"(result) : "r"(value) : "memory");
  return result;
}
BUILTIN int atomicAdd(int* p, int v) { return __nvvm_atom_add_gen_i(p, v); }
BUILTIN unsigned atomicAdd(unsigned* p, unsigned v) { return static_cast<unsigned>(__nvvm_atom_add_gen_i(reinterpret_cast<int*>(p), static_cast<int>(v))); }
BUILTIN int atomicMax(int* p, int v) { return __nvvm_atom_max_gen_i(p, v); }
BUILTIN unsigned atomicMax(unsigned* p, unsigned v) { return __nvvm_atom_max_gen_ui(p, v); }
BUILTIN unsigned atomicOr(unsigned* p, unsigned v) { return static_cast<unsigned>(__nvvm_atom_or_gen_i(reinterpret_cast<int*>(p), static_cast<int>(v))); }
