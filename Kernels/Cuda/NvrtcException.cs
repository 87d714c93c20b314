namespace SpecExecNative.Kernels.Cuda;

/// <summary>NVRTC refused a kernel, or failed. The message ends with the compiler's log.</summary>
public sealed class NvrtcException : Exception
{
    internal NvrtcException(string message, string log)
        : base(log.Length == 0 ? message : $"{message}\n{log}")
    {
        Log = log;
    }

    /// <summary>What the compiler printed; empty where nothing was compiled.</summary>
    public string Log { get; }
}
