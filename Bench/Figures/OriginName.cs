namespace SpecExecNative.Bench.Figures;

/// <summary>The word that files and tables use for an <see cref="Origin"/>.</summary>
internal static class OriginName
{
    private static readonly string[] Names = ["measured", "simulated", "published"];

    public static IReadOnlyList<string> All => Names;

    public static string Of(Origin origin) => Names[(int)origin];

    /// <returns>Null: no such word.</returns>
    public static Origin? Parse(string name) => Array.IndexOf(Names, name) is var index and >= 0 ? (Origin)index : null;
}
