namespace SpecExecNative.Bench;

/// <summary>How a subcommand ends; a promise to scripts.</summary>
internal static class BenchExitCode
{
    public const int Success = 0;

    /// <summary>A case failed, or a merged report is not complete.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file that it names, makes no sense.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl+C or SIGTERM, as shells have it (128 + SIGINT).</summary>
    public const int Interrupted = 130;
}
