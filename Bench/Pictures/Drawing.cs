namespace SpecExecNative.Bench.Pictures;

/// <summary>A picture, drawn.</summary>
/// <param name="Name">A file's name without its extension: letters, digits and hyphens.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Description">Title, conditions and source, for those who do not see it.</param>
/// <param name="Png">For screens of two pixels a point.</param>
/// <param name="Svg">The same, in XML.</param>
internal sealed record Drawing(string Name, string Title, string Description, byte[] Png, string Svg);
