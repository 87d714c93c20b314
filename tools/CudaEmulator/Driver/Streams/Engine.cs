namespace SpecExecNative.CudaEmulator.Driver.Streams;

/// <summary>The part of the device that does a piece of work; each does one piece at a time, beside the others.</summary>
internal enum Engine
{
    Compute,
    Upload,
    Download,
}
