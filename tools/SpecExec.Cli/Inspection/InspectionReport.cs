using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Kernels;
using SpecExecNative.Loaders.Safetensors;
using Spectre.Console;

namespace SpecExecNative.Cli.Inspection;

/// <summary>An inspection for people.</summary>
/// <param name="console">Where to.</param>
/// <param name="kvType">Element type in which the device would keep keys and values.</param>
internal sealed class InspectionReport(IAnsiConsole console, DType kvType)
{
    /// <summary>Special tokens shown before the rest is summed up.</summary>
    private const int ShownSpecialTokens = 8;

    /// <param name="inspection">What was found.</param>
    /// <param name="allTensors">Each tensor by itself.</param>
    public void Write(ModelInspection inspection, bool allTensors)
    {
        Line(inspection.IsSingleFile ? "file" : "model", inspection.Path);
        WriteModel(inspection);
        foreach (IGrouping<TensorType, TensorSummary> type in inspection.Tensors.GroupBy(t => t.Type))
        {
            Line("weights", $"{type.Key.Spelling()}: {Quantity.Count(type.Sum(t => t.Parameters))} {Unit(type.Key)} in {type.Count():N0} tensors, {Quantity.Bytes(type.Sum(t => t.Bytes))}");
        }

        foreach ((string key, string value) in inspection.Metadata)
        {
            Line("metadata", $"{key}: {value}");
        }

        if (inspection.Tensors.Count > 0)
        {
            console.WriteLine();
            (allTensors ? TensorTable(inspection.Tensors) : GroupTable(TensorGroup.Of(inspection.Tensors))).Write(console);
            console.WriteLine();
        }

        if (inspection.UnusedTensors.Count > 0)
        {
            Line("not used", string.Join(", ", inspection.UnusedTensors));
        }

        foreach (string problem in inspection.Problems)
        {
            Line("problem", problem);
        }

        Line("verdict", Verdict(inspection));
    }

    private void WriteModel(ModelInspection inspection)
    {
        if (inspection.Config is not null)
        {
            foreach ((string label, string words) in ConfigReport.Lines(inspection.Config, kvType))
            {
                Line(label, words);
            }
        }

        if (inspection.Generation is not null)
        {
            Line("recommended", ConfigReport.Recommended(inspection.Generation));
        }

        if (inspection.Tokenizer is not null)
        {
            Line("tokenizer", Describe(inspection.Tokenizer));
        }
    }

    private static string Describe(TokenizerSummary tokenizer)
    {
        IEnumerable<string> shown = tokenizer.SpecialTokens.Take(ShownSpecialTokens).Select(t => $"{t.Text} ({t.Id})");
        int hidden = Math.Max(0, tokenizer.SpecialTokens.Count - ShownSpecialTokens);
        string specials = tokenizer.SpecialTokens.Count == 0
            ? "no special ones"
            : $"special: {string.Join(", ", shown)}{(hidden > 0 ? $" and {hidden:N0} more" : "")}";
        return $"{tokenizer.VocabularySize:N0} tokens; {specials}; {(tokenizer.BosId is { } bos ? $"a text opens with token {bos}" : "no token opens a text")}";
    }

    private static AlignedTable GroupTable(IReadOnlyList<TensorGroup> groups)
    {
        var table = new AlignedTable("tensors", "type", "shape", "count", "size") { RightAligned = new HashSet<int> { 3, 4 } };
        foreach (TensorGroup group in groups)
        {
            table.Add(group.Pattern, group.Type.Spelling(), Shape(group.Shape), $"{group.Count}", Quantity.Bytes(group.Bytes));
        }

        return table;
    }

    private static AlignedTable TensorTable(IReadOnlyList<TensorSummary> tensors)
    {
        var table = new AlignedTable("tensor", "type", "shape", "size", "file") { RightAligned = new HashSet<int> { 3 } };
        foreach (TensorSummary tensor in tensors)
        {
            table.Add(tensor.Name, tensor.Type.Spelling(), Shape(tensor.Shape), Quantity.Bytes(tensor.Bytes), tensor.File);
        }

        return table;
    }

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Words hold several 4-bit weights, or none.</summary>
    private static string Unit(TensorType type) => type is TensorType.I32 or TensorType.I64 ? "words" : "parameters";

    private static string Verdict(ModelInspection inspection) => (inspection.IsSingleFile, inspection.Problems.Count) switch
    {
        (true, 0) => "a sound safetensors file",
        (true, _) => "not a readable safetensors file",
        (false, 0) => "supported: it can run as target or draft",
        (false, _) => "cannot run",
    };

    private void Line(string label, string words) => LabelledLines.Write(console, label, words);
}
