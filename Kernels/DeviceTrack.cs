namespace SpecExecNative.Kernels;

/// <summary>What worked: a row of a timeline.</summary>
public enum DeviceTrack
{
    /// <summary>The program itself.</summary>
    Host,

    /// <summary>The engine that copies to the device.</summary>
    CopyToDevice,

    /// <summary>The engine that copies to the host.</summary>
    CopyToHost,

    /// <summary>The engine that computes.</summary>
    Compute,
}
