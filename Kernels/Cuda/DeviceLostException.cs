namespace SpecExecNative.Kernels.Cuda;

/// <summary>
/// The card, or this process's context on it, is gone: a kernel fault, a memory error, a driver reset. Everything that was
/// on it is lost; a new process can start again.
/// </summary>
public sealed class DeviceLostException : CudaException
{
    internal DeviceLostException(string call, int code, string name, string meaning)
        : base(call, code, name, meaning)
    {
    }
}
