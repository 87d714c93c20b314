using System.Runtime.InteropServices;
using SpecExecNative.TrainPair.Storage;

namespace SpecExecNative.TrainPair.Distillation;

/// <summary>
/// Windows with the teacher's most likely next tokens at each position.
/// Stored as <c>tokens</c> U16 [windows, context + 1], <c>top_ids</c> U16 and <c>top_probabilities</c> F16
/// [windows, context, top], the latter renormalised to sum to one.
/// </summary>
internal sealed class TeacherSet(int context, int topCount, ushort[] tokens, ushort[] topIds, Half[] topProbabilities)
{
    public int Context => context;

    public int TopCount => topCount;

    public int Windows => tokens.Length / (context + 1);

    public static TeacherSet Read(string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        StoredTensor topIds = file.Tensor("top_ids");
        return new TeacherSet(
            (int)topIds.Shape[1],
            (int)topIds.Shape[2],
            MemoryMarshal.Cast<byte, ushort>(file.Tensor("tokens").Bytes).ToArray(),
            MemoryMarshal.Cast<byte, ushort>(topIds.Bytes).ToArray(),
            MemoryMarshal.Cast<byte, Half>(file.Tensor("top_probabilities").Bytes).ToArray());
    }

    public void Write(string path)
    {
        long[] topShape = [Windows, context, topCount];
        SafetensorsFile.Write(
            path,
            [
                KeyValuePair.Create("tokens", new StoredTensor("U16", [Windows, context + 1], Bytes(tokens))),
                KeyValuePair.Create("top_ids", new StoredTensor("U16", topShape, Bytes(topIds))),
                KeyValuePair.Create("top_probabilities", new StoredTensor("F16", topShape, Bytes(topProbabilities))),
            ],
            new Dictionary<string, string>());
    }

    /// <summary>The tokens of one window.</summary>
    public int[] Window(int index)
    {
        return Array.ConvertAll(tokens.AsSpan(index * (context + 1), context + 1).ToArray(), token => (int)token);
    }

    /// <summary>The teacher's most likely ids of one window, [context, top].</summary>
    public ReadOnlySpan<ushort> TopIds(int index)
    {
        return topIds.AsSpan(index * context * topCount, context * topCount);
    }

    /// <summary>Their probabilities, [context, top].</summary>
    public ReadOnlySpan<Half> TopProbabilities(int index)
    {
        return topProbabilities.AsSpan(index * context * topCount, context * topCount);
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged
    {
        return MemoryMarshal.AsBytes<T>(values).ToArray();
    }
}
