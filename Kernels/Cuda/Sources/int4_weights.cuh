// Weights of gemm.cuh in 4 bits: W = (q - zero) * scale, a scale and a zero for each group of neighbours along K.
// A packed matrix [N, K] is, one after the other (N16, K64: rounded up to 16 and 64),
//   nibbles: blocks of 16 rows x 64 columns, [N16 / 16][K64 / 64], 512 bytes each, 16 for each lane of a warp: what it needs for the
//     fragments b. Word 2 h + j of lane l is row 8 j + l / 4 and, of columns 32 h + 2 (l % 4) and on, 0, 8, 16, 24 in nibbles 0 ... 3 and
//     their right neighbours in nibbles 4 ... 7.
//   scales: elements [groups][N16]
//   zeros: bytes [groups][N16], if there are any; else they are all 8
// A group has 32, 64, 128, ... columns, or all. weightLayout is the logarithm of its size to base 2, or minus that where there are no zeros.
//
// A block of packed weights is loaded once per tile and turned into elements in registers, for all rows of the warp at once: warps beside
// each other, as the tables have them, turn none into elements twice. q - zero is exact; the product with the scale is rounded once, so the
// sums have the bits of those with weights that dequantize.cu has widened.
#pragma once
#include "gemm_tiles.cuh"
#include "int4.cuh"

static_assert(TILE_DEPTH == 64, "a tile is one packed block deep");

struct WeightTile {
  static constexpr int BLOCKS = TILE_COLUMNS / 16;
  static constexpr int HALVES = 2; // of the tile's depth, which may be of two groups
  static constexpr int NIBBLE_CHUNKS = BLOCKS * INT4_BLOCK_BYTES / CHUNK_BYTES;
  static constexpr int SCALE_CHUNKS = HALVES * TILE_COLUMNS * 2 / CHUNK_BYTES;
  static constexpr int ZERO_CHUNKS = HALVES * TILE_COLUMNS / CHUNK_BYTES;
  static constexpr int TILE_CHUNKS = NIBBLE_CHUNKS + SCALE_CHUNKS + ZERO_CHUNKS;
  static constexpr int BYTES = TILE_CHUNKS * CHUNK_BYTES;
  static constexpr int COUNT = ceil_div(TILE_CHUNKS, THREADS);

  // Chunk n of this thread: where it lies for the first tile, and how far apart successive ones are. Nibbles move on with every tile,
  // scales and zeros with every group.
  struct Chunk {
    const u8* first; // null: outside of the matrix
    int stride, half; // half of the tile's depth; -1: nibbles

    __device__ __forceinline__ Chunk() {}
    __device__ __forceinline__ Chunk(const Int4Matrix& matrix, int firstRow, int i) {
      int row;
      if (i < NIBBLE_CHUNKS) {
        row = firstRow + i / WARP * 16;
        first = matrix.block(row) + i % WARP * CHUNK_BYTES, stride = INT4_BLOCK_BYTES, half = -1;
      } else if (i < NIBBLE_CHUNKS + SCALE_CHUNKS) {
        constexpr int PER_HALF = SCALE_CHUNKS / HALVES;
        const int place = i - NIBBLE_CHUNKS;
        row = firstRow + place % PER_HALF * ELEMENTS_PER_CHUNK;
        first = reinterpret_cast<const u8*>(matrix.scales + row), stride = matrix.paddedRows * 2, half = place / PER_HALF;
      } else {
        constexpr int PER_HALF = ZERO_CHUNKS / HALVES;
        const int place = i - NIBBLE_CHUNKS - SCALE_CHUNKS;
        row = firstRow + place % PER_HALF * CHUNK_BYTES;
        first = matrix.zeros + row, stride = matrix.paddedRows, half = place / PER_HALF;
        first = matrix.hasZeros ? first : nullptr;
      }
      first = row < matrix.paddedRows ? first : nullptr;
    }
  };

  Int4Matrix matrix;
  Chunk chunks[COUNT];
#if __CUDA_ARCH__ < 800
  uint4 held[COUNT];
#endif

  __device__ __forceinline__ WeightTile(const void* weight, int layout, int firstRow, int rows, int columns) : matrix(weight, layout, rows, columns) {
#pragma unroll
    for (int n = 0; n < COUNT; n++) {
      chunks[n] = Chunk(matrix, firstRow, n * THREADS + threadIdx.x);
    }
  }

  __device__ __forceinline__ void start(u8* tile, int firstColumn) {
#pragma unroll
    for (int n = 0; n < COUNT; n++) {
      const int i = n * THREADS + threadIdx.x;
      if ((n + 1) * THREADS <= TILE_CHUNKS || i < TILE_CHUNKS) {
        const Chunk& chunk = chunks[n];
        const bool isNibbles = (n + 1) * THREADS <= NIBBLE_CHUNKS || chunk.half < 0;
        const int step = isNibbles ? firstColumn / TILE_DEPTH : matrix.group(firstColumn + chunk.half * 32);
        const u8* from = chunk.first + static_cast<size_t>(step) * chunk.stride;
#if __CUDA_ARCH__ >= 800
        copy_chunk(tile + i * CHUNK_BYTES, chunk.first != nullptr ? from : matrix.nibbles, chunk.first != nullptr);
#else
        held[n] = chunk.first != nullptr ? *reinterpret_cast<const uint4*>(from) : make_uint4(0, 0, 0, 0);
#endif
      }
    }
  }

  __device__ __forceinline__ void finish(u8* tile) const {
#if __CUDA_ARCH__ < 800
#pragma unroll
    for (int n = 0; n < COUNT; n++) {
      const int i = n * THREADS + threadIdx.x;
      if (i < TILE_CHUNKS) {
        *reinterpret_cast<uint4*>(tile + i * CHUNK_BYTES) = held[n];
      }
    }
#endif
  }

  // This lane's words of the 16 rows from `row`.
  __device__ __forceinline__ static void load_block(u32 (&words)[4], const u8* tile, int row) {
    const uint4 four = *reinterpret_cast<const uint4*>(tile + row / 16 * INT4_BLOCK_BYTES + lane_id() * CHUNK_BYTES);
    words[0] = four.x, words[1] = four.y, words[2] = four.z, words[3] = four.w;
  }

  // Scale and zero of a row in a half of the tile's depth.
  __device__ __forceinline__ Int4Group group(const u8* tile, int row, int half) const {
    const u16* scales = reinterpret_cast<const u16*>(tile + NIBBLE_CHUNKS * CHUNK_BYTES);
    const u8* zeros = tile + (NIBBLE_CHUNKS + SCALE_CHUNKS) * CHUNK_BYTES;
    return Int4Group(scales[half * TILE_COLUMNS + row], matrix.hasZeros ? zeros[half * TILE_COLUMNS + row] : 8);
  }
};

// The last tile may be short; what lies behind its end is zero in the input and changes no sum.
DEVICE void multiply_tile(Sums& sums, const u8* stage, int warpRow, int warpColumn, const WeightTile (&weights)[WEIGHTS]) {
  u32 words[WEIGHTS][PAIRS_N][4];
#pragma unroll
  for (int w = 0; w < WEIGHTS; w++) {
#pragma unroll
    for (int j = 0; j < PAIRS_N; j++) {
      WeightTile::load_block(words[w][j], stage + InputTile::BYTES + w * WeightTile::BYTES, warpColumn + j * 16);
    }
  }
#pragma unroll
  for (int half = 0; half < WeightTile::HALVES; half++) {
    u32 b[WEIGHTS][2 * PAIRS_N][4];
#pragma unroll
    for (int w = 0; w < WEIGHTS; w++) {
      const u8* tile = stage + InputTile::BYTES + w * WeightTile::BYTES;
#pragma unroll
      for (int j = 0; j < 2 * PAIRS_N; j++) {
        dequantize(b[w][j], words[w][j / 2][2 * half + j % 2], weights[w].group(tile, warpColumn + j * 8 + lane_id() / 4, half));
      }
    }
#pragma unroll
    for (int step = 0; step < 2; step++) {
      u32 input[BLOCKS_M][4];
#pragma unroll
      for (int i = 0; i < BLOCKS_M; i++) {
        InputTile::load(input[i], stage, warpRow + i * 16, half * 32 + step * 16);
      }
#pragma unroll
      for (int w = 0; w < WEIGHTS; w++) {
#pragma unroll
        for (int j = 0; j < 2 * PAIRS_N; j++) {
#pragma unroll
          for (int i = 0; i < BLOCKS_M; i++) {
            multiply_accumulate(sums[w][i][j], input[i], b[w][j][2 * step], b[w][j][2 * step + 1]);
          }
        }
      }
    }
  }
}
