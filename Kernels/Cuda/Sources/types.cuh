// Types and small functions that every kernel uses. Nothing from the CUDA toolkit is included: a machine with NVRTC
// and a driver can compile these sources.
//
// An "element" is what activations, weights and the KV cache are made of: binary16, or bfloat16 where ELEMENT_BF16 is 1.
// It is kept as its 16 bits; arithmetic is float32 or the tensor cores'.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef ELEMENT_BF16
#define ELEMENT_BF16 0
#endif

#define DEVICE static __device__ __forceinline__
#define KERNEL extern "C" __global__ void

constexpr int WARP = 32;
constexpr u32 ALL_LANES = 0xffffffffu;
constexpr int ELEMENTS_PER_CHUNK = 8; // a chunk is 16 bytes, the widest load and store
constexpr int CHUNK_BYTES = 16;

DEVICE int lane_id() { return threadIdx.x % WARP; }
DEVICE int warp_id() { return threadIdx.x / WARP; }
DEVICE float infinity() { return __int_as_float(0x7f800000); }
DEVICE float not_a_number() { return __int_as_float(0x7fffffff); }
constexpr int ceil_div(int a, int b) { return (a + b - 1) / b; }
DEVICE int smaller(int a, int b) { return a < b ? a : b; }
DEVICE int larger(int a, int b) { return a > b ? a : b; }
