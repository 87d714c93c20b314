using SpecExecNative.Cli.Doctor;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Requests;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Engine.Offload;
using SpecExecNative.Kernels;

namespace SpecExecNative.Cli.Models;

/// <summary>
/// How much may be pinned, where a system grants only a part of its memory and a refusal can spoil what is pinned later (Windows, WSL): asked
/// beforehand, by a process of its own.
/// </summary>
internal static class PinnedAllowance
{
    /// <summary>The storage options, with a limit if the system has one.</summary>
    public static async Task<StorageOptions> ApplyAsync(
        ModelRequest request, ComputeDevice device, MemoryPlan plan, CommandContext context, CancellationToken cancellation)
    {
        StorageOptions storage = request.Storage;
        long layers = plan.Residency.StreamedLayers * plan.LayerBytes;
        if (layers == 0 || storage.PinnedBytes is not null || !context.Host.Cuda.RationsPinnedMemory || !device.PinnedMemoryIsScarce || storage.Resolve(layers) == WeightPlace.Disk)
        {
            return storage;
        }

        context.Notices.Detail($"asking what the system pins, up to {Quantity.Bytes(layers)}");
        PinnedGrant grant = await context.Host.Cuda.ProbePinnedMemory(context.Host.FindCard(request.Device.Ordinal), layers, cancellation).ConfigureAwait(false);
        if (grant.GrantedBytes >= layers)
        {
            return storage;
        }

        context.Notices.Say(
            $"the system pins {Quantity.Bytes(grant.GrantedBytes)} of system RAM (not VRAM); the streamed layers take {Quantity.Bytes(layers)} ({grant.Refusal}). specexec doctor says what helps; --pinned-limit overrides");
        return storage with { PinnedBytes = Math.Max(0, grant.GrantedBytes - StorageOptions.RingBytes - plan.LayerBytes) };
    }
}
