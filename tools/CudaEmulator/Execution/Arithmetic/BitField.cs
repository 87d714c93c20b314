namespace SpecExecNative.CudaEmulator.Execution.Arithmetic;

/// <summary>bfe and bfi (PTX ISA); positions and lengths are taken modulo 256 and clamp at the width.</summary>
internal static class BitField
{
    public static ulong Extract(ulong a, uint position, uint length, int width, bool signed)
    {
        int start = (int)(position & 0xFF);
        int count = (int)(length & 0xFF);
        if (count == 0)
        {
            return 0;
        }

        ulong sign = signed ? (a >> Math.Min(start + count - 1, width - 1)) & 1 : 0;
        count = Math.Min(count, Math.Max(0, width - start));
        ulong mask = count == 64 ? ulong.MaxValue : (1ul << count) - 1;
        ulong field = count == 0 ? 0 : (a >> start) & mask;
        ulong result = sign == 0 ? field : field | ~mask;
        return width == 64 ? result : (uint)result;
    }

    public static ulong Insert(ulong field, ulong into, uint position, uint length, int width)
    {
        int start = (int)(position & 0xFF);
        int count = (int)Math.Min(length & 0xFF, (uint)Math.Max(0, width - start));
        if (count == 0)
        {
            return into;
        }

        ulong mask = (count == 64 ? ulong.MaxValue : (1ul << count) - 1) << start;
        return (into & ~mask) | ((field << start) & mask);
    }
}
