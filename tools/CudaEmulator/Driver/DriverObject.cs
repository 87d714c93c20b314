namespace SpecExecNative.CudaEmulator.Driver;

/// <summary>Something the caller holds by an opaque handle: a context, stream, event, module, function or graph.</summary>
internal abstract class DriverObject(Context? owner)
{
    /// <summary>Set by <see cref="HandleTable.Add"/>; 0 before.</summary>
    internal nint Handle { get; set; }

    /// <summary>The context that dies with all its objects; null for a context itself.</summary>
    internal Context? Owner { get; } = owner;
}
