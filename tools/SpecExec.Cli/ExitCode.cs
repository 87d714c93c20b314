namespace SpecExecNative.Cli;

/// <summary>How the command ends. The numbers are a promise to scripts; <see cref="ExitCodes.Descriptions"/> tells them to people.</summary>
public enum ExitCode
{
    /// <summary>Done; for <c>compare</c>: the texts are identical.</summary>
    Success = 0,

    /// <summary>Something that should not happen, or a file that cannot be written.</summary>
    Unexpected = 1,

    /// <summary>The command line or the prompt makes no sense.</summary>
    Usage = 2,

    /// <summary>A model is missing, damaged or not supported.</summary>
    BadModel = 3,

    /// <summary>The draft does not have the target's vocabulary.</summary>
    ModelMismatch = 4,

    /// <summary>The models, or a tree of that size, do not fit into memory.</summary>
    OutOfMemory = 5,

    /// <summary><c>compare</c>: the texts differ.</summary>
    TextsDiffer = 6,

    /// <summary><c>--device cuda</c>: there is no card that can be used, or it stopped working.</summary>
    DeviceUnavailable = 7,

    /// <summary>Ctrl+C or a request to terminate, as shells have it (128 + SIGINT).</summary>
    Cancelled = 130,
}
