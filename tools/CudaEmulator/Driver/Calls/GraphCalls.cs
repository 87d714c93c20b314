using SpecExecNative.CudaEmulator.Driver.Graphs;
using SpecExecNative.CudaEmulator.Driver.Streams;

namespace SpecExecNative.CudaEmulator.Driver.Calls;

/// <summary>cuGraph*.</summary>
internal static class GraphCalls
{
    // CUDA_GRAPH_INSTANTIATE_FLAG_*: auto-free, upload, device launch (not emulated), node priority.
    private const ulong KnownFlags = 1 | 2 | 8;

    internal static nint Instantiate(DriverState driver, nint graph, ulong flags)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            CudaFailure.ThrowIf((flags & ~KnownFlags) != 0, CudaResult.InvalidValue);
            return driver.Handles.Add(new GraphExec(context, driver.Handles.Get<Graph>(graph).Nodes));
        }
    }

    internal static int CountNodes(DriverState driver, nint graph)
    {
        lock (driver.Gate)
        {
            driver.Current();
            return driver.Handles.Get<Graph>(graph).Nodes.Count;
        }
    }

    /// <summary>Only prepares: there is nothing to prepare here.</summary>
    internal static void Upload(DriverState driver, nint exec, nint stream)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            driver.Handles.Get<GraphExec>(exec);
            StreamCalls.Find(driver, context, stream);
        }
    }

    internal static void Launch(DriverState driver, nint exec, nint stream)
    {
        lock (driver.Gate)
        {
            Context context = driver.Current();
            GraphExec graph = driver.Handles.Get<GraphExec>(exec);
            CudaStream queue = StreamCalls.Find(driver, context, stream);
            CudaFailure.ThrowIf(queue.Capture is not null, CudaResult.StreamCaptureUnsupported);
            graph.Launch(queue);
            driver.Record.CountWork("graph launch", 0);
        }
    }

    internal static void DestroyExec(DriverState driver, nint exec)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            GraphExec graph = driver.Handles.Get<GraphExec>(exec);
            driver.Handles.Remove(graph);
            graph.ReturnChains();
            context.ThrowIfLost();
        }
    }

    internal static void Destroy(DriverState driver, nint graph)
    {
        lock (driver.Gate)
        {
            Context context = driver.CurrentEvenIfLost();
            driver.Handles.Remove(driver.Handles.Get<Graph>(graph));
            context.ThrowIfLost();
        }
    }
}
