using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SpecExecNative.Kernels.Cuda.Interop;

/// <summary>The one way from a result to an exception.</summary>
internal static class CudaResultExtensions
{
    /// <summary>Nothing for <see cref="CudaResult.Success"/>.</summary>
    /// <param name="result">What the driver answered.</param>
    /// <param name="call">Filled in by the compiler: the call's source text, whose name goes into the message.</param>
    /// <exception cref="DeviceLostException">The card or its context is gone; nothing will work until the process starts anew.</exception>
    /// <exception cref="CudaException">Any other failure.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ThrowOnError(this CudaResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CudaResult.Success)
        {
            Throw(result, NameOf(call));
        }
    }

    /// <summary>The exception that <see cref="ThrowOnError"/> would throw.</summary>
    public static CudaException ToException(this CudaResult result, string call)
    {
        (string name, string meaning) = Describe(result);
        return result.IsLoss() ? new DeviceLostException(call, (int)result, name, meaning) : new CudaException(call, (int)result, name, meaning);
    }

    /// <summary>Whether the context can do nothing any more: every further call gives the same answer.</summary>
    public static bool IsLoss(this CudaResult result) => result
        is CudaResult.Deinitialized or CudaResult.EccUncorrectable or CudaResult.NvlinkUncorrectable
        or CudaResult.LaunchTimeout or CudaResult.ContextIsDestroyed or CudaResult.Assert
        or CudaResult.IllegalAddress or CudaResult.HardwareStackError or CudaResult.IllegalInstruction
        or CudaResult.MisalignedAddress or CudaResult.InvalidAddressSpace or CudaResult.InvalidProgramCounter
        or CudaResult.LaunchFailed or CudaResult.Unknown;

    private static void Throw(CudaResult result, string call) => throw result.ToException(call);

    private static unsafe (string Name, string Meaning) Describe(CudaResult result)
    {
        string name = CudaDriver.cuGetErrorName(result, out byte* n) == CudaResult.Success && n is not null
            ? Marshal.PtrToStringUTF8((nint)n)!
            : $"CUDA error {(int)result}";
        string meaning = CudaDriver.cuGetErrorString(result, out byte* m) == CudaResult.Success && m is not null
            ? Marshal.PtrToStringUTF8((nint)m)!
            : "the driver has no words for it";
        return (name, meaning);
    }

    /// <summary><c>CudaDriver.cuMemFree_v2(pointer)</c> → <c>cuMemFree_v2</c>.</summary>
    private static string NameOf(string call)
    {
        int end = call.IndexOf('(');
        string path = end < 0 ? call : call[..end];
        return path[(path.LastIndexOf('.') + 1)..].Trim();
    }
}
