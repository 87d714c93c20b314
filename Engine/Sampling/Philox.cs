namespace SpecExecNative.Engine.Sampling;

/// <summary>
/// Philox 4×32-10, a counter-based random generator (Salmon et al. 2011): the draw for a position of the text is a pure
/// function of seed and position. So it does not matter in which pass, or after how many draws, a position is reached.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>A uniform draw from [0, 1) with 53 bits.</summary>
    /// <param name="seed">Key.</param>
    /// <param name="position">Counter: absolute position in the sequence.</param>
    public static double Uniform(ulong seed, long position) => Uniform(seed, position, DrawPurpose.Token, 0, 0);

    /// <summary>One of many draws that belong to a position; <see cref="DrawPurpose.Token"/>'s first is <see cref="Uniform(ulong, long)"/>.</summary>
    /// <param name="seed">Key.</param>
    /// <param name="position">Absolute position in the sequence.</param>
    /// <param name="purpose">What is decided.</param>
    /// <param name="index">Which of several, 0 or more.</param>
    /// <param name="step">Step of that one, 0 … 2^24 − 1.</param>
    internal static double Uniform(ulong seed, long position, DrawPurpose purpose, int index, int step)
    {
        const int PurposeBits = 8;
        uint which = ((uint)step << PurposeBits) | (uint)purpose;
        (uint a, uint b, _, _) = Block((uint)position, (uint)(position >> 32), which, (uint)index, (uint)seed, (uint)(seed >> 32));
        ulong bits = ((ulong)b << 32) | a;
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>One block of four words for a 128-bit counter and a 64-bit key.</summary>
    public static (uint R0, uint R1, uint R2, uint R3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }
}
