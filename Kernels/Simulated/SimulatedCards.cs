using System.Text.Json;

namespace SpecExecNative.Kernels.Simulated;

/// <summary>The cards that come along, and those of the user's own files (the form of <c>cards.json</c>).</summary>
public static class SimulatedCards
{
    private const string Resource = "simulated/cards.json";

    /// <summary>The cards that come along.</summary>
    public static IReadOnlyList<SimulatedCard> BuiltIn { get; } = ReadBuiltIn();

    /// <summary>A card by its name, as people write it: <c>rtx4090</c>, <c>RTX 4090</c>, <c>4090</c>.</summary>
    /// <returns>Null: there is none of that name, or several.</returns>
    public static SimulatedCard? Find(IReadOnlyList<SimulatedCard> cards, string name)
    {
        string wanted = Plain(name);
        SimulatedCard? exact = cards.FirstOrDefault(c => Plain(c.Name) == wanted);
        SimulatedCard[] ending = [.. cards.Where(c => wanted.Length > 0 && Plain(c.Name).EndsWith(wanted, StringComparison.Ordinal))];
        return exact ?? (ending.Length == 1 ? ending[0] : null);
    }

    /// <summary>Reads a file of cards.</summary>
    /// <exception cref="FormatException">It is not of that form, or a card has figures that make no sense.</exception>
    public static IReadOnlyList<SimulatedCard> Parse(ReadOnlySpan<byte> json)
    {
        CardFile? file;
        try
        {
            file = JsonSerializer.Deserialize(json, CardFileContext.Default.CardFile);
        }
        catch (JsonException e)
        {
            throw new FormatException($"This is no file of cards: {e.Message}", e);
        }

        IReadOnlyList<SimulatedCard> cards = file?.Cards ?? [];
        if (cards.Any(c => c is not { IsComplete: true }))
        {
            throw new FormatException($"The card '{cards.First(c => c is not { IsComplete: true })?.Name}' has a figure that is missing or not positive.");
        }

        return cards.Count > 0 ? cards : throw new FormatException("The file names no card: it must hold {\"cards\": [{\"name\": ...}, ...]}.");
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();

    private static IReadOnlyList<SimulatedCard> ReadBuiltIn()
    {
        using Stream stream = typeof(SimulatedCards).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing from this build.");
        byte[] json = new byte[stream.Length];
        stream.ReadExactly(json);
        return Parse(json);
    }
}
