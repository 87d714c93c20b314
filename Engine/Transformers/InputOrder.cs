namespace SpecExecNative.Engine.Transformers;

/// <summary>
/// The order in which 4-bit weights want their inputs (GPTQ's act-order: groups are of inputs of like importance, not of neighbours).
/// Whoever makes the inputs makes them in that order, so it costs nothing when tokens are computed: the norm for q, k, v and for gate and
/// up, attention for the output projection, and the rows of gate and up for down.
/// </summary>
internal static class InputOrder
{
    /// <summary>The order that all of these matrices share; null: their inputs stand as they are.</summary>
    /// <exception cref="UnsupportedWeightException">They want different ones.</exception>
    public static int[]? Shared(params ReadOnlySpan<WeightSource> sources)
    {
        int[]? first = sources[0].Int4?.ReadOrder();
        foreach (WeightSource source in sources[1..])
        {
            int[]? order = source.Int4?.ReadOrder();
            bool isSame = first is null || order is null ? first is null && order is null : order.AsSpan().SequenceEqual(first);
            if (!isSame)
            {
                throw new UnsupportedWeightException(
                    source.FilePath, source.Name, $"wants its inputs in another order than '{sources[0].Name}', which is multiplied with the same ones. Quantize them with the same calibration, or without act-order.");
            }
        }

        return first;
    }

    /// <summary>Where each input goes that stands at its natural place.</summary>
    public static int[] PlacesOf(ReadOnlySpan<int> order)
    {
        var places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        return places;
    }

    /// <summary>Every input where it is.</summary>
    public static int[] Natural(int count) => [.. Enumerable.Range(0, count)];
}
