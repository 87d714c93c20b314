namespace SpecExecNative.Kernels.Cuda;

/// <summary>NVRTC refused a kernel, or failed. The message ends with the compiler's log.</summary>
public sealed class NvrtcException : Exception
{
    internal NvrtcException(string message, string log, bool isRefusal = false)
        : base(log.Length == 0 ? message : $"{message}\n{log}")
    {
        Log = log;
        IsRefusal = isRefusal;
    }

    /// <summary>True: it has found a mistake in the kernel. False: it does not work itself, e.g. without its builtins library.</summary>
    public bool IsRefusal { get; }

    /// <summary>What the compiler printed; empty where nothing was compiled.</summary>
    public string Log { get; }
}
