using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Tests.Loaders.Quantization;

/// <summary>Packs a matrix as each format's makers describe it, a word at a time.</summary>
public static class Packing
{
    private static readonly int[] AwqOrder = [0, 2, 4, 6, 1, 3, 5, 7];

    /// <param name="m">The matrix.</param>
    /// <param name="less">1: zeros are stored less one, as in version 1.</param>
    public static Dictionary<string, StoredTensor> Gptq(LogicalMatrix m, int less) => new()
    {
        ["qweight"] = StoredTensor.Words(m.Columns / 8, m.Rows, (r, n) => Word(j => m.Nibbles[n, (8 * r) + j])),
        ["qzeros"] = StoredTensor.Words(m.Groups, m.Rows / 8, (g, c) => Word(j => m.Zeros[(8 * c) + j, g] - less)),
        ["scales"] = Scales(m, TensorType.F16, groupsFirst: true),
        ["g_idx"] = StoredTensor.Integers(m.GroupIndex),
    };

    public static Dictionary<string, StoredTensor> Awq(LogicalMatrix m) => new()
    {
        ["qweight"] = StoredTensor.Words(m.Columns, m.Rows / 8, (k, c) => Word(i => m.Nibbles[(8 * c) + AwqOrder[i], k])),
        ["qzeros"] = StoredTensor.Words(m.Groups, m.Rows / 8, (g, c) => Word(i => m.Zeros[(8 * c) + AwqOrder[i], g])),
        ["scales"] = Scales(m, TensorType.F16, groupsFirst: true),
    };

    /// <summary>Nibbles that a last word has left over are 15, which a reader must not take for weights.</summary>
    public static Dictionary<string, StoredTensor> Compressed(LogicalMatrix m, TensorType scales = TensorType.BF16) => new()
    {
        ["weight_packed"] = StoredTensor.Words(m.Rows, (m.Columns + 7) / 8, (n, r) => Word(j => (8 * r) + j < m.Columns ? m.Nibbles[n, (8 * r) + j] : 15)),
        ["weight_zero_point"] = StoredTensor.Words((m.Rows + 7) / 8, m.Groups, (c, g) => Word(j => (8 * c) + j < m.Rows ? m.Zeros[(8 * c) + j, g] : 15)),
        ["weight_scale"] = Scales(m, scales, groupsFirst: false),
        ["weight_shape"] = StoredTensor.Longs(m.Rows, m.Columns),
        ["weight_g_idx"] = StoredTensor.Integers(m.GroupIndex),
    };

    public static StoredTensor Scales(LogicalMatrix m, TensorType type, bool groupsFirst) => groupsFirst
        ? StoredTensor.Floats(type, m.Groups, m.Rows, (g, n) => m.Scales[n, g])
        : StoredTensor.Floats(type, m.Rows, m.Groups, (n, g) => m.Scales[n, g]);

    private static uint Word(Func<int, int> nibble)
        => Enumerable.Range(0, 8).Aggregate(0u, (word, j) => word | (uint)(nibble(j) & 15) << (4 * j));
}
