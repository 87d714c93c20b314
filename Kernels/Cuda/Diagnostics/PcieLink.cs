namespace SpecExecNative.Kernels.Cuda.Diagnostics;

/// <summary>A PCI Express connection. An idle card lowers the generation to save power, never the width.</summary>
/// <param name="Generation">Now, 1 … 6.</param>
/// <param name="Lanes">Now.</param>
/// <param name="MaxGeneration">What card and slot can do together.</param>
/// <param name="MaxLanes">What the card has.</param>
public sealed record PcieLink(int Generation, int Lanes, int MaxGeneration, int MaxLanes)
{
    /// <summary>What the link carries at most in one direction, after line coding and before packet overhead.</summary>
    /// <remarks>Source: PCI Express base specification: 2.5, 5, 8, 16, 32 and 64 GT/s; 8b/10b coding in the first two generations, 128b/130b after them.</remarks>
    public static double BytesPerSecond(int generation, int lanes)
    {
        double transfers = generation switch
        {
            1 => 2.5e9 * 8 / 10,
            2 => 5e9 * 8 / 10,
            _ => 8e9 * Math.Pow(2, generation - 3) * 128 / 130,
        };
        return transfers / 8 * lanes;
    }

    /// <summary>The generation that runs at this speed in GT/s; 0: none.</summary>
    public static int GenerationOf(double gigatransfers) => gigatransfers switch
    {
        2.5 => 1,
        5 => 2,
        8 => 3,
        16 => 4,
        32 => 5,
        64 => 6,
        _ => 0,
    };
}
