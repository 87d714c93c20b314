// Sums, maxima and minima over a warp or a block, in an order that depends on nothing but the number of threads.
#pragma once
#include "types.cuh"

DEVICE float warp_sum(float value) {
#pragma unroll
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(ALL_LANES, value, distance);
  }
  return value;
}

DEVICE float warp_max(float value) {
#pragma unroll
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, distance));
  }
  return value;
}

DEVICE int warp_min(int value) {
#pragma unroll
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    value = smaller(value, __shfl_xor_sync(ALL_LANES, value, distance));
  }
  return value;
}

DEVICE int warp_max(int value) {
#pragma unroll
  for (int distance = WARP / 2; distance > 0; distance /= 2) {
    value = larger(value, __shfl_xor_sync(ALL_LANES, value, distance));
  }
  return value;
}

// Over a block of WARPS full warps; every thread gets the result. May be called again at once.
template <int WARPS>
DEVICE float block_sum(float value) {
  __shared__ float parts[WARPS];
  value = warp_sum(value);
  __syncthreads(); // the parts of an earlier call have been read
  if (lane_id() == 0) {
    parts[warp_id()] = value;
  }
  __syncthreads();
  float sum = 0.f;
#pragma unroll
  for (int i = 0; i < WARPS; i++) {
    sum += parts[i];
  }
  return sum;
}

template <int WARPS>
DEVICE float block_max(float value) {
  __shared__ float parts[WARPS];
  value = warp_max(value);
  __syncthreads();
  if (lane_id() == 0) {
    parts[warp_id()] = value;
  }
  __syncthreads();
  float best = parts[0];
#pragma unroll
  for (int i = 1; i < WARPS; i++) {
    best = fmaxf(best, parts[i]);
  }
  return best;
}
