using System.Globalization;
using System.Text.RegularExpressions;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Cli.Inspection;

/// <summary>Tensors that differ in the number of their layer only.</summary>
/// <param name="Pattern">Their name, with the layers as <c>{0…5}</c>.</param>
/// <param name="Type">Element type of each.</param>
/// <param name="Shape">Shape of each.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Bytes">Size of all of them.</param>
internal sealed partial record TensorGroup(string Pattern, TensorType Type, IReadOnlyList<long> Shape, int Count, long Bytes)
{
    /// <summary>Groups of one model, in the order of their names.</summary>
    public static IReadOnlyList<TensorGroup> Of(IEnumerable<TensorSummary> tensors) =>
    [
        .. tensors
            .Select(tensor => (Tensor: tensor, Match: LayerNumber().Match(tensor.Name)))
            .GroupBy(t => (Before: t.Tensor.Name[..t.Match.Index], After: t.Tensor.Name[(t.Match.Index + t.Match.Length)..], HasLayer: t.Match.Success, t.Tensor.Type, Shape: string.Join('×', t.Tensor.Shape)))
            .Select(group => new TensorGroup(
                group.Key.HasLayer ? $"{group.Key.Before}{Ranges(group.Select(t => t.Match.Value))}{group.Key.After}" : group.First().Tensor.Name,
                group.Key.Type,
                group.First().Tensor.Shape,
                group.Count(),
                group.Sum(t => t.Tensor.Bytes)))
            .OrderBy(group => group.Pattern, StringComparer.Ordinal),
    ];

    /// <summary>A part of the name that is a number is a layer's; the first one counts.</summary>
    [GeneratedRegex(@"(?<=\.)[0-9]{1,9}(?=\.)")]
    private static partial Regex LayerNumber();

    private static string Ranges(IEnumerable<string> layers)
    {
        int[] numbers = [.. layers.Select(l => int.Parse(l, CultureInfo.InvariantCulture)).Order()];
        List<string> ranges = [];
        for (int first = 0, i = 0; i < numbers.Length; i++)
        {
            if (i + 1 == numbers.Length || numbers[i + 1] != numbers[i] + 1)
            {
                ranges.Add(i == first ? $"{numbers[i]}" : $"{numbers[first]}…{numbers[i]}");
                first = i + 1;
            }
        }

        return numbers.Length == 1 ? ranges[0] : $"{{{string.Join(',', ranges)}}}";
    }
}
