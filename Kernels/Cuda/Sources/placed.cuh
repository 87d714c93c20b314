// Where attention stores a head's outputs: side by side, or each column in the place that the next product's weights have it in.
#pragma once
#include "ptx.cuh"

struct Placed {
  u16* head;         // of a row without places; with them, the row
  const int* places; // of the head's columns, or null

  // Row `queryRow` of [M * queryHeads][headDim].
  __device__ __forceinline__ Placed(u16* output, const int* places, size_t queryRow, int queryHeads, int headDim) : head(output + queryRow * headDim), places(nullptr) {
    if (places != nullptr) {
      const int query = static_cast<int>(queryRow % queryHeads);
      this->places = places + query * headDim;
      head -= static_cast<size_t>(query) * headDim;
    }
  }

  // Two neighbours of the head.
  __device__ __forceinline__ void store(int column, float first, float second) const {
    if (places == nullptr) {
      *reinterpret_cast<u32*>(head + column) = to_elements(first, second);
    } else {
      head[places[column]] = to_element(first);
      head[places[column + 1]] = to_element(second);
    }
  }
};
