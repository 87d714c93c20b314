using System.Text.Json;
using System.Text.Json.Serialization;

namespace SpecExecNative.Bench.Documents;

/// <summary>What a document wants to show of a report: the JSON behind <c>&lt;!-- table</c>.</summary>
/// <param name="File">The report, relative to the document.</param>
/// <param name="Table">Which of its tables.</param>
/// <param name="Rows">Parameters that name a row; report rows that have the same ones become one, with a median and a range.</param>
/// <param name="Figures">Figures to show, or their ratio to a reference: <c>speed ÷ cuBLAS peak</c>.</param>
internal sealed record TableRequest(string File, string Table, IReadOnlyList<string> Rows, IReadOnlyList<string> Figures)
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>A parameter whose values become columns; then there is one figure. Null: figures are the columns.</summary>
    public string? Columns { get; init; }

    /// <summary>A figure that is printed behind another with ±; null: none.</summary>
    public string? Error { get; init; }

    /// <summary>Only rows with these parameters; behind a name, ! wants another value.</summary>
    public IReadOnlyDictionary<string, string> Where { get; init; } = new Dictionary<string, string>();

    /// <summary>Headings that say it better than a figure's or parameter's own name.</summary>
    public IReadOnlyDictionary<string, string> Titles { get; init; } = new Dictionary<string, string>();

    /// <summary>Number format of .NET.</summary>
    public string Format { get; init; } = "0.00";

    /// <exception cref="BenchException">It makes no sense.</exception>
    public static TableRequest Parse(string json, string document)
    {
        try
        {
            TableRequest request = JsonSerializer.Deserialize<TableRequest>(json, Form) ?? throw new JsonException("it is null.");
            return request.Figures.Count > 0 && (request.Columns is null || request.Figures.Count == 1)
                ? request
                : throw new JsonException("there must be a figure, and with \"columns\" only one.");
        }
        catch (JsonException e)
        {
            throw new BenchException($"{document}: a table's request makes no sense: {e.Message} It was {json}", e);
        }
    }
}
