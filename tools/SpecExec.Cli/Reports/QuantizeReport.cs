using System.Globalization;
using SpecExecNative.Engine.Quantization;

namespace SpecExecNative.Cli.Reports;

/// <summary>The product of <c>quantize</c> on stdout: where the model is, and how large.</summary>
internal static class QuantizeReport
{
    public static void Write(TextWriter output, bool json, QuantizedModel model)
    {
        if (json)
        {
            WriteJson(output, model);
        }
        else
        {
            WriteText(output, model);
        }
    }

    private static void WriteText(TextWriter output, QuantizedModel model)
    {
        string groups = model.Options.GroupSize is { } size ? $"groups of {size}" : "one group a row";
        string ratio = ((double)model.Bytes / model.SourceBytes).ToString("0.00", CultureInfo.InvariantCulture);
        output.WriteLine(model.Directory);
        output.WriteLine($"  {model.Matrices} matrices in 4 bits, {groups}, by {Name(model.Options.Method)}");
        if (model.DenseModules.Count > 0)
        {
            output.WriteLine($"  left as they were, since their sizes are no multiples of 8: {string.Join(", ", model.DenseModules)}");
        }

        output.WriteLine($"  {Quantity.Bytes(model.Bytes)}, {ratio} of the original's {Quantity.Bytes(model.SourceBytes)}");
    }

    private static void WriteJson(TextWriter output, QuantizedModel model) => JsonOutput.Write(output, json =>
    {
        json.WriteString("model", model.Directory);
        json.WriteString("method", Name(model.Options.Method));
        json.WriteNumber("groupSize", model.Options.GroupSize ?? -1);
        json.WriteBoolean("sym", model.Options.IsSymmetric);
        json.WriteBoolean("actOrder", model.Options.HasActOrder);
        json.WriteNumber("matrices", model.Matrices);
        json.WriteStartArray("denseModules");
        foreach (string module in model.DenseModules)
        {
            json.WriteStringValue(module);
        }

        json.WriteEndArray();
        json.WriteNumber("bytes", model.Bytes);
        json.WriteNumber("sourceBytes", model.SourceBytes);
    });

    private static string Name(RoundingMethod method) => method == RoundingMethod.Gptq ? "gptq" : "rtn";
}
