using SpecExecNative.Engine.Transformers;
using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Where the device's memory goes.</summary>
/// <param name="Residency">What follows for the layers.</param>
/// <param name="RoomBytes">What may be taken; null: the device does not say, or there is no end to it.</param>
/// <param name="LayerBytes">Weights of one layer.</param>
/// <param name="OuterBytes">Embedding, output head and final norm.</param>
/// <param name="Passes">What passes need, the draft's cache included.</param>
/// <param name="ReserveBytes">Left free for what nobody counts: kernels' own scratch memory, the driver, the desktop.</param>
public sealed record MemoryPlan(
    ResidencyPlan Residency, long? RoomBytes, long LayerBytes, long OuterBytes, PassMemory Passes, long ReserveBytes)
{
    /// <summary>Layers that a ring should hold where there is one.</summary>
    public int RingSlots { get; init; } = ResidencyPlan.DefaultSlots;

    /// <summary>Of the layers that stay.</summary>
    public long ResidentBytes => Residency.ResidentLayers * LayerBytes;

    /// <summary>Of the ring.</summary>
    public long RingBytes => Residency.Slots * LayerBytes;

    /// <summary>Makes the plan for a target, all else (the draft) being loaded already.</summary>
    /// <param name="target">The model.</param>
    /// <param name="device">Where it is to run.</param>
    /// <param name="passes">What its passes and the draft's cache will need.</param>
    /// <param name="request">The user's wishes.</param>
    /// <param name="takenBytes">What this program has of the device's memory already; counts against a budget.</param>
    /// <exception cref="Loaders.ModelFormatException">A tensor is missing or wrong.</exception>
    /// <exception cref="OptionException">A wish makes no sense.</exception>
    /// <exception cref="DeviceOutOfMemoryException">Not even one layer fits beside what passes need.</exception>
    public static MemoryPlan For(WeightCatalog target, ComputeDevice device, PassMemory passes, ResidencyRequest request, long takenBytes)
    {
        request.Validate();
        int layers = target.Config.Layers;
        long layer = new LayerBlob(device, target, 0).Bytes;
        long outer = ModelWeights.OuterBytes(target, device);
        long? room = device.FreeBytes;
        if (request.BudgetBytes is { } budget)
        {
            room = Math.Min(room ?? long.MaxValue, Math.Max(0, budget - takenBytes));
        }

        long reserve = (room ?? 0) / 32;
        ResidencyPlan? residency = request.ResidentLayers is { } count ? new ResidencyPlan(layers, Math.Min(count, layers), request.Slots)
            : room is null ? ResidencyPlan.All(layers)
            : ResidencyPlan.Fit(layers, layer, room.Value - outer - passes.CacheBytes - passes.WorkBytes - reserve, request.Slots);
        return residency is null
            ? throw new DeviceOutOfMemoryException(device.Name, $"one layer of {target.Name} beside embedding and output head ({outer:N0}), cache ({passes.CacheBytes:N0}) and activations ({passes.WorkBytes:N0}); {room:N0} are there. A shorter context or a smaller draft leaves more", layer)
            : new MemoryPlan(residency with { CopiesAhead = request.CopiesAhead }, room, layer, outer, passes, reserve) { RingSlots = request.Slots };
    }

    /// <summary>The same with fewer layers on the device, for when it turned out too bold; null: it cannot be any smaller.</summary>
    public MemoryPlan? Smaller()
    {
        int held = Residency.ResidentLayers + Residency.Slots;
        int fewer = held - Math.Max(1, Residency.Layers / 16);
        return ResidencyPlan.Fit(Residency.Layers, 1, fewer, RingSlots) is { } residency
            ? this with { Residency = residency with { CopiesAhead = Residency.CopiesAhead } }
            : null;
    }
}
