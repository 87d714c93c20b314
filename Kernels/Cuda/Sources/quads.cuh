// Four successive floats of a row, as one access where rows are aligned and whole, else one by one.
// A thread's share of a row is the same either way, so the order of its sums depends on the row's length alone.
#pragma once
#include "types.cuh"

struct FloatRow {
  const float* values;
  int length;
  bool wide; // 16-byte accesses are possible

  __device__ __forceinline__ FloatRow(const float* row, int count)
      : values(row), length(count), wide((reinterpret_cast<u64>(row) & 15) == 0) {}

  __device__ __forceinline__ int quads() const { return ceil_div(length, 4); }

  // Floats 4 quad ... 4 quad + 3; `beyond` in the place of those behind the end.
  __device__ __forceinline__ void load(float (&four)[4], int quad, float beyond) const {
    const int first = quad * 4;
    if (wide && first + 4 <= length) {
      load_inside(four, quad);
      return;
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
      four[i] = first + i < length ? values[first + i] : beyond;
    }
  }

  // The same for a quad that is whole, of a row that is wide.
  __device__ __forceinline__ void load_inside(float (&four)[4], int quad) const {
    const float4 chunk = *reinterpret_cast<const float4*>(values + quad * 4);
    four[0] = chunk.x, four[1] = chunk.y, four[2] = chunk.z, four[3] = chunk.w;
  }
};
