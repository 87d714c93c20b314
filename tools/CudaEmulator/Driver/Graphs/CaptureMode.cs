namespace SpecExecNative.CudaEmulator.Driver.Graphs;

/// <summary>CUstreamCaptureMode: which calls that might synchronise are refused during a capture.</summary>
internal enum CaptureMode
{
    /// <summary>Those of every thread.</summary>
    Global = 0,

    /// <summary>Those of the capturing thread.</summary>
    ThreadLocal = 1,

    /// <summary>None.</summary>
    Relaxed = 2,
}
