using System.Text.Json;
using SpecExecNative.Loaders.HuggingFace;

namespace SpecExecNative.Loaders.Quantization.Config;

/// <summary>Reads how a checkpoint is quantized, and refuses by name what is not read or would give other numbers.</summary>
internal static class QuantizationConfigReader
{
    private const string Field = "quantization_config";
    private const string Supported = "gptq, awq and compressed-tensors (pack-quantized) of 4 bits are supported. Use such a checkpoint or the unquantized one.";

    /// <summary>Files of older checkpoints, with the method of those that do not say theirs.</summary>
    private static readonly (string FileName, string Method)[] LegacyFiles = [("quantize_config.json", "gptq"), ("quant_config.json", "awq")];

    /// <param name="config">config.json.</param>
    /// <param name="directory">Where older checkpoints keep a file of their own; null: there is no such place.</param>
    /// <returns>Null where the checkpoint is not quantized.</returns>
    /// <exception cref="ModelConfigException">The quantization is invalid or not supported.</exception>
    public static QuantizationConfig? Read(ConfigFields config, string? directory)
    {
        if (config.Value(Field) is { } value && !IsEmpty(value))
        {
            ConfigFields fields = config.Object(Field)!;
            return Of(fields, fields.OptionalText("quant_method"));
        }

        foreach ((string fileName, string method) in LegacyFiles)
        {
            if (directory is not null && Path.Combine(directory, fileName) is var path && File.Exists(path))
            {
                ConfigFields fields = ConfigFields.Read(path);
                return Of(fields, fields.OptionalText("quant_method") ?? method);
            }
        }

        return null;
    }

    /// <summary>The field must be 4.</summary>
    public static void RequireFourBits(ConfigFields fields, string field)
    {
        if (fields.Integer(field, 1, 64) != 4)
        {
            throw fields.Refuse(field, "only 4 bits are supported. Use a checkpoint of 4 bits or the unquantized one.");
        }
    }

    /// <summary>A size of groups; -1, which means all of a row, is null.</summary>
    public static int? GroupSize(ConfigFields fields, string field)
    {
        int size = fields.Integer(field, -1, ConfigLimits.Width);
        return size switch
        {
            -1 => null,
            0 => throw fields.Refuse(field, "must be positive, or -1 for one group a row."),
            _ => size,
        };
    }

    /// <summary>Refuses a field that has any value but those that do nothing.</summary>
    public static void RequireNothing(ConfigFields fields, string field, string problem)
    {
        if (fields.Value(field) is { } value && !IsEmpty(value))
        {
            throw fields.Refuse(field, problem);
        }
    }

    private static QuantizationConfig Of(ConfigFields fields, string? method) => method switch
    {
        "gptq" => GptqConfigReader.Read(fields),
        "awq" => AwqConfigReader.Read(fields),
        "compressed-tensors" => CompressedConfigReader.Read(fields),
        null => throw fields.Refuse("quant_method", $"is missing, so the kind of quantization is not known (bitsandbytes leaves it out). {Supported}"),
        _ => throw fields.Refuse("quant_method", $"this quantization is not supported; {Supported}"),
    };

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
