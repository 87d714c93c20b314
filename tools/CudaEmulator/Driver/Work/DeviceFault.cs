using SpecExecNative.CudaEmulator.Driver.Reporting;

namespace SpecExecNative.CudaEmulator.Driver.Work;

/// <summary>Work on the device failed; its context is lost.</summary>
internal sealed class DeviceFault(Finding finding) : Exception(finding.Text)
{
    internal Finding Finding { get; } = finding;
}
