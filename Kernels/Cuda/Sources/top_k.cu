// top_k: the k greatest logits of each row, greatest first, equal ones by lower id, and their
// log softmax(logits / temperature) over the first `vocabulary` columns.
//   logits f32 [M, rowStride], ids [M, k], logProbabilities f32 [M, k]; k <= MAX_K, k <= vocabulary
// A row that is no distribution (NaN, +infinity, or nothing but -infinity) gets ids 0 ... k - 1 and NaN.
//
// Grid: M; a block has one row, thread i its floats 4 i ... 4 i + 3, then those 4 THREADS further on.
//   1. First pass over the row: for each thread and each of the four places the greatest logit: 4 THREADS maxima of disjoint
//      groups. The k-th greatest of them is at most the k-th greatest logit, and not far below it.
//   2. Second pass: the sum of exponentials, and every logit that reaches that threshold becomes a candidate in shared memory:
//      k and a few, in the usual case.
//   3. A candidate's rank is the number of candidates before it.
// Where there are too many candidates (sorted or constant rows), radix selection over (logit, id) finds a threshold that
// leaves few enough: exact, only slower.
// The order of the sum depends on the vocabulary alone. Which candidate lies where does not, but ranks do not care.
// Bound: 8 bytes per logit.
#include "ptx.cuh"
#include "quads.cuh"
#include "reduce.cuh"

constexpr int WARPS = THREADS / WARP;
constexpr int CAPACITY = 2 * MAX_K; // candidates
constexpr int DIGIT_BITS = 11;
constexpr int DIGITS = 1 << DIGIT_BITS;

struct Shared {
  u64 candidates[CAPACITY];
  u32 counts[DIGITS];
  u32 candidateCount;
  u32 chosenDigit, countAbove;
};

// Unsigned numbers in the order of the floats; -0 and +0 are one.
DEVICE u32 key_of(float logit) {
  const u32 bits = __float_as_uint(logit + 0.f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

DEVICE float logit_of(u32 key) { return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key); }

// Greater for greater logits, and for lower ids among equals: no two are the same.
DEVICE u64 rank_of(float logit, int id) { return static_cast<u64>(key_of(logit)) << 32 | static_cast<u32>(~id); }

DEVICE int id_of(u64 rank) { return static_cast<int>(~static_cast<u32>(rank)); }

// Calls visit(logit, id, place) with this thread's logits; place is the id modulo 4.
template <class Visit>
DEVICE void for_each_logit(const FloatRow& row, const Visit& visit) {
  for (int quad = threadIdx.x; quad < row.quads(); quad += THREADS) {
    float four[4];
    row.load(four, quad, 0.f);
#pragma unroll
    for (int i = 0; i < 4; i++) {
      if (quad * 4 + i < row.length) {
        visit(four[i], quad * 4 + i, i);
      }
    }
  }
}

// The k-th greatest of all threads' keys, its lower half cleared: a bit of the answer is set if k keys are left with it.
DEVICE u32 threshold_of(const u32 (&keys)[4], int k) {
  u32 threshold = 0;
  for (u32 bit = 0x80000000u; bit >= 0x10000u; bit >>= 1) {
    const u32 tried = threshold | bit;
    int count = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      count += __syncthreads_count(keys[i] >= tried);
    }
    if (count >= k) {
      threshold = tried;
    }
  }
  return threshold;
}

// The digit that holds the k-th greatest of what was counted, and how many are in digits above it. Every thread gets both.
DEVICE void choose_digit(Shared& shared, u32 k) {
  if (threadIdx.x < WARP) {
    // Each lane sums a run of digits, the greatest first; then one lane looks through the run that reaches k.
    constexpr int RUN = DIGITS / WARP;
    const int top = DIGITS - 1 - lane_id() * RUN;
    u32 inRun = 0;
    for (int i = 0; i < RUN; i++) {
      inRun += shared.counts[top - i];
    }
    u32 through = inRun; // of this run and those above it
#pragma unroll
    for (int distance = 1; distance < WARP; distance *= 2) {
      const u32 other = __shfl_up_sync(ALL_LANES, through, distance);
      through += lane_id() >= distance ? other : 0;
    }
    u32 above = through - inRun;
    if (above < k && k <= through) {
      int digit = top;
      while (above + shared.counts[digit] < k) {
        above += shared.counts[digit--];
      }
      shared.chosenDigit = digit;
      shared.countAbove = above;
    }
  }
  __syncthreads();
}

// A rank that at least k and at most CAPACITY of the row's reach.
DEVICE u64 radix_threshold(Shared& shared, const FloatRow& row, u32 k) {
  u64 prefix = 0;    // of the k-th greatest rank: its digits so far
  u32 wanted = k;    // its place among those with this prefix
  int bits = 64;     // not yet chosen
  while (bits > 0) {
    const int width = smaller(bits, DIGIT_BITS);
    const int shift = bits - width;
    for (int i = threadIdx.x; i < DIGITS; i += THREADS) {
      shared.counts[i] = 0;
    }
    __syncthreads();
    for_each_logit(row, [&](float logit, int id, int) {
      const u64 rank = rank_of(logit, id);
      if (bits == 64 || rank >> bits == prefix) {
        atomicAdd(&shared.counts[(rank >> shift) & ((1u << width) - 1)], 1u);
      }
    });
    __syncthreads();
    choose_digit(shared, wanted);
    const u32 digit = shared.chosenDigit, above = shared.countAbove, inside = shared.counts[digit];
    __syncthreads(); // read before the next round clears them
    prefix = prefix << width | digit;
    bits = shift;
    if (k - wanted + above + inside <= CAPACITY) {
      break;
    }
    wanted -= above;
  }
  return prefix << bits;
}

// Puts every rank from the threshold on among the candidates and calls visit(logit) with every logit. Returns how many
// candidates there are, even if they have no room.
template <class Visit>
DEVICE u32 collect(Shared& shared, const FloatRow& row, u64 threshold, const Visit& visit) {
  if (threadIdx.x == 0) {
    shared.candidateCount = 0;
  }
  __syncthreads();
  for_each_logit(row, [&](float logit, int id, int) {
    visit(logit);
    const u64 rank = rank_of(logit, id);
    if (rank >= threshold) {
      const u32 at = atomicAdd(&shared.candidateCount, 1u);
      if (at < CAPACITY) {
        shared.candidates[at] = rank;
      }
    }
  });
  __syncthreads();
  return shared.candidateCount;
}

DEVICE void refuse(int* ids, float* logProbabilities, int k) {
  for (int i = threadIdx.x; i < k; i += THREADS) {
    ids[i] = i;
    logProbabilities[i] = not_a_number();
  }
}

KERNEL __launch_bounds__(THREADS)
top_k(const float* __restrict__ logits, int rowStride, int vocabulary, float temperature, int k,
      int* __restrict__ ids, float* __restrict__ logProbabilities) {
  __shared__ Shared shared;
  const FloatRow row(logits + static_cast<size_t>(blockIdx.x) * rowStride, vocabulary);
  ids += static_cast<size_t>(blockIdx.x) * k;
  logProbabilities += static_cast<size_t>(blockIdx.x) * k;

  float best = -infinity();
  bool isBroken = false;
  u32 groups[4] = {};
  for_each_logit(row, [&](float logit, int, int place) {
    best = fmaxf(best, logit);
    isBroken |= !(logit < infinity());
    groups[place] = key_of(logit) > groups[place] ? key_of(logit) : groups[place];
  });
  best = block_max<WARPS>(best);
  if (__syncthreads_or(isBroken || best == -infinity())) {
    refuse(ids, logProbabilities, k);
    return;
  }

  const u64 threshold = static_cast<u64>(threshold_of(groups, k)) << 32;
  const float scale = LOG2_E / temperature;
  float sum = 0.f;
  u32 count = collect(shared, row, threshold, [&](float logit) { sum += exp2_approximate((logit - best) * scale); });
  const float logSum = logf(block_sum<WARPS>(sum)); // its barriers also part this count from the next
  if (count > CAPACITY) {
    count = collect(shared, row, radix_threshold(shared, row, k), [](float) {});
  }

  for (u32 i = threadIdx.x; i < count; i += THREADS) {
    const u64 rank = shared.candidates[i];
    int before = 0;
    for (u32 other = 0; other < count; other++) {
      before += shared.candidates[other] > rank ? 1 : 0;
    }
    if (before < k) {
      const float logit = logit_of(static_cast<u32>(rank >> 32));
      ids[before] = id_of(rank);
      logProbabilities[before] = fminf(0.f, (logit - best) / temperature - logSum);
    }
  }
}
