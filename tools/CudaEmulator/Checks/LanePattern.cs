using System.Runtime.InteropServices;

namespace SpecExecNative.CudaEmulator.Checks;

/// <summary>Tables that say, for the granules of consecutive accesses of consecutive lanes, which lane touches which:
/// so that a whole run is stamped with vector stores. A granule is two bytes.</summary>
internal static unsafe class LanePattern
{
    public const int GranuleShift = 1;
    private static readonly uint*[] Lanes = Build(lane => (uint)lane);
    private static readonly uint*[] Bits = Build(lane => 1u << lane);

    /// <summary>Lane of each granule, where every lane touches so many bytes.</summary>
    public static uint* LaneOf(int bytes, int firstLane) => At(Lanes, bytes, firstLane);

    /// <summary>The same as a bit.</summary>
    public static uint* BitOf(int bytes, int firstLane) => At(Bits, bytes, firstLane);

    private static uint* At(uint*[] tables, int bytes, int firstLane) =>
        tables[int.Log2(bytes)] + (firstLane * (bytes >> GranuleShift));

    // Tables for 2, 4, 8, 16 bytes a lane, at index 1 to 4.
    private static uint*[] Build(Func<int, uint> value)
    {
        var tables = new uint*[5];
        for (int size = 1; size < tables.Length; size++)
        {
            int granules = 1 << (size - GranuleShift);
            tables[size] = (uint*)NativeMemory.AlignedAlloc((nuint)(32 * granules * sizeof(uint)), 64);
            for (int k = 0; k < 32 * granules; k++)
            {
                tables[size][k] = value(k / granules);
            }
        }

        return tables;
    }
}
