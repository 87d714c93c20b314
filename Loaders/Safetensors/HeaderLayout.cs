namespace SpecExecNative.Loaders.Safetensors;

/// <summary>Checks that the declared tensors tile the data buffer: in order, without hole or overlap, from its first byte to its last.</summary>
internal static class HeaderLayout
{
    /// <returns>The tensors by name, with offsets and sizes that are known to lie in the file.</returns>
    /// <exception cref="SafetensorsFormatException">They do not.</exception>
    public static Dictionary<string, TensorInfo> Check(
        Dictionary<string, DeclaredTensor> declared, long dataStart, long fileLength, string path)
    {
        DeclaredTensor[] byOffset = [.. declared.Values.OrderBy(t => t.Begin).ThenBy(t => t.End)];
        ulong end = 0;
        foreach (DeclaredTensor tensor in byOffset)
        {
            if (tensor.Begin != end || tensor.End < tensor.Begin)
            {
                string problem = tensor.End < tensor.Begin ? "end before they begin" : $"do not start where the tensor before it ends ({end})";
                throw new SafetensorsFormatException(
                    SafetensorsError.InvalidOffset,
                    path,
                    tensor.Name,
                    $"its data_offsets [{tensor.Begin}, {tensor.End}] {problem}. The file is damaged: download it again.");
            }

            end = tensor.End;
            CheckSize(tensor, path);
        }

        if (end != (ulong)(fileLength - dataStart))
        {
            throw new SafetensorsFormatException(
                SafetensorsError.MetadataIncompleteBuffer,
                path,
                null,
                $"the tensors take {end} bytes, but the file has {fileLength - dataStart} after its header. It was cut short or damaged: download it again.");
        }

        return byOffset.ToDictionary(t => t.Name, Locate, StringComparer.Ordinal);
    }

    private static void CheckSize(DeclaredTensor tensor, string path)
    {
        SafetensorsFormatException Wrong(SafetensorsError error, string problem) => new(
            error, path, tensor.Name, $"shape {TensorShape.Text(tensor.Shape)} of {tensor.Type.Spelling()} {problem}. The file is damaged: download it again.");

        ulong bits = 1;
        try
        {
            // Left to right, as the reference multiplies: [0, 2^64-1, 2^64-1] is a size (0), [2^64-1, 2^64-1, 0] is not.
            foreach (ulong dimension in tensor.Shape)
            {
                bits = checked(bits * dimension);
            }

            bits = checked(bits * (ulong)tensor.Type.Bits());
        }
        catch (OverflowException)
        {
            throw Wrong(SafetensorsError.ValidationOverflow, "is larger than 64 bits can count");
        }

        if (bits % 8 != 0)
        {
            throw Wrong(SafetensorsError.MisalignedSlice, "does not end at a whole byte");
        }

        if (bits / 8 != tensor.End - tensor.Begin)
        {
            throw Wrong(SafetensorsError.TensorInvalidInfo, $"takes {bits / 8} bytes, but its data_offsets span {tensor.End - tensor.Begin}");
        }
    }

    private static TensorInfo Locate(DeclaredTensor tensor) => new(
        tensor.Name,
        tensor.Type,
        Array.ConvertAll(tensor.Shape, d => (long)Math.Min(d, long.MaxValue)),
        (long)tensor.Begin,
        (long)(tensor.End - tensor.Begin));
}
