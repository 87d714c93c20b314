using SpecExecNative.Kernels;

namespace SpecExecNative.Bench.Cuda;

/// <summary>A kernel that returns wrong numbers is not timed.</summary>
internal static class Agreement
{
    private const int PieceElements = 1 << 20;

    /// <summary>Larger results are looked at in so many pieces, the first and the last among them.</summary>
    private const int MostPieces = 16;

    /// <summary>Compares two matrices of one shape.</summary>
    /// <param name="memory">Reads them.</param>
    /// <param name="actual">What the kernel made.</param>
    /// <param name="expected">What its reference made.</param>
    /// <param name="tolerance">How far they may be apart.</param>
    /// <param name="what">Names the kernel and the reference in the error.</param>
    /// <exception cref="WrongResultException">They differ by more.</exception>
    public static void Require(BenchMemory memory, DeviceTensor actual, DeviceTensor expected, Tolerance tolerance, string what)
    {
        if ((actual.Type, actual.Rows, actual.Columns) != (expected.Type, expected.Rows, expected.Columns))
        {
            throw new ArgumentException($"{what}: the shapes differ.", nameof(expected));
        }

        long count = (long)actual.Rows * actual.Columns;
        long pieces = (count + PieceElements - 1) / PieceElements;
        int looked = (int)Math.Min(pieces, MostPieces);
        var sum = new DifferenceSum(tolerance);
        for (int i = 0; i < looked; i++)
        {
            long first = looked == 1 ? 0 : i * (pieces - 1) / (looked - 1) * PieceElements;
            int some = (int)Math.Min(PieceElements, count - first);
            sum.Add(first, memory.Read(actual, first, some), memory.Read(expected, first, some), actual.Type);
        }

        if (sum.Describe(actual.Columns) is { } difference)
        {
            throw new WrongResultException(what, difference);
        }
    }
}
