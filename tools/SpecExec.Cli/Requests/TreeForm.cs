namespace SpecExecNative.Cli.Requests;

/// <summary>Forms in which a tree can be drawn.</summary>
internal enum TreeForm
{
    Text,
    Dot,
    Svg,
}
