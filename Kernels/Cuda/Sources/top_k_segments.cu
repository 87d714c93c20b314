// top_k_segments: the first half of top-k. A row's first `vocabulary` logits are cut into S = ceil(vocabulary / SEGMENT)
// segments, and of each is found: its k greatest logits, its maximum, and sum = sum of exp((logit - maximum) / temperature).
//   logits f32 [M, rowStride]; maxima, sums f32 [M, S]; k <= MAX_K
//   candidates u64 [M, S, k]: ranks (top_k.cuh), the greatest first; zeros at the end where a segment has fewer than k
// A segment with NaN or +infinity has NaN for its maximum and its sum, and its candidates are not written.
//
// Grid: (M, S); a block has one segment and holds it in registers, thread i the floats 4 i ... 4 i + 3 and those 4 THREADS
// further on, so it is read from memory once. BLOCKS of them are on a multiprocessor: while some search, others load.
//   1. Each thread's logits are a group, or, for greater k, each of its quads is. The k-th greatest of the groups' maxima is at
//      most the k-th greatest logit, and not far below it.
//   2. Every logit that reaches that threshold becomes a candidate in shared memory: k and a few, in the usual case.
//      Where there are too many (sorted or constant segments), the bits of (logit, id) are searched for a threshold that
//      leaves few enough: exact, only slower, as each bit reads the segment from the cache.
//   3. Candidates are sorted. Which lay where was chance; now it is not.
// All results depend on the segment alone, so not on the number of rows.
// Bound: 4 bytes per logit; for a few rows the time of one block, which is mostly barriers.
#include "ptx.cuh"
#include "quads.cuh"
#include "reduce.cuh"
#include "top_k.cuh"

constexpr int WARPS = THREADS / WARP;
constexpr int QUADS = SEGMENT / THREADS / 4; // of a thread
constexpr int CAPACITY = 2 * MAX_K;          // candidates
constexpr int FEW = THREADS / 4;             // k up to which a thread is a group: more groups would be more barriers
static_assert(MAX_K <= QUADS * THREADS, "a group for each of the k");

struct Shared {
  u64 candidates[CAPACITY];
  u32 count;
};

// What a thread has of a segment.
struct Share {
  float logits[QUADS][4]; // -infinity behind the segment's end
  int firstId;            // of the segment
  int length;             // of the segment

  __device__ __forceinline__ Share(const FloatRow& segment, int first) : firstId(first), length(segment.length) {
    if (segment.wide && length == SEGMENT) { // no branches between the loads: all are under way before the first is waited for
#pragma unroll
      for (int q = 0; q < QUADS; q++) {
        segment.load_inside(logits[q], quad(q));
      }
    } else {
#pragma unroll
      for (int q = 0; q < QUADS; q++) {
        segment.load(logits[q], quad(q), -infinity());
      }
    }
  }

  static __device__ __forceinline__ int quad(int q) { return q * THREADS + static_cast<int>(threadIdx.x); }

  __device__ __forceinline__ float quad_max(int q) const {
    return fmaxf(fmaxf(logits[q][0], logits[q][1]), fmaxf(logits[q][2], logits[q][3]));
  }

  // Of the i-th logit; 0 behind the segment's end.
  __device__ __forceinline__ u64 rank(int i) const {
    const int at = quad(i / 4) * 4 + i % 4;
    return at < length ? rank_of(logits[i / 4][i % 4], firstId + at) : 0;
  }
};

// A threshold that at least k keys reach, if there are so many; count(threshold) is how many do, the same in every thread.
// A bit is set if k keys are left with it, from the highest bit to the last; no more are tried once at most `enough` are left.
template <class Key, class Count>
DEVICE Key threshold_of(const Count& count, Key lastBit, int k, int enough) {
  Key threshold = 0;
  for (Key bit = static_cast<Key>(1) << (sizeof(Key) * 8 - 1); bit >= lastBit; bit >>= 1) {
    const int left = count(threshold | bit);
    if (left >= k) {
      threshold |= bit;
      if (left <= enough) {
        break;
      }
    }
  }
  return threshold;
}

// At most the k-th greatest rank; where there are fewer logits than k, at most the least, but not 0, as a group without logits
// counts as -infinity. The upper half of a key tells enough: a few candidates more cost less than sixteen rounds.
DEVICE u64 threshold_by_groups(const Share& share, float threadMax, int k) {
  constexpr u32 LAST_BIT = 0x10000u;
  const u32 key = k <= FEW
    ? threshold_of([&](u32 tried) { return __syncthreads_count(key_of(threadMax) >= tried); }, LAST_BIT, k, k)
    : threshold_of([&](u32 tried) {
        int count = 0;
#pragma unroll
        for (int q = 0; q < QUADS; q++) {
          count += __syncthreads_count(key_of(share.quad_max(q)) >= tried);
        }
        return count;
      }, LAST_BIT, k, k);
  return static_cast<u64>(key) << 32;
}

// A rank that at least k and at most CAPACITY of the segment reach. It reads anew: sixteen ranks, kept over all rounds, would
// take so many registers that fewer blocks were on a multiprocessor in the usual case.
DEVICE u64 threshold_by_bits(const FloatRow& segment, int firstId, int k) {
  return threshold_of([&](u64 tried) {
    int count = 0;
    for (int i = threadIdx.x; i < segment.length; i += THREADS) {
      count += rank_of(segment.values[i], firstId + i) >= tried ? 1 : 0;
    }
    return static_cast<int>(block_sum<WARPS>(static_cast<float>(count))); // exact: far below 2^24
  }, 1ull, k, CAPACITY);
}

// Puts every rank from the threshold on among the candidates. Returns how many there are, even if they have no room.
// Between two calls lies a barrier.
DEVICE int collect(Shared& shared, const Share& share, u64 threshold) {
  if (threadIdx.x == 0) {
    shared.count = 0;
  }
  __syncthreads(); // nobody counts before
#pragma unroll
  for (int i = 0; i < QUADS * 4; i++) {
    const u64 rank = share.rank(i);
    if (rank >= threshold) {
      const u32 at = atomicAdd(&shared.count, 1u);
      if (at < CAPACITY) {
        shared.candidates[at] = rank;
      }
    }
  }
  __syncthreads();
  return static_cast<int>(shared.count);
}

// The greatest first: Batcher's bitonic sort, of a power of two with zeros behind the candidates.
DEVICE void sort(u64* candidates, int count) {
  int size = 2;
  while (size < count) {
    size *= 2;
  }
  for (int i = count + static_cast<int>(threadIdx.x); i < size; i += THREADS) {
    candidates[i] = 0;
  }
  __syncthreads(); // the zeros are there
  for (int run = 2; run <= size; run *= 2) {
    for (int distance = run / 2; distance > 0; distance /= 2) {
      for (int pair = threadIdx.x; pair < size / 2; pair += THREADS) {
        const int low = 2 * pair - (pair & (distance - 1));
        const u64 first = candidates[low], second = candidates[low + distance];
        const bool descends = (low & run) == 0;
        if ((first < second) == descends) {
          candidates[low] = second;
          candidates[low + distance] = first;
        }
      }
      __syncthreads(); // before others compare them anew
    }
  }
}

KERNEL __launch_bounds__(THREADS, BLOCKS)
top_k_segments(const float* __restrict__ logits, int rowStride, int vocabulary, float temperature, int k,
               u64* __restrict__ candidates, float* __restrict__ maxima, float* __restrict__ sums) {
  __shared__ Shared shared;
  const int first = blockIdx.y * SEGMENT;
  const float* row = logits + static_cast<size_t>(blockIdx.x) * rowStride;
  const FloatRow segment(row + first, smaller(SEGMENT, vocabulary - first));
  const Share share(segment, first);
  const size_t place = static_cast<size_t>(blockIdx.x) * gridDim.y + blockIdx.y;

  float threadMax = -infinity();
  bool isBroken = false;
#pragma unroll
  for (int i = 0; i < QUADS * 4; i++) {
    threadMax = fmaxf(threadMax, share.logits[i / 4][i % 4]);
    isBroken |= !(share.logits[i / 4][i % 4] < infinity());
  }
  if (__syncthreads_or(isBroken)) {
    if (threadIdx.x == 0) {
      maxima[place] = sums[place] = not_a_number();
    }
    return;
  }

  const float best = block_max<WARPS>(threadMax);
  const float scale = LOG2_E / temperature;
  float sum = 0.f;
  if (best > -infinity()) {
#pragma unroll
    for (int i = 0; i < QUADS * 4; i++) {
      sum += exp2_approximate((share.logits[i / 4][i % 4] - best) * scale);
    }
  }
  sum = block_sum<WARPS>(sum);
  if (threadIdx.x == 0) {
    maxima[place] = best;
    sums[place] = sum;
  }

  int count = collect(shared, share, threshold_by_groups(share, threadMax, k));
  if (count > CAPACITY) {
    count = collect(shared, share, threshold_by_bits(segment, first, k));
  }
  sort(shared.candidates, count);
  for (int i = threadIdx.x; i < k; i += THREADS) {
    candidates[place * k + i] = i < count ? shared.candidates[i] : 0;
  }
}
