// Where the sums of a product go: the end of every variant.
#pragma once
#include "ptx.cuh"

enum OutputMode { STORE_F32, ADD_F32, STORE_ELEMENT };

// Outputs come in pairs of neighbours; a pair can be one access where the row's length is even.
template <class T, class Pair>
DEVICE void store_pair(T* output, int column, int columns, Pair pair, T first, T second) {
  if (columns % 2 == 0) {
    *reinterpret_cast<Pair*>(output) = pair;
    return;
  }
  output[0] = first;
  if (column + 1 < columns) {
    output[1] = second;
  }
}

// What linear does with the sums of (row, column) and its right neighbour, if there is one.
struct LinearStore {
  const float* bias; // [N], or null
  void* output;      // [M, N]
  int N, mode;

  __device__ __forceinline__ void operator()(int row, int column, float first, float second) const {
    const size_t at = static_cast<size_t>(row) * N + column;
    const bool hasSecond = column + 1 < N;
    if (bias != nullptr) {
      first += bias[column];
      second += hasSecond ? bias[column + 1] : 0.f;
    }
    if (mode == STORE_ELEMENT) {
      store_pair(static_cast<u16*>(output) + at, column, N, to_elements(first, second), to_element(first), to_element(second));
      return;
    }
    float* sums = static_cast<float*>(output) + at;
    if (mode == ADD_F32) {
      first = sums[0] + first;
      second = hasSecond ? sums[1] + second : 0.f;
    }
    store_pair(sums, column, N, make_float2(first, second), first, second);
  }
};
