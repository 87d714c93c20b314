namespace SpecExecNative.Cli.Options;

/// <summary>Forms in which a tree can be drawn.</summary>
internal enum TreeForm
{
    Text,
    Dot,
    Svg,
}
