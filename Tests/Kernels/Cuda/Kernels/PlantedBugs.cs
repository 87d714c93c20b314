namespace SpecExecNative.Tests.Kernels.Cuda.Kernels;

/// <summary>Mutations of our own kernels, each a mistake that somebody could make: (kernel, mistake, text, its replacement).</summary>
internal static class PlantedBugs
{
    public static readonly (string Kernel, string Mistake, string Text, string Replacement)[] All =
    [
        ("linear", "no wait for copies", "wait_for_copies<STAGES - 2>();", ""),
        ("linear", "wait for one group too few", "wait_for_copies<STAGES - 2>", "wait_for_copies<STAGES - 1>"),
        ("linear", "no barrier behind the wait", "__syncthreads(); // everybody's part of this tile", "//"),
        ("linear", "groups are not closed", "close_copies(); // also where", "//"),
        ("linear", "rows are not clamped when copied", "const bool inside = firstRow + row < rows && column < columns;\n    const u16* source", "const bool inside = column < columns;\n    const u16* source"),
        ("linear", "depth is not clamped when copied", "const bool inside = firstRow + row < rows && column < columns;\n    const u16* source", "const bool inside = firstRow + row < rows;\n    const u16* source"),
        ("linear", "rows are not clamped when stored", "if (row < rows) {", "{"),
        ("linear", "columns are not clamped when stored", "if (column < columns) {", "{"),
        ("linear", "the next stage is multiplied", "stages + tile % STAGES * STAGE_BYTES, warpRow", "stages + (tile + 1) % STAGES * STAGE_BYTES, warpRow"),
        ("linear", "copies run one tile too far ahead", "start(tile + STAGES - 1);", "start(tile + STAGES);"),
        ("linear", "operands swapped", "sums[w][i][2 * j], a[i], b[0], b[1]", "sums[w][i][2 * j], a[i], b[1], b[0]"),
        ("linear", "wrong rows of the fragment", "row + lane % 8 + lane / 16 * 8", "row + lane % 8 + lane / 8 * 8"),
        ("linear", "the last bias is behind the end", "second += hasSecond ? bias[column + 1] : 0.f", "second += bias[column + 1]"),
        ("linear", "odd rows copied in chunks", "if (columns % ELEMENTS_PER_CHUNK == 0)", "if (true)"),
        ("linear", "odd rows stored in pairs", "if (columns % 2 == 0)", "if (true)"),
        ("tree_attention", "output is not rescaled", "rows.output[j][half * 2] *= correction;", ""),
        ("tree_attention", "sum is not rescaled", "rows.sum[half] * correction + sum", "rows.sum[half] + sum"),
        ("tree_attention", "mask one position too long", "position < rows.end[half]", "position <= rows.end[half]"),
        ("tree_attention", "window one position too short", "position >= rows.lowest[half] && position <", "position > rows.lowest[half] && position <"),
        ("tree_attention", "other tokens' rows are not masked", "present[half] && position", "position"),
        ("tree_attention", "maximum of half the row", "best = fmaxf(best, __shfl_xor_sync(ALL_LANES, best, 2));", ""),
        ("tree_attention", "no wait for gathered keys", "wait_for_copies<0>();", ""),
        ("tree_attention", "gathered over what others still read", "__syncwarp(); // the tile's last", "//"),
        ("tree_attention", "no barrier behind the wait", "__syncthreads(); // everybody's part of this block", "//"),
        ("tree_attention", "no barrier before the stage is refilled", "__syncthreads(); // everybody has done", "//"),
        ("tree_attention", "slot -1 is read", "from >= 0 && chunk", "chunk"),
        ("tree_attention", "path off by one", "path[position - prefix]", "path[position - prefix + 1]"),
        ("tree_attention", "shared end is not rounded down", "sharedEnd = warp_min(sharedEnd) / BLOCK * BLOCK", "sharedEnd = warp_min(sharedEnd)"),
        ("tree_attention", "values are not transposed", "load_matrices_transposed(b, values", "load_matrices(b, values"),
        ("rms_norm", "no barrier before the parts are read", "  }\n  __syncthreads();\n  float sum = 0.f;", "  }\n  float sum = 0.f;"),
        ("rms_norm", "the last quad is stored whole", "if (column < D)", "if (true)"),
        ("top_k", "no barrier behind the cleared count", "  __syncthreads();\n  for_each_logit(row, [&](float logit, int id, int) {\n    visit", "  for_each_logit(row, [&](float logit, int id, int) {\n    visit"),
        ("top_k", "counted without atomics", "atomicAdd(&shared.candidateCount, 1u)", "shared.candidateCount++"),
        ("top_k", "ties by higher id", "static_cast<u32>(~id)", "static_cast<u32>(id)"),
        ("top_k", "zeros of both signs differ", "logit + 0.f", "logit"),
        ("top_k", "the vocabulary's padding is looked at", "if (quad * 4 + i < row.length)", "if (true)"),
    ];
}
