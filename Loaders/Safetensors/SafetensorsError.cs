namespace SpecExecNative.Loaders.Safetensors;

/// <summary>What is wrong with a safetensors file. The names are those of the reference implementation.</summary>
public enum SafetensorsError
{
    /// <summary>The file is shorter than the 8 bytes of the header's length.</summary>
    HeaderTooSmall,

    /// <summary>The header claims more than 100,000,000 bytes.</summary>
    HeaderTooLarge,

    /// <summary>The header claims to reach past the end of the file.</summary>
    InvalidHeaderLength,

    /// <summary>The header is not UTF-8.</summary>
    InvalidHeader,

    /// <summary>The header is not JSON, or not the JSON that the format asks for (unknown dtype, a field missing or given twice, ...).</summary>
    InvalidHeaderDeserialization,

    /// <summary>The tensors overlap, leave a hole, or one ends before it begins.</summary>
    InvalidOffset,

    /// <summary>Shape × element size does not fit 64 bits.</summary>
    ValidationOverflow,

    /// <summary>Elements of less than a byte that do not fill their last byte.</summary>
    MisalignedSlice,

    /// <summary>Shape × element size is not the size of the tensor's range.</summary>
    TensorInvalidInfo,

    /// <summary>The tensors do not end where the file ends: it was cut short, or something follows them.</summary>
    MetadataIncompleteBuffer,

    /// <summary>The file cannot be opened, mapped or written.</summary>
    IoError,
}
