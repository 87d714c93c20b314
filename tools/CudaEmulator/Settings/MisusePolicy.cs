namespace SpecExecNative.CudaEmulator.Settings;

/// <summary>What a finding about the caller's own use of the driver does besides being listed in the report.</summary>
internal enum MisusePolicy
{
    /// <summary>The context is lost with CUDA_ERROR_LAUNCH_FAILED, whose error string is the finding.</summary>
    Error,

    /// <summary>Nothing.</summary>
    Report,
}
