using SpecExecNative.Cli.Options;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders;

namespace SpecExecNative.Cli;

/// <summary>Which failure gives which <see cref="ExitCode"/>.</summary>
internal static class ExitCodes
{
    /// <summary>One line for each code, for the help text.</summary>
    public static IReadOnlyList<(ExitCode Code, string Description)> Descriptions { get; } =
    [
        (ExitCode.Success, "done; compare: the texts are identical; also if the reader of the output went away"),
        (ExitCode.Unexpected, "unexpected failure, or a file that cannot be read or written"),
        (ExitCode.Usage, "the options or the prompt make no sense"),
        (ExitCode.BadModel, "a model is missing, damaged or not supported"),
        (ExitCode.ModelMismatch, "the draft's vocabulary is not the target's"),
        (ExitCode.OutOfMemory, "the models or the tree do not fit into memory"),
        (ExitCode.TextsDiffer, "compare: the texts differ"),
        (ExitCode.Cancelled, "cancelled (Ctrl+C)"),
    ];

    public static ExitCode Of(Exception failure) => failure switch
    {
        UsageException or PromptException => ExitCode.Usage,
        ModelFormatException or InvalidLogitsException => ExitCode.BadModel,
        ModelMismatchException => ExitCode.ModelMismatch,
        DeviceOutOfMemoryException or OutOfMemoryException => ExitCode.OutOfMemory,
        OperationCanceledException => ExitCode.Cancelled,
        _ when IsClosedPipe(failure) => ExitCode.Success,
        _ => ExitCode.Unexpected,
    };

    /// <summary>The reader of a pipe has gone away (<c>| head</c>): nobody is left to complain to.</summary>
    public static bool IsClosedPipe(Exception failure)
    {
        const int UnixBrokenPipe = 32;
        const int WindowsBrokenPipe = unchecked((int)0x8007006D);
        const int WindowsNoData = unchecked((int)0x800700E8);
        return failure is IOException { HResult: UnixBrokenPipe or WindowsBrokenPipe or WindowsNoData };
    }

    /// <summary>What went wrong, without the wrapping that parallel loops put around it.</summary>
    public static Exception Unwrap(Exception failure)
    {
        while (failure is AggregateException { InnerException: { } inner })
        {
            failure = inner;
        }

        return failure;
    }
}
