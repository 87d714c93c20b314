namespace SpecExecNative.Cli.Requests;

/// <summary>Where a model's weights come from.</summary>
internal enum LoadFormat
{
    /// <summary>From its files.</summary>
    Checkpoint,

    /// <summary>From a generator, for timing: 16 bits, or 4 where the configuration says so.</summary>
    Dummy,

    /// <summary>From a generator: the layers' matrices in 4 bits, groups of 128, whatever the configuration says.</summary>
    DummyInt4,
}
