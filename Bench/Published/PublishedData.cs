using System.Text.Json;

namespace SpecExecNative.Bench.Published;

/// <summary>Figures of others, from <c>published.json</c>, each with its source.</summary>
/// <param name="Schema">Of the file.</param>
/// <param name="Sources">Key → where it comes from.</param>
/// <param name="Runs">The paper's tables.</param>
/// <param name="Others">What any system reaches.</param>
/// <param name="Curves">The paper's figures.</param>
internal sealed record PublishedData(
    string Schema, IReadOnlyDictionary<string, string> Sources, IReadOnlyList<PublishedRun> Runs, IReadOnlyList<PublishedSpeed> Others, IReadOnlyList<PublishedCurve> Curves)
{
    private const string FileName = "published.json";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The file that comes along.</summary>
    public static PublishedData Instance { get; } = Read();

    /// <summary>The fastest that anybody has published of a 70B target on a card; runs with a remark do not count. Null: nobody has.</summary>
    /// <param name="gpu">Name of the card.</param>
    /// <param name="targetBits">Bits of the target's layers.</param>
    public PublishedSpeed? Fastest(string gpu, int targetBits) => Runs
        .Where(r => r.Remark is null && r.Method == "specexec" && r.Target.EndsWith("70b", StringComparison.Ordinal))
        .Select(r => new PublishedSpeed("SpecExec", r.Source, r.Gpu, r.Target, r.TargetBits, r.TokensPerSecond) { Draft = r.Draft, LinkBytesPerSecond = r.LinkBytesPerSecond })
        .Concat(Others)
        .Where(s => s.Gpu == gpu && s.TargetBits == targetBits)
        .MaxBy(s => s.TokensPerSecond);

    private static PublishedData Read()
    {
        using System.IO.Stream stream = typeof(PublishedData).Assembly.GetManifestResourceStream(FileName)!;
        return JsonSerializer.Deserialize<PublishedData>(stream, Form)!;
    }
}
