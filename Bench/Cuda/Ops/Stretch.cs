namespace SpecExecNative.Bench.Cuda.Ops;

/// <summary>Rows that a naive kernel makes of a product or an attention that would take it too long as a whole.</summary>
/// <param name="First">The first row.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Stretch(int First, int Count)
{
    /// <summary>The first, the last, and some from the middle; all of them, if there are no more than these.</summary>
    /// <param name="rows">Of the whole.</param>
    /// <param name="length">Of a stretch.</param>
    public static IReadOnlyList<Stretch> Of(int rows, int length)
        => rows <= 3 * length
            ? [new Stretch(0, rows)]
            : [new Stretch(0, length), new Stretch((rows - length) / 2, length), new Stretch(rows - length, length)];
}
