using SpecExecNative.Kernels;

namespace SpecExecNative.Engine.Offload;

/// <summary>Where streamed layers wait, and where packed ones are kept.</summary>
public sealed record StorageOptions
{
    /// <summary>Of main memory, what may hold layers where nothing else is said.</summary>
    public const double MemoryShare = 0.8;

    /// <summary>Pinned memory through which layers come that are not pinned themselves.</summary>
    public const long RingBytes = StagedFeed.RingBytes;

    /// <summary>Where they wait.</summary>
    public WeightPlace Place { get; init; } = WeightPlace.Ram;

    /// <summary>Folder of packed layers; it need not exist.</summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "specexec-packed");

    /// <summary>Layers are packed to a file there even if they wait elsewhere: the next start reads it and packs nothing.</summary>
    public bool KeepsPacked { get; init; }

    /// <summary>
    /// Main memory that may be pinned to hold layers, in bytes; null: until the system refuses. To bring the others, one layer's worth and a small
    /// ring are pinned beside it.
    /// </summary>
    public long? PinnedBytes { get; init; }

    /// <summary>Copies to the device are held back to this rate, in bytes per second, as if its link were slower; null: they are not.</summary>
    public double? LinkLimit { get; init; }

    /// <summary>Main memory that may hold layers, in bytes; null: four fifths of what there is.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The place that <see cref="WeightPlace.Auto"/> comes to.</summary>
    /// <param name="streamedBytes">Of all streamed layers.</param>
    public WeightPlace Resolve(long streamedBytes)
    {
        long room = MemoryBytes ?? (long)(MemoryShare * MainMemory.TotalBytes);
        return Place != WeightPlace.Auto ? Place : streamedBytes > room ? WeightPlace.Disk : WeightPlace.Ram;
    }
}
