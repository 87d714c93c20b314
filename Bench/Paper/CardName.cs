namespace SpecExecNative.Bench.Paper;

/// <summary>Whether a driver's name of a card, as <c>NVIDIA GeForce RTX 4060 Ti</c>, is that of a card that is named more shortly.</summary>
internal static class CardName
{
    /// <summary>Makes another card of one.</summary>
    private static readonly string[] Variants = ["Ti", "SUPER", "Laptop", "Max-Q", "D"];

    /// <param name="driver">The driver's name.</param>
    /// <param name="card">The short one.</param>
    public static bool Is(string driver, string card)
    {
        string[] wanted = card.Split(' ');
        string[] words = [.. driver.Split(' ').SelectMany(word => Variants.Contains(word, StringComparer.OrdinalIgnoreCase) ? [word] : word.Split('-'))];
        return wanted.All(word => words.Contains(word, StringComparer.OrdinalIgnoreCase))
            && Variants.All(variant => words.Contains(variant, StringComparer.OrdinalIgnoreCase) == wanted.Contains(variant, StringComparer.OrdinalIgnoreCase));
    }
}
