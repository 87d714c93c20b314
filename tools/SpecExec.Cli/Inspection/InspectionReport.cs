using Spectre.Console;
using SpecExecNative.Cli.Reports;
using SpecExecNative.Cli.Terminal;
using SpecExecNative.Loaders.Safetensors;

namespace SpecExecNative.Cli.Inspection;

/// <summary>An inspection for people.</summary>
internal sealed class InspectionReport(IAnsiConsole console)
{
    /// <summary>Special tokens shown before the rest is summed up.</summary>
    private const int ShownSpecialTokens = 8;

    /// <param name="inspection">What was found.</param>
    /// <param name="allTensors">Each tensor by itself.</param>
    public void Write(ModelInspection inspection, bool allTensors)
    {
        console.Write(Facts(inspection));
        if (inspection.Tensors.Count > 0)
        {
            console.Write(allTensors ? TensorTable(inspection.Tensors) : GroupTable(TensorGroup.Of(inspection.Tensors)));
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

    private static Grid Facts(ModelInspection inspection)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn());
        void Add(string label, string words) => grid.AddRow(new Text(label, new Style(Color.Grey)), new Text(Visible(words)));

        Add(inspection.IsSingleFile ? "file" : "model", inspection.Path);
        if (inspection.Config is not null)
        {
            foreach ((string label, string words) in ConfigReport.Lines(inspection.Config))
            {
                Add(label, words);
            }
        }

        if (inspection.Generation is not null)
        {
            Add("recommended", ConfigReport.Recommended(inspection.Generation));
        }

        if (inspection.Tokenizer is not null)
        {
            Add("tokenizer", Describe(inspection.Tokenizer));
        }

        foreach (IGrouping<TensorType, TensorSummary> type in inspection.Tensors.GroupBy(t => t.Type))
        {
            Add("weights", $"{type.Key.Spelling()}: {Quantity.Count(type.Sum(t => t.Parameters))} parameters in {type.Count():N0} tensors, {Quantity.Bytes(type.Sum(t => t.Bytes))}");
        }

        foreach ((string key, string value) in inspection.Metadata)
        {
            Add("metadata", $"{key}: {value}");
        }

        return grid;
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

    private static Table GroupTable(IReadOnlyList<TensorGroup> groups)
    {
        Table table = NewTable("tensors", "type", "shape", "count", "size");
        foreach (TensorGroup group in groups)
        {
            Add(table, group.Pattern, group.Type.Spelling(), Shape(group.Shape), $"{group.Count}", Quantity.Bytes(group.Bytes));
        }

        return table;
    }

    private static Table TensorTable(IReadOnlyList<TensorSummary> tensors)
    {
        Table table = NewTable("tensor", "type", "shape", "size", "file");
        foreach (TensorSummary tensor in tensors)
        {
            Add(table, tensor.Name, tensor.Type.Spelling(), Shape(tensor.Shape), Quantity.Bytes(tensor.Bytes), tensor.File);
        }

        return table;
    }

    private static Table NewTable(params string[] titles)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string title in titles)
        {
            table.AddColumn(title);
        }

        return table;
    }

    private static void Add(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(Visible(cell))));

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Verdict(ModelInspection inspection) => (inspection.IsSingleFile, inspection.Problems.Count) switch
    {
        (true, 0) => "a sound safetensors file",
        (true, _) => "not a readable safetensors file",
        (false, 0) => "supported: it can run as target or draft",
        (false, _) => "cannot run",
    };

    private void Line(string label, string words)
        => console.Write(new Grid()
            .AddColumn(new GridColumn().NoWrap().PadRight(2))
            .AddColumn(new GridColumn())
            .AddRow(new Text(label, new Style(Color.Grey)), new Text(Visible(words))));

    /// <summary>Names come from files that anyone may have made: nothing in them may steer the terminal.</summary>
    private static string Visible(string text) => VisibleText.Of(text);
}
