// 4-bit weights: where they lie in a packed matrix (int4_weights.cuh has the layout), and how they become elements.
#pragma once
#include "ptx.cuh"

constexpr int INT4_BLOCK_BYTES = 512; // 16 rows x 64 columns

struct Int4Matrix {
  const u8* nibbles;
  const u16* scales;
  const u8* zeros;
  int paddedRows, blockColumns, groupShift, lastGroup;
  bool hasZeros;

  __device__ __forceinline__ Int4Matrix(const void* packed, int layout, int rows, int columns)
      : nibbles(static_cast<const u8*>(packed)), paddedRows(ceil_div(rows, 16) * 16), blockColumns(ceil_div(columns, 64)),
        groupShift(layout < 0 ? -layout : layout), hasZeros(layout > 0) {
    lastGroup = (columns - 1) >> groupShift;
    scales = reinterpret_cast<const u16*>(nibbles + static_cast<size_t>(paddedRows / 16) * blockColumns * INT4_BLOCK_BYTES);
    zeros = reinterpret_cast<const u8*>(scales + static_cast<size_t>(lastGroup + 1) * paddedRows);
  }

  // The first block of 16 rows.
  __device__ __forceinline__ const u8* block(int row) const { return nibbles + static_cast<size_t>(row / 16) * blockColumns * INT4_BLOCK_BYTES; }
  // Behind the last column the last group goes on.
  __device__ __forceinline__ int group(int column) const { return smaller(column >> groupShift, lastGroup); }
};

// A group's scale and zero as dequantize needs them: each twice in a register.
//   binary16:  1024 + q is 0x6400 + q, so q in the low nibble of a half becomes 1024 + q, and in the next one 1024 + 16 q.
//   bfloat16:  128 + q is 0x4300 + q.
struct Int4Group {
  u32 scale;
#if ELEMENT_BF16
  u32 bias; // -(128 + zero)
  __device__ __forceinline__ Int4Group(u16 scale, u32 zero) : scale(scale * 0x10001u), bias(0xc300c300u + zero * 0x10001u) {}
#else
  u32 bias, shiftedBias; // -(1024 + zero), -(64 + zero)
  __device__ __forceinline__ Int4Group(u16 scale, u32 zero)
      : scale(scale * 0x10001u), bias(0xe400e400u + zero * 0x10001u), shiftedBias(0xd400d400u + zero * 0x100010u) {}
#endif
};

// The eight weights of a word: b[i] are nibbles i and i + 4, the fragments b of two steps of 16 along K.
DEVICE void dequantize(u32 (&b)[4], u32 word, const Int4Group& group) {
#if ELEMENT_BF16
#pragma unroll
  for (int i = 0; i < 4; i++) {
    b[i] = multiply_pair(add_pair(((word >> 4 * i) & 0x000f000fu) | 0x43004300u, group.bias), group.scale);
  }
#else
  constexpr u32 SIXTEENTH = 0x2c002c00u;
#pragma unroll
  for (int i = 0; i < 4; i += 2, word >>= 8) {
    b[i] = multiply_pair(add_pair((word & 0x000f000fu) | 0x64006400u, group.bias), group.scale);
    b[i + 1] = multiply_pair(multiply_add_pair((word & 0x00f000f0u) | 0x64006400u, SIXTEENTH, group.shiftedBias), group.scale);
  }
#endif
}
