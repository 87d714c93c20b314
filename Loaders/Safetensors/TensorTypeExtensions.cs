namespace SpecExecNative.Loaders.Safetensors;

/// <summary>Sizes and spellings of <see cref="TensorType"/>.</summary>
public static class TensorTypeExtensions
{
    private static readonly string[] Spellings =
    [
        "BOOL", "F4", "F6_E2M3", "F6_E3M2", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ",
        "I16", "U16", "F16", "BF16", "I32", "U32", "F32", "C64", "F64", "I64", "U64",
    ];

    /// <summary>Bits of one element; not always whole bytes.</summary>
    public static int Bits(this TensorType type) => type switch
    {
        TensorType.F4 => 4,
        TensorType.F6E2M3 or TensorType.F6E3M2 => 6,
        >= TensorType.Bool and <= TensorType.F8E5M2Fnuz => 8,
        >= TensorType.I16 and <= TensorType.BF16 => 16,
        >= TensorType.I32 and <= TensorType.F32 => 32,
        >= TensorType.C64 and <= TensorType.U64 => 64,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>How a header spells it, e.g. <c>F8_E4M3</c>.</summary>
    public static string Spelling(this TensorType type) => Spellings[(int)type];

    /// <summary>The type that a header spells so. Case matters; <c>F8</c> and <c>F8_E4M3FN</c> are no spellings.</summary>
    public static bool TryParse(string spelling, out TensorType type)
    {
        int index = Array.IndexOf(Spellings, spelling);
        type = (TensorType)Math.Max(index, 0);
        return index >= 0;
    }
}
