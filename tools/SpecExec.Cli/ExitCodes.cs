using SpecExecNative.Cli.Options;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Evaluation;
using SpecExecNative.Engine.Generation;
using SpecExecNative.Engine.Sampling;
using SpecExecNative.Kernels;
using SpecExecNative.Kernels.Cuda;
using SpecExecNative.Loaders;
using SpecExecNative.Loaders.Quantization.Writing;

namespace SpecExecNative.Cli;

/// <summary>Which failure gives which <see cref="ExitCode"/>.</summary>
internal static class ExitCodes
{
    /// <summary>One line for each code, for the help text.</summary>
    public static IReadOnlyList<(ExitCode Code, string Description)> Descriptions { get; } =
    [
        (ExitCode.Success, "done; compare: the texts are identical; generate and tree: also if the reader of the output went away"),
        (ExitCode.Unexpected, "unexpected failure, or a file that cannot be read or written"),
        (ExitCode.Usage, "the options, the prompt or the text make no sense, or the directory to write holds something else"),
        (ExitCode.BadModel, "a model is missing, damaged or not supported"),
        (ExitCode.ModelMismatch, "the draft's or the reference's vocabulary is not the model's"),
        (ExitCode.OutOfMemory, "the models or the tree do not fit into memory"),
        (ExitCode.TextsDiffer, "compare: the texts differ"),
        (ExitCode.DeviceUnavailable, "no card that can be used, or it stopped working; doctor: something is in the way of computing on a card; kernels: NVIDIA's compiler is missing or refuses a kernel"),
        (ExitCode.Cancelled, "cancelled (Ctrl+C)"),
    ];

    public static ExitCode Of(Exception failure) => failure switch
    {
        UsageException or PromptException or EvaluationTextException or OutputDirectoryException => ExitCode.Usage,
        ModelFormatException or InvalidLogitsException or WeightOverflowException => ExitCode.BadModel,
        ModelMismatchException => ExitCode.ModelMismatch,
        DeviceOutOfMemoryException or OutOfMemoryException => ExitCode.OutOfMemory,
        CudaUnavailableException or CudaException or NvrtcException => ExitCode.DeviceUnavailable,
        OperationCanceledException => ExitCode.Cancelled,
        _ when ClosedPipe.IsCauseOf(failure) => ExitCode.Success,
        _ => ExitCode.Unexpected,
    };

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
