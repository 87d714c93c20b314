using SpecExecNative.Engine.Generation;

namespace SpecExecNative.Cli.Reports;

/// <summary>Why a text ended, as the JSON has it.</summary>
internal static class FinishNames
{
    public static string NameOf(FinishReason? finish) => finish switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        FinishReason.Context => "context",
        null => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(finish), finish, "unknown reason"),
    };
}
