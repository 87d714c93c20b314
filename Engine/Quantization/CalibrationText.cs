using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SpecExecNative.Engine.Quantization;

/// <summary>A text as the windows that a model is calibrated on.</summary>
public static class CalibrationText
{
    /// <summary>Cuts windows that are spread evenly over a text; the whole text is one if it is shorter.</summary>
    /// <param name="tokens">The text, without an opening token.</param>
    /// <param name="openingToken">Stands before each window; null: none.</param>
    /// <param name="length">Tokens of a window, the opening one included.</param>
    /// <param name="count">Windows at most; a text that has fewer gives fewer.</param>
    public static IReadOnlyList<int[]> Cut(ReadOnlySpan<int> tokens, int? openingToken, int length, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[] opening = openingToken is { } token ? [token] : [];
        int step = length - opening.Length;
        int whole = tokens.Length / step;
        if (whole == 0)
        {
            return tokens.IsEmpty ? [] : [[.. opening, .. tokens]];
        }

        int[][] windows = new int[Math.Min(whole, count)][];
        for (int i = 0; i < windows.Length; i++)
        {
            int window = (int)((long)i * whole / windows.Length);
            windows[i] = [.. opening, .. tokens.Slice(window * step, step)];
        }

        return windows;
    }

    /// <summary>Tells whether two runs calibrate on the same windows.</summary>
    public static string Sha256(IReadOnlyList<int[]> windows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int[] window in windows)
        {
            hash.AppendData(BitConverter.GetBytes(window.Length));
            hash.AppendData(MemoryMarshal.AsBytes(window.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
