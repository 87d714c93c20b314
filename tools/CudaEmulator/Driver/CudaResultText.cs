using System.Collections.Frozen;

namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>Name and meaning of each status code, as cuGetErrorName and cuGetErrorString give them.</summary>
internal static class CudaResultText
{
    private static readonly FrozenDictionary<CudaResult, (string Name, string Meaning)> Table =
        new Dictionary<CudaResult, (string, string)>
        {
            [CudaResult.Success] = ("CUDA_SUCCESS", "no error"),
            [CudaResult.InvalidValue] = ("CUDA_ERROR_INVALID_VALUE", "invalid argument"),
            [CudaResult.OutOfMemory] = ("CUDA_ERROR_OUT_OF_MEMORY", "out of memory"),
            [CudaResult.NotInitialized] = ("CUDA_ERROR_NOT_INITIALIZED", "initialization error"),
            [CudaResult.Deinitialized] = ("CUDA_ERROR_DEINITIALIZED", "driver shutting down"),
            [CudaResult.DeviceUnavailable] = ("CUDA_ERROR_DEVICE_UNAVAILABLE", "device is busy or unavailable"),
            [CudaResult.NoDevice] = ("CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"),
            [CudaResult.InvalidDevice] = ("CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"),
            [CudaResult.InvalidImage] = ("CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"),
            [CudaResult.InvalidContext] = ("CUDA_ERROR_INVALID_CONTEXT", "invalid device context"),
            [CudaResult.NoBinaryForGpu] = ("CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"),
            [CudaResult.EccUncorrectable] = ("CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"),
            [CudaResult.InvalidPtx] = ("CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"),
            [CudaResult.UnsupportedPtxVersion] = ("CUDA_ERROR_UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain"),
            [CudaResult.OperatingSystem] = ("CUDA_ERROR_OPERATING_SYSTEM", "OS call failed or operation not supported on this OS"),
            [CudaResult.InvalidHandle] = ("CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"),
            [CudaResult.IllegalState] = ("CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed in the present state"),
            [CudaResult.NotFound] = ("CUDA_ERROR_NOT_FOUND", "named symbol not found"),
            [CudaResult.NotReady] = ("CUDA_ERROR_NOT_READY", "device not ready"),
            [CudaResult.IllegalAddress] = ("CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"),
            [CudaResult.LaunchOutOfResources] = ("CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"),
            [CudaResult.LaunchTimeout] = ("CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"),
            [CudaResult.PrimaryContextActive] = ("CUDA_ERROR_PRIMARY_CONTEXT_ACTIVE", "cannot set while device is active in this process"),
            [CudaResult.ContextIsDestroyed] = ("CUDA_ERROR_CONTEXT_IS_DESTROYED", "context is destroyed"),
            [CudaResult.HostMemoryAlreadyRegistered] = ("CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED", "part or all of the requested memory range is already mapped"),
            [CudaResult.HostMemoryNotRegistered] = ("CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED", "pointer does not correspond to a registered memory region"),
            [CudaResult.IllegalInstruction] = ("CUDA_ERROR_ILLEGAL_INSTRUCTION", "an illegal instruction was encountered"),
            [CudaResult.MisalignedAddress] = ("CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"),
            [CudaResult.InvalidAddressSpace] = ("CUDA_ERROR_INVALID_ADDRESS_SPACE", "operation not supported on global/shared address space"),
            [CudaResult.LaunchFailed] = ("CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"),
            [CudaResult.NotPermitted] = ("CUDA_ERROR_NOT_PERMITTED", "operation not permitted"),
            [CudaResult.NotSupported] = ("CUDA_ERROR_NOT_SUPPORTED", "operation not supported"),
            [CudaResult.SystemNotReady] = ("CUDA_ERROR_SYSTEM_NOT_READY", "system not yet initialized"),
            [CudaResult.SystemDriverMismatch] = ("CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "system has unsupported display driver / cuda driver combination"),
            [CudaResult.StreamCaptureUnsupported] = ("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"),
            [CudaResult.StreamCaptureInvalidated] = ("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture"),
            [CudaResult.StreamCaptureMerge] = ("CUDA_ERROR_STREAM_CAPTURE_MERGE", "operation would result in a merge of separate capture sequences"),
            [CudaResult.StreamCaptureUnmatched] = ("CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "capture was not ended in the same stream as it began"),
            [CudaResult.StreamCaptureUnjoined] = ("CUDA_ERROR_STREAM_CAPTURE_UNJOINED", "capturing stream has unjoined work"),
            [CudaResult.StreamCaptureIsolation] = ("CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "dependency created on uncaptured work in another stream"),
            [CudaResult.StreamCaptureImplicit] = ("CUDA_ERROR_STREAM_CAPTURE_IMPLICIT", "operation would make the legacy stream depend on a capturing blocking stream"),
            [CudaResult.CapturedEvent] = ("CUDA_ERROR_CAPTURED_EVENT", "operation not permitted on an event last recorded in a capturing stream"),
            [CudaResult.StreamCaptureWrongThread] = ("CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD", "attempt to terminate a thread-local capture sequence from another thread"),
            [CudaResult.Unknown] = ("CUDA_ERROR_UNKNOWN", "unknown error"),
        }.ToFrozenDictionary();

    /// <returns>False for a code that the driver does not know.</returns>
    internal static bool TryGet(CudaResult result, out string name, out string meaning)
    {
        bool known = Table.TryGetValue(result, out var entry);
        (name, meaning) = entry;
        return known;
    }
}
