using System.Runtime.InteropServices;
using SpecExecNative.CudaEmulator.Driver;
using SpecExecNative.CudaEmulator.Driver.Calls;

namespace SpecExecNative.CudaEmulator.Exports;

/// <summary>Graphs.</summary>
internal static unsafe class GraphExports
{
    [UnmanagedCallersOnly(EntryPoint = "cuGraphInstantiateWithFlags")]
    internal static int GraphInstantiate(nint* exec, nint graph, ulong flags) => Entry.Call("cuGraphInstantiateWithFlags", driver =>
    {
        CudaFailure.ThrowIf(exec is null, CudaResult.InvalidValue);
        *exec = GraphCalls.Instantiate(driver, graph, flags);
    });

    /// <summary>Only counts: the emulator gives no handles to nodes.</summary>
    [UnmanagedCallersOnly(EntryPoint = "cuGraphGetNodes")]
    internal static int GraphGetNodes(nint graph, nint* nodes, nuint* count) => Entry.Call("cuGraphGetNodes", driver =>
    {
        CudaFailure.ThrowIf(count is null, CudaResult.InvalidValue);
        CudaFailure.ThrowIf(nodes is not null, CudaResult.NotSupported);
        *count = (nuint)GraphCalls.CountNodes(driver, graph);
    });

    [UnmanagedCallersOnly(EntryPoint = "cuGraphUpload")]
    internal static int GraphUpload(nint exec, nint stream) =>
        Entry.Call("cuGraphUpload", driver => GraphCalls.Upload(driver, exec, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphLaunch")]
    internal static int GraphLaunch(nint exec, nint stream) =>
        Entry.Call("cuGraphLaunch", driver => GraphCalls.Launch(driver, exec, stream));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphExecDestroy")]
    internal static int GraphExecDestroy(nint exec) => Entry.Release("cuGraphExecDestroy", driver => GraphCalls.DestroyExec(driver, exec));

    [UnmanagedCallersOnly(EntryPoint = "cuGraphDestroy")]
    internal static int GraphDestroy(nint graph) => Entry.Release("cuGraphDestroy", driver => GraphCalls.Destroy(driver, graph));
}
