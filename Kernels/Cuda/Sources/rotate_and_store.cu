// rotate_and_store: splits q | k | v, normalises q and k per head where norms are given, rotates them by position (RoPE,
// rotate-half pairs: (x, y) = (i, i + headDim / 2) -> (x cos - y sin, y cos + x sin)), stores k and v in the cache.
//   qkv f32 [M, (H + 2 G) headDim]; queryNorm, keyNorm f32 [headDim] or null
//   rope f32 [positions, headDim]: headDim / 2 cosines, then as many sines; positions, slots [M]
//   keys, values [G][slotCapacity][headDim], queries [M, H headDim]: elements
//
// Grid: (M, H + 2 G): one warp for each head of each row, a lane for every 32nd pair. The order of the norm's sum depends on
// headDim alone.
// Bound: 6 bytes per number, little; what counts is that it is one launch.
#include "ptx.cuh"
#include "reduce.cuh"

// 1 / sqrt(mean(head^2) + epsilon).
DEVICE float norm_factor(const float* head, int headDim, float epsilon) {
  float squares = 0.f;
  for (int i = lane_id(); i < headDim; i += WARP) {
    squares = fmaf(head[i], head[i], squares);
  }
  return 1.f / sqrtf(warp_sum(squares) / headDim + epsilon);
}

DEVICE void normalise_and_rotate(const float* head, const float* norm, float epsilon, const float* rope, u16* output, int headDim) {
  const int half = headDim / 2;
  const float factor = norm != nullptr ? norm_factor(head, headDim, epsilon) : 1.f;
  for (int i = lane_id(); i < half; i += WARP) {
    float x = head[i], y = head[i + half];
    if (norm != nullptr) {
      x = x * factor * norm[i];
      y = y * factor * norm[i + half];
    }
    const float cosine = rope[i], sine = rope[i + half];
    output[i] = to_element(fmaf(x, cosine, -(y * sine)));
    output[i + half] = to_element(fmaf(y, cosine, x * sine));
  }
}

KERNEL __launch_bounds__(THREADS)
rotate_and_store(const float* __restrict__ qkv, const float* __restrict__ queryNorm, const float* __restrict__ keyNorm, float epsilon,
                 const float* __restrict__ rope, const int* __restrict__ positions, const int* __restrict__ slots,
                 u16* __restrict__ keys, u16* __restrict__ values, int slotCapacity, u16* __restrict__ queries,
                 int queryHeads, int kvHeads, int headDim) {
  static_assert(THREADS == WARP, "a block is one warp");
  const int row = blockIdx.x, head = blockIdx.y;
  const float* from = qkv + (static_cast<size_t>(row) * (queryHeads + 2 * kvHeads) + head) * headDim;
  const float* angles = rope + static_cast<size_t>(positions[row]) * headDim;
  if (head < queryHeads) {
    u16* to = queries + (static_cast<size_t>(row) * queryHeads + head) * headDim;
    normalise_and_rotate(from, queryNorm, epsilon, angles, to, headDim);
    return;
  }
  const int kvHead = (head - queryHeads) % kvHeads;
  const size_t at = (static_cast<size_t>(kvHead) * slotCapacity + slots[row]) * headDim;
  if (head < queryHeads + kvHeads) {
    normalise_and_rotate(from, keyNorm, epsilon, angles, keys + at, headDim);
    return;
  }
  for (int i = lane_id(); i < headDim; i += WARP) {
    values[at + i] = to_element(from[i]);
  }
}
