using System.Globalization;
using System.Text.RegularExpressions;

namespace SpecExecNative.Kernels.Cuda;

/// <summary>What a kernel takes of a multiprocessor, as the assembler reports it.</summary>
/// <param name="Registers">Per thread.</param>
/// <param name="SpillBytes">Per thread: values that did not fit into registers, stored and loaded.</param>
/// <param name="StaticSharedBytes">Per block, without the part that is asked for at launch.</param>
public sealed partial record KernelUsage(int Registers, int SpillBytes, int StaticSharedBytes)
{
    /// <summary>Reads the report that <c>--ptxas-options=-v</c> adds to the log.</summary>
    /// <returns>Null: the log has no report.</returns>
    public static KernelUsage? FromLog(string log)
    {
        Match registers = Registered().Match(log);
        if (!registers.Success)
        {
            return null;
        }

        int spills = Spilled().Matches(log).Sum(Number);
        Match shared = Shared().Match(log);
        return new KernelUsage(Number(registers), spills, shared.Success ? Number(shared) : 0);
    }

    private static int Number(Match match) => int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registered();

    [GeneratedRegex(@"(\d+) bytes spill (?:stores|loads)")]
    private static partial Regex Spilled();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();
}
