// linear for few rows: output = input * weight^T + bias, or added to what is there
//   input [M, K], weight [N, K] (row stride weightStride): elements; bias f32 [N] or null; sums: float32
//   output [M, N] by outputMode: 0 stores float32, 1 adds to float32, 2 stores elements
//
// A block computes TILE_ROWS x TILE_COLUMNS outputs; its warps share K in turns of 64 (warp w takes turns w, w + WARPS, ...) and add
// their sums in the end, in order of warp. Nothing passes through shared memory before that: a lane loads 16 bytes, 8
// neighbours along K, of the rows that it holds in the tensor cores' fragments, TURNS - 1 turns ahead. The fragments' order
// along K is another than gemm.cuh's, but input and weight have the same, which is all that a sum asks for.
// Grid: (tiles of M, tiles of N).
//
// The order of a sum depends on THREADS alone: the variants of one size give the same bits for any number of rows, but not those
// of gemm.cuh. So these are not for a target that must write the same text with and without speculation.
//
// Bound: the bytes of the weights, 2 N K. Few columns per block make enough blocks to fill a card where N is small.
#include "store.cuh"

constexpr int WARPS = THREADS / WARP;
constexpr int ROW_BLOCKS = TILE_ROWS / 16;
constexpr int COLUMN_BLOCKS = TILE_COLUMNS / 8;
constexpr int CHUNKS = 2; // of a row that a lane holds in a turn
constexpr int TURN = 4 * CHUNKS * ELEMENTS_PER_CHUNK;
static_assert(TILE_ROWS % 16 == 0 && TILE_COLUMNS % 8 == 0, "warps compute whole blocks");

typedef u32 Chunk[ELEMENTS_PER_CHUNK / 2];
typedef float Sums[ROW_BLOCKS][COLUMN_BLOCKS][4];

DEVICE void load_chunk(Chunk& chunk, const u16* source, bool valid) {
  const uint4 four = valid ? *reinterpret_cast<const uint4*>(source) : make_uint4(0, 0, 0, 0);
  chunk[0] = four.x, chunk[1] = four.y, chunk[2] = four.z, chunk[3] = four.w;
}

// Rows of an odd length are not aligned.
DEVICE void load_elements(Chunk& chunk, const u16* source, int count) {
#pragma unroll
  for (int i = 0; i < ELEMENTS_PER_CHUNK / 2; i++) {
    const u32 low = 2 * i < count ? source[2 * i] : 0, high = 2 * i + 1 < count ? source[2 * i + 1] : 0;
    chunk[i] = low | high << 16;
  }
}

// Row (or column of the output) lane / 4 of a block of 8, and from there to the matrix's end.
struct Rows {
  const u16* first;
  int stride, count;

  __device__ __forceinline__ Rows(const u16* matrix, int stride, int firstRow, int rows)
      : first(matrix + static_cast<size_t>(firstRow + lane_id() / 4) * stride), stride(stride), count(rows - firstRow - lane_id() / 4) {}

  __device__ __forceinline__ bool has(int row) const { return row < count; }
  __device__ __forceinline__ const u16* at(int row, int column) const { return first + static_cast<size_t>(row) * stride + column; }
};

// What a warp multiplies in one turn.
struct Turn {
  Chunk input[ROW_BLOCKS][2][CHUNKS];
  Chunk weight[COLUMN_BLOCKS][CHUNKS];

  template <bool ALIGNED>
  __device__ __forceinline__ void load(const Rows& inputs, const Rows& weights, int k, int K) {
#pragma unroll
    for (int c = 0; c < CHUNKS; c++) {
      const int column = k + (c * 4 + lane_id() % 4) * ELEMENTS_PER_CHUNK;
#pragma unroll
      for (int j = 0; j < COLUMN_BLOCKS; j++) {
        load_chunk(weight[j][c], weights.at(j * 8, column), weights.has(j * 8) && column < K);
      }
#pragma unroll
      for (int i = 0; i < 2 * ROW_BLOCKS; i++) {
        const u16* source = inputs.at(i * 8, column);
        if (ALIGNED) {
          load_chunk(input[i / 2][i % 2][c], source, inputs.has(i * 8) && column < K);
        } else {
          load_elements(input[i / 2][i % 2][c], source, inputs.has(i * 8) ? K - column : 0);
        }
      }
    }
  }

  __device__ __forceinline__ void multiply(Sums& sums) const {
#pragma unroll
    for (int c = 0; c < CHUNKS; c++) {
#pragma unroll
      for (int half = 0; half < 4; half += 2) { // 16 along K: a pair and the next of each of the four lanes
#pragma unroll
        for (int i = 0; i < ROW_BLOCKS; i++) {
          const u32 a[4] = {input[i][0][c][half], input[i][1][c][half], input[i][0][c][half + 1], input[i][1][c][half + 1]};
#pragma unroll
          for (int j = 0; j < COLUMN_BLOCKS; j++) {
            multiply_accumulate(sums[i][j], a, weight[j][c][half], weight[j][c][half + 1]);
          }
        }
      }
    }
  }
};

// This warp's share of the sums over K.
DEVICE void multiply(Sums& sums, const Rows& inputs, const Rows& weights, int K) {
  constexpr int STEP = WARPS * TURN;
  int k = warp_id() * TURN;
  if (K % ELEMENTS_PER_CHUNK != 0) { // no model worth a card has such rows: right is enough
    for (; k < K; k += STEP) {
      Turn turn;
      turn.load<false>(inputs, weights, k, K);
      turn.multiply(sums);
    }
    return;
  }
  Turn turns[TURNS];
#pragma unroll
  for (int i = 0; i < TURNS - 1; i++) {
    turns[i].load<true>(inputs, weights, k + i * STEP, K);
  }
  for (; k < K; k += TURNS * STEP) {
#pragma unroll
    for (int i = 0; i < TURNS; i++) {
      turns[(i + TURNS - 1) % TURNS].load<true>(inputs, weights, k + (i + TURNS - 1) * STEP, K);
      turns[i].multiply(sums); // behind K there are zeros, which change no sum
    }
  }
}

KERNEL __launch_bounds__(THREADS)
linear(const u16* __restrict__ input, const u16* __restrict__ weight, const float* __restrict__ bias, void* output,
       int M, int N, int K, int weightStride, int outputMode) {
  __shared__ float2 parts[WARPS][TILE_ROWS][TILE_COLUMNS / 2];
  const int firstRow = blockIdx.x * TILE_ROWS, firstColumn = blockIdx.y * TILE_COLUMNS;
  Sums sums = {};
  multiply(sums, {input, K, firstRow, M}, {weight, weightStride, firstColumn, N}, K);

#pragma unroll
  for (int i = 0; i < 2 * ROW_BLOCKS; i++) {
#pragma unroll
    for (int j = 0; j < COLUMN_BLOCKS; j++) {
      const float* pair = &sums[i / 2][j][i % 2 * 2];
      parts[warp_id()][i * 8 + lane_id() / 4][j * 4 + lane_id() % 4] = make_float2(pair[0], pair[1]);
    }
  }
  __syncthreads();
  const LinearStore store{bias, output, N, outputMode};
  for (int i = threadIdx.x; i < TILE_ROWS * TILE_COLUMNS / 2; i += THREADS) {
    const int row = i / (TILE_COLUMNS / 2), pair = i % (TILE_COLUMNS / 2);
    if (firstRow + row < M && firstColumn + pair * 2 < N) {
      float2 total = {};
#pragma unroll
      for (int warp = 0; warp < WARPS; warp++) {
        total.x += parts[warp][row][pair].x;
        total.y += parts[warp][row][pair].y;
      }
      store(firstRow + row, firstColumn + pair * 2, total.x, total.y);
    }
  }
}
