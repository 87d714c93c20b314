namespace SpecExecNative.Engine.Offload;

/// <summary>
/// Which layers stay in the device's memory and which are streamed into it in every pass. Streamed ones are spread evenly among the
/// resident, so that the link works all the time and not in bursts.
/// </summary>
public sealed record ResidencyPlan
{
    /// <summary>Layers whose copies may run ahead of the computation, where nothing else is asked for.</summary>
    public const int DefaultSlots = 2;

    /// <param name="layers">Of the model.</param>
    /// <param name="residentLayers">From 0 to all.</param>
    /// <param name="slots">Layers that the ring holds; without effect where all layers are resident.</param>
    public ResidencyPlan(int layers, int residentLayers, int slots = DefaultSlots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(residentLayers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(residentLayers, layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        Layers = layers;
        StreamedLayers = layers - residentLayers;
        Slots = Math.Min(slots, StreamedLayers);
        if (Slots == StreamedLayers)
        {
            // A ring that holds all of them streams nothing: they are resident.
            (StreamedLayers, Slots) = (0, 0);
        }
    }

    /// <summary>L.</summary>
    public int Layers { get; }

    /// <summary>Layers that cross the link in every pass.</summary>
    public int StreamedLayers { get; }

    /// <summary>Layers that stay.</summary>
    public int ResidentLayers => Layers - StreamedLayers;

    /// <summary>Layers that the ring holds; 0: nothing streams.</summary>
    public int Slots { get; }

    /// <summary>Copies of the next pass begin while this one ends, and go on through draft and walk. Off: for comparison only.</summary>
    public bool CopiesAhead { get; init; } = true;

    /// <summary>Everything in the device's memory.</summary>
    public static ResidencyPlan All(int layers) => new(layers, layers);

    /// <summary>
    /// The most that fits: every layer, or a ring and as many resident layers as there is room for beside it. A ring gives up slots before
    /// it gives up altogether.
    /// </summary>
    /// <param name="layers">Of the model.</param>
    /// <param name="layerBytes">Of one layer's weights.</param>
    /// <param name="roomBytes">For layers, after all else has been taken off.</param>
    /// <param name="slots">Layers that the ring should hold.</param>
    /// <returns>Null: not even a ring of one layer fits.</returns>
    public static ResidencyPlan? Fit(int layers, long layerBytes, long roomBytes, int slots = DefaultSlots)
    {
        long fitting = Math.Max(0, roomBytes) / layerBytes;
        if (fitting >= layers)
        {
            return All(layers);
        }

        int ring = (int)Math.Min(slots, fitting);
        return ring == 0 ? null : new ResidencyPlan(layers, (int)fitting - ring, ring);
    }

    /// <summary>The layer is streamed.</summary>
    public bool IsStreamed(int layer) => (layer + 1L) * StreamedLayers / Layers > (long)layer * StreamedLayers / Layers;
}
