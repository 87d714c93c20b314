namespace SpecExecNative.TrainPair.Pipeline;

/// <summary>One step on the way from the Debian package to the pair.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="After">The stage whose result it builds on; null for the first.</param>
/// <param name="OwnSettings">What its result depends on, besides the stages before it.</param>
/// <param name="Run">Makes the result.</param>
internal sealed record Stage(string Name, Stage? After, string OwnSettings, Action<CancellationToken> Run)
{
    /// <summary>The settings of all stages up to this one: equal settings give an equal result.</summary>
    public string Settings => $"{After?.Settings}{Name}: {OwnSettings}\n";

    /// <summary>Whether this stage is, or builds on, the other one.</summary>
    public bool RestsOn(Stage other)
    {
        return Name == other.Name || (After is not null && After.RestsOn(other));
    }
}
