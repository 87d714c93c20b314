using SpecExecNative.Bench.Figures;

namespace SpecExecNative.Bench.Machine;

/// <summary>
/// What a run ran on, as far as the machine says: names to words, in the order to print. What is not known is left out; nothing in it names a
/// folder, a host or a user.
/// </summary>
internal sealed record MachineFacts(IReadOnlyList<Parameter> Values)
{
    public const string DeviceName = "device";

    /// <summary>What computed; null: the file does not say.</summary>
    public string? Device => this[DeviceName];

    /// <summary>The fact of this name; null: not known.</summary>
    public string? this[string name] => Values.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault();
}
