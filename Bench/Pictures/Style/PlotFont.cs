using SkiaSharp;

namespace SpecExecNative.Bench.Pictures.Style;

/// <summary>The font of all pictures: a sans-serif one that this machine has.</summary>
internal static class PlotFont
{
    // Nothing asks the system for its sans-serif font: Skia's own choice without fontconfig is the first in the folder, often a serif.
    private static readonly string[] Preferred =
        ["Noto Sans", "Open Sans", "Source Sans 3", "Roboto", "Segoe UI", "Helvetica Neue", "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans", "Verdana"];

    private static readonly string[] NotForText = ["Mono", "Math", "Symbol", "Emoji", "Condensed"];

    public static string Name { get; } = Choose(SKFontManager.Default.FontFamilies);

    /// <summary>False: the machine has no font at all, and text is not drawn.</summary>
    public static bool HasGlyphs { get; } = SKTypeface.FromFamilyName(Name) is { GlyphCount: > 0 };

    /// <summary>For browsers, which may not have the font: others of about its width.</summary>
    public static string CssFamilies => string.Join(", ", new[] { Name, "Verdana", "Arial", "sans-serif" }.Where(name => name.Length > 0).Distinct());

    /// <param name="installed">Families that there are.</param>
    /// <returns>One of them; empty: whatever Skia takes.</returns>
    internal static string Choose(IEnumerable<string> installed)
    {
        string[] families = [.. installed];
        return Preferred.FirstOrDefault(name => families.Contains(name, StringComparer.OrdinalIgnoreCase))
            ?? families.FirstOrDefault(name => name.Contains("Sans", StringComparison.OrdinalIgnoreCase) && !NotForText.Any(name.Contains))
            ?? families.FirstOrDefault() ?? "";
    }
}
