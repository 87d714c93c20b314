// Tree attention over all of a row's positions, or over a part of them: the body of tree_attention.cu and tree_attention_split.cu.
//   queries [M, queryHeads * HEAD_DIM]; keys, values [kvHead][slot][HEAD_DIM]: elements
//   Token i sees slots 0 ... prefixLengths[i] - 1, then pathSlots[pathStarts[i] ... pathStarts[i + 1]): its positions
//   0 ... end - 1. With a window, only the last `window` of them.
//
// Online softmax (Dao 2023) over blocks of 32 positions. A block of threads works for one kv head and ROWS packed rows
// (token, query head of the group); a warp owns 16 of them and computes 16 x 32 scores at a time on the tensor cores.
// Grid: (tiles of M * group, kvHeads[, splits]).
//   1. Shared blocks, which every token here sees whole from its prefix: keys and values go through shared memory once for
//      all warps, two stages of asynchronous copies. No mask, but for the window's lower end.
//   2. Own blocks, from there to the token's end: each warp gathers them for one token after the other, prefix slots and
//      path slots in order of position. Rows of other tokens are masked, which leaves them bit for bit as they are.
// So keys of a tree are gathered along each path, not masked out of all nodes: the work follows the depth of the tree, not
// its size, and neither the slots nor the other rows can change a row's sums. A row in a tree has the bits of the same
// text computed as a chain (as long as values are finite: a masked weight is 0, and 0 times infinity is not): blocks are of
// absolute position, and both kinds go through the same two functions.
#pragma once
#include "ptx.cuh"
#include "reduce.cuh"

constexpr int WARPS = THREADS / WARP;
constexpr int ROWS = TILE_ROWS;
constexpr int BLOCK = 32;                            // positions; one lane each where keys are gathered
constexpr int STEPS = (HEAD_DIM + 15) / 16;          // of 16 along the head
constexpr int CHUNKS = 2 * STEPS;                    // of a padded row
constexpr int ROW_BYTES = (CHUNKS + 1) * CHUNK_BYTES; // an odd number of chunks: 8 rows of ldmatrix lie in different banks
constexpr int TILE_BYTES = BLOCK * ROW_BYTES;        // keys or values of a block
static_assert(ROWS == WARPS * 16 && WARPS <= 4, "16 rows and one of four tiles for each warp");
static_assert(HEAD_DIM % ELEMENTS_PER_CHUNK == 0, "rows are whole chunks");

// What a lane keeps of its two rows, lane / 4 and lane / 4 + 8 of its warp's 16.
struct Rows {
  int token[2];
  int lowest[2], end[2]; // visible positions
  float max[2], sum[2];  // of the scores, times log2 e; the sum of this lane's columns
  float output[CHUNKS][4];
};

typedef float Scores[BLOCK / 8][4];

// One token's positions.
struct Span {
  int prefix, end, lowest;
  const int* path; // slots of positions prefix, prefix + 1, ...

  __device__ __forceinline__ int slot(int position) const { return position < prefix ? position : path[position - prefix]; }
};

struct Batch {
  const u16 *queries, *keys, *values;
  const int *prefixLengths, *pathStarts, *pathSlots;
  int M, queryHeads, kvHeads, slots, window;
  float scale;

  __device__ __forceinline__ int group() const { return queryHeads / kvHeads; }

  __device__ __forceinline__ Span span_of(int token) const {
    const int start = pathStarts[token];
    Span span;
    span.prefix = prefixLengths[token];
    span.end = span.prefix + pathStarts[token + 1] - start;
    span.lowest = window > 0 ? larger(0, span.end - window) : 0;
    span.path = pathSlots + start;
    return span;
  }

  // The row of one of a lane's two rows among all (token, query head).
  __device__ __forceinline__ size_t query_row(const Rows& rows, int half) const {
    const int row = blockIdx.x * ROWS + warp_id() * 16 + half * 8 + lane_id() / 4;
    return static_cast<size_t>(rows.token[half]) * queryHeads + blockIdx.y * group() + row % group();
  }
};

// The fragments a of a warp's 16 queries. Those of large heads do not fit beside the output: they are loaded again for each
// block, from the first-level cache.
struct Query {
  static constexpr bool KEPT = HEAD_DIM <= 160;
  const u16* rows[2]; // of this lane; null: there is none
  u32 kept[KEPT ? STEPS : 1][4];

  __device__ __forceinline__ void load(u32 (&fragment)[4], int step) const {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      const int column = step * 16 + i / 2 * 8 + lane_id() % 4 * 2;
      const u16* row = rows[i % 2];
      fragment[i] = row != nullptr && column < HEAD_DIM ? *reinterpret_cast<const u32*>(row + column) : 0;
    }
  }

  __device__ __forceinline__ void keep() {
#pragma unroll
    for (int step = 0; KEPT && step < STEPS; step++) {
      load(kept[KEPT ? step : 0], step);
    }
  }

  __device__ __forceinline__ void get(u32 (&fragment)[4], int step) const {
    if (!KEPT) {
      load(fragment, step);
      return;
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
      fragment[i] = kept[KEPT ? step : 0][i];
    }
  }
};

// scores = q k^T for the block's 32 positions.
DEVICE void score(Scores& scores, const Query& query, const u8* keys) {
  const int lane = lane_id();
#pragma unroll
  for (int step = 0; step < STEPS; step++) {
    u32 a[4];
    query.get(a, step);
#pragma unroll
    for (int pair = 0; pair < BLOCK / 16; pair++) {
      u32 b[4];
      load_matrices(b, keys + (pair * 16 + lane % 8 + lane / 16 * 8) * ROW_BYTES + (2 * step + lane / 8 % 2) * CHUNK_BYTES);
      multiply_accumulate(scores[2 * pair], a, b[0], b[1]);
      multiply_accumulate(scores[2 * pair + 1], a, b[2], b[3]);
    }
  }
}

// Turns scores into weights exp(score - max) and brings what the rows have summed so far to the new maximum.
template <bool MASKED>
DEVICE void softmax(Rows& rows, Scores& scores, float scaleLog2, int firstPosition, const bool (&present)[2]) {
#pragma unroll
  for (int half = 0; half < 2; half++) {
    float best = rows.max[half];
#pragma unroll
    for (int j = 0; j < BLOCK / 8; j++) {
#pragma unroll
      for (int c = 0; c < 2; c++) {
        float& value = scores[j][half * 2 + c];
        value *= scaleLog2;
        if (MASKED) {
          const int position = firstPosition + j * 8 + lane_id() % 4 * 2 + c;
          value = present[half] && position >= rows.lowest[half] && position < rows.end[half] ? value : -infinity();
        }
        best = fmaxf(best, value);
      }
    }
    best = fmaxf(best, __shfl_xor_sync(ALL_LANES, best, 1)); // the four lanes of a row
    best = fmaxf(best, __shfl_xor_sync(ALL_LANES, best, 2));
    const float base = best == -infinity() ? 0.f : best; // nothing seen yet: weights 0, not NaN
    const float correction = exp2_approximate(rows.max[half] - base);
    float sum = 0.f;
#pragma unroll
    for (int j = 0; j < BLOCK / 8; j++) {
#pragma unroll
      for (int c = 0; c < 2; c++) {
        float& value = scores[j][half * 2 + c];
        value = exp2_approximate(value - base);
        sum += value;
      }
    }
    rows.sum[half] = rows.sum[half] * correction + sum;
    rows.max[half] = best;
#pragma unroll
    for (int j = 0; j < CHUNKS; j++) {
      rows.output[j][half * 2] *= correction;
      rows.output[j][half * 2 + 1] *= correction;
    }
  }
}

// output += weights * values.
DEVICE void add_values(Rows& rows, const Scores& weights, const u8* values) {
  const int lane = lane_id();
#pragma unroll
  for (int step = 0; step < BLOCK / 16; step++) {
    const u32 a[4] = {
        to_elements(weights[2 * step][0], weights[2 * step][1]), to_elements(weights[2 * step][2], weights[2 * step][3]),
        to_elements(weights[2 * step + 1][0], weights[2 * step + 1][1]), to_elements(weights[2 * step + 1][2], weights[2 * step + 1][3])};
#pragma unroll
    for (int pair = 0; pair < STEPS; pair++) {
      u32 b[4];
      load_matrices_transposed(b, values + (step * 16 + lane % 16) * ROW_BYTES + (2 * pair + lane / 16) * CHUNK_BYTES);
      multiply_accumulate(rows.output[2 * pair], a, b[0], b[1]);
      multiply_accumulate(rows.output[2 * pair + 1], a, b[2], b[3]);
    }
  }
}

// Starts the copy of positions firstPosition ... + 31 of the shared prefix; all threads.
DEVICE void start_shared_copy(u8* tile, const u16* cache, int firstPosition) {
  for (int i = threadIdx.x; i < BLOCK * CHUNKS; i += THREADS) {
    const int row = i / CHUNKS, chunk = i % CHUNKS;
    const bool inside = chunk < HEAD_DIM / ELEMENTS_PER_CHUNK; // else padding
    copy_chunk(tile + row * ROW_BYTES + chunk * CHUNK_BYTES,
               cache + (inside ? static_cast<size_t>(firstPosition + row) * HEAD_DIM + chunk * ELEMENTS_PER_CHUNK : 0), inside);
  }
}

// Gathers the slots that the lanes name (-1: none) and waits; one warp.
DEVICE void gather(u8* tile, const u16* cache, int slot) {
  __syncwarp(); // the tile's last content has been read
  for (int i = lane_id(); i < BLOCK * CHUNKS; i += WARP) {
    const int row = i / CHUNKS, chunk = i % CHUNKS;
    const int from = __shfl_sync(ALL_LANES, slot, row);
    const bool inside = from >= 0 && chunk < HEAD_DIM / ELEMENTS_PER_CHUNK;
    copy_chunk(tile + row * ROW_BYTES + chunk * CHUNK_BYTES,
               cache + (inside ? static_cast<size_t>(from) * HEAD_DIM + chunk * ELEMENTS_PER_CHUNK : 0), inside);
  }
  close_copies();
  wait_for_copies<0>();
  __syncwarp();
}

// What a block of threads sums up for its rows, which come in empty: of the blocks of positions that any of them sees, part `split`
// of `splits` equal ones.
DEVICE void attend(const Batch& batch, Rows& rows, int split, int splits) {
  extern __shared__ __align__(128) u8 tiles[]; // keys and values of two stages; later one tile for each warp
  const int M = batch.M, group = batch.group(), lane = lane_id();
  const size_t headStart = static_cast<size_t>(blockIdx.y) * batch.slots * HEAD_DIM;
  const u16* headKeys = batch.keys + headStart;
  const u16* headValues = batch.values + headStart;
  const float scaleLog2 = batch.scale * LOG2_E;
  const int firstRow = blockIdx.x * ROWS + warp_id() * 16;

  Query query;
#pragma unroll
  for (int half = 0; half < 2; half++) {
    const int row = firstRow + half * 8 + lane / 4, token = row / group;
    rows.token[half] = token < M ? token : -1;
    rows.max[half] = -infinity();
    query.rows[half] = nullptr;
    if (token < M) {
      const Span span = batch.span_of(token);
      rows.lowest[half] = span.lowest;
      rows.end[half] = span.end;
      query.rows[half] = batch.queries + batch.query_row(rows, half) * HEAD_DIM;
    }
  }
  query.keep();

  // 1. Shared blocks: from the lowest position that any token here sees to the last block that is in every prefix.
  const int firstToken = blockIdx.x * ROWS / group, lastToken = smaller(M - 1, (blockIdx.x * ROWS + ROWS - 1) / group);
  int lowest = 0x7fffffff, highestLowest = 0, sharedEnd = 0x7fffffff, end = 0;
  for (int token = firstToken + lane; token <= lastToken; token += WARP) {
    const Span span = batch.span_of(token);
    lowest = smaller(lowest, span.lowest);
    highestLowest = larger(highestLowest, span.lowest);
    sharedEnd = smaller(sharedEnd, span.prefix);
    end = larger(end, span.end);
  }
  const int firstOfAll = warp_min(lowest) / BLOCK * BLOCK;
  const int blocks = ceil_div(warp_max(end) - firstOfAll, BLOCK);
  const int firstBlock = firstOfAll + split * blocks / splits * BLOCK, endBlock = firstOfAll + (split + 1) * blocks / splits * BLOCK;
  sharedEnd = warp_min(sharedEnd) / BLOCK * BLOCK;
  const int sharedHere = smaller(sharedEnd, endBlock);
  highestLowest = warp_max(highestLowest);

  const auto start = [&](int block) {
    if (block < sharedHere) {
      u8* stage = tiles + (block / BLOCK & 1) * 2 * TILE_BYTES;
      start_shared_copy(stage, headKeys, block);
      start_shared_copy(stage + TILE_BYTES, headValues, block);
    }
    close_copies();
  };
  const bool present[2] = {true, true};
  start(firstBlock);
  for (int block = firstBlock; block < sharedHere; block += BLOCK) {
    start(block + BLOCK);
    wait_for_copies<1>();
    __syncthreads(); // everybody's part of this block has come
    const u8* stage = tiles + (block / BLOCK & 1) * 2 * TILE_BYTES;
    Scores scores = {};
    score(scores, query, stage);
    if (block < highestLowest) {
      softmax<true>(rows, scores, scaleLog2, block, present);
    } else {
      softmax<false>(rows, scores, scaleLog2, block, present);
    }
    add_values(rows, scores, stage + TILE_BYTES);
    __syncthreads(); // everybody has done with this stage
  }

  // 2. Own blocks, token by token. The two stages become one tile for each warp.
  u8* tile = tiles + warp_id() * TILE_BYTES;
  const int ownLast = smaller(lastToken, (firstRow + 15) / group);
  for (int token = firstRow / group; token <= ownLast; token++) {
    const Span span = batch.span_of(token);
    const bool own[2] = {rows.token[0] == token, rows.token[1] == token};
    for (int block = larger(larger(sharedEnd, firstBlock), span.lowest / BLOCK * BLOCK); block < smaller(span.end, endBlock); block += BLOCK) {
      const int position = block + lane;
      const int slot = position < span.end && position >= span.lowest ? span.slot(position) : -1;
      Scores scores = {};
      gather(tile, headKeys, slot);
      score(scores, query, tile);
      softmax<true>(rows, scores, scaleLog2, block, own);
      gather(tile, headValues, slot);
      add_values(rows, scores, tile);
    }
  }
}

// The whole sum of one of this lane's rows; all four lanes of the row get it.
DEVICE float row_sum(const Rows& rows, int half) {
  float sum = rows.sum[half];
  sum += __shfl_xor_sync(ALL_LANES, sum, 1);
  sum += __shfl_xor_sync(ALL_LANES, sum, 2);
  return sum;
}
