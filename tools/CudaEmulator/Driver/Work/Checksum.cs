using System.Numerics;
using System.Runtime.InteropServices;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>A 64-bit checksum that any change of a byte changes with all but certainty; fast, not cryptographic.</summary>
internal static class Checksum
{
    private const ulong Odd = 0x9E3779B97F4A7C15;
    private const int Lanes = 4;

    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        Span<ulong> state = [1, 2, 3, 4];
        int whole = words.Length / Lanes * Lanes;
        for (int i = 0; i < whole; i += Lanes)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                state[lane] = Mix(state[lane], words[i + lane]);
            }
        }

        ulong sum = (ulong)bytes.Length;
        foreach (ulong lane in state)
        {
            sum = Mix(sum, lane);
        }

        foreach (byte rest in bytes[(whole * sizeof(ulong))..])
        {
            sum = Mix(sum, rest);
        }

        return sum;
    }

    // A bijection of the word for each state, so that one changed word cannot be lost in a lane.
    private static ulong Mix(ulong state, ulong word) => BitOperations.RotateLeft((state ^ word) * Odd, 29);
}
