// top_k_merge: the second half of top-k, from what top_k_segments found: the k greatest logits of each row, greatest first,
// equal ones by lower id, and
//   logProbability = (logit - best) / temperature - log(sum), best = max over s of maxima[s],
//   sum = sum over s of sums[s] exp((maxima[s] - best) / temperature), s = 0 ... S - 1
//   candidates u64 [M, S, k], maxima, sums f32 [M, S]; ids [M, k], logProbabilities f32 [M, k]
// A row that is no distribution (NaN, +infinity, or nothing but -infinity) gets ids 0 ... k - 1 and NaN.
//
// Grid: (M, ceil(S k / THREADS)); a thread has one candidate. Its place in the row is its place in its own list and, by
// binary search, the number of greater ones in each other list; from place k on it is of no interest. As all ranks differ,
// each place below k is one candidate's; the zeros of short lists come behind all tokens, of which there are at least k.
// Bound: latency, that of S log2(k) reads from the cache for the candidates that are chosen.
#include "ptx.cuh"
#include "top_k.cuh"

// How many of a descending list are greater.
DEVICE int count_greater(const u64* list, int length, u64 rank) {
  int low = 0, high = length;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (list[middle] > rank) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

KERNEL __launch_bounds__(THREADS)
top_k_merge(const u64* __restrict__ candidates, const float* __restrict__ maxima, const float* __restrict__ sums, int segments,
            float temperature, int k, int* __restrict__ ids, float* __restrict__ logProbabilities) {
  const size_t row = blockIdx.x;
  const int index = blockIdx.y * THREADS + threadIdx.x;
  if (index >= segments * k) {
    return;
  }
  candidates += row * segments * k;
  maxima += row * segments;
  sums += row * segments;
  ids += row * k;
  logProbabilities += row * k;

  float best = -infinity();
  bool isBroken = false;
  for (int segment = 0; segment < segments; segment++) {
    best = fmaxf(best, maxima[segment]);
    isBroken |= !(maxima[segment] < infinity());
  }
  if (isBroken || best == -infinity()) {
    if (index < k) {
      ids[index] = index;
      logProbabilities[index] = not_a_number();
    }
    return;
  }

  const u64 rank = candidates[index];
  const int own = index / k;
  int place = index % k;
  for (int segment = 0; segment < segments && place < k; segment++) {
    if (segment != own) {
      place += count_greater(candidates + static_cast<size_t>(segment) * k, k - place, rank);
    }
  }
  if (place < k) {
    const float scale = LOG2_E / temperature;
    float sum = 0.f;
    for (int segment = 0; segment < segments; segment++) {
      sum = fmaf(sums[segment], exp2_approximate((maxima[segment] - best) * scale), sum);
    }
    ids[place] = id_of_rank(rank);
    logProbabilities[place] = fminf(0.f, (logit_of_rank(rank) - best) / temperature - logf(sum));
  }
}
